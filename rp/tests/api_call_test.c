/* Calling an API with a session's token: the headers, what the answer means, and all of it. */
#include "common/base/json_read.h"
#include "keys/dpop.h"
#include "rp/engine/session.h"
#include "rp/tests/api_helper.h"

#define TOKEN_URL ISSUER "/token"
#define TOKENS(name, type)                                                                         \
    "{\"access_token\":\"" name "\",\"token_type\":\"" type "\",\"expires_in\":300,"               \
    "\"refresh_token\":\"r-" name "\"}"
#define CHALLENGE(text) "WWW-Authenticate: " text "\r\n"

static int retries;

static void count_retries(void *context, const hk_event *event) {
    (void)context;
    retries += strcmp(event->what, "retry") == 0;
}

static hk_rp *client(struct feed *feed, const char *option, const char *value) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_on_event(cfg, count_retries, NULL);
    if (option)
        hk_cfg_set(cfg, option, value);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

static hk_session *session_with(struct feed *feed, hk_rp *rp, const char *tokens) {
    hk_error e = HK_ERROR_INIT;
    const struct canned answer = {TOKEN_URL, 200, tokens, NULL, 0};
    hk_op *op = hk_client_credentials_op(rp, "read", NULL);
    assert_int_equal(feed_run(feed, op, &answer, 1, &e), HK_OK);
    hk_session *session = hk_op_take_session(op);
    hk_op_free(op);
    return session;
}

/* A client with a session: bearer, or DPoP. */
struct caller {
    struct feed feed;
    hk_rp *rp;
    hk_session *session;
};

static void caller_start(struct caller *caller, bool dpop) {
    *caller = (struct caller){0};
    caller->rp = client(&caller->feed, dpop ? "dpop" : NULL, "require");
    caller->session = session_with(&caller->feed, caller->rp,
                                   dpop ? TOKENS("one", "DPoP") : TOKENS("one", "Bearer"));
    caller->feed.requests = 0;
}

static void caller_stop(struct caller *caller) {
    hk_session_free(caller->session);
    hk_rp_free(caller->rp);
}

/* The proof in header lines is good for that request. */
static void assert_proof(const char *lines, const char *method, const char *nonce, int64_t now) {
    struct arena *arena = arena_new(1 << 20);
    const char *start = strstr(lines, "DPoP: ");
    assert_non_null(start);
    start += strlen("DPoP: ");
    struct dpop proof;
    const struct dpop_expected expected = {.method = str_from(method),
                                           .url = S(API_URL),
                                           .now = now,
                                           .max_age = 1,
                                           .nonces = str_from(nonce),
                                           .access_token = S("one")};
    assert_ok(dpop_verify(str_of(start, strcspn(start, "\r")), &expected, arena, &proof));
    assert_true(proof.jti.n >= 16);
    assert_true(str_present(proof.nonce) == (nonce != NULL));
    arena_free(arena);
}

static void a_bearer_token_is_one_header(void **state) {
    (void)state;
    struct caller c;
    char text[256];
    hk_error e = HK_ERROR_INIT;
    caller_start(&c, false);
    assert_int_equal(hk_api_headers(c.rp, c.session, "GET", API_URL, text, sizeof text, &e), HK_OK);
    assert_string_equal(text, "Authorization: Bearer one\r\n");
    assert_int_equal(hk_api_headers(c.rp, c.session, "GET", API_URL, text, strlen(text), &e),
                     HK_E_ARG);
    assert_string_equal(text, "");
    caller_stop(&c);
}

static void a_dpop_token_has_a_fresh_proof(void **state) {
    (void)state;
    struct caller c;
    char first[2048], second[2048];
    hk_error e = HK_ERROR_INIT;
    caller_start(&c, true);
    assert_int_equal(
        hk_api_headers(c.rp, c.session, "PUT", API_URL "?a=b", first, sizeof first, &e), HK_OK);
    assert_int_equal(
        hk_api_headers(c.rp, c.session, "PUT", API_URL "?a=b", second, sizeof second, &e), HK_OK);
    assert_int_equal(strncmp(first, "Authorization: DPoP one\r\nDPoP: ", 31), 0);
    assert_string_not_equal(first, second);
    assert_proof(first, "PUT", NULL, c.feed.now);
    caller_stop(&c);
}

