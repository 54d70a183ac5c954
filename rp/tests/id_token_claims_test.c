/* Every rule about the claims of an ID token, one row each way that it can be broken. */
#include "rp/protocol/id_token_claims.h"

#include "rp/protocol/hash_claim.h"
#include "rp/tests/token_helper.h"

enum { NOW = 1800000000 };

static const struct id_token_expected plain = {
    .nonce = {"n-1", 3}, .nonce_required = true, .max_age = -1};

/* The rule that breaks for those claims under that header. */
static const char *broken(const json_t *claims, const char *header,
                          const struct id_token_expected *expected, const char *audiences) {
    struct failure failure = {0};
    struct jws jws = {.alg = JOSE_RS256, .header = token_json(header)};
    struct arena *arena = arena_new(64 * 1024);
    const struct jwt_check check = {&failure, arena, S(ISSUER), S("app"), str_from(audiences),
                                    NOW,      60};
    err e = id_token_claims(&check, &jws, claims, expected);
    assert_true(failed(e) == (failure.rule != RULE_none));
    json_decref(jws.header);
    arena_free(arena);
    return rule_row(failure.rule)->name;
}

#define BASE                                                                                       \
    "{'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,'iat':1800000000,'nonce':'n-1'" \
    "}"

static void each_claim_has_its_rules(void **state) {
    (void)state;
    static const struct {
        const char *name, *value; /* NULL: dropped */
        const char *rule;         /* "": accepted */
    } rows[] = {
        {"iss", NULL, "token_iss_matches"},
        {"iss", "'" ISSUER "/'", "token_iss_matches"},
        {"iss", "'https://OP.example'", "token_iss_matches"},
        {"iss", "['" ISSUER "']", "token_iss_matches"},
        {"iss", "''", "token_iss_matches"}, /* mod_auth_openidc, 2026 audit */
        {"iss", "null", "token_iss_matches"},
        {"iss", "'" ISSUER "\\u0000'", "token_iss_matches"},
        {"aud", NULL, "token_aud_is_text"},
        {"aud", "null", "token_aud_is_text"},
        {"aud", "''", "token_aud_is_text"},
        {"aud", "[]", "token_aud_is_text"},
        {"aud", "['app',1]", "token_aud_is_text"},
        {"aud", "['app','']", "token_aud_is_text"},
        {"aud", "[['app']]", "token_aud_is_text"},
        {"aud", "{'app':'app'}", "token_aud_is_text"},
        {"aud", "{}", "token_aud_is_text"},
        {"aud", "'other'", "token_aud_has_us"}, /* iddawc takes it */
        {"aud", "'App'", "token_aud_has_us"},
        {"aud", "'app '", "token_aud_has_us"},
        {"aud", "'app other'", "token_aud_has_us"},
        {"aud", "'app\\u0000'", "token_aud_has_us"},
        {"aud", "['other']", "token_aud_has_us"},
        {"aud", "['app','evil']", "token_aud_is_ours_alone"},
        {"aud", "['app']", ""}, /* libjwt #283 refuses it */
        {"aud", "['app','app']", "token_azp_present"},
        {"aud", "['app','friend']", "token_azp_present"},
        {"aud", "'friend'", "token_aud_has_us"},
        {"azp", "'app'", ""},
        {"azp", "'other'", "token_azp_matches"},
        {"azp", "null", "token_azp_matches"},
        {"azp", "['app']", "token_azp_matches"},
        {"azp", "''", "token_azp_matches"},
        {"exp", NULL, "token_exp_present"},
        {"exp", "null", "token_times_are_numbers"},
        {"exp", "'1800000300'", "token_times_are_numbers"},
        {"exp", "'never'", "token_times_are_numbers"},
        {"exp", "true", "token_times_are_numbers"},
        {"exp", "[1800000300]", "token_times_are_numbers"},
        {"exp", "1e300", "token_times_are_numbers"}, /* mod_auth_openidc, 2026 audit */
        {"exp", "-1e300", "token_times_are_numbers"},
        {"exp", "9223372036854775807", "token_times_are_numbers"},
        {"exp", "9.3e18", "token_times_are_numbers"},
        {"exp", "-1", "token_times_are_numbers"},
        {"exp", "-9223372036854775808", "token_times_are_numbers"},
        {"exp", "1800000300000", "token_times_are_numbers"}, /* milliseconds */
        {"exp", "253402300800", "token_times_are_numbers"},
        {"exp", "253402300799", ""},
        {"exp", "4294967296", ""}, /* past 2038 and 2106: no narrowing */
        {"exp", "1800000300.75", ""},
        {"exp", "0", "token_not_expired"},
        {"exp", "1799999940", "token_not_expired"},
        {"exp", "1799999941", ""},
        {"iat", NULL, "token_iat_present"},
        {"iat", "null", "token_times_are_numbers"},
        {"iat", "'1800000000'", "token_times_are_numbers"},
        {"iat", "-1", "token_times_are_numbers"},
        {"iat", "1e300", "token_times_are_numbers"},
        {"iat", "1800000060", ""},
        {"iat", "1800000061", "token_iat_is_past"},
        {"iat", "1799990000", ""},
        {"nbf", "1800000060", ""},
        {"nbf", "1800000061", "token_nbf_is_past"},
        {"nbf", "'now'", "token_times_are_numbers"},
        {"sub", NULL, "token_sub_valid"},
        {"sub", "''", "token_sub_valid"},
        {"sub", "null", "token_sub_valid"},
        {"sub", "1", "token_sub_valid"},
        {"sub", "['jane']", "token_sub_valid"},
        {"sub", "'j\\u00e4ne'", "token_sub_valid"},
        {"sub", "'jane\\u0000'", "token_sub_valid"},
        {"sub", "'jane\\n'", "token_sub_valid"},
        {"sub", "'auth0|5f 7'", ""},
        {"nonce", NULL, "nonce_present"},
        {"nonce", "'n-2'", "nonce_matches"},
        {"nonce", "'n-1 '", "nonce_matches"},
        {"nonce", "'N-1'", "nonce_matches"},
        {"nonce", "''", "nonce_matches"},
        {"nonce", "null", "nonce_matches"},
        {"nonce", "['n-1']", "nonce_matches"},
        {"nonce", "1", "nonce_matches"},
        {"auth_time", "1800000000", ""},
        {"auth_time", "'1800000000'", "token_times_are_numbers"},
        {"auth_time", "1800000061", "auth_time_is_past"},
        {"acr", "'anything'", ""},
        {"email", "5", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(BASE, rows[i].name, rows[i].value);
        const char *rule = broken(claims, "{'alg':'RS256'}", &plain, "friend");
        if (strcmp(rule, rows[i].rule) != 0)
            fail_msg("%s %s broke \"%s\", not \"%s\"", rows[i].name,
                     rows[i].value ? rows[i].value : "dropped", rule, rows[i].rule);
        json_decref(claims);
    }
}

static void several_audiences_need_azp(void **state) {
    (void)state;
    static const struct {
        const char *aud, *azp, *audiences, *rule;
    } rows[] = {
        {"['app','friend']", "'app'", "friend", ""},
        {"['friend','app']", "'app'", "pal friend", ""},
        {"['app','friend']", "'friend'", "friend", "token_azp_matches"},
        {"['app','friend']", NULL, "friend", "token_azp_present"},
        {"['app','friend']", "'app'", NULL, "token_aud_is_ours_alone"},
        {"['app','friend']", "'app'", "friends", "token_aud_is_ours_alone"},
        {"['app','friend','evil']", "'app'", "friend", "token_aud_is_ours_alone"},
        {"['app']", NULL, NULL, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(BASE, "aud", rows[i].aud);
        if (rows[i].azp)
            json_object_set_new(claims, "azp", token_json(rows[i].azp));
        assert_string_equal(broken(claims, "{'alg':'RS256'}", &plain, rows[i].audiences),
                            rows[i].rule);
        json_decref(claims);
    }
}

static void a_token_of_another_kind_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *header, *rule;
    } rows[] = {
        {"{'alg':'RS256'}", ""},
        {"{'typ':'JWT'}", ""},
        {"{'typ':'jwt'}", ""},
        {"{'typ':'application/jwt'}", ""},
        {"{'typ':'at+jwt'}", "token_typ_fits"},
        {"{'typ':'application/at+jwt'}", "token_typ_fits"},
        {"{'typ':'logout+jwt'}", "token_typ_fits"},
        {"{'typ':'dpop+jwt'}", "token_typ_fits"},
        {"{'typ':'JOSE'}", "token_typ_fits"},
        {"{'typ':'application/'}", "token_typ_fits"},
        {"{'typ':''}", "token_typ_fits"},
        {"{'typ':null}", "token_typ_fits"},
        {"{'typ':['JWT']}", "token_typ_fits"},
        {"{'typ':'JWT\\u0000'}", "token_typ_fits"},
    };
    json_t *claims = token_json(BASE);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(broken(claims, rows[i].header, &plain, NULL), rows[i].rule);
    json_decref(claims);
}

