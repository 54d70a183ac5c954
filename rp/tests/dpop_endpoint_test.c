/* DPoP at the authorization server (RFC 9449 5 and 8): proofs, and nonces asked for once. */
#include <stdio.h>

#include "keys/dpop.h"
#include "rp/tests/pem_helper.h"
#include "rp/tests/sign_in_helper.h"

#define TOKEN_URL   ISSUER "/token"
#define BOUND       "{\"access_token\":\"at\",\"token_type\":\"DPoP\"}"
#define UNBOUND     "{\"access_token\":\"at\",\"token_type\":\"Bearer\"}"
#define WANTS_NONCE "{\"error\":\"use_dpop_nonce\"}"

static const char *const dpop[WORLD_SETTINGS] = {"dpop=require", "client_auth=private_key_jwt"};

static void open_bound(struct world *world) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(world, dpop);
    hk_cfg_private_key(cfg, pem_ec, "k1", "ES256");
    assert_int_equal(hk_rp_new(cfg, &world->rp, &e), HK_OK);
}

static int run(struct world *world, const struct canned *answers, size_t n, hk_error *e) {
    hk_op *op = hk_client_credentials_op(world->rp, NULL, NULL);
    int code = feed_run(&world->feed, op, answers, n, e);
    hk_op_free(op);
    return code;
}

static void what_is_not_bound_is_refused(void **state) {
    (void)state;
    static const struct {
        struct canned answers[2];
        size_t n;
        int code;
        const char *rule, *oauth;
    } rows[] = {
        {{{TOKEN_URL, 200, UNBOUND, NULL, 0}}, 1, HK_E_BINDING, "token_is_bound", ""},
        /* the server asks for nonces without end */
        {{{TOKEN_URL, 400, WANTS_NONCE, "DPoP-Nonce: n1\r\n", 0},
          {TOKEN_URL, 400, WANTS_NONCE, "DPoP-Nonce: n2\r\n", 0}},
         2,
         HK_E_OAUTH,
         "server_refused",
         "use_dpop_nonce"},
        /* but gives none */
        {{{TOKEN_URL, 400, WANTS_NONCE, NULL, 0}},
         1,
         HK_E_OAUTH,
         "server_refused",
         "use_dpop_nonce"},
        {{{TOKEN_URL, 400, WANTS_NONCE, "DPoP-Nonce: \r\n", 0}},
         1,
         HK_E_OAUTH,
         "server_refused",
         "use_dpop_nonce"},
        /* or something else was wrong */
        {{{TOKEN_URL, 400, "{\"error\":\"invalid_dpop_proof\"}", "DPoP-Nonce: n1\r\n", 0}},
         1,
         HK_E_OAUTH,
         "server_refused",
         "invalid_dpop_proof"},
        {{{TOKEN_URL, 500, WANTS_NONCE, "DPoP-Nonce: n1\r\n", 0}},
         1,
         HK_E_OAUTH,
         "server_refused",
         "use_dpop_nonce"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        open_bound(&world);
        assert_int_equal(run(&world, rows[i].answers, rows[i].n, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_string_equal(e.oauth, rows[i].oauth);
        world_close(&world);
    }
}

/* The next request of the op: its proof is right, with that nonce; what makes it one of its kind is
 * copied out. */
static void check_request(struct world *world, hk_op *op, const char *nonce, char *jkt, char *jti,
                          char *assertion) {
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    struct dpop proof;
    struct arena *arena = arena_new(1 << 20);
    assert_int_equal(hk_op_next(op, &http, &e), HK_PENDING);
    const char *line = strstr(http.headers.p, "DPoP: ");
    assert_non_null(line);
    const struct dpop_expected expected = {.method = S("POST"),
                                           .url = S(TOKEN_URL),
                                           .now = world->feed.now,
                                           .max_age = 5,
                                           .nonces = str_from(nonce)};
    assert_ok(dpop_verify(str_of(line + 6, strcspn(line + 6, "\r")), &expected, arena, &proof));
    assert_true(nonce ? str_eq(proof.nonce, str_from(nonce)) : !str_present(proof.nonce));
    assert_true(proof.jti.n >= 16);
    snprintf(jkt, 64, "%.*s", STR_FMT(proof.jkt));
    snprintf(jti, 64, "%.*s", STR_FMT(proof.jti));
    snprintf(assertion, 2048, "%s", param_of(http.body.p, "client_assertion"));
    arena_free(arena);
}

static void give(hk_op *op, int status, const char *headers, const char *body) {
    const hk_str lines = {headers, strlen(headers)}, text = {body, strlen(body)};
    assert_int_equal(hk_op_feed(op, status, lines, text, 0), HK_OK);
}

static void a_nonce_is_sent_with_a_new_proof_and_a_new_assertion(void **state) {
    (void)state;
    struct world world = {0};
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    char jkt[3][64], jti[3][64], assertion[3][2048];
    open_bound(&world);
    hk_op *op = hk_client_credentials_op(world.rp, NULL, NULL);
    check_request(&world, op, NULL, jkt[0], jti[0], assertion[0]);
    give(op, 400, "dpop-nonce: n1\r\n", WANTS_NONCE);
    check_request(&world, op, "n1", jkt[1], jti[1], assertion[1]);
    give(op, 200, "DPoP-Nonce: n2\r\n", BOUND);
    assert_int_equal(hk_op_next(op, &http, &e), HK_OK);
    hk_session *session = hk_op_take_session(op);
    assert_string_equal(hk_token_type(session).p, "DPoP");
    hk_op_free(op);
    assert_string_equal(jkt[0], jkt[1]);
    assert_string_not_equal(jti[0], jti[1]);
    assert_string_not_equal(assertion[0], assertion[1]);
    /* The nonce of the last answer goes with the next request, at once; the key is another. */
    op = hk_client_credentials_op(world.rp, NULL, NULL);
    check_request(&world, op, "n2", jkt[2], jti[2], assertion[2]);
    assert_string_not_equal(jkt[0], jkt[2]);
    hk_op_free(op);
    hk_session_free(session);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_bound_is_refused),
        cmocka_unit_test(a_nonce_is_sent_with_a_new_proof_and_a_new_assertion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
