/* A sign-in on the command line, for tests: prints where the browser must go, reads the query that
 * it came back with, and prints what came of it.
 *
 *     sign_in_tool ISSUER CA_FILE run|curl TIMEOUT_MS */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp/include/hitkey_rp.h"

static CURLM *multi;

static int drive(hk_op *op, hk_error *e) {
    int code = hk_op_curl(op, multi, e), running = 0, left = 0;
    while (code == HK_PENDING) {
        curl_multi_perform(multi, &running);
        CURLMsg *message = curl_multi_info_read(multi, &left);
        if (message && message->msg == CURLMSG_DONE)
            code = hk_op_curl_done(op, message, e);
        else
            curl_multi_poll(multi, NULL, 0, 50, NULL);
    }
    return code;
}

static int run(hk_op *op, const char *driver, hk_error *e) {
    return strcmp(driver, "curl") == 0 ? drive(op, e) : hk_op_run(op, e);
}

static int tell(int code, const hk_error *e) {
    printf("%s %d %s\n", hk_code_name(code), code ? (int)e->http_status : 0, code ? e->msg : "");
    return 0;
}

static int begin(hk_rp *rp, const char *driver, char *cookie, size_t size, hk_error *e) {
    const hk_auth auth = {.size = sizeof auth, .return_to = "/"};
    hk_op *op = hk_begin_op(rp, &auth);
    int code = run(op, driver, e);
    hk_login *login = hk_op_take_login(op);
    if (!code) {
        printf("%s\n", hk_login_url(login).p);
        fflush(stdout);
        snprintf(cookie, size, "%.*s", (int)strcspn(hk_login_cookie(login).p, ";"),
                 hk_login_cookie(login).p);
    }
    hk_login_free(login);
    hk_op_free(op);
    return code;
}

static int finish(hk_rp *rp, const char *driver, const char *cookie, hk_error *e) {
    char query[8192] = "";
    if (!fgets(query, sizeof query, stdin))
        return HK_E_ARG;
    query[strcspn(query, "\n")] = 0;
    const hk_callback callback = {sizeof callback, query, cookie, HK_VIA_QUERY};
    hk_op *op = hk_finish_op(rp, &callback);
    int code = run(op, driver, e);
    hk_session *session = hk_op_take_session(op);
    if ((code == HK_OK) != (session != NULL))
        abort(); /* all or nothing */
    hk_session_free(session);
    hk_op_free(op);
    return code;
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    char cookie[8192];
    if (argc != 5)
        return 2;
    hk_cfg *cfg = hk_cfg_new(argv[1], "app");
    hk_cfg_secret(cfg, "a-secret-of-more-than-thirty-two-bytes");
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    hk_cfg_set(cfg, "ca_file", argv[2]);
    hk_cfg_set(cfg, "timeout_ms", argv[4]);
    hk_cfg_set(cfg, "connect_timeout_ms", argv[4]);
    hk_cfg_set(cfg, "userinfo", "require");
    if (hk_rp_new(cfg, &rp, &e))
        return tell(e.code, &e);
    multi = curl_multi_init();
    int code = begin(rp, argv[3], cookie, sizeof cookie, &e);
    if (!code)
        code = finish(rp, argv[3], cookie, &e);
    tell(code, &e);
    curl_multi_cleanup(multi);
    hk_rp_free(rp);
    return 0;
}
