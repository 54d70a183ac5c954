/* ctest: threads
 * hk_verify over time and in many threads: what is remembered, for how long, and what is fetched.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "common/base/json_read.h"
#include "rp/tests/api_helper.h"

#define JWKS_URL ISSUER "/jwks"
#define NOW      1800000000

static void count_hits(void *context, const hk_event *event) {
    if (strcmp(event->what, "cache_hit") == 0)
        atomic_fetch_add((atomic_int *)context, 1);
}

/* An API that counts what its cache knew. */
static void start(struct api *api, atomic_int *hits, const char *option, const char *value) {
    hk_error e = HK_ERROR_INIT;
    *api = (struct api){0};
    issuer_start(&api->issuer, JOSE_ES256);
    hk_cfg *cfg = feed_cfg(&api->feed);
    hk_cfg_jwks(cfg, api->issuer.jwks);
    hk_cfg_on_event(cfg, count_hits, hits);
    if (option)
        hk_cfg_set(cfg, option, value);
    assert_int_equal(hk_rp_new(cfg, &api->rp, &e), HK_OK);
}

static void a_token_is_remembered_for_a_minute(void **state) {
    (void)state;
    struct api api;
    atomic_int hits = 0;
    hk_error e = HK_ERROR_INIT;
    start(&api, &hits, NULL, NULL);
    str token = api_token(&api, NULL, NULL);
    static const struct {
        int64_t after;
        int hits;
    } rows[] = {{0, 0}, {0, 1}, {59, 2}, {60, 2}, {100, 3}, {0, 3}}; /* the last: set back */
    for (size_t i = 0; i < COUNT(rows); i++) {
        api.feed.now = NOW + rows[i].after;
        assert_string_equal(api_bearer_broken(&api, token, &e), "");
        assert_int_equal(hits, rows[i].hits);
    }
    api_stop(&api);
}

/* A verdict of other libraries outlived the token (liboauth2 2.3.0). */
static void what_is_remembered_is_judged_again(void **state) {
    (void)state;
    struct api api;
    atomic_int hits = 0;
    hk_error e = HK_ERROR_INIT;
    start(&api, &hits, "skew_s", "0");
    str token = api_token(&api, "exp", "1800000030");
    const hk_request request = {.size = sizeof request,
                                .authorization = api_authorization(&api, "Bearer", token),
                                .acr_values = "mfa",
                                .max_age = 110,
                                .has_max_age = 1};
    hk_request other = request;
    assert_string_equal(api_broken(&api, &request, API, "read", &e), "");
    assert_string_equal(api_broken(&api, &request, "https://other.example", "read", &e),
                        "access_token_is_for_us");
    assert_string_equal(api_broken(&api, &request, API, "admin", &e), "access_token_reaches");
    other.acr_values = "phr";
    assert_string_equal(api_broken(&api, &other, API, NULL, &e), "access_acr_is_enough");
    api.feed.now = NOW + 11;
    assert_string_equal(api_broken(&api, &request, API, NULL, &e), "access_auth_is_recent");
    other.authorization = api_authorization(&api, "DPoP", token);
    assert_string_equal(api_broken(&api, &other, API, NULL, &e), "access_acr_is_enough");
    other.acr_values = NULL;
    other.has_max_age = 0;
    assert_string_equal(api_broken(&api, &other, API, NULL, &e), "proof_needs_bound_token");
    assert_int_equal(hits, 6);
    api.feed.now = NOW + 30;
    assert_string_equal(api_bearer_broken(&api, token, &e), "token_not_expired");
    assert_int_equal(hits, 6); /* and it is forgotten */
    api_stop(&api);
}

/* Within the skew a token is good past its exp; it is not remembered there. */
static void nothing_is_remembered_past_its_exp(void **state) {
    (void)state;
    struct api api;
    atomic_int hits = 0;
    hk_error e = HK_ERROR_INIT;
    start(&api, &hits, NULL, NULL);
    str token = api_token(&api, "exp", "1800000000");
    for (int i = 0; i < 3; i++)
        assert_string_equal(api_bearer_broken(&api, token, &e), "");
    assert_int_equal(hits, 0);
    api_stop(&api);
}

