/* hk_verify: what an access token must be (RFC 9068 4), and how it must come (RFC 6750 2.1). */
#include "rp/tests/api_helper.h"

#include "common/base/json_read.h"
#include "keys/jws.h"

static struct api api;

static int set_up(void **state) {
    (void)state;
    api_start(&api, NULL, NULL);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    api_stop(&api);
    return 0;
}

static void a_good_token_gives_a_session(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    int64_t when = 0;
    str token = api_token(&api, NULL, NULL);
    hk_request request = {.size = sizeof request,
                          .authorization = api_authorization(&api, "Bearer", token)};
    for (int i = 0; i < 2; i++) { /* verified, then remembered */
        assert_int_equal(hk_verify(api.rp, &request, API, "read", &session, &e), HK_OK);
        assert_string_equal(hk_iss(session).p, ISSUER);
        assert_string_equal(hk_sub(session).p, "jane");
        assert_string_equal(hk_claim(session, "client_id").p, "shop");
        assert_string_equal(hk_scope(session).p, "read write:all");
        assert_string_equal(hk_token_type(session).p, "Bearer");
        assert_string_equal(hk_access_token(session).p, token.p);
        assert_int_equal(hk_access_expires(session), 1800000600);
        assert_int_equal(hk_claim_int(session, "auth_time", &when), HK_OK);
        assert_int_equal(when, 1799999900);
        assert_non_null(strstr(hk_claims_json(session).p, "\"jti\":\"t-1\""));
        assert_null(hk_authorization_details(session).p);
        assert_null(hk_refresh_token(session).p);
        hk_session_free(session);
    }
}

/* The mutation oracle: every claim dropped and changed. */
static const struct {
    const char *claim, *value, *rule;
} wrong_claims[] = {
    {"iss", NULL, "access_token_is_complete"},
    {"iss", "1", "access_token_is_complete"},
    {"iss", "''", "access_token_is_complete"},
    {"iss", "['" ISSUER "']", "access_token_is_complete"},
    {"iss", "'" ISSUER "/'", "token_iss_matches"},
    {"iss", "'https://OP.example'", "token_iss_matches"},
    {"iss", "'https://op.example.evil.example'", "token_iss_matches"},
    {"aud", NULL, "access_token_is_complete"},
    {"aud", "null", "access_token_is_complete"},
    {"aud", "{'" API "':1}", "access_token_is_complete"},
    {"aud", "7", "access_token_is_complete"},
    {"aud", "''", "access_token_is_for_us"},
    {"aud", "[]", "access_token_is_for_us"},
    {"aud", "'shop'", "access_token_is_for_us"},
    {"aud", "'" API "/'", "access_token_is_for_us"},
    {"aud", "'" API ".evil.example'", "access_token_is_for_us"},
    {"aud", "'x" API "'", "access_token_is_for_us"},
    {"aud", "'" API " other'", "access_token_is_for_us"},
    {"aud", "['" API "/other',null,1,['" API "']]", "access_token_is_for_us"},
    {"exp", NULL, "access_token_is_complete"},
    {"exp", "'1800000600'", "token_times_are_numbers"},
    {"exp", "null", "token_times_are_numbers"},
    {"exp", "1e300", "token_times_are_numbers"},
    {"exp", "-1", "token_times_are_numbers"},
    {"exp", "1799999940", "token_not_expired"}, /* the skew is 60 s */
    {"exp", "1799999940.9", "token_not_expired"},
    {"exp", "0", "token_not_expired"},
    {"iat", NULL, "access_token_is_complete"},
    {"iat", "'1799999990'", "token_times_are_numbers"},
    {"iat", "true", "token_times_are_numbers"},
    {"iat", "1800000061", "token_iat_is_past"},
    {"nbf", "1800000061", "token_nbf_is_past"},
    {"nbf", "'0'", "token_times_are_numbers"},
    {"sub", NULL, "access_token_is_complete"},
    {"sub", "''", "access_token_is_complete"},
    {"sub", "1", "access_token_is_complete"},
    {"client_id", NULL, "access_token_is_complete"},
    {"client_id", "''", "access_token_is_complete"},
    {"client_id", "['shop']", "access_token_is_complete"},
    {"jti", NULL, "access_token_is_complete"},
    {"jti", "''", "access_token_is_complete"},
    {"jti", "1", "access_token_is_complete"},
    {"auth_time", "'1799999900'", "token_times_are_numbers"},
    {"cnf", "{}", "confirmation_is_known"},
    {"cnf", "[]", "confirmation_is_known"},
    {"cnf", "null", "confirmation_is_known"},
    {"cnf", "'x'", "confirmation_is_known"},
    {"cnf", "{'jkt':1}", "confirmation_is_known"},
    {"cnf", "{'jkt':''}", "confirmation_is_known"},
    {"cnf", "{'kid':'k'}", "confirmation_is_known"},
    {"cnf", "{'jkt':'a','jwk':{}}", "confirmation_is_known"},
    {"cnf", "{'jkt':'a'}", "bound_token_needs_proof"},
    {"cnf", "{'x5t#S256':'a'}", "certificate_is_sent"},
};

