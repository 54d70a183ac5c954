/* hk_introspect: JSON (RFC 7662) and signed (RFC 9701). */
#include "rp/tests/sign_in_helper.h"

#define INTROSPECT_URL ISSUER "/introspect"
#define SIGNED         "Content-Type: application/token-introspection+jwt; charset=utf-8\r\n"
#define CLAIMS                                                                                     \
    "{'iss':'" ISSUER "','aud':'app','iat':1800000000,'token_introspection':{'active':true,"       \
    "'sub':'jane','exp':1800000060}}"

static int ask(struct world *world, const struct canned *answer, hk_doc **doc, hk_error *e) {
    hk_op *op = hk_introspect_op(world->rp, "some token", "access_token");
    int code = feed_run(&world->feed, op, answer, 1, e);
    *doc = hk_op_take_doc(op);
    assert_true((code == HK_OK) == (*doc != NULL));
    hk_op_free(op);
    return code;
}

static void an_answer_that_says_nothing_is_refused(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body;
        int code;
        const char *rule;
    } rows[] = {
        {200, "{}", HK_E_TOKEN, "introspection_says_active"},
        {200, "{\"active\":\"true\"}", HK_E_TOKEN, "introspection_says_active"},
        {200, "{\"active\":1}", HK_E_TOKEN, "introspection_says_active"},
        {200, "{\"active\":true,\"active\":false}", HK_E_HTTP, "answer_is_json"},
        {200, "true", HK_E_HTTP, "answer_is_json"},
        {401, "{\"error\":\"invalid_client\"}", HK_E_OAUTH, "client_is_accepted"},
        {403, "", HK_E_HTTP, "answer_is_success"},
    };
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        const struct canned answer = {INTROSPECT_URL, rows[i].status, rows[i].body, NULL, 0};
        world_open(&world, NULL);
        assert_int_equal(ask(&world, &answer, &doc, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_int_equal(hk_introspect(world.rp, NULL, NULL, &doc, &e), HK_E_ARG);
        assert_int_equal(hk_introspect(world.rp, "", NULL, &doc, &e), HK_E_ARG);
        world_close(&world);
    }
}

static void a_doc_says_whether_the_token_is_active(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    int64_t exp;
    const struct canned active = {INTROSPECT_URL, 200,
                                  "{\"active\":true,\"sub\":\"jane\",\"exp\":5}", NULL, 0},
                        inactive = {INTROSPECT_URL, 200, "{\"active\":false}", NULL, 0};
    world_open(&world, NULL);
    assert_int_equal(ask(&world, &active, &doc, &e), HK_OK);
    assert_string_equal(world.feed.last_body, "token=some%20token&token_type_hint=access_token");
    assert_non_null(strstr(world.feed.last_headers, "Accept: application/json\r\n"));
    assert_int_equal(hk_doc_true(doc, "active"), 1);
    assert_string_equal(hk_doc_str(doc, "sub").p, "jane");
    assert_int_equal(hk_doc_int(doc, "exp", &exp), HK_OK);
    assert_int_equal(exp, 5);
    hk_doc_free(doc);
    assert_int_equal(ask(&world, &inactive, &doc, &e), HK_OK);
    assert_int_equal(hk_doc_true(doc, "active"), 0);
    hk_doc_free(doc);
    world_close(&world);
}

static void a_signed_answer_is_verified(void **state) {
    (void)state;
    static const struct {
        const char *typ, *name, *value, *headers;
        int code;
        const char *rule;
    } rows[] = {
        {"token-introspection+jwt", "x", "1", NULL, HK_E_TOKEN, "introspection_is_signed"},
        {"token-introspection+jwt", "x", "1", "Content-Type: application/json\r\n", HK_E_TOKEN,
         "introspection_is_signed"},
        {"JWT", "x", "1", SIGNED, HK_E_TOKEN, "introspection_typ_matches"},
        {"at+jwt", "x", "1", SIGNED, HK_E_TOKEN, "introspection_typ_matches"},
        {NULL, "x", "1", SIGNED, HK_E_TOKEN, "introspection_typ_matches"},
        {"token-introspection+jwt", "iss", "'https://b.example'", SIGNED, HK_E_ISS,
         "token_iss_matches"},
        {"token-introspection+jwt", "aud", "'another'", SIGNED, HK_E_AUD, "token_aud_has_us"},
        {"token-introspection+jwt", "iat", NULL, SIGNED, HK_E_TOKEN, "token_iat_present"},
        {"token-introspection+jwt", "iat", "1800009999", SIGNED, HK_E_EXPIRED, "token_iat_is_past"},
        {"token-introspection+jwt", "exp", "1700000000", SIGNED, HK_E_EXPIRED, "token_not_expired"},
        {"token-introspection+jwt", "token_introspection", NULL, SIGNED, HK_E_TOKEN,
         "introspection_says_active"},
        {"token-introspection+jwt", "token_introspection", "{'sub':'jane'}", SIGNED, HK_E_TOKEN,
         "introspection_says_active"},
        {"token-introspection+jwt", "x", "1", SIGNED, HK_OK, ""},
    };
    static const char *const settings[WORLD_SETTINGS] = {"introspection_alg=ES256"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        world_open(&world, settings);
        json_t *claims = token_changed(CLAIMS, rows[i].name, rows[i].value);
        str token = issuer_sign_json(&world.issuer, claims, str_from(rows[i].typ));
        json_decref(claims);
        const struct canned answer = {INTROSPECT_URL, 200, token.p, rows[i].headers, 0};
        assert_int_equal(ask(&world, &answer, &doc, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_non_null(
            strstr(world.feed.last_headers, "Accept: application/token-introspection+jwt\r\n"));
        if (doc)
            assert_string_equal(hk_doc_str(doc, "sub").p, "jane");
        hk_doc_free(doc);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_says_nothing_is_refused),
        cmocka_unit_test(a_doc_says_whether_the_token_is_active),
        cmocka_unit_test(a_signed_answer_is_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
