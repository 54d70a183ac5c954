/* hk_loopback_login: RFC 8252 7.3 and 8. Only the public header of the library is used. */
#include "rp/include/hitkey_rp_loopback.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "rp/loopback/listener.h"

enum { URI_MAX = 512, STEP_NS = 20000000, STEPS = 50 /* a second in all */ };

struct sign_in {
    hk_rp *rp;
    char *cookie; /* what a browser would send back */
    hk_session *session;
    hk_error error;
};

static int fail(hk_error *e, int code, const char *msg, const char *fix) {
    if (!e)
        return code;
    *e = (hk_error)HK_ERROR_INIT;
    e->code = code;
    snprintf(e->msg, sizeof e->msg, "%s", msg);
    snprintf(e->fix, sizeof e->fix, "%s", fix);
    return code;
}

/* Where xdg-open becomes the browser, it does not end until that is closed: one that runs for a
 * while has opened it. Its end is the system's to collect then, with the program's. */
static int opened(pid_t child) {
    const struct timespec pause = {0, STEP_NS};
    int status = 0;
    for (int i = 0; i < STEPS; i++) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended != 0)
            return ended == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        nanosleep(&pause, NULL);
    }
    return 0;
}

static int open_in_browser(void *ctx, const char *url) {
    (void)ctx;
    char program[] = "xdg-open";
    char *address = strdup(url);
    char *const arguments[] = {program, address, NULL};
    pid_t child;
    bool began = address && posix_spawnp(&child, program, NULL, NULL, arguments, environ) == 0;
    free(address);
    if (!began)
        return -1;
    return opened(child);
}

/* An answer with a state that is not ours came from somebody else: the waiting goes on. Everything
 * else, good or bad, is the end of this sign-in. */
static enum listener_result on_callback(void *context, const char *query) {
    struct sign_in *sign_in = context;
    sign_in->error = (hk_error)HK_ERROR_INIT;
    int code = hk_finish(sign_in->rp, query, sign_in->cookie, &sign_in->session, &sign_in->error);
    if (code == HK_E_STATE)
        return LISTENER_NOT_OURS;
    return code ? LISTENER_REFUSED : LISTENER_SIGNED_IN;
}

/* The browser of a native application keeps no cookie for it: the program does. */
static bool keep_cookie(struct sign_in *sign_in, const hk_login *login) {
    const char *cookie = hk_login_cookie(login).p;
    sign_in->cookie = cookie ? strndup(cookie, strcspn(cookie, ";")) : NULL;
    return sign_in->cookie;
}

static void forget_cookie(struct sign_in *sign_in) {
    if (sign_in->cookie)
        explicit_bzero(sign_in->cookie, strlen(sign_in->cookie));
    free(sign_in->cookie);
}

static int begin(struct sign_in *sign_in, const hk_auth *wanted, const char *redirect_uri,
                 hk_login **login, hk_error *e) {
    hk_auth auth = {.size = sizeof auth};
    if (wanted) /* one that was compiled with an older header is shorter */
        memcpy(&auth, wanted, wanted->size < sizeof auth ? wanted->size : sizeof auth);
    auth.size = wanted && !wanted->size ? 0 : sizeof auth;
    auth.redirect_uri = redirect_uri;
    int code = hk_begin_with(sign_in->rp, &auth, login, e);
    if (!code && !keep_cookie(sign_in, *login))
        return fail(e, HK_E_NOMEM, "there is no memory for the sign-in's cookie", "");
    return code;
}

/* The path of a redirect_uri: what follows the authority. */
static const char *path_of(hk_str uri) {
    const char *authority = uri.p ? strstr(uri.p, "://") : NULL;
    const char *path = authority ? strchr(authority + 3, '/') : NULL;
    return path ? path : "/";
}

static int wait_for_answer(struct sign_in *sign_in, struct listener *listener, uint32_t timeout_ms,
                           hk_session **out, hk_error *e) {
    if (!listener_wait(listener, timeout_ms))
        return fail(e, HK_E_TIMEOUT, "nobody came back from the browser in time",
                    "ask the user to try again, or raise timeout_ms");
    *out = sign_in->session;
    if (e && sign_in->error.code)
        *e = sign_in->error;
    return sign_in->error.code;
}

static int sign_in_at(struct sign_in *sign_in, struct listener *listener, const hk_auth *auth,
                      const char *path, hk_login **login, hk_error *e) {
    char uri[URI_MAX];
    int n = snprintf(uri, sizeof uri, "%s%s", listener_origin(listener), path);
    if (n < 0 || (size_t)n >= sizeof uri)
        return fail(e, HK_E_CONFIG, "the redirect_uri is too long", "use a short path");
    return begin(sign_in, auth, uri, login, e);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the header's */
int hk_loopback_login(hk_rp *rp, const hk_auth *auth, hk_open_url open_url, void *ctx,
                      uint32_t timeout_ms, hk_session **out, hk_error *e) {
    struct sign_in sign_in = {.rp = rp};
    hk_login *login = NULL;
    if (!rp || !out)
        return fail(e, HK_E_ARG, "an argument that must be given is missing", "pass rp and out");
    *out = NULL;
    const char *path = path_of(hk_redirect_uri(rp));
    struct listener *listener = listener_new(path, on_callback, &sign_in);
    if (!listener)
        return fail(e, HK_E_NET, "no port of the loopback interface could be opened",
                    "check that the program may listen on 127.0.0.1");
    int code = sign_in_at(&sign_in, listener, auth, path, &login, e);
    if (!code && (open_url ? open_url : open_in_browser)(ctx, hk_login_url(login).p) != 0)
        code = fail(e, HK_E_UNSUPPORTED, "no browser could be opened",
                    "use hk_device_start where there is no browser");
    if (!code)
        code = wait_for_answer(&sign_in, listener, timeout_ms, out, e);
    hk_login_free(login);
    listener_free(listener);
    forget_cookie(&sign_in);
    return code;
}
