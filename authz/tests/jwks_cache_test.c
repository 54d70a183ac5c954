/* ctest: threads
 * The key sets of clients, fetched from a real https server. */
#include "authz/jwks_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/tests/document_server_helper.h"
#include "common/ops/log.h"

enum { THREADS = 64, MOST = 8 };

#define EC_KEY(kid)                                                                                \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" kid "\","                                       \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                                       \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
#define SET(kid) "{\"keys\":[" EC_KEY(kid) "]}"

static struct fetcher *fetcher;
static struct client_documents *documents;
static struct jwks_cache *cache;
static int64_t now_ms;

static struct client_documents *new_documents(struct fetcher *with, bool loopback_http) {
    struct client_documents *made;
    struct client_documents_options options = {with, loopback_http, THREADS};
    assert_ok(client_documents_new(&options, &made));
    return made;
}

static int open_all(void **state) {
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    document_server_start();
    struct fetch_options options = {.allow_private = true,
                                    .ca_file = str_from(document_server_ca())};
    assert_ok(fetcher_new(&options, &fetcher));
    documents = new_documents(fetcher, false);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    client_documents_free(documents);
    fetcher_free(fetcher);
    document_server_stop();
    return 0;
}

static struct jwks_cache *new_cache(struct client_documents *with, size_t waiting) {
    struct jwks_cache *made;
    struct jwks_cache_options options = {with, MOST, waiting};
    assert_ok(jwks_cache_new(&options, &made));
    return made;
}

static int fresh_cache(void **state) {
    (void)state;
    now_ms = 1700000000000;
    cache = new_cache(documents, THREADS);
    document_server_answer(200, SET("one"), NULL);
    return 0;
}

static int drop_cache(void **state) {
    (void)state;
    jwks_cache_free(cache);
    return 0;
}

static err take_from(const char *path, const struct jwks *seen, struct jwks **out) {
    char url[256];
    snprintf(url, sizeof url, "%s", document_server_url(path));
    return jwks_cache_take(cache, &(struct jwks_wish){str_from(url), seen, now_ms, true}, out);
}

static bool has_kid(const struct jwks *jwks, const char *kid) {
    const struct jwk *key;
    return !failed(jwk_set_find(jwks_keys(jwks), JOSE_ES256, str_from(kid), &key));
}

/* Takes it, looks and gives it back. */
static void assert_kid(const struct jwks *seen, const char *kid, int requests) {
    AUTO(jwks_ref) jwks = NULL;
    assert_ok(take_from("/jwks", seen, &jwks));
    assert_true(has_kid(jwks, kid));
    assert_int_equal(document_server_requests(), requests);
}

/* --- time ----------------------------------------------------------------------------------- */

static void a_set_is_fetched_once_and_again_after_a_minute(void **state) {
    (void)state;
    assert_kid(NULL, "one", 1);
    document_server_answer(200, SET("two"), NULL);
    now_ms += JWKS_FRESH_MS - 1;
    assert_kid(NULL, "one", 0);
    now_ms += 1;
    assert_kid(NULL, "two", 1);
}

static void an_unknown_key_is_looked_for_at_once(void **state) {
    (void)state;
    AUTO(jwks_ref) seen = NULL;
    assert_ok(take_from("/jwks", NULL, &seen));
    document_server_answer(200, SET("two"), NULL);
    assert_kid(seen, "two", 1);
    assert_kid(NULL, "two", 1);
    assert_kid(seen, "two", 1); /* newer than what was seen already */
}

static void a_flood_of_unknown_keys_is_one_request_in_ten_seconds(void **state) {
    (void)state;
    AUTO(jwks_ref) first = NULL;
    assert_ok(take_from("/jwks", NULL, &first));
    document_server_answer(200, SET("one"), NULL);
    for (int i = 0; i < 1000; i++) {
        AUTO(jwks_ref) seen = NULL;
        AUTO(jwks_ref) newer = NULL;
        assert_ok(take_from("/jwks", NULL, &seen));
        assert_ok(take_from("/jwks", seen, &newer));
        assert_true(has_kid(newer, "one"));
    }
    assert_int_equal(document_server_requests(), 1);
    now_ms += JWKS_REST_MS;
    AUTO(jwks_ref) last = NULL;
    AUTO(jwks_ref) newest = NULL;
    assert_ok(take_from("/jwks", NULL, &last));
    assert_ok(take_from("/jwks", last, &newest));
    assert_int_equal(document_server_requests(), 2);
}

static void a_clock_that_was_set_back_makes_old(void **state) {
    (void)state;
    assert_kid(NULL, "one", 1);
    now_ms -= (int64_t)3600 * 1000;
    assert_kid(NULL, "one", 2);
}

/* --- failures ------------------------------------------------------------------------------- */

