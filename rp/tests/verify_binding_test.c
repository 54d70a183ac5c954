/* hk_verify: tokens that are bound to a key (RFC 9449 7) or to a certificate (RFC 8705 3). */
#include "keys/certificate.h"
#include "keys/dpop.h"
#include "keys/jws.h"
#include "rp/tests/api_helper.h"

#define NOW 1800000000
static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx\n"
    "ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG\n"
    "SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ\n"
    "/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID\n"
    "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV\n"
    "bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=\n"
    "-----END CERTIFICATE-----\n";

static struct api api;
static struct jwk *client, *stranger; /* keys that proofs are made with */
static str jkt;

static int set_up(void **state) {
    (void)state;
    api_start(&api, NULL, NULL);
    assert_ok(jwk_generate(JOSE_ES256, &client));
    assert_ok(jwk_generate(JOSE_ES256, &stranger));
    assert_ok(jwk_thumbprint(client, api.issuer.arena, &jkt));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    jwk_free(client);
    jwk_free(stranger);
    api_stop(&api);
    return 0;
}

static str bound_token(struct api *at, const char *member, str thumbprint) {
    str cnf;
    assert_ok(str_printf(at->issuer.arena, &cnf, "{'%s':'%.*s'}", member, STR_FMT(thumbprint)));
    return api_token(at, "cnf", cnf.p);
}

/* A fresh jti each time. */
static str fresh_jti(void) {
    static int n;
    str jti;
    assert_ok(str_printf(api.issuer.arena, &jti, "proof-%d", ++n));
    return jti;
}

static str proof_by(const struct jwk *key, const struct dpop_request *request) {
    str proof;
    assert_ok(dpop_proof(key, JOSE_ES256, request, api.issuer.arena, &proof));
    return proof;
}

static str good_proof(str token) {
    return proof_by(client, &(struct dpop_request){.method = S("GET"),
                                                   .url = S(API_URL),
                                                   .now = NOW,
                                                   .jti = fresh_jti(),
                                                   .access_token = token});
}

static const char *broken(struct api *at, const char *scheme, str token, const char *proof,
                          hk_error *e) {
    const hk_request request = {.size = sizeof request,
                                .authorization = api_authorization(at, scheme, token),
                                .dpop = proof,
                                .method = "GET",
                                .url = API_URL "?page=1"};
    return api_broken(at, &request, API, NULL, e);
}

static void a_proof_by_the_tokens_key_is_taken_once(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    str token = bound_token(&api, "jkt", jkt), proof = good_proof(token);
    const hk_request request = {.size = sizeof request,
                                .authorization = api_authorization(&api, "dpop", token),
                                .dpop = proof.p,
                                .method = "GET",
                                .url = "HTTPS://API.example:443/things#f"};
    assert_int_equal(hk_verify(api.rp, &request, API, NULL, &session, &e), HK_OK);
    assert_string_equal(hk_token_type(session).p, "DPoP");
    hk_session_free(session);
    assert_string_equal(broken(&api, "DPoP", token, proof.p, &e), "proof_is_used_once");
    assert_string_equal(e.oauth, "invalid_dpop_proof");
    assert_int_equal(e.code, HK_E_REPLAY);
    /* as long as it would be fresh */
    api.feed.now = NOW + 60;
    assert_string_equal(broken(&api, "DPoP", token, proof.p, &e), "proof_is_used_once");
    api.feed.now = NOW + 61;
    assert_string_equal(broken(&api, "DPoP", token, proof.p, &e), "proof_is_valid");
    api.feed.now = NOW;
}

/* Nobody may use up another's jti: it counts after the signature. */
static void a_forged_proof_uses_nothing_up(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str token = bound_token(&api, "jkt", jkt), good = good_proof(token), other = good_proof(token),
        forged;
    assert_ok(STR_JOIN(api.issuer.arena, &forged, str_head(good, good.n - 86),
                       str_from_pos(other, other.n - 86)));
    assert_string_equal(broken(&api, "DPoP", token, forged.p, &e), "proof_is_valid");
    assert_string_equal(broken(&api, "DPoP", token, good.p, &e), "");
}

