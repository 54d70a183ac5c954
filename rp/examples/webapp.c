/* A web application that signs people in with HitKey: libhitkey-rp and libmicrohttpd.
 *
 *     HITKEY_ISSUER=... HITKEY_CLIENT_ID=... HITKEY_SECRET=... HITKEY_REDIRECT_URI=... webapp 9401
 *
 * What the library does are the lines with hk_; the rest is a web server. A real application keeps
 * a session of its own after the callback (and sets hk_cfg_seal_key, the same on all its machines).
 */
#include "page.h"

static hk_rp *rp;

static enum MHD_Result login(struct MHD_Connection *c) {
    hk_error e = HK_ERROR_INIT;
    hk_login *begun;
    if (hk_begin(rp, "/", &begun, &e))
        return page_refused(c, &e);
    enum MHD_Result sent = page_reply(c, 303, "", hk_login_url(begun), hk_login_cookie(begun));
    hk_login_free(begun);
    return sent;
}

static enum MHD_Result callback(struct MHD_Connection *c, const char *query) {
    hk_error e = HK_ERROR_INIT;
    hk_session *s;
    const char *cookie = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Cookie");
    if (hk_finish(rp, query, cookie, &s, &e))
        return page_refused(c, &e);
    enum MHD_Result sent = page_welcome(c, s);
    hk_session_free(s);
    return sent;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *data, size_t *n,
                              void **visit) {
    (void)ctx, (void)method, (void)version, (void)data, *n = 0;
    if (strcmp(path, "/login") == 0)
        return login(c);
    if (strcmp(path, "/callback") == 0 && *visit)
        return callback(c, ((struct visit *)*visit)->query);
    return page_reply(c, strcmp(path, "/") ? 404 : 200, PAGE_FRONT, (hk_str){0}, (hk_str){0});
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), getenv("HITKEY_CLIENT_ID"));
    hk_cfg_secret(cfg, getenv("HITKEY_SECRET"));
    hk_cfg_redirect_uri(cfg, getenv("HITKEY_REDIRECT_URI"));
    hk_cfg_scopes(cfg, "openid profile email");
    if (getenv("HITKEY_CLIENT_AUTH")) /* registered with another method than basic */
        hk_cfg_set(cfg, "client_auth", getenv("HITKEY_CLIENT_AUTH"));
    if (hk_rp_new(cfg, &rp, &e))
        return fprintf(stderr, "%s. %s\n", e.msg, e.fix), 1;
    struct MHD_Daemon *web = page_listen(argc > 1 ? argv[1] : "9401", handle);
    while (web)
        MHD_run_wait(web, -1);
    return perror("listen"), 1;
}
