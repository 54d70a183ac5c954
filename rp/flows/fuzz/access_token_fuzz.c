/* Any request to an API, and any token that the provider signed: whoever is let in has an access
 * token for it. The input is the Authorization header with the token for '$', the DPoP header, and
 * then the token's header and claims, a line each. */
#include "common/base/json_read.h"
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define API "https://api.example"

/* Its access tokens are signed with the secret, so that the input can be anything that is. */
static hk_rp *api(void) {
    static hk_rp *rp;
    if (rp)
        return rp;
    hk_cfg *cfg = hk_cfg_new(FUZZ_ISSUER, "api");
    hk_cfg_secret(cfg, FUZZ_SECRET);
    hk_cfg_set(cfg, "access_token_alg", "HS256");
    hk_cfg_set(cfg, "verify_cache", "0");
    hk_cfg_jwks(cfg, "{\"keys\":[]}");
    hk_cfg_clock(cfg, fuzz_now, NULL);
    int code = hk_rp_new(cfg, &rp, NULL);
    assert(code == HK_OK);
    return rp;
}

static bool has_word(hk_str list, str word) {
    return str_has_word(str_of(list.p, list.n), word);
}

static void assert_right(const hk_session *session) {
    json_t *claims = NULL;
    const hk_str text = hk_claims_json(session);
    err e = json_read_object(str_of(text.p, text.n), &claims);
    assert(!failed(e));
    assert(str_eq(json_read_str(claims, "iss"), S(FUZZ_ISSUER)));
    const json_t *aud = json_object_get(claims, "aud");
    assert(json_is_array(aud) || str_eq(json_read_str(claims, "aud"), S(API)));
    assert(json_number_value(json_object_get(claims, "exp")) > FUZZ_NOW - 60);
    assert(json_number_value(json_object_get(claims, "iat")) < FUZZ_NOW + 61);
    assert(hk_sub(session).n && has_word(hk_scope(session), S("read")));
    assert(!json_object_get(claims, "cnf") || strcmp(hk_token_type(session).p, "DPoP") == 0);
    json_decref(claims);
}

static void judge(const char *authorization, const char *dpop) {
    const hk_request request = {.size = sizeof request,
                                .authorization = authorization,
                                .dpop = dpop,
                                .method = "GET",
                                .url = API "/things"};
    hk_session *session = NULL;
    hk_error e = HK_ERROR_INIT;
    char challenge[4096];
    int status, code = hk_verify(api(), &request, API, "read", &session, &e);
    assert((code == HK_OK) == (session != NULL));
    if (session) {
        assert_right(session);
        hk_session_free(session);
        return;
    }
    assert(hk_challenge(api(), &request, &e, "read", &status, challenge, sizeof challenge) ==
           HK_OK);
    assert(status >= 400 && status < 500 && challenge[0]);
    for (const char *c = challenge; *c; c++)
        assert(*c >= 0x20 && *c < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(64 << 20);
    str rest = str_of((const char *)data, size), authorization = S(""), dpop = S(""), copy;
    (void)str_next(&rest, '\n', &authorization);
    (void)str_next(&rest, '\n', &dpop);
    str token = fuzz_token(arena, rest);
    err e = str_dup(arena, dpop, &copy);
    assert(!failed(e));
    judge(fuzz_filled(arena, (const uint8_t *)authorization.p, authorization.n, token),
          str_empty(dpop) ? NULL : copy.p);
    arena_free(arena);
    return 0;
}
