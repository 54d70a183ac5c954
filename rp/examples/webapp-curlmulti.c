/* The web application once more, in an event loop: one thread, and nothing blocks. A visit that
 * needs the provider sleeps; curl's multi handle drives its hk_op; then it goes on.
 *
 *     HITKEY_ISSUER=... HITKEY_CLIENT_ID=... HITKEY_SECRET=... HITKEY_REDIRECT_URI=... \
 *         webapp-curlmulti 9403 */
#include "page.h"

#include <curl/curl.h>

static hk_rp *rp;
static CURLM *multi;
static struct visit *waiting;

/* The first half of a visit: its op begins, and the connection sleeps. */
static enum MHD_Result begin(struct MHD_Connection *c, struct visit *visit, hk_op *op) {
    visit->c = c;
    visit->op = op;
    visit->e = (hk_error)HK_ERROR_INIT;
    visit->next = waiting;
    waiting = visit;
    MHD_suspend_connection(c);
    return MHD_YES;
}

/* The second half: what came of it. */
static enum MHD_Result show(struct MHD_Connection *c, struct visit *visit) {
    hk_login *login = hk_op_take_login(visit->op);
    hk_session *session = hk_op_take_session(visit->op);
    enum MHD_Result sent;
    if (login)
        sent = page_reply(c, 303, "", hk_login_url(login), hk_login_cookie(login));
    else
        sent = session ? page_welcome(c, session) : page_refused(c, &visit->e);
    hk_login_free(login);
    hk_session_free(session);
    return sent;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *data, size_t *n,
                              void **state) {
    struct visit *visit = *state;
    (void)ctx, (void)method, (void)version, (void)data, *n = 0;
    const char *cookie = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Cookie");
    const hk_auth auth = {.size = sizeof auth, .return_to = "/"};
    const hk_callback callback = {sizeof callback, visit ? visit->query : "", cookie, HK_VIA_QUERY};
    if (visit && visit->op)
        return show(c, visit);
    if (visit && strcmp(path, "/login") == 0)
        return begin(c, visit, hk_begin_op(rp, &auth));
    if (visit && strcmp(path, "/callback") == 0)
        return begin(c, visit, hk_finish_op(rp, &callback));
    return page_reply(c, strcmp(path, "/") ? 404 : 200, PAGE_FRONT, (hk_str){0}, (hk_str){0});
}

/* Every op goes as far as it can; those that came to their end wake their connections. */
static void advance(void) {
    for (struct visit **at = &waiting; *at;) {
        struct visit *visit = *at;
        if (hk_op_curl(visit->op, multi, &visit->e) == HK_PENDING) {
            at = &visit->next;
            continue;
        }
        *at = visit->next;
        MHD_resume_connection(visit->c);
    }
}

static void turn(struct MHD_Daemon *web, int fd) {
    struct curl_waitfd wait = {fd, CURL_WAIT_POLLIN, 0};
    int n;
    curl_multi_poll(multi, &wait, 1, 1000, NULL);
    curl_multi_perform(multi, &n);
    for (CURLMsg *done; (done = curl_multi_info_read(multi, &n));) {
        hk_op *op = NULL;
        curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE, &op);
        hk_op_curl_done(op, done, NULL);
    }
    MHD_run(web);
    advance();
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), getenv("HITKEY_CLIENT_ID"));
    hk_cfg_secret(cfg, getenv("HITKEY_SECRET"));
    hk_cfg_redirect_uri(cfg, getenv("HITKEY_REDIRECT_URI"));
    hk_cfg_scopes(cfg, "openid profile email");
    if (hk_rp_new(cfg, &rp, &e))
        return fprintf(stderr, "%s. %s\n", e.msg, e.fix), 1;
    struct MHD_Daemon *web = page_listen(argc > 1 ? argv[1] : "9403", handle);
    multi = curl_multi_init();
    while (web)
        turn(web, MHD_get_daemon_info(web, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
    return perror("listen"), 1;
}
