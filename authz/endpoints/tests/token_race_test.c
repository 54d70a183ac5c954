/* ctest: threads
 * Many at once: one code, one refresh token, one outcome. */
#include <pthread.h>

#include "authz/endpoints/tests/token_calls_helper.h"
#include "common/http/test_request.h"

enum { THREADS = 64 };

struct racer {
    pthread_t thread;
    struct oauth_world *w;
    pthread_barrier_t *start;
    const char *body;
    struct test_request *t;
};

static void *race(void *arg) {
    struct racer *racer = arg;
    racer->t = test_request_new("POST", "/oauth/token");
    test_request_body(racer->t, FORM, racer->body);
    pthread_barrier_wait(racer->start);
    test_request_send(racer->t, racer->w->authz->app);
    return NULL;
}

/* Sends the same form 64 times at once. */
static void race_all(struct oauth_world *w, const char *body, struct racer racers[THREADS]) {
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.w = w, .start = &start, .body = body};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(racers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static void drop_all(struct racer racers[THREADS]) {
    for (size_t i = 0; i < THREADS; i++)
        test_request_free(racers[i].t);
}

static void of_64_redemptions_of_one_code_exactly_one_wins(void **state) {
    struct oauth_world *w = *state;
    static struct racer racers[THREADS];
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256), access_token = STR_ABSENT;
    struct code code = oauth_world_code(w, client_id);
    struct pair pairs[] = {{"grant_type", "authorization_code"},
                           {"code", oauth_world_seal(w, &code).p},
                           {"client_id", client_id.p},
                           {"client_secret", CLIENT_SECRET},
                           {"redirect_uri", CLIENT_URI},
                           {"code_verifier", PKCE_VERIFIER},
                           {NULL, NULL}};
    size_t won = 0;
    race_all(w, oauth_world_form(w, pairs, NULL), racers);
    for (size_t i = 0; i < THREADS; i++) {
        str body = racers[i].t->rs.body;
        if (racers[i].t->rs.status == 200) {
            won++;
            access_token = oauth_world_member(w, body, "access_token");
            continue;
        }
        assert_int_equal(racers[i].t->rs.status, 400);
        token_assert_member(w, body, "error", "invalid_grant");
    }
    assert_int_equal(won, 1);
    assert_int_equal(token_userinfo(w, access_token), 401); /* the others proved a reuse */
    drop_all(racers);
}

static void of_64_refreshes_of_a_public_client_all_get_one_successor(void **state) {
    struct oauth_world *w = *state;
    static struct racer racers[THREADS];
    str client_id = oauth_world_client(w, CLIENT_PUBLIC, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    struct answer first = token_call_code(w, CLIENT_PUBLIC, client_id, &code, PKCE_VERIFIER);
    str refresh_token = oauth_world_member(w, first.body, "refresh_token"), next = STR_ABSENT;
    struct pair pairs[] = {{"grant_type", "refresh_token"},
                           {"client_id", client_id.p},
                           {"refresh_token", refresh_token.p},
                           {NULL, NULL}};
    race_all(w, oauth_world_form(w, pairs, NULL), racers);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(racers[i].t->rs.status, 200);
        str got = oauth_world_member(w, racers[i].t->rs.body, "refresh_token");
        assert_true(i == 0 || str_eq(got, next));
        next = got;
    }
    assert_false(str_eq(next, refresh_token));
    drop_all(racers);
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(of_64_redemptions_of_one_code_exactly_one_wins),
        TEST(of_64_refreshes_of_a_public_client_all_get_one_successor),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