/* What is expected, beside a claim. */
static void what_was_asked_for_must_be_there(void **state) {
    (void)state;
    static const struct {
        const char *name, *value;
        struct id_token_expected expected;
        const char *rule;
    } rows[] = {
#define ASKED(age, ...) {.max_age = (age), .nonce = S_INIT("n-1"), __VA_ARGS__}
        {"nonce", NULL, ASKED(-1, .nonce_required = false), ""},
        {"nonce", "'n-2'", ASKED(-1, .nonce_required = false), "nonce_matches"},
        {"nonce", "'n-1'", {.max_age = -1}, "nonce_was_sent"},
        {"nonce", "''", {.max_age = -1}, "nonce_was_sent"},
        {"nonce", NULL, {.max_age = -1}, ""},
        {"nonce", "'n-1'", {.max_age = -1, .same_sub = S_INIT("jane")}, ""},
        {"auth_time", NULL, ASKED(100, .acr = {NULL, 0}), "auth_time_present"},
        {"auth_time", NULL, ASKED(0, .acr = {NULL, 0}), "auth_time_present"},
        {"auth_time", "1800000000", ASKED(0, .acr = {NULL, 0}), ""},
        {"auth_time", "1799999940", ASKED(0, .acr = {NULL, 0}), ""},
        {"auth_time", "1799999939", ASKED(0, .acr = {NULL, 0}), "auth_is_recent"},
        {"auth_time", "1799999840", ASKED(100, .acr = {NULL, 0}), ""},
        {"auth_time", "1799999839", ASKED(100, .acr = {NULL, 0}), "auth_is_recent"},
        {"auth_time", "0", ASKED(100, .acr = {NULL, 0}), "auth_is_recent"},
        {"auth_time", "1800000061", ASKED(100, .acr = {NULL, 0}), "auth_time_is_past"},
        {"auth_time", "null", ASKED(100, .acr = {NULL, 0}), "token_times_are_numbers"},
        {"acr", "'gold'", ASKED(-1, .acr = S_INIT("gold")), ""},
        {"acr", "'gold'", ASKED(-1, .acr = S_INIT("silver gold")), ""},
        {"acr", "'silver gold'", ASKED(-1, .acr = S_INIT("silver gold")), "acr_is_asked_for"},
        {"acr", "'bronze'", ASKED(-1, .acr = S_INIT("silver gold")), "acr_is_asked_for"},
        {"acr", NULL, ASKED(-1, .acr = S_INIT("gold")), "acr_is_asked_for"},
        {"acr", "''", ASKED(-1, .acr = S_INIT("gold")), "acr_is_asked_for"},
        {"acr", "['gold']", ASKED(-1, .acr = S_INIT("gold")), "acr_is_asked_for"},
        {"sub", "'jane'", ASKED(-1, .same_sub = S_INIT("jane")), ""},
        {"sub", "'mary'", ASKED(-1, .same_sub = S_INIT("jane")), "refresh_keeps_sub"},
        {"iss", "'" ISSUER "'", ASKED(-1, .same_iss = S_INIT(ISSUER)), ""},
        {"iss", "'" ISSUER "'", ASKED(-1, .same_iss = S_INIT("https://op2.example")),
         "refresh_keeps_iss"},
        {"iss", "'https://op2.example'", ASKED(-1, .same_iss = S_INIT(ISSUER)),
         "refresh_keeps_iss"},
        {"iss", "'https://op2.example'", ASKED(-1, .same_iss = S_INIT("https://op2.example")),
         "token_iss_matches"},
        {"aud", "'app'", ASKED(-1, .same_aud_client = S_INIT("app")), ""},
        {"aud", "['app']", ASKED(-1, .same_aud_client = S_INIT("app")), ""},
        {"aud", "'app'", ASKED(-1, .same_aud_client = S_INIT("app2")), "refresh_keeps_aud"},
        {"aud", "['app']", ASKED(-1, .same_aud_client = S_INIT("app2")), "refresh_keeps_aud"},
        {"auth_time", "1700000000", ASKED(-1, .same_auth_time = 1700000000), ""},
        {"auth_time", NULL, ASKED(-1, .same_auth_time = 1700000000), ""},
        {"auth_time", "1700000001", ASKED(-1, .same_auth_time = 1700000000),
         "refresh_keeps_auth_time"},
#undef ASKED
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(BASE, rows[i].name, rows[i].value);
        const char *rule = broken(claims, "{'alg':'RS256'}", &rows[i].expected, NULL);
        if (strcmp(rule, rows[i].rule) != 0)
            fail_msg("row %d, %s: broke \"%s\", not \"%s\"", (int)i, rows[i].name, rule,
                     rows[i].rule);
        json_decref(claims);
    }
}

