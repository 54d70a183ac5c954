/* What both web examples show, and how it is sent: a button that people know, readable by
 * everybody, light and dark.
 *
 * The mark stands before the words and says nothing of its own (aria-hidden); the button is a link,
 * because it goes somewhere; it is 44 px high, has a focus ring, and keeps 7:1 contrast. */
#ifndef RP_EXAMPLES_PAGE_H
#define RP_EXAMPLES_PAGE_H

#include <arpa/inet.h>
#include <hitkey_rp.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const page_headers[][2] = {
    {"Content-Type", "text/html; charset=utf-8"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
};

/* Text that came from elsewhere, fit for HTML; what does not fit `room` is left out. */
static const char *page_text(hk_str s, char *out, size_t room) {
    size_t n = 0;
    for (size_t i = 0; i < s.n && n + 8 < room; i++)
        if (s.p[i] == ',' && s.p[i + 1] == '"') /* a member of JSON a line */
            n += (size_t)snprintf(out + n, room - n, ",\n");
        else if (strchr("<>&\"'", s.p[i]))
            n += (size_t)snprintf(out + n, room - n, "&#%d;", s.p[i]);
        else
            out[n++] = s.p[i];
    out[n] = 0;
    return out;
}

/* `location` and `cookie` may be absent. */
static enum MHD_Result page_reply(struct MHD_Connection *c, unsigned status, const char *page,
                                  hk_str location, hk_str cookie) {
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(page), (void *)(size_t)page, MHD_RESPMEM_MUST_COPY);
    for (size_t i = 0; i < sizeof page_headers / sizeof page_headers[0]; i++)
        MHD_add_response_header(r, page_headers[i][0], page_headers[i][1]);
    if (location.p)
        MHD_add_response_header(r, "Location", location.p);
    if (cookie.p)
        MHD_add_response_header(r, "Set-Cookie", cookie.p);
    enum MHD_Result sent = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return sent;
}

