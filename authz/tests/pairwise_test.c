/* Pairwise subjects (OIDC Core 8) through the whole server. */
#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "keys/ring.h"

static const struct relying_party {
    const char *client_id, *redirect_uri;
} apps[] = {{"pair1", "https://pair.example/1"},
            {"pair2", "https://pair.example/2"},
            {"pair3", "https://other.example/3"}};

/* What the app got of a person: everything that its requests brought. */
struct got {
    char sub[128];
    char id_token[4096], access_token[4096];
    char userinfo[4096];
};

static void payload_of(const char *token, str typ, char out[4096]) {
    struct flow_world *w = flow_world();
    str payload;
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, typ, str_from(token), w->arena, &payload));
    snprintf(out, 4096, "%.*s", STR_FMT(payload));
}

static void member(const char *json, const char *name, char *out, size_t size) {
    AUTO(json_ref) object = NULL;
    assert_ok(json_read_object(str_from(json), &object));
    snprintf(out, size, "%.*s", STR_FMT(json_read_str(object, name)));
}

static void ask(struct browser *b, const struct relying_party *app, const char *more) {
    char target[8192];
    str uri;
    assert_ok(percent_encode(flow_world()->arena, str_from(app->redirect_uri), &uri));
    snprintf(target, sizeof target,
             "/oauth/authorize?response_type=code&client_id=%s&redirect_uri=%s"
             "&scope=openid%%20email%s",
             app->client_id, uri.p, more);
    browser_get(b, target);
}

static void read_userinfo(struct got *got) {
    struct flow_world *w = flow_world();
    struct test_request *t = test_request_new("GET", "/oauth/userinfo");
    char header[5000];
    snprintf(header, sizeof header, "Bearer %s", got->access_token);
    test_request_header(t, "Authorization", header);
    t->rq.now_ms = w->now_ms;
    test_request_send(t, w->authz->app);
    assert_int_equal(t->rs.status, 200);
    snprintf(got->userinfo, sizeof got->userinfo, "%.*s", STR_FMT(t->rs.body));
    test_request_free(t);
}

static void sign_in_at(struct browser *b, const struct relying_party *app, struct got *got) {
    static char form[4096], answer[16384];
    struct browser *server = browser_new();
    ask(b, app, "");
    if (browser_sees(b, "consent-form"))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, app->redirect_uri));
    str uri;
    assert_ok(percent_encode(flow_world()->arena, str_from(app->redirect_uri), &uri));
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=%s&client_secret=secret&redirect_uri=%s"
             "&code=%s",
             app->client_id, uri.p, browser_answer(b, "code"));
    browser_post(server, "/oauth/token", form);
    assert_int_equal(browser_status(server), 200);
    snprintf(answer, sizeof answer, "%.*s", STR_FMT(server->last->rs.body));
    member(answer, "id_token", got->id_token, sizeof got->id_token);
    member(answer, "access_token", got->access_token, sizeof got->access_token);
    browser_free(server);
    char payload[4096];
    payload_of(got->id_token, S("JWT"), payload);
    member(payload, "sub", got->sub, sizeof got->sub);
    read_userinfo(got);
}

static void each_answer_has_the_same_subject_and_none_the_id(void **state) {
    (void)state;
    char token[256], id[256], payload[4096], text[256];
    struct got got;
    struct browser *b = browser_signed_in("ann@example.com");
    flow_api_token("ann@example.com", token);
    flow_call("GET", "/auth/me", token, NULL, "id", id);
    assert_true(strlen(id) == 36);
    sign_in_at(b, &apps[0], &got);
    assert_int_equal(strlen(got.sub), 43);
    member(got.userinfo, "sub", text, sizeof text);
    assert_string_equal(text, got.sub);
    member(got.userinfo, "id", text, sizeof text);
    assert_string_equal(text, got.sub);
    assert_null(strstr(got.userinfo, id));
    payload_of(got.id_token, S("JWT"), payload);
    assert_null(strstr(payload, id));
    payload_of(got.access_token, S("at+jwt"), payload);
    assert_null(strstr(payload, id));
    member(payload, "sub", text, sizeof text);
    assert_string_equal(text, got.sub);
    browser_free(b);
}

static void a_sector_knows_a_person_by_one_name_and_others_by_another(void **state) {
    (void)state;
    struct got got[COUNT(apps)], bob;
    struct browser *b = browser_signed_in("ann@example.com");
    struct browser *other = browser_signed_in("bob@example.com");
    for (size_t i = 0; i < COUNT(apps); i++)
        sign_in_at(b, &apps[i], &got[i]);
    sign_in_at(other, &apps[0], &bob);
    assert_string_equal(got[0].sub, got[1].sub);
    assert_string_not_equal(got[0].sub, got[2].sub);
    assert_string_not_equal(got[0].sub, bob.sub);
    browser_free(b);
    browser_free(other);
}

static void a_hint_and_a_claim_know_the_person_by_that_name(void **state) {
    (void)state;
    struct got got;
    char more[8192];
    struct browser *ann = browser_signed_in("ann@example.com");
    struct browser *bob = browser_signed_in("bob@example.com");
    sign_in_at(ann, &apps[0], &got);
    snprintf(more, sizeof more, "&prompt=none&id_token_hint=%s", got.id_token);
    ask(ann, &apps[0], more);
    assert_true(browser_got_code(ann, apps[0].redirect_uri));
    ask(bob, &apps[0], more);
    assert_true(browser_got_error(bob, apps[0].redirect_uri, "login_required"));
    snprintf(more, sizeof more,
             "&prompt=none&claims=%%7B%%22id_token%%22%%3A%%7B%%22sub%%22%%3A%%7B%%22value%%22"
             "%%3A%%22%s%%22%%7D%%7D%%7D",
             got.sub);
    ask(ann, &apps[0], more);
    assert_true(browser_got_code(ann, apps[0].redirect_uri));
    ask(bob, &apps[0], more);
    assert_true(browser_got_error(bob, apps[0].redirect_uri, "login_required"));
    browser_free(ann);
    browser_free(bob);
}

/* Who signs in on the way is found by the name, too. */
static void a_hint_is_met_by_a_sign_in(void **state) {
    (void)state;
    struct got got;
    char more[8192];
    struct browser *ann = browser_signed_in("ann@example.com"), *new_browser = browser_new();
    sign_in_at(ann, &apps[0], &got);
    snprintf(more, sizeof more, "&id_token_hint=%s", got.id_token);
    ask(new_browser, &apps[0], more);
    browser_sign_in(new_browser, "ann@example.com");
    assert_true(browser_got_code(new_browser, apps[0].redirect_uri));
    ask(new_browser, &apps[0], more);
    assert_true(browser_got_code(new_browser, apps[0].redirect_uri));
    browser_free(ann);
    browser_free(new_browser);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_has_the_same_subject_and_none_the_id),
        cmocka_unit_test(a_sector_knows_a_person_by_one_name_and_others_by_another),
        cmocka_unit_test(a_hint_and_a_claim_know_the_person_by_that_name),
        cmocka_unit_test(a_hint_is_met_by_a_sign_in),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