/* OIDC Core A.3 and A.4 have these values and hashes for RS256. */
#define ACCESS_TOKEN "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
#define CODE         "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"

static void hashes_fail_closed(void **state) {
    (void)state;
    static const struct {
        const char *name, *value;
        struct id_token_expected expected;
        const char *rule;
    } rows[] = {
#define ASKED(age, ...) {.max_age = (age), .nonce = S_INIT("n-1"), __VA_ARGS__}
        {"at_hash", "'77QmUPtjPfzWtF2AnpK9RQ'", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)),
         ""},
        {"at_hash", "'77QmUPtjPfzWtF2AnpK9RR'", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)),
         "at_hash_matches"},
        {"at_hash", "'77QmUPtjPfzWtF2AnpK9RQ=='", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)),
         "at_hash_matches"},
        {"at_hash", "''", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)), "at_hash_matches"},
        {"at_hash", "null", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)), "at_hash_matches"},
        {"at_hash", "true", ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)), "at_hash_matches"},
        {"at_hash", "'77QmUPtjPfzWtF2AnpK9RQ'", ASKED(-1, .access_token = S_INIT("another")),
         "at_hash_matches"},
        {"at_hash", NULL, ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN)), ""},
        {"at_hash", NULL, ASKED(-1, .access_token = S_INIT(ACCESS_TOKEN), .at_hash_required = true),
         "at_hash_present"},
        {"at_hash", "'anything'", ASKED(-1, .acr = {NULL, 0}), ""},
        {"c_hash", "'LDktKdoQak3Pk0cnXxCltA'", ASKED(-1, .code = S_INIT(CODE)), ""},
        {"c_hash", "'LDktKdoQak3Pk0cnXxClt'", ASKED(-1, .code = S_INIT(CODE)), "c_hash_matches"},
        {"c_hash", "''", ASKED(-1, .code = S_INIT(CODE)), "c_hash_matches"},
        {"c_hash", NULL, ASKED(-1, .code = S_INIT(CODE), .c_hash_required = true),
         "c_hash_present"},
        {"c_hash", NULL, ASKED(-1, .code = S_INIT(CODE)), ""},
        {"s_hash", "'LDktKdoQak3Pk0cnXxCltA'", ASKED(-1, .state = S_INIT(CODE)), ""},
        {"s_hash", "'LDktKdoQak3Pk0cnXxCltB'", ASKED(-1, .state = S_INIT(CODE)), "s_hash_matches"},
        {"s_hash", "0", ASKED(-1, .state = S_INIT(CODE)), "s_hash_matches"},