static void an_old_set_goes_on_while_its_host_is_away(void **state) {
    (void)state;
    assert_kid(NULL, "one", 1);
    document_server_answer(500, "{}", NULL);
    now_ms += JWKS_STALE_MS - 1;
    assert_kid(NULL, "one", 1);
    assert_kid(NULL, "one", 1); /* and is not asked again at once */
    now_ms += JWKS_REST_MS;
    AUTO(jwks_ref) jwks = NULL;
    assert_err(take_from("/jwks", NULL, &jwks), jose_key);
    assert_int_equal(document_server_requests(), 2);
}

static void a_failure_rests_for_ten_seconds(void **state) {
    (void)state;
    document_server_answer(503, SET("one"), NULL);
    AUTO(jwks_ref) jwks = NULL;
    for (int i = 0; i < 10; i++)
        assert_err(take_from("/jwks", NULL, &jwks), jose_key);
    assert_int_equal(document_server_requests(), 1);
    document_server_answer(200, SET("one"), NULL);
    now_ms += JWKS_REST_MS - 1;
    assert_err(take_from("/jwks", NULL, &jwks), jose_key);
    now_ms += 1;
    assert_kid(NULL, "one", 1);
}

static void what_is_no_key_set_is_refused(void **state) {
    (void)state;
    static char large[JWKS_MAX_BODY + 64];
    snprintf(large, sizeof large, "%s", SET("one"));
    memset(large + strlen(large), ' ', sizeof large - 1 - strlen(large));
    const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"keys\":{}}",
        "<html>",
        SET("one") "x",
        "{\"keys\":[],\"keys\":[]}",
        large,
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        AUTO(jwks_ref) jwks = NULL;
        document_server_answer(200, bodies[i], NULL);
        if (!failed(take_from("/jwks", NULL, &jwks)))
            fail_msg("taken: %.40s", bodies[i]);
        assert_int_equal(document_server_requests(), 1);
        now_ms += JWKS_REST_MS;
    }
}

static void a_set_of_the_largest_size_is_taken(void **state) {
    (void)state;
    static char large[JWKS_MAX_BODY + 1];
    snprintf(large, sizeof large, "%s", SET("one"));
    memset(large + strlen(large), ' ', sizeof large - 1 - strlen(large));
    document_server_answer(200, large, NULL);
    assert_kid(NULL, "one", 1);
}

static void a_redirect_is_not_followed(void **state) {
    (void)state;
    static char elsewhere[256];
    AUTO(jwks_ref) jwks = NULL;
    snprintf(elsewhere, sizeof elsewhere, "%s", document_server_url("/elsewhere"));
    document_server_answer(302, SET("one"), elsewhere);
    assert_err(take_from("/jwks", NULL, &jwks), jose_key);
    assert_int_equal(document_server_requests(), 1);
}

static void a_slow_host_is_given_up(void **state) {
    (void)state;
    AUTO(jwks_ref) jwks = NULL;
    document_server_delay(7000);
    assert_err(take_from("/jwks", NULL, &jwks), jose_key);
}

static void an_inline_caller_never_waits(void **state) {
    (void)state;
    AUTO(jwks_ref) jwks = NULL;
    AUTO(jwks_ref) newer = NULL;
    char url[256];
    snprintf(url, sizeof url, "%s", document_server_url("/jwks"));
    struct jwks_wish wish = {str_from(url), NULL, now_ms, false};
    assert_err(jwks_cache_take(cache, &wish, &jwks), defer);
    assert_int_equal(document_server_requests(), 0);
    assert_kid(NULL, "one", 1);
    assert_ok(jwks_cache_take(cache, &wish, &jwks));
    wish.seen = jwks;
    assert_err(jwks_cache_take(cache, &wish, &newer), defer);
    assert_int_equal(document_server_requests(), 1);
}

/* --- addresses ------------------------------------------------------------------------------ */

