/* The grants without a browser on the command line, for tests with other people's providers: reads
 * commands, one a line, and answers each with one line: the code, then what came of it.
 *
 *     grants_tool ISSUER CLIENT_ID [secret=TEXT] [key=FILE] [SETTING=VALUE...]
 *
 *     client_credentials|SCOPES|RESOURCES, introspect, refresh, revoke, device|SCOPES,
 *     ciba|LOGIN_HINT, poll, begin            ("-": absent) */
#include <stdio.h>
#include <string.h>

#include "rp/include/hitkey_rp.h"

static hk_rp *rp;
static hk_session *session;
static hk_doc *pending;
static int (*poll_pending)(hk_rp *, hk_doc *, hk_session **, hk_error *);

static void tell(int code, const hk_error *e, const char *what) {
    const char *why = code < 0 ? e->msg : what;
    printf("%s %s %s\n", hk_code_name(code), code < 0 && e->oauth[0] ? e->oauth : "-", why);
    fflush(stdout);
}

/* The new session takes the old one's place. */
static void take(int code, const hk_error *e, hk_session *fresh) {
    char text[512];
    if (fresh) {
        hk_session_free(session);
        session = fresh;
    }
    snprintf(text, sizeof text, "%s %s %s %s",
             hk_token_type(session).p ? hk_token_type(session).p : "-",
             hk_sub(session).p ? hk_sub(session).p : "-",
             hk_refresh_token(session).p ? "refreshable" : "-",
             hk_scope(session).p ? hk_scope(session).p : "-");
    tell(code, e, text);
}

static void client_credentials(const char *scopes, const char *resources, hk_error *e) {
    hk_session *fresh;
    int code = hk_client_credentials(rp, scopes, resources, &fresh, e);
    take(code, e, fresh);
}

static void introspect(const char *unused, const char *unused2, hk_error *e) {
    (void)unused, (void)unused2;
    hk_doc *doc;
    int code = hk_introspect(rp, hk_access_token(session).p, "access_token", &doc, e);
    tell(code, e, hk_doc_true(doc, "active") ? "active" : "inactive");
    hk_doc_free(doc);
}

static void refresh(const char *unused, const char *unused2, hk_error *e) {
    (void)unused, (void)unused2;
    int code = hk_refresh(rp, session, e);
    take(code, e, NULL);
}

/* A copy of the access token, to be introspected after it was revoked. */
static void revoke(const char *unused, const char *unused2, hk_error *e) {
    (void)unused, (void)unused2;
    char token[4096];
    snprintf(token, sizeof token, "%s", hk_access_token(session).p);
    int code = hk_revoke(rp, session, e);
    hk_doc *doc = NULL;
    if (!code)
        code = hk_introspect(rp, token, NULL, &doc, e);
    tell(code, e, hk_doc_true(doc, "active") ? "active" : "inactive");
    hk_doc_free(doc);
}

static void wait_for(int code, const hk_error *e, hk_doc *doc, const char *member) {
    hk_doc_free(pending);
    pending = doc;
    tell(code, e, doc ? hk_doc_str(doc, member).p : "");
}

static void device(const char *scopes, const char *unused, hk_error *e) {
    (void)unused;
    hk_doc *doc;
    int code = hk_device_start(rp, scopes, &doc, e);
    poll_pending = hk_device_poll;
    wait_for(code, e, doc, "user_code");
}

static void ciba(const char *login_hint, const char *unused, hk_error *e) {
    (void)unused;
    hk_doc *doc;
    const hk_ciba request = {.size = sizeof request, .login_hint = login_hint};
    int code = hk_ciba_start(rp, &request, &doc, e);
    poll_pending = hk_ciba_poll;
    wait_for(code, e, doc, "auth_req_id");
}

static void poll(const char *unused, const char *unused2, hk_error *e) {
    (void)unused, (void)unused2;
    char text[32];
    hk_session *fresh;
    int code = poll_pending(rp, pending, &fresh, e);
    snprintf(text, sizeof text, "%u", e->retry_after_ms);
    if (code == HK_PENDING)
        tell(code, e, text);
    else
        take(code, e, fresh);
}

static void begin(const char *unused, const char *unused2, hk_error *e) {
    (void)unused, (void)unused2;
    hk_login *login;
    int code = hk_begin(rp, "/", &login, e);
    tell(code, e, login ? hk_login_url(login).p : "");
    hk_login_free(login);
}

static const struct {
    const char *name;
    void (*run)(const char *first, const char *second, hk_error *e);
} commands[] = {
    {"client_credentials", client_credentials},
    {"introspect", introspect},
    {"refresh", refresh},
    {"revoke", revoke},
    {"device", device},
    {"ciba", ciba},
    {"poll", poll},
    {"begin", begin},
};

static const char *word(char **rest) {
    const char *text = strsep(rest, "|");
    return text && *text && strcmp(text, "-") != 0 ? text : NULL;
}

static void obey(char *line) {
    hk_error e = HK_ERROR_INIT;
    const char *name = word(&line), *first = word(&line), *second = word(&line);
    for (size_t i = 0; name && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            commands[i].run(first, second, &e);
}

static void read_key(hk_cfg *cfg, const char *file) {
    char pem[4096];
    FILE *f = fopen(file, "re");
    size_t n = f ? fread(pem, 1, sizeof pem - 1, f) : 0;
    pem[n] = 0;
    if (f)
        fclose(f);
    hk_cfg_private_key(cfg, pem, "client", "ES256");
}

static void set(hk_cfg *cfg, char *setting) {
    char *value = strchr(setting, '=');
    *value++ = 0;
    if (strcmp(setting, "secret") == 0)
        hk_cfg_secret(cfg, value);
    else if (strcmp(setting, "key") == 0)
        read_key(cfg, value);
    else
        hk_cfg_set(cfg, setting, value);
}

int main(int argc, char **argv) {
    char line[2048];
    hk_error e = HK_ERROR_INIT;
    if (argc < 3)
        return 2;
    hk_cfg *cfg = hk_cfg_new(argv[1], argv[2]);
    hk_cfg_redirect_uri(cfg, "http://localhost:9/callback");
    hk_cfg_scopes(cfg, "openid email");
    for (int i = 3; i < argc; i++)
        set(cfg, argv[i]);
    if (hk_rp_new(cfg, &rp, &e)) {
        fprintf(stderr, "%s: %s\n", e.msg, e.fix);
        return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        obey(line);
    }
    hk_doc_free(pending);
    hk_session_free(session);
    hk_rp_free(rp);
    return 0;
}
