/* The HitKey dialect of GET /oauth/authorize, row by row of docs/api.md. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/store/client.h"
#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"

static char token[256];
static char client_id[256];

static int open_world(void **state) {
    flow_world_open(state);
    flow_api_token("ann@example.com", token);
    struct test_request *t = test_request_new("POST", "/oauth/clients");
    char authorization[300];
    AUTO(json_ref) made = NULL;
    snprintf(authorization, sizeof authorization, "Bearer %s", token);
    test_request_header(t, "Authorization", authorization);
    test_request_body(
        t, "application/json",
        "{\"name\":\"My App\",\"redirect_uri\":\"https://yourapp.example/callback\"}");
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    assert_int_equal(t->rs.status, 201);
    assert_ok(json_read_object(t->rs.body, &made));
    snprintf(client_id, sizeof client_id, "%.*s", STR_FMT(json_read_str(made, "client_id")));
    test_request_free(t);
    return 0;
}

static struct test_request *ask(const char *bearer, const char *id, const char *more) {
    char target[4096];
    static char authorization[300];
    snprintf(target, sizeof target, "/oauth/authorize?client_id=%s%s", id, more);
    struct test_request *t = test_request_new("GET", "/");
    assert_ok(str_dup(t->rq.arena, str_from(target), &t->rq.path));
    size_t mark = str_find(t->rq.path, '?');
    t->rq.query = str_from_pos(t->rq.path, mark + 1);
    t->rq.path = str_head(t->rq.path, mark);
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer);
    test_request_header(t, "Authorization", authorization);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    return t;
}

static void expect(struct test_request *t, int status, const char *error, const char *code) {
    AUTO(json_ref) json = NULL;
    if (t->rs.status != status)
        fail_msg("%d %.*s", t->rs.status, STR_FMT(t->rs.body));
    assert_ok(json_read_object(t->rs.body, &json));
    if (error)
        assert_str(json_read_str(json, "error"), error);
    if (code)
        assert_str(json_read_str(json, "code"), code);
    assert_false(str_present(test_request_answer(t, "Location")));
    assert_false(str_present(test_request_answer(t, "Set-Cookie")));
    test_request_free(t);
}

#define CALLBACK "&redirect_uri=https%3A%2F%2Fyourapp.example%2Fcallback"
#define GOOD     CALLBACK "&response_type=code&state=random_state_string"

static void a_token_gets_the_url_with_code_state_and_iss(void **state) {
    (void)state;
    int64_t before = flow_count("SELECT count(*) FROM consents");
    struct test_request *t = ask(token, client_id, GOOD);
    AUTO(json_ref) json = NULL;
    assert_int_equal(t->rs.status, 200);
    assert_ok(json_read_object(t->rs.body, &json));
    str url = json_read_str(json, "redirect_url");
    assert_true(str_starts(url, S("https://yourapp.example/callback?code=")));
    assert_true(str_find_str(url, S("&state=random_state_string&iss=https%3A%2F%2Fid.example")) <
                url.n);
    assert_int_equal(json_object_size(json), 1);
    test_request_free(t);
    assert_int_equal(flow_count("SELECT count(*) FROM consents"), before + 1);
    test_request_free(ask(token, client_id, GOOD));
    assert_int_equal(flow_count("SELECT count(*) FROM consents"), before + 1);
    assert_int_equal(
        flow_count("SELECT count(*) FROM consents WHERE scope ="
                   " 'openid profile email address phone project:read offline_access'"),
        before + 1);
}

static void each_error_is_the_one_of_the_api(void **state) {
    (void)state;
    expect(ask(token, "nobody", GOOD), 400, "Invalid client_id", "invalid_client");
    expect(ask(token, "", GOOD), 400, "Invalid client_id", "invalid_client");
    expect(ask(token, client_id, "&response_type=code&redirect_uri=https%3A%2F%2Fevil.example"),
           400, "redirect_uri doesn't match", NULL);
    expect(ask(token, client_id, "&response_type=code"), 400, "redirect_uri doesn't match", NULL);
    expect(ask(token, client_id, CALLBACK "%2Fmore&response_type=code"), 400,
           "redirect_uri doesn't match", NULL);
    expect(ask("hitkey_nonsense", client_id, GOOD), 401, NULL, NULL);
    expect(ask("nonsense", client_id, GOOD), 401, NULL, NULL);
    expect(ask(token, client_id, CALLBACK "&response_type=token"), 400, NULL,
           "unsupported_response_type");
    expect(ask(token, client_id, CALLBACK), 400, NULL, "invalid_request");
    expect(ask(token, client_id, GOOD "&state=twice"), 400, NULL, "invalid_request");
    expect(ask(token, client_id, GOOD "&scope=a%20%20b"), 400, NULL, "invalid_scope");
    expect(ask(token, client_id, GOOD "&max_age=x"), 400, NULL, "invalid_request");
    expect(ask(token, client_id, GOOD "&id_token_hint=x"), 400, NULL, NULL);
    expect(ask(token, client_id, GOOD "&code_challenge=" FLOW_CHALLENGE), 400, NULL,
           "invalid_request");
    expect(ask(token, client_id, GOOD "&x=%00"), 400, NULL, NULL);
}

static void unknown_scopes_are_dropped_without_a_word(void **state) {
    (void)state;
    static const char *const scopes[] = {"telepathy", "project%3Aread", "email%20telepathy"};
    for (size_t i = 0; i < COUNT(scopes); i++) {
        char more[512];
        snprintf(more, sizeof more, "%s&scope=%s", GOOD, scopes[i]);
        struct test_request *t = ask(token, client_id, more);
        assert_int_equal(t->rs.status, 200);
        test_request_free(t);
    }
}

/* The sign-in of the API token is as old as it is, and no page can ask for a younger one. */
static void a_sign_in_longer_ago_than_max_age_is_refused(void **state) {
    (void)state;
    flow_world()->now_ms += 10 * 1000;
    expect(ask(token, client_id, GOOD "&max_age=5"), 400, NULL, "login_required");
    struct test_request *t = ask(token, client_id, GOOD "&max_age=20");
    assert_int_equal(t->rs.status, 200);
    test_request_free(t);
}