static void private_addresses_and_plain_http_are_refused(void **state) {
    (void)state;
    struct fetcher *guarded;
    struct fetch_options options = {.ca_file = str_from(document_server_ca())};
    assert_ok(fetcher_new(&options, &guarded));
    struct client_documents *public_only = new_documents(guarded, false),
                            *with_http = new_documents(fetcher, true);
    struct jwks_cache *strict = new_cache(public_only, THREADS),
                      *development = new_cache(with_http, THREADS);
    char secure[256], plain[256];
    snprintf(secure, sizeof secure, "%s", document_server_url("/jwks"));
    snprintf(plain, sizeof plain, "http%s", strchr(secure, ':'));
    const struct {
        struct jwks_cache *cache;
        const char *url;
    } rows[] = {
        {strict, secure},
        {strict, plain},
        {cache, plain},
        {cache, "file:///etc/passwd"},
        {cache, "jwks"},
        {cache, "https://user:password@127.0.0.1/jwks"},
        {development, "http://keys.example/jwks"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(jwks_ref) jwks = NULL;
        struct jwks_wish wish = {str_from(rows[i].url), NULL, now_ms, true};
        assert_err(jwks_cache_take(rows[i].cache, &wish, &jwks), jose_key);
    }
    assert_int_equal(document_server_requests(), 0);
    jwks_cache_free(strict);
    jwks_cache_free(development);
    client_documents_free(public_only);
    client_documents_free(with_http);
    fetcher_free(guarded);
}

/* --- room ----------------------------------------------------------------------------------- */

static void the_least_recently_used_set_makes_room(void **state) {
    (void)state;
    char path[32];
    for (int i = 0; i < MOST; i++) {
        AUTO(jwks_ref) jwks = NULL;
        snprintf(path, sizeof path, "/%d", i);
        assert_ok(take_from(path, NULL, &jwks));
    }
    const struct {
        const char *path;
        int requests;
    } rows[] = {{"/0", 0}, {"/new", 1}, {"/0", 1}, {"/1", 2}, {"/3", 2}};
    document_server_answer(200, SET("one"), NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(jwks_ref) jwks = NULL;
        assert_ok(take_from(rows[i].path, NULL, &jwks));
        assert_int_equal(document_server_requests(), rows[i].requests);
    }
}

static void a_set_by_value_is_imported_once(void **state) {
    (void)state;
    AUTO(jwks_ref) one = NULL;
    AUTO(jwks_ref) again = NULL;
    AUTO(jwks_ref) other = NULL;
    AUTO(jwks_ref) bad = NULL;
    assert_ok(jwks_cache_take_text(cache, S(SET("one")), &one));
    assert_ok(jwks_cache_take_text(cache, S(SET("one")), &again));
    assert_ok(jwks_cache_take_text(cache, S(SET("two")), &other));
    assert_ptr_equal(one, again);
    assert_ptr_not_equal(one, other);
    assert_true(has_kid(one, "one") && has_kid(other, "two"));
    assert_err(jwks_cache_take_text(cache, S("{}"), &bad), jose_key);
}

/* --- threads -------------------------------------------------------------------------------- */

struct taker {
    pthread_t thread;
    pthread_barrier_t *start;
    str url;
    err result;
};

static void *take_one(void *arg) {
    struct taker *taker = arg;
    struct jwks *jwks = NULL;
    pthread_barrier_wait(taker->start);
    taker->result =
        jwks_cache_take(cache, &(struct jwks_wish){taker->url, NULL, now_ms, true}, &jwks);
    jwks_give(jwks);
    return NULL;
}

static void take_by_64(struct taker takers[THREADS]) {
    pthread_barrier_t start;
    str url = str_from(document_server_url("/jwks"));
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        takers[i] = (struct taker){.start = &start, .url = url};
        assert_int_equal(pthread_create(&takers[i].thread, NULL, take_one, &takers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(takers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static void of_64_threads_one_fetches(void **state) {
    (void)state;
    struct taker takers[THREADS];
    for (int round = 1; round <= 3; round++) {
        document_server_delay(100);
        take_by_64(takers);
        for (size_t i = 0; i < THREADS; i++)
            assert_ok(takers[i].result);
        assert_int_equal(document_server_requests(), round);
        now_ms += JWKS_FRESH_MS;
    }
}

static void those_who_wait_are_bounded(void **state) {
    (void)state;
    struct taker takers[THREADS];
    size_t good = 0, refused = 0;
    jwks_cache_free(cache);
    cache = new_cache(documents, 4);
    document_server_delay(1000);
    take_by_64(takers);
    for (size_t i = 0; i < THREADS; i++) {
        good += takers[i].result.code == E_ok;
        refused += takers[i].result.code == E_overloaded;
    }
    assert_int_equal(good + refused, THREADS);
    assert_true(good >= 4 && refused > 0);
    assert_int_equal(document_server_requests(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_cache, drop_cache)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_set_is_fetched_once_and_again_after_a_minute),
        TEST(an_unknown_key_is_looked_for_at_once),
        TEST(a_flood_of_unknown_keys_is_one_request_in_ten_seconds),
        TEST(a_clock_that_was_set_back_makes_old),
        TEST(an_old_set_goes_on_while_its_host_is_away),
        TEST(a_failure_rests_for_ten_seconds),
        TEST(what_is_no_key_set_is_refused),
        TEST(a_set_of_the_largest_size_is_taken),
        TEST(a_redirect_is_not_followed),
        TEST(a_slow_host_is_given_up),
        TEST(an_inline_caller_never_waits),
        TEST(private_addresses_and_plain_http_are_refused),
        TEST(the_least_recently_used_set_makes_room),
        TEST(a_set_by_value_is_imported_once),
        TEST(of_64_threads_one_fetches),
        TEST(those_who_wait_are_bounded),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
