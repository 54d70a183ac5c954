/* hk_token_exchange (RFC 8693). */
#include "rp/tests/sign_in_helper.h"

#define TOKEN_URL ISSUER "/token"
#define TYPE(of)  "urn:ietf:params:oauth:token-type:" of
#define ANSWER(type, issued)                                                                       \
    "{\"access_token\":\"at\",\"token_type\":\"" type "\",\"issued_token_type\":\"" issued "\"}"

static void an_exchange_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        hk_exchange exchange;
        const char *body; /* NULL: nothing is sent */
        int code;
        const char *rule;
    } rows[] = {
        {{.size = sizeof(hk_exchange)}, NULL, HK_E_ARG, "argument_given"},
        {{.size = sizeof(hk_exchange), .subject_token = ""}, NULL, HK_E_ARG, "argument_given"},
        {{.size = sizeof(hk_exchange), .subject_token = "st", .actor_token_type = TYPE("jwt")},
         NULL,
         HK_E_ARG,
         "argument_given"},
        {{0, .subject_token = "st"}, NULL, HK_E_ARG, "argument_given"},
        {{.size = sizeof(hk_exchange), .subject_token = "st"},
         "{\"access_token\":\"at\",\"token_type\":\"Bearer\"}",
         HK_E_TOKEN,
         "exchange_names_type"},
        {{.size = sizeof(hk_exchange), .subject_token = "st", .requested_token_type = TYPE("jwt")},
         ANSWER("N_A", "urn:x"),
         HK_E_TOKEN,
         "exchange_type_was_asked"},
        {{.size = sizeof(hk_exchange), .subject_token = "st"},
         ANSWER("mac", "urn:x"),
         HK_E_TOKEN,
         "token_type_is_known"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {TOKEN_URL, 200, rows[i].body, NULL, 0};
        world_open(&world, NULL);
        hk_op *op = hk_token_exchange_op(world.rp, &rows[i].exchange);
        assert_int_equal(feed_run(&world.feed, op, &answer, rows[i].body != NULL, &e),
                         rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_null(hk_op_take_session(op));
        hk_op_free(op);
        assert_int_equal(hk_token_exchange(world.rp, NULL, &(hk_session *){NULL}, &e), HK_E_ARG);
        world_close(&world);
    }
}

static void a_token_is_exchanged(void **state) {
    (void)state;
    static const struct {
        hk_exchange exchange;
        const char *answer, *sent, *type;
    } rows[] = {
        {{.size = sizeof(hk_exchange), .subject_token = "st"},
         ANSWER("Bearer", "urn:x"),
         "&subject_token=st&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3A"
         "access_token",
         "Bearer"},
        {{.size = sizeof(hk_exchange),
          .subject_token = "st",
          .subject_token_type = "urn:a",
          .actor_token = "actor",
          .requested_token_type = "urn:x",
          .scopes = "read",
          .resources = "https://a.example https://b.example",
          .audiences = "one two"},
         ANSWER("n_a", "urn:x"),
         "&subject_token=st&subject_token_type=urn%3Aa&actor_token=actor&actor_token_type=urn%3A"
         "ietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&requested_token_type=urn%3Ax&scope="
         "read&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example&audience=one&"
         "audience=two",
         "N_A"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {TOKEN_URL, 200, rows[i].answer, NULL, 0};
        world_open(&world, NULL);
        hk_op *op = hk_token_exchange_op(world.rp, &rows[i].exchange);
        assert_int_equal(feed_run(&world.feed, op, &answer, 1, &e), HK_OK);
        assert_true(str_ends(str_from(world.feed.last_body), str_from(rows[i].sent)));
        hk_session *session = hk_op_take_session(op);
        assert_string_equal(hk_token_type(session).p, rows[i].type);
        assert_string_equal(hk_claim(session, "issued_token_type").p, "urn:x");
        hk_session_free(session);
        hk_op_free(op);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exchange_that_is_not_right_is_refused),
        cmocka_unit_test(a_token_is_exchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