static void the_redirect_goes_to_the_registered_uri(void **state) {
    (void)state;
    static const char *const spelled[] = {
        "https%3A%2F%2Fyourapp.example%2Fcallback%2F",
        "HTTPS%3A%2F%2FYourApp.example%3A443%2F%2563allback",
    };
    for (size_t i = 0; i < COUNT(spelled); i++) {
        char more[512];
        AUTO(json_ref) json = NULL;
        snprintf(more, sizeof more, "&redirect_uri=%s&response_type=code&state=s", spelled[i]);
        struct test_request *t = ask(token, client_id, more);
        assert_int_equal(t->rs.status, 200);
        assert_ok(json_read_object(t->rs.body, &json));
        assert_true(str_starts(json_read_str(json, "redirect_url"),
                               S("https://yourapp.example/callback?code=")));
        test_request_free(t);
    }
}

static void a_posted_form_is_never_the_hitkey_dialect(void **state) {
    (void)state;
    struct browser *b = browser_new();
    struct test_request *t = test_request_new("POST", "/oauth/authorize");
    char authorization[300];
    snprintf(authorization, sizeof authorization, "Bearer %s", token);
    test_request_header(t, "Authorization", authorization);
    test_request_body(t, "application/x-www-form-urlencoded", strchr(FLOW_REQUEST, '?') + 1);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    assert_int_equal(t->rs.status, 303);
    test_request_free(t);
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_gets_the_url_with_code_state_and_iss),
        cmocka_unit_test(each_error_is_the_one_of_the_api),
        cmocka_unit_test(unknown_scopes_are_dropped_without_a_word),
        cmocka_unit_test(a_sign_in_longer_ago_than_max_age_is_refused),
        cmocka_unit_test(the_redirect_goes_to_the_registered_uri),
        cmocka_unit_test(a_posted_form_is_never_the_hitkey_dialect),
    };
    return cmocka_run_group_tests(tests, open_world, flow_world_close);
}
