/* ctest: threads. One client for all threads: sign-ins do not disturb each other, and the answer to
 * one is taken once. */
#include <pthread.h>

#include "rp/tests/sign_in_helper.h"

enum { THREADS = 8, ROUNDS = 20 };

struct worker {
    hk_rp *rp;
    const char *params, *cookie, *tokens; /* of the sign-in that all of them answer */
    int taken, refused, begun;
};

/* The code of one more try to finish. */
static int finish(const struct worker *worker) {
    const hk_callback callback = {sizeof callback, worker->params, worker->cookie, HK_VIA_QUERY};
    hk_op *op = hk_finish_op(worker->rp, &callback);
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING)
        hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){worker->tokens, strlen(worker->tokens)}, 0);
    hk_op_free(op);
    return code;
}

static void *work(void *context) {
    struct worker *worker = context;
    for (int i = 0; i < ROUNDS; i++) {
        hk_login *login;
        worker->begun += hk_begin(worker->rp, "/", &login, NULL) == HK_OK;
        hk_login_free(login);
    }
    int code = finish(worker);
    worker->taken = code == HK_OK;
    worker->refused = code == HK_E_REPLAY;
    return NULL;
}

static void an_answer_is_taken_once_by_many_threads(void **state) {
    (void)state;
    struct world world = {0};
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    int taken = 0, refused = 0;
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = feed_cfg(&world.feed); /* without the helper's hook, which is of one thread */
    issuer_start(&world.issuer, JOSE_ES256);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world.issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    hk_cfg_set(cfg, "userinfo", "off");
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    struct begun begun = world_begun(&world, NULL);
    const struct worker one = {
        .rp = world.rp,
        .params = world_text(&world, "code=c&state=%s", begun.state),
        .cookie = begun.cookie,
        .tokens = world_tokens(&world, world_id_token(&world, begun.nonce, NULL)).body,
    };
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = one;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].begun, ROUNDS);
        taken += workers[i].taken;
        refused += workers[i].refused;
    }
    assert_int_equal(taken, 1);
    assert_int_equal(refused, THREADS - 1);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_taken_once_by_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