static void a_token_with_a_wrong_claim_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(wrong_claims); i++) {
        hk_error e = HK_ERROR_INIT;
        str token = api_token(&api, wrong_claims[i].claim, wrong_claims[i].value);
        for (int again = 0; again < 2; again++) /* the cache changes no verdict */
            assert_string_equal(api_bearer_broken(&api, token, &e), wrong_claims[i].rule);
    }
}

static void what_may_differ_is_taken(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"aud", "['https://other.example','" API "']"},
        {"aud", "['" API "']"},
        {"exp", "1799999941"},
        {"exp", "1800000600.5"},
        {"iat", "1800000060"},
        {"nbf", "1800000060"},
        {"scope", NULL},
        {"acr", NULL},
        {"auth_time", NULL},
        {"nonce", "'unknown claims do no harm'"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        assert_string_equal(api_bearer_broken(&api, api_token(&api, rows[i][0], rows[i][1]), &e),
                            "");
    }
}

/* RFC 8725 3.11: an ID token, a logout token or a proof is no access token. */
static void a_token_of_another_kind_is_refused(void **state) {
    (void)state;
    static const char *const refused[] = {
        "JWT",     "",        "at",         "jwt", "logout+jwt", "dpop+jwt", "application/jwt",
        "at+jwt ", "xat+jwt", "text/at+jwt"};
    static const char *const taken[] = {"at+jwt", "AT+JWT", "application/at+jwt"};
    hk_error e = HK_ERROR_INIT;
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_string_equal(
            api_bearer_broken(&api, issuer_sign(&api.issuer, ACCESS_CLAIMS, str_from(refused[i])),
                              &e),
            "token_is_for_access");
    assert_string_equal(
        api_bearer_broken(&api, issuer_sign(&api.issuer, ACCESS_CLAIMS, STR_ABSENT), &e),
        "token_is_for_access");
    for (size_t i = 0; i < COUNT(taken); i++)
        assert_string_equal(
            api_bearer_broken(&api, issuer_sign(&api.issuer, ACCESS_CLAIMS, str_from(taken[i])),
                              &e),
            "");
}

static void claims_that_are_no_object_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"[]", "\"x\"", "{", "{\"iss\":1,\"iss\":2}", "{} {}"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        str token;
        assert_ok(jws_sign(api.issuer.key, JOSE_ES256, S("at+jwt"), str_from(rows[i]),
                           api.issuer.arena, &token));
        assert_string_equal(api_bearer_broken(&api, token, &e), "claims_are_an_object");
        assert_int_equal(e.code, HK_E_TOKEN);
    }
}

static void signed_by(enum jose_alg alg, const char *rule) {
    struct issuer other;
    hk_error e = HK_ERROR_INIT;
    issuer_start(&other, alg);
    assert_string_equal(
        api_bearer_broken(&api, issuer_sign(&other, ACCESS_CLAIMS, S("at+jwt")), &e), rule);
    issuer_stop(&other);
}

static void a_token_that_the_provider_did_not_sign_is_refused(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    str good = api_token(&api, NULL, NULL), other = api_token(&api, "sub", "'root'"), forged;
    assert_ok(STR_JOIN(api.issuer.arena, &forged, str_head(other, other.n - 86),
                       str_from_pos(good, good.n - 86)));
    assert_string_equal(api_bearer_broken(&api, forged, &e), "token_signature_verifies");
    assert_string_equal(api_bearer_broken(&api, S("eyJhbGciOiJub25lIn0.e30.AA"), &e),
                        "token_alg_matches");
    assert_string_equal(api_bearer_broken(&api, S("e30.e30"), &e), "token_is_well_formed");
    assert_string_equal(api_bearer_broken(&api, S("opaque"), &e), "token_is_well_formed");
    signed_by(JOSE_ES256, "token_key_is_known");
    signed_by(JOSE_EdDSA, "token_key_is_known");
    signed_by(JOSE_ES384, "token_alg_matches");
}

/* RFC 8725 3.1: what is verified with the public keys as a secret, or by the key that the token
 * itself names, is anybody's. */