static void a_wrong_proof_is_refused(void **state) {
    (void)state;
    str token = bound_token(&api, "jkt", jkt), other = api_token(&api, "jti", "'t-2'");
    const struct {
        const char *method, *url;
        int64_t now;
        str access_token;
        const char *rule;
    } rows[] = {
        {"GET", API_URL, NOW - 60, token, ""},
        {"GET", API_URL, NOW + 60, token, ""},
        {"GET", API_URL, NOW - 61, token, "proof_is_valid"},
        {"GET", API_URL, NOW + 61, token, "proof_is_valid"},
        {"POST", API_URL, NOW, token, "proof_is_valid"},
        {"get", API_URL, NOW, token, "proof_is_valid"},
        {"GET", API_URL "/", NOW, token, "proof_is_valid"},
        {"GET", API "/other", NOW, token, "proof_is_valid"},
        {"GET", "http://api.example/things", NOW, token, "proof_is_valid"},
        {"GET", "https://api.example:444/things", NOW, token, "proof_is_valid"},
        {"GET", "https://evil.example/things", NOW, token, "proof_is_valid"},
        {"GET", API_URL, NOW, STR_ABSENT, "proof_is_valid"},
        {"GET", API_URL, NOW, other, "proof_is_valid"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        str proof = proof_by(client, &(struct dpop_request){.method = str_from(rows[i].method),
                                                            .url = str_from(rows[i].url),
                                                            .now = rows[i].now,
                                                            .jti = fresh_jti(),
                                                            .access_token = rows[i].access_token});
        assert_string_equal(broken(&api, "DPoP", token, proof.p, &e), rows[i].rule);
        assert_string_equal(e.oauth, rows[i].rule[0] ? "invalid_dpop_proof" : "");
    }
}

/* RFC 9449 4.3, rule 1: one header with one proof. A framework may have joined two by a comma. */
static void what_is_not_one_proof_is_refused(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str token = bound_token(&api, "jkt", jkt), first = good_proof(token),
        second = good_proof(token), both, spaced;
    assert_ok(STR_JOIN(api.issuer.arena, &both, first, S(", "), second));
    assert_ok(STR_JOIN(api.issuer.arena, &spaced, first, S(" ")));
    const char *const rows[] = {"", "x", "a.b.c", both.p, spaced.p, token.p};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(broken(&api, "DPoP", token, rows[i], &e), "proof_is_valid");
    assert_string_equal(broken(&api, "DPoP", token, NULL, &e), "proof_is_sent");
    assert_string_equal(e.oauth, "invalid_dpop_proof");
}

/* CVE-2026-54431 of liboauth2: a proof that carries its private key shows nothing. */
static void a_proof_with_a_private_key_is_refused(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    struct arena *arena = api.issuer.arena;
    str token = bound_token(&api, "jkt", jkt), private_json, proof, header, claims, text;
    proof = good_proof(token);
    assert_ok(jwk_private_json(client, arena, &private_json));
    const struct jws_header with_key = {
        .alg = JOSE_ES256, .typ = S("dpop+jwt"), .jwk = private_json};
    size_t dot = str_find(proof, '.');
    str rest = str_from_pos(proof, dot + 1);
    AUTO(jws_ref) jws = {0};
    assert_ok(jws_parse(arena, proof, &jws));
    claims = jws.payload;
    assert_ok(jws_sign_header(client, &with_key, claims, arena, &text));
    assert_string_equal(broken(&api, "DPoP", token, text.p, &e), "proof_is_valid");
    header = str_head(proof, dot);
    assert_ok(STR_JOIN(arena, &text, header, S("."), rest)); /* the same, untouched, is good */
    assert_string_equal(broken(&api, "DPoP", token, text.p, &e), "");
}

static void a_proof_by_another_key_is_the_tokens_error(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str token = bound_token(&api, "jkt", jkt);
    str proof = proof_by(stranger, &(struct dpop_request){.method = S("GET"),
                                                          .url = S(API_URL),
                                                          .now = NOW,
                                                          .jti = fresh_jti(),
                                                          .access_token = token});
    assert_string_equal(broken(&api, "DPoP", token, proof.p, &e), "proof_is_by_the_tokens_key");
    assert_string_equal(e.oauth, "");
    assert_int_equal(e.code, HK_E_BINDING);
}

/* RFC 9449 7.1, 7.2: the scheme says whether the token is bound. */
static void the_scheme_must_fit_the_token(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str bound = bound_token(&api, "jkt", jkt), plain = api_token(&api, NULL, NULL);
    assert_string_equal(broken(&api, "Bearer", bound, NULL, &e), "bound_token_needs_proof");
    assert_string_equal(broken(&api, "Bearer", bound, good_proof(bound).p, &e),
                        "bound_token_needs_proof");
    assert_string_equal(broken(&api, "DPoP", plain, good_proof(plain).p, &e),
                        "proof_needs_bound_token");
    assert_string_equal(broken(&api, "Bearer", plain, "whatever", &e), "");
}

static void the_request_must_be_known_for_a_proof(void **state) {
    (void)state;
    static const struct {
        const char *method, *url, *rule;
    } rows[] = {
        {NULL, API_URL, "argument_given"},
        {"GET", NULL, "argument_given"},
        {"GET", "/things", "proof_is_for_our_url"},
        {"GET", "ftp://api.example/things", "proof_is_for_our_url"},
    };
    str token = bound_token(&api, "jkt", jkt);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        const hk_request request = {.size = sizeof request,
                                    .authorization = api_authorization(&api, "DPoP", token),
                                    .dpop = good_proof(token).p,
                                    .method = rows[i].method,
                                    .url = rows[i].url};
        assert_string_equal(api_broken(&api, &request, API, NULL, &e), rows[i].rule);
        assert_int_equal(e.code, HK_E_ARG);
    }
}

