/* Signs a person in from a terminal: in the browser where there is one, else with a code to type on
 * another device (RFC 8628).
 *
 *     HITKEY_ISSUER=... HITKEY_CLIENT_ID=... cli-login [--device]
 *
 * The client is a public one with the redirect URI http://127.0.0.1/callback. */
#include <hitkey_rp_loopback.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIVE_MINUTES_MS = 300000 };

static int fail(const hk_error *e) {
    fprintf(stderr, "%s: %s. %s\n", hk_code_name(e->code), e->msg, e->fix);
    return 1;
}

static void wait_ms(uint32_t ms) {
    const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static int with_device(hk_rp *rp, hk_session **session, hk_error *e) {
    hk_doc *device;
    int code = hk_device_start(rp, NULL, &device, e);
    if (code)
        return code;
    fprintf(stderr, "Open %s and type %s\n", hk_doc_str(device, "verification_uri").p,
            hk_doc_str(device, "user_code").p);
    while ((code = hk_device_poll(rp, device, session, e)) == HK_PENDING)
        wait_ms(e->retry_after_ms);
    hk_doc_free(device);
    return code;
}

/* For tests and terminals that open links themselves: the URL is printed. */
static int print_url(void *ctx, const char *url) {
    (void)ctx;
    return fprintf(stderr, "%s\n", url) < 0;
}

static int has_browser(void) {
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("BROWSER");
}

static int sign_in(hk_rp *rp, int device, hk_session **session, hk_error *e) {
    if (device)
        return with_device(rp, session, e);
    hk_open_url open_url = getenv("PRINT_URL") ? print_url : NULL;
    int code = HK_E_UNSUPPORTED;
    if (open_url || has_browser())
        code = hk_loopback_login(rp, NULL, open_url, NULL, FIVE_MINUTES_MS, session, e);
    return code == HK_E_UNSUPPORTED ? with_device(rp, session, e) : code;
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    hk_rp *rp = NULL;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), getenv("HITKEY_CLIENT_ID"));
    hk_cfg_redirect_uri(cfg, "http://127.0.0.1/callback");
    hk_cfg_scopes(cfg, "openid profile email");
    if (hk_rp_new(cfg, &rp, &e))
        return fail(&e);
    int code = sign_in(rp, argc > 1 && strcmp(argv[1], "--device") == 0, &session, &e);
    if (!code)
        printf("%s\n", hk_claims_json(session).p);
    hk_session_free(session);
    hk_rp_free(rp);
    return code ? fail(&e) : 0;
}
