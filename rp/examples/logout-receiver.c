/* Receives back-channel logouts (OpenID Connect Back-Channel Logout 1.0): a POST of the provider
 * says which sign-in is over. Prints "sub SUB" or "sid SID" for the program that ends those
 * sessions.
 *
 *     HITKEY_ISSUER=... HITKEY_CLIENT_ID=... logout-receiver 9402
 *
 * Register http(s)://.../backchannel_logout as the client's backchannel_logout_uri. */
#include <hitkey_rp.h>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct post {
    char body[32768];
    size_t n;
};

static hk_rp *rp;

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status) {
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(r, "Cache-Control", "no-store");
    enum MHD_Result sent = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return sent;
}

/* All sessions of that person, or the one that the sid names: whichever the token tells. */
static unsigned end_sessions(const char *body) {
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    if (hk_backchannel_logout(rp, body, &doc, &e)) {
        fprintf(stderr, "%s: %s. %s\n", hk_code_name(e.code), e.msg, e.fix);
        return MHD_HTTP_BAD_REQUEST;
    }
    hk_str sid = hk_doc_str(doc, "sid"), sub = hk_doc_str(doc, "sub");
    printf("%s %s\n", sid.p ? "sid" : "sub", sid.p ? sid.p : sub.p);
    hk_doc_free(doc);
    return MHD_HTTP_OK;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *c, const char *path, const char *m,
                              const char *version, const char *data, size_t *size, void **state) {
    struct post *post = *state;
    (void)ctx, (void)version;
    if (strcmp(path, "/backchannel_logout") || strcmp(m, "POST"))
        return reply(c, MHD_HTTP_NOT_FOUND);
    if (!post)
        return (*state = calloc(1, sizeof *post)) ? MHD_YES : MHD_NO;
    if (!*size)
        return reply(c, end_sessions(post->body));
    if (*size >= sizeof post->body - post->n)
        return MHD_NO;
    memcpy(post->body + post->n, data, *size);
    post->n += *size;
    *size = 0;
    return MHD_YES;
}

static void done(void *ctx, struct MHD_Connection *c, void **state,
                 enum MHD_RequestTerminationCode why) {
    (void)ctx, (void)c, (void)why;
    free(*state);
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), getenv("HITKEY_CLIENT_ID"));
    if (hk_rp_new(cfg, &rp, &e))
        return fprintf(stderr, "%s. %s\n", e.msg, e.fix), 1;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "9402")),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct MHD_Daemon *web =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR, &at,
                         MHD_OPTION_NOTIFY_COMPLETED, done, NULL, MHD_OPTION_END);
    while (web)
        MHD_run_wait(web, -1);
    return perror("listen"), 1;
}