static void a_certificate_must_be_the_tokens(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str x5t;
    assert_ok(certificate_thumbprint(str_from(certificate), api.issuer.arena, &x5t));
    str bound = bound_token(&api, "x5t#S256", x5t), other = bound_token(&api, "x5t#S256", jkt);
    const struct {
        str token;
        const char *certificate, *rule;
    } rows[] = {
        {bound, certificate, ""},
        {bound, NULL, "certificate_is_sent"},
        {bound, "", "certificate_is_readable"},
        {bound, "not PEM", "certificate_is_readable"},
        {other, certificate, "certificate_is_the_tokens"},
        {api_token(&api, NULL, NULL), certificate, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const hk_request request = {.size = sizeof request,
                                    .authorization =
                                        api_authorization(&api, "Bearer", rows[i].token),
                                    .certificate = rows[i].certificate};
        assert_string_equal(api_broken(&api, &request, API, NULL, &e), rows[i].rule);
    }
}

/* A token that is bound both ways must be shown both ways. */
static void a_token_may_be_bound_twice(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str x5t, cnf;
    assert_ok(certificate_thumbprint(str_from(certificate), api.issuer.arena, &x5t));
    assert_ok(str_printf(api.issuer.arena, &cnf, "{'jkt':'%.*s','x5t#S256':'%.*s'}", STR_FMT(jkt),
                         STR_FMT(x5t)));
    str token = api_token(&api, "cnf", cnf.p);
    hk_request request = {.size = sizeof request,
                          .authorization = api_authorization(&api, "DPoP", token),
                          .dpop = good_proof(token).p,
                          .method = "GET",
                          .url = API_URL};
    assert_string_equal(api_broken(&api, &request, API, NULL, &e), "certificate_is_sent");
    request.certificate = certificate;
    assert_string_equal(api_broken(&api, &request, API, NULL, &e), "");
}

static void an_api_can_ask_for_bound_tokens(void **state) {
    (void)state;
    static const struct {
        const char *option, *value, *bearer, *dpop;
    } rows[] = {
        {"dpop", "require", "token_is_bound_enough", ""},
        {"mtls_bound", "require", "token_is_bound_enough", "token_is_bound_enough"},
        {"profile", "fapi2", "token_is_bound_enough", ""},
        {"profile", "oauth", "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct api strict;
        hk_error e = HK_ERROR_INIT;
        api_start(&strict, rows[i].option, rows[i].value);
        str bound = bound_token(&strict, "jkt", jkt);
        assert_string_equal(broken(&strict, "Bearer", api_token(&strict, NULL, NULL), NULL, &e),
                            rows[i].bearer);
        assert_string_equal(broken(&strict, "DPoP", bound, good_proof(bound).p, &e), rows[i].dpop);
        api_stop(&strict);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_by_the_tokens_key_is_taken_once),
        cmocka_unit_test(a_forged_proof_uses_nothing_up),
        cmocka_unit_test(a_wrong_proof_is_refused),
        cmocka_unit_test(what_is_not_one_proof_is_refused),
        cmocka_unit_test(a_proof_with_a_private_key_is_refused),
        cmocka_unit_test(a_proof_by_another_key_is_the_tokens_error),
        cmocka_unit_test(the_scheme_must_fit_the_token),
        cmocka_unit_test(the_request_must_be_known_for_a_proof),
        cmocka_unit_test(a_certificate_must_be_the_tokens),
        cmocka_unit_test(a_token_may_be_bound_twice),
        cmocka_unit_test(an_api_can_ask_for_bound_tokens),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