static void a_request_that_cannot_be_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *method, *url;
    } rows[] = {
        {NULL, API_URL},
        {"GET", NULL},
        {"", API_URL},
        {"GET /", API_URL},
        {"GET\r\nX: y", API_URL},
        {"GET", ""},
        {"GET", "/things"},
        {"GET", "http://api.example/things"},
        {"GET", "ftp://api.example/things"},
        {"GET", API_URL "#fragment"},
        {"GET", API_URL "\r\nX: y"},
        {"GET", API_URL " x"},
        {"GET", "http://127.0.0.1.evil.example/"},
    };
    struct caller c;
    char text[1024];
    caller_start(&c, true);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        assert_int_equal(
            hk_api_headers(c.rp, c.session, rows[i].method, rows[i].url, text, sizeof text, &e),
            HK_E_ARG);
        assert_string_equal(text, "");
        const hk_api api = {
            .size = sizeof api, .method = rows[i].method ? rows[i].method : "", .url = rows[i].url};
        hk_op *op = hk_api_call_op(c.rp, c.session, &api);
        assert_int_equal(feed_run(&c.feed, op, NULL, 0, &e), HK_E_ARG);
        hk_op_free(op);
    }
    hk_error e = HK_ERROR_INIT;
    assert_int_equal(hk_api_headers(c.rp, NULL, "GET", API_URL, text, sizeof text, &e), HK_E_ARG);
    assert_int_equal(hk_api_answer(c.rp, NULL, API_URL, 200, "", NULL, &e), HK_E_ARG);
    assert_int_equal(hk_api_answer(c.rp, c.session, NULL, 200, "", NULL, &e), HK_E_ARG);
    assert_int_equal(hk_api_answer(c.rp, c.session, "x", 200, "", NULL, &e), HK_E_ARG);
    assert_int_equal(
        hk_api_headers(c.rp, c.session, "GET", "http://[::1]:8080/x", text, sizeof text, &e),
        HK_OK);
    caller_stop(&c);
}

static void a_session_without_a_usable_token_is_refused(void **state) {
    (void)state;
    struct feed feed = {0};
    char text[1024];
    hk_rp *rp = client(&feed, NULL, NULL);
    static const struct {
        const char *token, *type, *says;
    } rows[] = {
        {NULL, "Bearer", "has no access token"},
        {"a\r\nX: y", "Bearer", "characters that cannot be sent"},
        {"a b", "Bearer", "characters that cannot be sent"},
        {"a", "DPoP", "bound to a key that it does not have"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_session *session;
        assert_ok(session_new(&memory_default, &session));
        assert_ok(session_text(session, str_from(rows[i].token), &session->access_token));
        assert_ok(session_text(session, str_from(rows[i].type), &session->token_type));
        assert_true(hk_api_headers(rp, session, "GET", API_URL, text, sizeof text, &e) < 0);
        assert_non_null(strstr(e.msg, rows[i].says));
        hk_session_free(session);
    }
    hk_rp_free(rp);
}

/* --- what an answer means ------------------------------------------------------------------- */

static const struct {
    int status;
    const char *headers;
    int code;
    const char *oauth;
} meanings[] = {
    {200, "", HK_OK, ""},
    {204, NULL, HK_OK, ""},
    {302, "Location: https://api.example/\r\n", HK_OK, ""},
    {404, "", HK_OK, ""},
    {403, "", HK_OK, ""},
    {500, CHALLENGE("Bearer error=\"invalid_token\""), HK_OK, ""},
    {503, "Retry-After: 3\r\n", HK_OK, ""},
    {403, CHALLENGE("Basic realm=\"x\", error=\"invalid_token\""), HK_OK, ""},
    {401, "", HK_E_EXPIRED, ""},
    {401, CHALLENGE("Bearer"), HK_E_EXPIRED, ""},
    {401, CHALLENGE("Bearer error=\"invalid_token\""), HK_E_EXPIRED, "invalid_token"},
    {401, "www-authenticate:bearer error=invalid_token\r\n", HK_E_EXPIRED, "invalid_token"},
    {401, CHALLENGE("Basic realm=\"a, b\", Bearer realm=x, error=\"invalid_token\""), HK_E_EXPIRED,
     "invalid_token"},
    {401, CHALLENGE("Bearer, DPoP error=\"invalid_dpop_proof\", algs=\"ES256\""), HK_E_BINDING,
     "invalid_dpop_proof"},
    {401, CHALLENGE("Basic x") CHALLENGE("DPoP error=\"invalid_token\""), HK_E_EXPIRED,
     "invalid_token"},
    {403, CHALLENGE("Bearer error=\"insufficient_scope\", scope=\"a b\""), HK_E_SCOPE,
     "insufficient_scope"},
    {401, CHALLENGE("Bearer error=\"insufficient_user_authentication\""), HK_E_STEP_UP,
     "insufficient_user_authentication"},
    {400, CHALLENGE("Bearer error=\"invalid_request\""), HK_E_OAUTH, "invalid_request"},
    {401, CHALLENGE("Bearer error=\"of_the_future\""), HK_E_OAUTH, "of_the_future"},
    {401, CHALLENGE("Bearer error=\"a\\\"b\n\""), HK_E_EXPIRED, ""},
    {401, CHALLENGE("DPoP error=\"use_dpop_nonce\"") "DPoP-Nonce: n1\r\n", HK_PENDING, ""},
    {401, CHALLENGE("DPoP error=\"use_dpop_nonce\""), HK_E_HTTP, "use_dpop_nonce"},
    {401, CHALLENGE("DPoP error=\"use_dpop_nonce\"") "DPoP-Nonce: \r\n", HK_E_HTTP,
     "use_dpop_nonce"},
};

static void each_answer_has_its_meaning(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(meanings); i++) {
        struct caller c;
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc = NULL;
        caller_start(&c, true);
        assert_int_equal(hk_api_answer(c.rp, c.session, API_URL, meanings[i].status,
                                       meanings[i].headers, &doc, &e),
                         meanings[i].code);
        assert_string_equal(e.oauth, meanings[i].oauth);
        assert_int_equal(e.http_status, meanings[i].code < 0 ? meanings[i].status : 0);
        assert_true((doc != NULL) == (meanings[i].code < 0 && meanings[i].code != HK_E_HTTP));
        hk_doc_free(doc);
        caller_stop(&c);
    }
}

