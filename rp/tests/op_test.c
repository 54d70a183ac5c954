/* hk_op against what an event loop may do with it: answers of any size and at any time, ops that
 * end midway, two at once on one session. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

#define JWKS_URL  ISSUER "/jwks"
#define TOKEN_URL ISSUER "/token"

/* Metadata is not at hand: the first request is for it. */
static hk_rp *client(struct feed *feed) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    assert_int_equal(hk_rp_new(feed_cfg(feed), &rp, &e), HK_OK);
    return rp;
}

static hk_str text(const char *p) {
    return (hk_str){p, strlen(p)};
}

static void an_answer_of_any_size_is_an_answer_or_too_large(void **state) {
    (void)state;
    static char zeros[300000];
    const struct {
        int status;
        hk_str headers, body;
        int net_error, code;
    } rows[] = {
        {200, {"", 0}, {zeros, SIZE_MAX}, 0, HK_E_TOO_LARGE},
        {200, {"", 0}, {zeros, 262145}, 0, HK_E_TOO_LARGE},
        {200, {"", 0}, {zeros, 262144}, 0, HK_E_HTTP},
        {200, {zeros, SIZE_MAX}, {"{}", 2}, 0, HK_E_TOO_LARGE},
        {200, {zeros, 262145}, {"{}", 2}, 0, HK_E_TOO_LARGE},
        {200, {NULL, SIZE_MAX}, {NULL, 7}, 0, HK_E_HTTP},
        {0, {NULL, 0}, {NULL, 0}, 0, HK_E_HTTP},
        {-1, {NULL, 0}, {"{}", 2}, 0, HK_E_HTTP},
        {INT32_MAX, {NULL, 0}, {"{}", 2}, 0, HK_E_HTTP},
        {200, {NULL, 0}, {"{}", 2}, 12345, HK_E_NET},
        {200, {NULL, 0}, {"{}", 2}, HK_E_TOO_LARGE, HK_E_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_http http;
        hk_rp *rp = client(&feed);
        hk_op *op = hk_metadata_op(rp);
        assert_int_equal(hk_op_next(op, &http, &e), HK_PENDING);
        assert_int_equal(
            hk_op_feed(op, rows[i].status, rows[i].headers, rows[i].body, rows[i].net_error),
            HK_OK);
        assert_int_equal(hk_op_feed(op, 200, text(""), text("{}"), 0), HK_E_ARG);
        assert_int_equal(hk_op_next(op, &http, &e), rows[i].code);
        hk_op_free(op);
        hk_rp_free(rp);
    }
}

static void an_op_that_could_not_be_made_tells_it(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    hk_op_on_wake(NULL, NULL, NULL);
    assert_int_equal(hk_op_next(NULL, &http, &e), HK_E_NOMEM);
    assert_int_equal(hk_op_run(NULL, &e), HK_E_NOMEM);
    assert_int_equal(hk_op_curl(NULL, NULL, &e), HK_E_NOMEM);
    assert_int_equal(hk_op_curl_done(NULL, NULL, &e), HK_E_ARG);
    assert_int_equal(hk_op_feed(NULL, 200, text(""), text(""), 0), HK_E_ARG);
    assert_null(hk_op_take_doc(NULL));
    hk_op_free(NULL);
}

/* A result that nobody can take is refused before anything is asked for, and says so. */
static void a_call_without_a_place_for_its_result_says_so(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = client(&feed);
    assert_int_equal(hk_metadata(rp, NULL, &e), HK_E_ARG);
    assert_int_equal(e.code, HK_E_ARG);
    assert_true(e.msg[0] && e.fix[0]);
    hk_op *op = hk_metadata_op(rp);
    assert_int_equal(hk_op_next(op, NULL, &e), HK_E_ARG);
    hk_op_free(op);
    hk_rp_free(rp);
}

/* A program that was compiled with an older header: its structs are shorter. */
static void a_shorter_struct_is_taken_as_far_as_it_goes(void **state) {
    (void)state;
    struct world world = {0};
    hk_session *session;
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"userinfo=off"});
    struct begun begun = world_begun(&world, NULL);
    const struct canned answer = world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
    const hk_callback callback = {offsetof(hk_callback, via),
                                  world_text(&world, "code=c&state=%s", begun.state), begun.cookie,
                                  77};
    assert_int_equal(world_finish(&world, &callback, &answer, 1, &session, &e), HK_OK);
    hk_session_free(session);
    world_close(&world);
}

static int put(void *context, const char *key, const char *value, uint32_t ttl_s) {
    (void)context, (void)key, (void)value, (void)ttl_s;
    return 0;
}

static int take(void *context, const char *key, char *value, size_t cap) {
    (void)context, (void)key, (void)value, (void)cap;
    return 0;
}