static void a_token_that_was_refused_is_not_remembered(void **state) {
    (void)state;
    struct api api;
    atomic_int hits = 0;
    hk_error e = HK_ERROR_INIT;
    start(&api, &hits, NULL, NULL);
    str good = api_token(&api, NULL, NULL), other = api_token(&api, "sub", "'root'"), forged;
    assert_ok(STR_JOIN(api.issuer.arena, &forged, str_head(good, good.n - 86),
                       str_from_pos(other, other.n - 86)));
    for (int i = 0; i < 2; i++) {
        assert_string_equal(api_bearer_broken(&api, forged, &e), "token_signature_verifies");
        assert_string_equal(
            api_bearer_broken(&api, issuer_sign(&api.issuer, ACCESS_CLAIMS, S("JWT")), &e),
            "token_is_for_access");
    }
    assert_int_equal(hits, 0);
    api_stop(&api);
}

static void the_cache_is_as_large_as_it_is_set(void **state) {
    (void)state;
    static const struct {
        const char *size;
        int tokens, least, most; /* hits when each is shown again */
    } rows[] = {{"0", 8, 0, 0}, {"1", 8, 1, 1}, {"3", 8, 3, 3}, {"64", 8, 8, 8}, {"8", 64, 4, 8}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct api api;
        atomic_int hits = 0;
        hk_error e = HK_ERROR_INIT;
        str tokens[64];
        start(&api, &hits, "verify_cache", rows[i].size);
        for (int n = 0; n < rows[i].tokens; n++) {
            tokens[n] = api_token(&api, NULL, NULL);
            assert_string_equal(api_bearer_broken(&api, tokens[n], &e), "");
        }
        assert_int_equal(hits, 0);
        for (int n = rows[i].tokens; n-- > 0;) /* the newest first: they are there */
            assert_string_equal(api_bearer_broken(&api, tokens[n], &e), "");
        assert_in_range(hits, rows[i].least, rows[i].most);
        api_stop(&api);
    }
}

static void a_session_outlives_the_cache(void **state) {
    (void)state;
    struct api api;
    atomic_int hits = 0;
    hk_error e = HK_ERROR_INIT;
    hk_session *sessions[3];
    start(&api, &hits, "verify_cache", "1");
    str tokens[] = {api_token(&api, "sub", "'a'"), api_token(&api, "sub", "'b'")};
    for (int i = 0; i < 3; i++) {
        const hk_request request = {.size = sizeof request,
                                    .authorization =
                                        api_authorization(&api, "Bearer", tokens[i > 1])};
        assert_int_equal(hk_verify(api.rp, &request, API, NULL, &sessions[i], &e), HK_OK);
    }
    assert_int_equal(hits, 1);
    assert_string_equal(hk_sub(sessions[0]).p, "a");
    hk_session_free(sessions[0]);
    assert_string_equal(hk_sub(sessions[1]).p, "a");
    assert_string_equal(hk_sub(sessions[2]).p, "b");
    hk_session_free(sessions[1]);
    hk_session_free(sessions[2]);
    api_stop(&api);
}

/* --- threads -------------------------------------------------------------------------------- */

enum { THREADS = 8, ROUNDS = 60, TOKENS = 12 };

/* What the threads share: a provider that publishes another key, and later signs with it. */
struct race {
    struct issuer old, new;
    const char *both; /* text of the set of both keys */
    hk_rp *rp;
    const char *headers[2 * TOKENS]; /* half by the old key, half by the new one */
    const char *unknown;             /* by a key that nobody publishes */
    atomic_int fetches, published, rotated;
    atomic_int bad;
};

static int64_t fixed_now(void *context) {
    (void)context;
    return NOW;
}

/* Answers for the provider; every call of a thread is an op of its own. */
static int judge(struct race *race, const char *authorization) {
    const hk_request request = {.size = sizeof request, .authorization = authorization};
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    int code;
    hk_op *op = hk_verify_op(race->rp, &request, API, "read");
    while ((code = hk_op_next(op, &http, &e)) == HK_PENDING) {
        if (!http.url.p) {
            sched_yield(); /* another fetches */
            continue;
        }
        atomic_fetch_add(&race->fetches, 1);
        const char *jwks = atomic_load(&race->published) ? race->both : race->old.jwks;
        hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){jwks, strlen(jwks)}, 0);
    }
    hk_session *session = hk_op_take_session(op);
    if (code == HK_OK && strcmp(hk_sub(session).p, "jane") != 0)
        code = HK_E_SUB;
    hk_session_free(session);
    hk_op_free(op);
    return code;
}