#define PAGE_HEAD                                                                                  \
    "<!doctype html><html lang=en><meta charset=utf-8>"                                            \
    "<meta name=viewport content='width=device-width,initial-scale=1'><title>Demo Partner</title>" \
    "<style>body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f8fafc;"    \
    "color:#0f172b;font:16px/1.5 system-ui,'Noto Sans','DejaVu Sans',sans-serif}"                  \
    "main{box-sizing:border-box;width:min(94vw,600px);margin:24px 0;padding:32px;background:#fff;" \
    "border:1px solid #e2e8f0;border-radius:16px}h1{margin:0 0 8px;font-size:24px;"                \
    "letter-spacing:-.02em;overflow-wrap:anywhere}h2{font-size:16px;margin:24px 0 8px}"            \
    "p{color:#475569;margin:0 0 24px}pre{overflow:auto;padding:16px;background:#f8fafc;"           \
    "border:1px solid #e2e8f0;border-radius:10px;font-size:13px}"                                  \
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}"                                             \
    ".hitkey{display:inline-flex;align-items:center;gap:12px;min-height:44px;padding:0 20px;"      \
    "border-radius:10px;background:#0f172b;color:#fff;font-weight:600;text-decoration:none}"       \
    ".hitkey:hover{background:#26334a}.hitkey:focus-visible{outline:3px solid #1d5fbf;"            \
    "outline-offset:2px}.quiet{background:none;color:inherit;border:1px solid #cbd5e1}"            \
    ".quiet:hover{background:#f1f5f9}"                                                             \
    "@media(prefers-color-scheme:dark){body,pre{background:#0a1122;color:#e8edf5}"                 \
    "main{background:#111a2e}main,pre{border-color:#26334a}p{color:#a3b1c6}"                       \
    ".hitkey{background:#e8edf5;color:#0f172b}.hitkey:hover{background:#fff}"                      \
    ".quiet,.quiet:hover{background:none;color:inherit;border-color:#3b4a66}}</style><main>"

#define SIGN_IN_BUTTON(words)                                                                      \
    "<a class=hitkey id=sign-in href=/login><svg aria-hidden=true width=20 height=20 "             \
    "viewBox='0 0 20 20' fill=none stroke=currentColor stroke-width=2 stroke-linecap=round>"       \
    "<circle cx=6.5 cy=13.5 r=4 /><path d='M9.5 10.5 17 3m-3.5 3.5L16 9'/></svg>" words "</a>"

#define PAGE_FRONT                                                                                 \
    PAGE_HEAD                                                                                      \
    "<h1>Demo Partner</h1><p>An app that lets HitKey say who you are.</p>" SIGN_IN_BUTTON(         \
        "Sign in with HitKey") "</main></html>"

/* printf with the name, the claims and the ID token, all escaped. */
#define PAGE_WELCOME                                                                               \
    PAGE_HEAD                                                                                      \
    "<h1>Hello, %s</h1><p>HitKey told us who you are, and every word of it was verified.</p>"      \
    "<h2>Claims</h2><pre id=claims tabindex=0>%s</pre>"                                            \
    "<h2>ID token</h2><pre id=id-token tabindex=0>%s</pre>"                                        \
    "<a class='hitkey quiet' href=/>Start over</a></main></html>"

/* printf with what went wrong; what to do about it is for the developer, and goes to the log. */
#define PAGE_REFUSED                                                                               \
    PAGE_HEAD                                                                                      \
    "<h1>You are not signed in</h1><p id=why>Because %s.</p>" SIGN_IN_BUTTON(                      \
        "Try again") "</main></html>"

/* Who signed in: the page of the end of a callback. One thread. */
static enum MHD_Result page_welcome(struct MHD_Connection *c, const hk_session *s) {
    static char page[65536], name[512], token[16384], claims[32768];
    hk_str who = hk_claim(s, "name").p ? hk_claim(s, "name") : hk_claim(s, "email");
    snprintf(page, sizeof page, PAGE_WELCOME, page_text(who.p ? who : hk_sub(s), name, sizeof name),
             page_text(hk_claims_json(s), claims, sizeof claims),
             page_text(hk_id_token(s), token, sizeof token));
    return page_reply(c, 200, page, (hk_str){0}, hk_end_cookie(s));
}

static enum MHD_Result page_refused(struct MHD_Connection *c, const hk_error *e) {
    static char page[8192];
    snprintf(page, sizeof page, PAGE_REFUSED, e->msg);
    fprintf(stderr, "%s: %s %s. %s\n", hk_code_name(e->code), e->msg, e->oauth, e->fix);
    return page_reply(c, 403, page, (hk_str){0}, (hk_str){0});
}

/* A request from its first line to its end. libmicrohttpd takes the query apart; the library wants
 * it as it came. */
struct visit {
    char query[8192];
    hk_op *op; /* webapp-curlmulti: what the visitor waits for */
    hk_error e;
    struct MHD_Connection *c;
    struct visit *next; /* among those that wait */
};

static void *visit_begin(void *ctx, const char *uri, struct MHD_Connection *c) {
    struct visit *visit = calloc(1, sizeof *visit);
    const char *query = strchr(uri, '?');
    (void)ctx, (void)c;
    if (visit)
        snprintf(visit->query, sizeof visit->query, "%s", query ? query + 1 : "");
    return visit;
}

static void visit_end(void *ctx, struct MHD_Connection *c, void **visit,
                      enum MHD_RequestTerminationCode why) {
    (void)ctx, (void)c, (void)why;
    if (*visit)
        hk_op_free(((struct visit *)*visit)->op);
    free(*visit);
}

/* At 127.0.0.1; the handler's last argument points at the visit. NULL: errno says why. */
static struct MHD_Daemon *page_listen(const char *port, MHD_AccessHandlerCallback handle) {
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)atoi(port)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, NULL,
                            MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_URI_LOG_CALLBACK, visit_begin,
                            NULL, MHD_OPTION_NOTIFY_COMPLETED, visit_end, NULL, MHD_OPTION_END);
}

#endif