static void a_step_up_says_what_is_needed(void **state) {
    (void)state;
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc = NULL;
    int64_t max_age = 0;
    caller_start(&c, false);
    assert_int_equal(
        hk_api_answer(c.rp, c.session, API_URL, 401,
                      CHALLENGE("Bearer error=\"insufficient_user_authentication\", "
                                "error_description=\"A \\\"better\\\" one\", max_age=\"5\", "
                                "acr_values=\"phr phrh\", scope=\"pay\", "
                                "resource_metadata=\"https://api.example/m\""),
                      &doc, &e),
        HK_E_STEP_UP);
    assert_string_equal(hk_doc_str(doc, "acr_values").p, "phr phrh");
    assert_string_equal(hk_doc_str(doc, "scope").p, "pay");
    assert_string_equal(hk_doc_str(doc, "error_description").p, "A \"better\" one");
    assert_string_equal(hk_doc_str(doc, "resource_metadata").p, "https://api.example/m");
    assert_int_equal(hk_doc_int(doc, "max_age", &max_age), HK_OK);
    assert_int_equal(max_age, 5);
    hk_doc_free(doc);
    caller_stop(&c);
}

static void a_nonce_goes_into_the_next_proof_for_that_origin(void **state) {
    (void)state;
    struct caller c;
    char text[2048];
    hk_error e = HK_ERROR_INIT;
    caller_start(&c, true);
    const char *asks = CHALLENGE("DPoP error=\"use_dpop_nonce\"") "DPoP-Nonce: n1\r\n";
    assert_int_equal(hk_api_answer(c.rp, c.session, API "/other", 401, asks, NULL, &e), HK_PENDING);
    assert_int_equal(hk_api_headers(c.rp, c.session, "GET", API_URL, text, sizeof text, &e), HK_OK);
    assert_proof(text, "GET", "n1", c.feed.now);
    /* the same again would go on for ever */
    assert_int_equal(hk_api_answer(c.rp, c.session, API_URL, 401, asks, NULL, &e), HK_E_HTTP);
    /* 8.2: any answer may bring another */
    assert_int_equal(hk_api_answer(c.rp, c.session, API_URL, 200, "dpop-nonce: n2\r\n", NULL, &e),
                     HK_OK);
    assert_int_equal(hk_api_headers(c.rp, c.session, "GET", API_URL, text, sizeof text, &e), HK_OK);
    assert_proof(text, "GET", "n2", c.feed.now);
    assert_int_equal(hk_api_answer(c.rp, c.session, "https://another.example/", 200,
                                   "DPoP-Nonce: n3\r\n", NULL, &e),
                     HK_OK);
    assert_int_equal(hk_api_headers(c.rp, c.session, "GET", API_URL, text, sizeof text, &e), HK_OK);
    assert_proof(text, "GET", "n2", c.feed.now);
    caller_stop(&c);
}