static void *run_thread(void *context) {
    struct race *race = context;
    for (int round = 0; round < ROUNDS; round++) {
        bool rotated = atomic_load(&race->rotated);
        for (int i = 0; i < TOKENS; i++) {
            int code = judge(race, race->headers[rotated ? TOKENS + i : i]);
            if (code != HK_OK)
                atomic_store(&race->bad, code);
        }
        if (judge(race, race->unknown) != HK_E_KEY)
            atomic_store(&race->bad, HK_E_KEY);
        if (round == ROUNDS / 3)
            atomic_store(&race->published, 1);
        if (round == 2 * ROUNDS / 3)
            atomic_store(&race->rotated, 1);
    }
    return NULL;
}

static void sign_tokens(struct race *race, struct issuer *issuer, const char **headers) {
    for (int i = 0; i < TOKENS; i++) {
        str header;
        str token = issuer_sign(issuer, ACCESS_CLAIMS, S("at+jwt"));
        assert_ok(STR_JOIN(race->old.arena, &header, S("Bearer "), token));
        headers[i] = header.p;
    }
}

static void race_start(struct race *race) {
    struct feed feed = {0};
    struct issuer stranger;
    static const char *unknown[TOKENS];
    hk_error e = HK_ERROR_INIT;
    issuer_start(&race->old, JOSE_ES256);
    issuer_start(&race->new, JOSE_ES256);
    issuer_start(&stranger, JOSE_ES256);
    sign_tokens(race, &race->old, race->headers);
    sign_tokens(race, &race->new, race->headers + TOKENS);
    sign_tokens(race, &stranger, unknown);
    race->unknown = unknown[0];
    str first = str_from(race->old.jwks), second = str_from(race->new.jwks), both;
    assert_ok(STR_JOIN(race->old.arena, &both, str_head(first, first.n - 2), S(","),
                       str_from_pos(second, strlen("{\"keys\":["))));
    race->both = both.p;
    issuer_stop(&stranger);
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_clock(cfg, fixed_now, NULL);
    hk_cfg_set(cfg, "verify_cache", "16"); /* so that entries come and go */
    hk_cfg_set(cfg, "jwks_cooldown_s", "0");
    assert_int_equal(hk_rp_new(cfg, &race->rp, &e), HK_OK);
}

static void keys_may_change_while_many_threads_verify(void **state) {
    (void)state;
    static struct race race;
    pthread_t threads[THREADS];
    race_start(&race);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_thread, &race), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_string_equal(hk_code_name(race.bad), "HK_OK");
    hk_rp_free(race.rp);
    issuer_stop(&race.old);
    issuer_stop(&race.new);
}

/* Whoever sends kids that nobody knows must not make us storm the provider. */
static void a_thousand_unknown_kids_make_one_fetch(void **state) {
    (void)state;
    struct race race = {0};
    race_start(&race);
    hk_rp_free(race.rp);
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_metadata(cfg, feed_metadata);
    assert_int_equal(hk_rp_new(cfg, &race.rp, &e), HK_OK);
    assert_int_equal(judge(&race, race.headers[0]), HK_OK);
    assert_int_equal(race.fetches, 1);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(judge(&race, race.unknown), HK_E_KEY);
    assert_int_equal(race.fetches, 2);
    assert_int_equal(judge(&race, race.headers[1]), HK_OK); /* the others go on */
    assert_int_equal(race.fetches, 2);
    hk_rp_free(race.rp);
    issuer_stop(&race.old);
    issuer_stop(&race.new);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_remembered_for_a_minute),
        cmocka_unit_test(what_is_remembered_is_judged_again),
        cmocka_unit_test(nothing_is_remembered_past_its_exp),
        cmocka_unit_test(a_token_that_was_refused_is_not_remembered),
        cmocka_unit_test(the_cache_is_as_large_as_it_is_set),
        cmocka_unit_test(a_session_outlives_the_cache),
        cmocka_unit_test(keys_may_change_while_many_threads_verify),
        cmocka_unit_test(a_thousand_unknown_kids_make_one_fetch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
