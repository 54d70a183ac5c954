/* OpenID Connect RP-Initiated Logout 1.0: who is signed out, and where the browser may go. */
#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"
#include "conformance/modules/logout.h"
#include "conformance/modules/modules.h"

static struct logout *whole(struct run *run) {
    return logout_new(run, logout_metadata(run, NULL));
}

void module_rp_logout(struct run *run) {
    struct logout *logout = whole(run);
    logout_walk(run, logout);
    logout_expect_back(run, logout);
    logout_expect_signed_out(run, logout);
    module_passed(run);
}

void module_rp_logout_no_state(struct run *run) {
    struct logout *logout = whole(run);
    logout_set(logout, "state", NULL);
    logout_walk(run, logout);
    logout_expect_back(run, logout);
    logout_expect_signed_out(run, logout);
    module_passed(run);
}

/* --- what must not lead back ------------------------------------------------------------------ */

static void never_back(struct run *run, const char *name, const char *value, const char *spec) {
    struct logout *logout = whole(run);
    logout_set(logout, name, value);
    logout_walk(run, logout);
    pages_expect_own(run, logout->page, spec, "an error page, or one that says what happened");
    module_passed(run);
}

void module_rp_logout_bad_uri(struct run *run) {
    const char *random = pool_text(run->pool, base64url_random(9));
    never_back(run, "post_logout_redirect_uri",
               pool_format(run->pool, "%s/%s", logout_redirect_uri(run), random), "RPLogout-3");
}

void module_rp_logout_query_added(struct run *run) {
    never_back(run, "post_logout_redirect_uri",
               pool_format(run->pool, "%s?foo=bar", logout_redirect_uri(run)), "RPLogout-3");
}

/* The flow's ID token with another signature; its header stays but for `alg`. */
static const char *signed_otherwise(struct run *run, const struct flow *flow, const char *alg,
                                    EVP_PKEY *key) {
    json_t *header = pool_json(run->pool, jws_part(flow_id_token(flow), 0));
    return pool_text(run->pool, jws_sign(header, flow->claims, alg, key, NULL));
}

static void never_back_with_hint(struct run *run, const char *alg, EVP_PKEY *key) {
    struct logout *logout = whole(run);
    logout_set(logout, "id_token_hint", signed_otherwise(run, logout->flow, alg, key));
    logout_walk(run, logout);
    pages_expect_own(run, logout->page, "RPLogout-2",
                     "an error page, or one that says what happened");
    module_passed(run);
}

void module_rp_logout_modified_hint(struct run *run) {
    never_back_with_hint(run, "none", NULL);
}

void module_rp_logout_bad_hint(struct run *run) {
    never_back_with_hint(run, "RS256", client_new_key(run));
}

/* RP-Initiated Logout 2: without a hint the person is asked; anybody can link there. */
void module_rp_logout_no_hint(struct run *run) {
    struct logout *logout = whole(run);
    logout_set(logout, "id_token_hint", NULL);
    logout_go(run, logout);
    pages_expect_own(run, logout->page, "RPLogout-2",
                     "a page that asks whether to sign out, says that one is signed out, or an "
                     "error");
    module_passed(run);
}

/* --- no way back asked for -------------------------------------------------------------------- */

static void signs_out_without(struct run *run, const char *const *names, size_t n) {
    struct logout *logout = whole(run);
    for (size_t i = 0; i < n; i++)
        logout_set(logout, names[i], NULL);
    logout_walk(run, logout);
    pages_expect_own(run, logout->page, "RPLogout-2", "a page that says: you are signed out");
    logout_expect_signed_out(run, logout);
    module_passed(run);
}

void module_rp_logout_no_params(struct run *run) {
    static const char *const names[] = {"id_token_hint", "post_logout_redirect_uri", "state"};
    signs_out_without(run, names, 3);
}

void module_rp_logout_only_state(struct run *run) {
    static const char *const names[] = {"id_token_hint", "post_logout_redirect_uri"};
    signs_out_without(run, names, 2);
}

void module_rp_logout_no_uri(struct run *run) {
    static const char *const names[] = {"post_logout_redirect_uri"};
    signs_out_without(run, names, 1);
}