/* --- all of it ------------------------------------------------------------------------------ */

static int call(struct caller *c, const hk_api *api, const struct canned *answers, size_t n,
                hk_doc **doc, hk_error *e) {
    hk_op *op = hk_api_call_op(c->rp, c->session, api);
    int code = feed_run(&c->feed, op, answers, n, e);
    int status = hk_op_status(op);
    *doc = hk_op_take_doc(op);
    assert_int_equal(status, n ? answers[n - 1].status : 0);
    hk_op_free(op);
    return code;
}

static const hk_api get = {.size = sizeof get, .url = API_URL};

static void a_call_gives_the_body_as_it_came(void **state) {
    (void)state;
    static const char *const bodies[] = {"{\"a\": 1}", "plain", "", "[1]"};
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    int64_t a = 0;
    caller_start(&c, false);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const struct canned answer = {API_URL, i ? 404 : 200, bodies[i], NULL, 0};
        assert_int_equal(call(&c, &get, &answer, 1, &doc, &e), HK_OK);
        assert_string_equal(hk_doc_json(doc).p, bodies[i]);
        assert_true((hk_doc_int(doc, "a", &a) == HK_OK) == (i == 0));
        hk_doc_free(doc);
    }
    assert_string_equal(c.feed.last_headers, "Authorization: Bearer one\r\n");
    caller_stop(&c);
}

static void a_call_sends_body_and_headers(void **state) {
    (void)state;
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    const struct canned answer = {API_URL, 201, "{}", NULL, 0};
    caller_start(&c, false);
    const hk_api api = {.size = sizeof api,
                        .url = API_URL "?q=1",
                        .headers = "Content-Type: text/plain\r\nX-Trace: 7",
                        .body = "hello, world",
                        .body_len = 5};
    assert_int_equal(call(&c, &api, &answer, 1, &doc, &e), HK_OK);
    hk_doc_free(doc);
    assert_string_equal(c.feed.last_body, "hello");
    assert_string_equal(c.feed.last_headers,
                        "Authorization: Bearer one\r\nContent-Type: text/plain\r\nX-Trace: 7\r\n");
    caller_stop(&c);
}

static void headers_that_would_change_the_request_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "Authorization: Bearer x\r\n",
        "authorization: x\r\n",
        "X: y\r\nDPoP: z\r\n",
        "Host: evil.example\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "no colon\r\n",
        ": empty\r\n",
        "X y: z\r\n",
        "X : y\r\n",
        " X: folded\r\n",
        "X: y\r\r\n",
        "X: y\r\n\r\nbody",
        "X: \x01\r\n",
        "X: y\nAuthorization: z\n",
        "X: a\rb\r\n",
    };
    struct caller c;
    caller_start(&c, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        const hk_api api = {.size = sizeof api, .url = API_URL, .headers = rows[i]};
        assert_int_equal(call(&c, &api, NULL, 0, &doc, &e), HK_E_ARG);
        assert_non_null(strstr(e.msg, "a header line"));
        assert_null(doc);
    }
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    const hk_api no_body = {.size = sizeof no_body, .url = API_URL, .body_len = 3};
    assert_int_equal(call(&c, &no_body, NULL, 0, &doc, &e), HK_E_ARG);
    assert_int_equal(call(&c, NULL, NULL, 0, &doc, &e), HK_E_ARG);
    caller_stop(&c);
}

static void a_nonce_is_tried_once(void **state) {
    (void)state;
#define ASKS(nonce)                                                                                \
    { API_URL, 401, "", CHALLENGE("DPoP error=\"use_dpop_nonce\"") "DPoP-Nonce: " nonce "\r\n", 0 }
    static const struct canned once[] = {ASKS("a"), {API_URL, 200, "{}", NULL, 0}};
    static const struct canned twice[] = {ASKS("b"), ASKS("c")};
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    caller_start(&c, true);
    retries = 0;
    assert_int_equal(call(&c, &get, once, 2, &doc, &e), HK_OK);
    hk_doc_free(doc);
    assert_int_equal(retries, 1);
    assert_proof(c.feed.last_headers, "GET", "a", c.feed.now);
    assert_int_equal(call(&c, &get, twice, 2, &doc, &e), HK_E_HTTP);
    assert_null(doc);
    caller_stop(&c);
}