static void the_token_does_not_choose_its_key(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    struct issuer thief;
    struct jwk *hmac = NULL;
    str forged, bare;
    json_t *claims = token_json(ACCESS_CLAIMS);
    assert_ok(jwk_from_secret(secret_of(str_from(api.issuer.jwks)), JOSE_HS256, &hmac));
    struct issuer confused = {.arena = api.issuer.arena, .key = hmac, .alg = JOSE_HS256};
    assert_string_equal(
        api_bearer_broken(&api, issuer_sign_json(&confused, claims, S("at+jwt")), &e),
        "token_alg_matches");
    issuer_start(&thief, JOSE_ES256);
    assert_ok(jwk_bare_json(thief.key, thief.arena, &bare));
    const struct jws_header header = {.alg = JOSE_ES256, .typ = S("at+jwt"), .jwk = bare};
    assert_ok(json_read_dump(thief.arena, claims, &forged));
    assert_ok(jws_sign_header(thief.key, &header, forged, thief.arena, &forged));
    assert_string_equal(api_bearer_broken(&api, forged, &e), "token_signature_verifies");
    json_decref(claims);
    issuer_stop(&thief);
    jwk_free(hmac);
}

static void the_header_must_have_one_token(void **state) {
    (void)state;
    str token = api_token(&api, NULL, NULL);
    static const struct {
        const char *before, *behind, *rule;
    } rows[] = {
        {"Bearer ", "", ""},
        {"bearer ", "", ""},
        {"BEARER   ", " ", ""},
        {" Bearer ", "\t", ""},
        {"", "", "access_token_is_sent"},
        {"Basic ", "", "access_token_is_sent"},
        {"BearerX ", "", "access_token_is_sent"},
        {"Bearer", "", "access_token_is_sent"},
        {"Bearer\t", "", "access_token_is_sent"},
        {"Bearer: ", "", "access_token_is_sent"},
        {"Bearer ", " x", "credentials_are_one_token"},
        {"Bearer ", ", Bearer x", "credentials_are_one_token"},
        {"Bearer ", ",", "credentials_are_one_token"},
        {"Bearer ", "\r\nX: y", "credentials_are_one_token"},
        {"Bearer \"", "\"", "credentials_are_one_token"},
        {"Bearer token=", "=x", "credentials_are_one_token"},
        {"DPoP \xff", "", "credentials_are_one_token"},
        {"Bearer ", "=", "token_is_well_formed"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        str header;
        assert_ok(STR_JOIN(api.issuer.arena, &header, str_from(rows[i].before), token,
                           str_from(rows[i].behind)));
        const hk_request request = {.size = sizeof request, .authorization = header.p};
        assert_string_equal(api_broken(&api, &request, API, NULL, &e), rows[i].rule);
    }
    static const char *const empty[] = {NULL, "", " ", "Bearer", "Bearer ", "DPoP  "};
    for (size_t i = 0; i < COUNT(empty); i++) {
        hk_error e = HK_ERROR_INIT;
        const hk_request request = {.size = sizeof request, .authorization = empty[i]};
        const char *rule = i < 3 ? "access_token_is_sent" : "credentials_are_one_token";
        assert_string_equal(api_broken(&api, &request, API, NULL, &e), rule);
        assert_string_equal(e.oauth, i < 3 ? "" : "invalid_request");
    }
}

/* RFC 6749 3.3: words, compared as they are. */
static void the_scope_must_have_each_word(void **state) {
    (void)state;
    static const struct {
        const char *needed, *rule;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"read", ""},
        {"write:all", ""},
        {"write:all read", ""},
        {" read  write:all ", ""},
        {"rea", "access_token_reaches"},
        {"write", "access_token_reaches"},
        {"write:al", "access_token_reaches"},
        {"write:all:more", "access_token_reaches"},
        {"Read", "access_token_reaches"},
        {"read admin", "access_token_reaches"},
        {"read,write:all", "access_token_reaches"},
    };
    str token = api_token(&api, NULL, NULL);
    const hk_request request = {.size = sizeof request,
                                .authorization = api_authorization(&api, "Bearer", token)};
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        assert_string_equal(api_broken(&api, &request, API, rows[i].needed, &e), rows[i].rule);
    }
    static const char *const scopes[] = {NULL, "''", "['read']", "{'read':true}", "'reader'"};
    for (size_t i = 0; i < COUNT(scopes); i++) {
        hk_error e = HK_ERROR_INIT;
        const hk_request other = {.size = sizeof other,
                                  .authorization = api_authorization(
                                      &api, "Bearer", api_token(&api, "scope", scopes[i]))};
        assert_string_equal(api_broken(&api, &other, API, "read", &e), "access_token_reaches");
    }
}