static void what_is_beyond_the_size_of_a_struct_is_absent(void **state) {
    (void)state;
    const hk_store store = {offsetof(hk_store, take), put, take, NULL};
    hk_error e = {.size = offsetof(hk_error, msg), .msg = "untouched"};
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    hk_rp *rp;
    assert_int_equal(hk_cfg_store(cfg, &store), HK_E_ARG);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_E_ARG);
    assert_int_equal(e.code, HK_E_ARG);
    assert_int_equal(e.size, offsetof(hk_error, msg));
    assert_string_equal(e.msg, "untouched");
}

/* The end of an op is its end, also when the driver could not send for it. */
static void a_request_that_cannot_be_sent_ends_the_op(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    hk_rp *rp = client(&feed);
    hk_op *op = hk_metadata_op(rp), *waiting = hk_metadata_op(rp);
    assert_int_equal(hk_op_next(op, &http, &e), HK_PENDING);
    assert_int_equal(hk_op_next(waiting, &http, &e), HK_PENDING);
    assert_int_equal(hk_op_curl(op, NULL, &e), HK_E_ARG);
    assert_true(e.msg[0] && e.fix[0]);
    assert_int_equal(hk_op_next(op, &http, &e), HK_E_ARG);
    assert_int_equal(hk_op_next(waiting, &http, &e), HK_PENDING);
    assert_string_equal(http.url.p, METADATA_URL); /* it takes over */
    hk_op_free(op);
    hk_op_free(waiting);
    hk_rp_free(rp);
}

static void an_op_is_freed_while_curl_sends_for_it(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    int running = 0, left = 0;
    hk_rp *rp = client(&feed);
    CURLM *multi = curl_multi_init();
    hk_op *op = hk_metadata_op(rp), *other = hk_metadata_op(rp);
    assert_int_equal(hk_op_curl(op, multi, &e), HK_PENDING);
    assert_int_equal(hk_op_curl(op, multi, &e), HK_PENDING); /* the same transfer */
    assert_int_equal(hk_op_curl(other, multi, &e), HK_PENDING);
    curl_multi_perform(multi, &running);
    hk_op_free(op);
    assert_int_equal(hk_op_curl(other, multi, &e), HK_PENDING);
    curl_multi_perform(multi, &running);
    hk_op_free(other);
    curl_multi_perform(multi, &running);
    assert_int_equal(running, 0);
    assert_null(curl_multi_info_read(multi, &left));
    curl_multi_cleanup(multi);
    hk_rp_free(rp);
}

/* "The environment is not looked at": a proxy that is set is used for every host. */
static void the_environment_does_not_go_round_the_proxy(void **state) {
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    hk_error e = HK_ERROR_INIT;
    char proxy[64];
    hk_rp *rp;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int silent = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(silent, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(silent, 1), 0);
    assert_int_equal(getsockname(silent, (struct sockaddr *)&address, &size), 0);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", ntohs(address.sin_port));
    hk_cfg *cfg = hk_cfg_new("http://127.0.0.1:1", "app");
    hk_cfg_set(cfg, "proxy", proxy);
    hk_cfg_set(cfg, "timeout_ms", "200");
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    assert_int_equal(setenv("no_proxy", "127.0.0.1", 1), 0);
    hk_op *op = hk_metadata_op(rp);
    assert_int_equal(hk_op_run(op, &e), HK_E_TIMEOUT); /* it waits for the proxy */
    assert_int_equal(unsetenv("no_proxy"), 0);
    hk_op_free(op);
    hk_rp_free(rp);
    close(silent);
}

static void count(void *context) {
    ++*(int *)context;
}

static void whoever_waits_is_woken_once_by_an_op_that_ends_midway(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    int woken[3] = {0};
    hk_op *ops[4];
    hk_rp *rp = client(&feed);
    for (int i = 0; i < 4; i++) {
        ops[i] = hk_metadata_op(rp);
        if (i < 3)
            hk_op_on_wake(ops[i], count, &woken[i]);
        assert_int_equal(hk_op_next(ops[i], &http, &e), HK_PENDING);
        assert_true((http.url.p != NULL) == (i == 0));
    }
    hk_op_free(ops[2]); /* in the middle of those that wait */
    hk_op_free(ops[0]);
    assert_int_equal(woken[0] + woken[2], 0);
    assert_int_equal(woken[1], 1);
    assert_int_equal(hk_op_next(ops[3], &http, &e), HK_PENDING);
    assert_non_null(http.url.p);
    assert_int_equal(hk_op_next(ops[1], &http, &e), HK_PENDING);
    assert_null(http.url.p);
    assert_int_equal(hk_op_feed(ops[3], 200, text(""), text(feed_metadata), 0), HK_OK);
    assert_int_equal(hk_op_next(ops[3], &http, &e), HK_OK);
    assert_int_equal(woken[1], 2);
    assert_int_equal(hk_op_next(ops[1], &http, &e), HK_OK);
    hk_op_free(ops[1]);
    hk_op_free(ops[3]);
    hk_rp_free(rp);
}

/* --- two at once on one session ------------------------------------------------------------- */