static void a_token_that_ends_soon_is_refreshed_before(void **state) {
    (void)state;
    static const struct {
        int after; /* of its 300 seconds; refresh_before_s is 30 */
        bool refreshed;
    } rows[] = {{0, false}, {269, false}, {270, true}, {400, true}};
    static const struct canned both[] = {{TOKEN_URL, 200, TOKENS("two", "Bearer"), NULL, 0},
                                         {API_URL, 200, "{}", NULL, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct caller c;
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        caller_start(&c, false);
        c.feed.now += rows[i].after;
        size_t skipped = rows[i].refreshed ? 0 : 1;
        assert_int_equal(call(&c, &get, both + skipped, 2 - skipped, &doc, &e), HK_OK);
        hk_doc_free(doc);
        assert_string_equal(c.feed.last_headers, rows[i].refreshed
                                                     ? "Authorization: Bearer two\r\n"
                                                     : "Authorization: Bearer one\r\n");
        assert_string_equal(hk_access_token(c.session).p, rows[i].refreshed ? "two" : "one");
        caller_stop(&c);
    }
}

static void a_token_that_the_api_refuses_is_refreshed_once(void **state) {
    (void)state;
    static const struct canned good[] = {{API_URL, 401, "", CHALLENGE("Bearer"), 0},
                                         {TOKEN_URL, 200, TOKENS("two", "Bearer"), NULL, 0},
                                         {API_URL, 200, "{}", NULL, 0}};
    static const struct canned bad[] = {
        {API_URL, 401, "", CHALLENGE("Bearer"), 0},
        {TOKEN_URL, 200, TOKENS("three", "Bearer"), NULL, 0},
        {API_URL, 401, "", CHALLENGE("Bearer error=\"invalid_token\""), 0}};
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    caller_start(&c, false);
    assert_int_equal(call(&c, &get, good, 3, &doc, &e), HK_OK);
    assert_string_equal(hk_doc_json(doc).p, "{}");
    hk_doc_free(doc);
    assert_int_equal(call(&c, &get, bad, 3, &doc, &e), HK_E_EXPIRED);
    assert_string_equal(hk_doc_str(doc, "error").p, "invalid_token");
    hk_doc_free(doc);
    caller_stop(&c);
}

static void a_refusal_gives_what_the_api_asks_for(void **state) {
    (void)state;
    static const struct canned answer = {
        API_URL, 403, "{}", CHALLENGE("Bearer error=\"insufficient_scope\", scope=\"pay\""), 0};
    struct caller c;
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    caller_start(&c, false);
    assert_int_equal(call(&c, &get, &answer, 1, &doc, &e), HK_E_SCOPE);
    assert_string_equal(hk_doc_str(doc, "scope").p, "pay");
    hk_doc_free(doc);
    static const struct canned down = {API_URL, 0, NULL, NULL, HK_E_TIMEOUT};
    assert_int_equal(call(&c, &get, &down, 1, &doc, &e), HK_E_TIMEOUT);
    assert_null(doc);
    assert_null(hk_api_call_op(NULL, c.session, &get));
    caller_stop(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bearer_token_is_one_header),
        cmocka_unit_test(a_dpop_token_has_a_fresh_proof),
        cmocka_unit_test(a_request_that_cannot_be_is_refused),
        cmocka_unit_test(a_session_without_a_usable_token_is_refused),
        cmocka_unit_test(each_answer_has_its_meaning),
        cmocka_unit_test(a_step_up_says_what_is_needed),
        cmocka_unit_test(a_nonce_goes_into_the_next_proof_for_that_origin),
        cmocka_unit_test(a_call_gives_the_body_as_it_came),
        cmocka_unit_test(a_call_sends_body_and_headers),
        cmocka_unit_test(headers_that_would_change_the_request_are_refused),
        cmocka_unit_test(a_nonce_is_tried_once),
        cmocka_unit_test(a_token_that_ends_soon_is_refreshed_before),
        cmocka_unit_test(a_token_that_the_api_refuses_is_refreshed_once),
        cmocka_unit_test(a_refusal_gives_what_the_api_asks_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
