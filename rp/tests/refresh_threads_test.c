/* ctest: threads. 64 threads hold one refresh token, which works once: they make one request. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "rp/engine/flight.h"
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

#define TOKEN_URL ISSUER "/token"

enum { THREADS = 64 };

static struct {
    struct world world;
    atomic_int requests;
    pthread_barrier_t start;
    bool broken; /* the provider refuses */
} shared;

/* The provider: every refresh token works once. */
static void answer(hk_op *op) {
    int n = atomic_fetch_add(&shared.requests, 1);
    const char *body = n || shared.broken ? "{\"error\":\"invalid_grant\"}"
                                          : "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\","
                                            "\"refresh_token\":\"rt-2\"}";
    usleep(50000); /* the others come meanwhile */
    assert_int_equal(hk_op_feed(op, n || shared.broken ? 400 : 200, (hk_str){"", 0},
                                (hk_str){body, strlen(body)}, 0),
                     HK_OK);
}

/* hk_op_run with that provider. */
static int run(hk_op *op, hk_error *e) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        if (http.url.p)
            answer(op);
        else
            flight_block(op);
    }
    return code;
}

static hk_session *session(void) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, S(ISSUER), &session->iss));
    assert_ok(session_text(session, S("app"), &session->client_id));
    assert_ok(session_text(session, S("at-1"), &session->access_token));
    assert_ok(session_text(session, S("rt-1"), &session->refresh_token));
    return session;
}

static void *refresh(void *code) {
    hk_error e = HK_ERROR_INIT;
    hk_session *s = session();
    hk_op *op = hk_refresh_op(shared.world.rp, s);
    pthread_barrier_wait(&shared.start);
    int got = run(op, &e);
    assert_int_equal(got, *(int *)code);
    assert_string_equal(hk_refresh_token(s).p, got ? "rt-1" : "rt-2");
    hk_op_free(op);
    hk_session_free(s);
    return NULL;
}

static void many_threads_get(int code) {
    static const char *const settings[WORLD_SETTINGS] = {NULL};
    hk_error e = HK_ERROR_INIT;
    pthread_t threads[THREADS];
    hk_cfg *cfg = world_cfg(&shared.world, settings);
    hk_cfg_on_event(cfg, NULL, NULL);
    assert_int_equal(hk_rp_new(cfg, &shared.world.rp, &e), HK_OK);
    shared.requests = 0;
    shared.broken = code != HK_OK;
    pthread_barrier_init(&shared.start, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, refresh, &code), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    if (!code)
        assert_int_equal(shared.requests, 1);
    pthread_barrier_destroy(&shared.start);
    world_close(&shared.world);
}

static void many_threads_make_one_request(void **state) {
    (void)state;
    many_threads_get(HK_OK);
}

static void many_threads_learn_that_the_session_is_over(void **state) {
    (void)state;
    many_threads_get(HK_E_RELOGIN);
    assert_true(shared.requests < THREADS / 8); /* one that came late asks itself */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_make_one_request),
        cmocka_unit_test(many_threads_learn_that_the_session_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