#undef ASKED
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(BASE, rows[i].name, rows[i].value);
        const char *rule = broken(claims, "{'alg':'RS256'}", &rows[i].expected, NULL);
        if (strcmp(rule, rows[i].rule) != 0)
            fail_msg("row %d, %s: broke \"%s\", not \"%s\"", (int)i, rows[i].name, rule,
                     rows[i].rule);
        json_decref(claims);
    }
}

/* The hash is that of the token's algorithm; one without a hash gives none that could match
 * (Authlib CVE-2026-28498). */
static void the_hash_is_of_the_tokens_algorithm(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        const char *hash;
    } rows[] = {
        {JOSE_RS256, "oFYf1knNtrqnhAVfBRuteQ"},
        {JOSE_HS256, "oFYf1knNtrqnhAVfBRuteQ"},
        {JOSE_ES384, "SeGOaEgS6QNKbB7vkLM3y8nujeY4Ple3"},
        {JOSE_PS512, "kyd4-h3ZoV2sH212kLKbcOnCBajStKQ38Ae_bfT-PFI"},
        {JOSE_EdDSA, "kyd4-h3ZoV2sH212kLKbcOnCBajStKQ38Ae_bfT-PFI"},
        {JOSE_NONE, NULL},
    };
    struct arena *arena = arena_new(64 * 1024);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(rows); k++) {
            json_t *claim = json_string(rows[k].hash ? rows[k].hash : "");
            bool holds, same = rows[i].hash && rows[k].hash && !strcmp(rows[i].hash, rows[k].hash);
            assert_ok(hash_claim_holds(arena, rows[i].alg, S("access"), claim, &holds));
            assert_int_equal(holds, same);
            json_decref(claim);
        }
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_claim_has_its_rules),
        cmocka_unit_test(several_audiences_need_azp),
        cmocka_unit_test(a_token_of_another_kind_is_refused),
        cmocka_unit_test(what_was_asked_for_must_be_there),
        cmocka_unit_test(hashes_fail_closed),
        cmocka_unit_test(the_hash_is_of_the_tokens_algorithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