static hk_session *session_of(const char *sub) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, S(ISSUER), &session->iss));
    assert_ok(session_text(session, S("app"), &session->client_id));
    assert_ok(session_text(session, str_from(sub), &session->sub));
    assert_ok(session_text(session, S("openid"), &session->scope));
    assert_ok(session_text(session, S("at-1"), &session->access_token));
    assert_ok(session_text(session, S("Bearer"), &session->token_type));
    assert_ok(session_text(session, S("rt-1"), &session->refresh_token));
    session->id_claims = token_json("{'sub':'jane','nonce':'n-1'}");
    assert_int_equal(json_object_update(session->claims, session->id_claims), 0);
    assert_ok(session_claims_done(session));
    return session;
}

static void feed_next(hk_op *op, const char *url, const char *body, int code) {
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    assert_int_equal(hk_op_next(op, &http, &e), HK_PENDING);
    assert_string_equal(http.url.p, url);
    assert_int_equal(hk_op_feed(op, 200, text(""), text(body), 0), HK_OK);
    assert_int_equal(hk_op_next(op, &http, &e), code);
}

#define CLAIMS "'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,'iat':1800000000"

/* Userinfo renews the texts of the session while a refresh of it waits for keys. */
static void a_refresh_and_userinfo_share_a_session(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    issuer_start(&world.issuer, JOSE_ES256);
    hk_cfg *cfg = feed_cfg(&world.feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    hk_session *session = session_of("jane");
    str id_token = issuer_sign(&world.issuer, "{" CLAIMS ",'nonce':'n-1'}", STR_ABSENT);
    hk_op *refresh = hk_refresh_op(world.rp, session), *userinfo;
    feed_next(
        refresh, TOKEN_URL,
        world_text(&world,
                   "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}",
                   id_token.p),
        HK_PENDING);
    userinfo = hk_userinfo_op(world.rp, session);
    feed_next(userinfo, ISSUER "/userinfo", "{\"sub\":\"jane\",\"name\":\"Jane\"}", HK_OK);
    feed_next(refresh, JWKS_URL, world.issuer.jwks, HK_OK);
    assert_string_equal(hk_access_token(session).p, "at-2");
    assert_string_equal(hk_claim(session, "name").p, "Jane");
    hk_op_free(refresh);
    hk_op_free(userinfo);
    hk_session_free(session);
    world_close(&world);
}

/* A refresh ends the texts of the session while userinfo waits for its answer. */
static void userinfo_outlives_a_refresh(void **state) {
    (void)state;
    struct world world = {0};
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"jwks_mode=manual"});
    hk_session *session = session_of("jane");
    hk_op *userinfo = hk_userinfo_op(world.rp, session), *refresh;
    assert_int_equal(hk_op_next(userinfo, &http, &e), HK_PENDING);
    refresh = hk_refresh_op(world.rp, session);
    feed_next(refresh, TOKEN_URL, "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\"}", HK_OK);
    feed_next(userinfo, ISSUER "/userinfo", "{\"sub\":\"jane\",\"name\":\"Jane\"}", HK_OK);
    assert_string_equal(hk_claim(session, "name").p, "Jane");
    hk_op_free(refresh);
    hk_op_free(userinfo);
    hk_session_free(session);
    world_close(&world);
}

static void two_refreshes_of_one_session_are_one_request(void **state) {
    (void)state;
    struct world world = {0};
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"jwks_mode=manual"});
    hk_session *session = session_of("jane");
    hk_op *first = hk_refresh_op(world.rp, session), *second = hk_refresh_op(world.rp, session);
    assert_int_equal(hk_op_next(first, &http, &e), HK_PENDING);
    assert_int_equal(hk_op_next(second, &http, &e), HK_PENDING);
    assert_null(http.url.p);
    feed_next(first, TOKEN_URL,
              "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt-2\"}",
              HK_OK);
    assert_int_equal(hk_op_next(second, &http, &e), HK_OK);
    assert_string_equal(hk_refresh_token(session).p, "rt-2");
    hk_op_free(first);
    hk_op_free(second);
    hk_session_free(session);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_of_any_size_is_an_answer_or_too_large),
        cmocka_unit_test(an_op_that_could_not_be_made_tells_it),
        cmocka_unit_test(a_call_without_a_place_for_its_result_says_so),
        cmocka_unit_test(a_shorter_struct_is_taken_as_far_as_it_goes),
        cmocka_unit_test(what_is_beyond_the_size_of_a_struct_is_absent),
        cmocka_unit_test(a_request_that_cannot_be_sent_ends_the_op),
        cmocka_unit_test(an_op_is_freed_while_curl_sends_for_it),
        cmocka_unit_test(the_environment_does_not_go_round_the_proxy),
        cmocka_unit_test(whoever_waits_is_woken_once_by_an_op_that_ends_midway),
        cmocka_unit_test(a_refresh_and_userinfo_share_a_session),
        cmocka_unit_test(userinfo_outlives_a_refresh),
        cmocka_unit_test(two_refreshes_of_one_session_are_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