/* RFC 9470 */
static void the_user_must_have_authenticated_well_and_lately(void **state) {
    (void)state;
    static const struct {
        const char *claim, *value, *acr_values;
        int max_age;
        const char *rule;
    } rows[] = {
        {NULL, NULL, "mfa", -1, ""},
        {NULL, NULL, "phr mfa", -1, ""},
        {NULL, NULL, "", -1, ""},
        {NULL, NULL, NULL, 100, ""},
        {NULL, NULL, NULL, 40, ""}, /* the skew is 60 s */
        {NULL, NULL, NULL, 39, "access_auth_is_recent"},
        {NULL, NULL, NULL, 0, "access_auth_is_recent"},
        {"auth_time", NULL, NULL, 2000000000, "access_auth_is_recent"},
        {NULL, NULL, "phr", -1, "access_acr_is_enough"},
        {NULL, NULL, "mf", -1, "access_acr_is_enough"},
        {NULL, NULL, "mfaa", -1, "access_acr_is_enough"},
        {"acr", NULL, "mfa", -1, "access_acr_is_enough"},
        {"acr", "''", "mfa  x", -1, "access_acr_is_enough"},
        {"acr", "['mfa']", "mfa", -1, "access_acr_is_enough"},
        {"acr", "'mfa x'", "mfa x", -1, "access_acr_is_enough"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        str token = api_token(&api, rows[i].claim, rows[i].value);
        const hk_request request = {.size = sizeof request,
                                    .authorization = api_authorization(&api, "Bearer", token),
                                    .acr_values = rows[i].acr_values,
                                    .has_max_age = rows[i].max_age >= 0,
                                    .max_age = rows[i].max_age};
        assert_string_equal(api_broken(&api, &request, API, NULL, &e), rows[i].rule);
    }
}

static void arguments_that_are_missing_are_told(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    hk_request request = {.size = sizeof request,
                          .authorization =
                              api_authorization(&api, "Bearer", api_token(&api, NULL, NULL))};
    assert_int_equal(hk_verify(api.rp, NULL, API, NULL, &session, &e), HK_E_ARG);
    assert_int_equal(hk_verify(api.rp, &request, NULL, NULL, &session, &e), HK_E_ARG);
    assert_int_equal(hk_verify(api.rp, &request, "", NULL, &session, &e), HK_E_ARG);
    assert_int_equal(hk_verify(api.rp, &request, API, NULL, NULL, &e), HK_E_ARG);
    assert_null(hk_verify_op(NULL, &request, API, NULL));
    request.max_age = -1;
    request.has_max_age = 1;
    assert_int_equal(hk_verify(api.rp, &request, API, NULL, &session, &e), HK_E_ARG);
    /* a shorter struct of an older header: what it does not know is absent */
    request.size = offsetof(hk_request, acr_values);
    assert_int_equal(hk_verify(api.rp, &request, API, NULL, &session, &e), HK_OK);
    hk_session_free(session);
    request.size = 0;
    assert_int_equal(hk_verify(api.rp, &request, API, NULL, &session, &e), HK_E_TOKEN);
    assert_null(session);
}

static void an_api_without_an_issuer_takes_nothing(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_session *session = NULL;
    hk_cfg *cfg = hk_cfg_new(NULL, NULL);
    hk_cfg_jwks(cfg, api.issuer.jwks);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    const hk_request request = {
        .size = sizeof request,
        .authorization = api_authorization(&api, "Bearer", api_token(&api, "exp", "9999999999"))};
    assert_int_equal(hk_verify(rp, &request, API, NULL, &session, &e), HK_E_CONFIG);
    hk_rp_free(rp);
}

static void one_algorithm_can_be_asked_for(void **state) {
    (void)state;
    struct api strict;
    hk_error e = HK_ERROR_INIT;
    api_start(&strict, "access_token_alg", "RS256");
    assert_string_equal(api_bearer_broken(&strict, api_token(&strict, NULL, NULL), &e),
                        "token_alg_matches");
    api_stop(&strict);
    api_start(&strict, "access_token_alg", "ES256");
    assert_string_equal(api_bearer_broken(&strict, api_token(&strict, NULL, NULL), &e), "");
    api_stop(&strict);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_gives_a_session),
        cmocka_unit_test(a_token_with_a_wrong_claim_is_refused),
        cmocka_unit_test(what_may_differ_is_taken),
        cmocka_unit_test(a_token_of_another_kind_is_refused),
        cmocka_unit_test(claims_that_are_no_object_are_refused),
        cmocka_unit_test(a_token_that_the_provider_did_not_sign_is_refused),
        cmocka_unit_test(the_token_does_not_choose_its_key),
        cmocka_unit_test(the_header_must_have_one_token),
        cmocka_unit_test(the_scope_must_have_each_word),
        cmocka_unit_test(the_user_must_have_authenticated_well_and_lately),
        cmocka_unit_test(arguments_that_are_missing_are_told),
        cmocka_unit_test(an_api_without_an_issuer_takes_nothing),
        cmocka_unit_test(one_algorithm_can_be_asked_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
