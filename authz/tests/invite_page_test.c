/* The page of a mailed invite: who may take it, and where it leads. */
#include <stdio.h>

#include "authz/tests/home_helper.h"
#include "common/base/json_read.h"

/* A call of the account API for ann; its member `slug` goes to `slug`, if that is not NULL. */
static void by_ann(const char *path, const char *json, char slug[256]) {
    char token[256], authorization[300];
    AUTO(json_ref) doc = NULL;
    struct test_request *t = test_request_new("POST", path);
    flow_api_token("ann@example.com", token);
    snprintf(authorization, sizeof authorization, "Bearer %s", token);
    test_request_header(t, "Authorization", authorization);
    test_request_body(t, "application/json", json);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    if (t->rs.status != 201)
        fail_msg("%s: %d %.*s", path, t->rs.status, STR_FMT(t->rs.body));
    assert_ok(json_read_object(t->rs.body, &doc));
    if (slug)
        snprintf(slug, 256, "%.*s", STR_FMT(json_read_str(doc, "slug")));
    test_request_free(t);
}

/* A fresh invite of ann's project "Garden" for the address: the path of its page. */
static void invite(const char *email, const char *more, char page[512]) {
    static char slug[256];
    char path[300], json[600], link[512];
    if (!slug[0])
        by_ann("/projects", "{\"name\":\"Garden <i>\"}", slug);
    snprintf(path, sizeof path, "/projects/%s/invites", slug);
    snprintf(json, sizeof json, "{\"email\":\"%s\"%s}", email, more);
    flow_forget_mails();
    by_ann(path, json, NULL);
    flow_mailed("https://id.example/invite?token=", link);
    snprintf(page, 512, "%s", link + strlen("https://id.example"));
}

static void answer(struct browser *b, const char *page, const char *more) {
    char form[1024];
    browser_get(b, page);
    browser_expect(b, 200, "id=\"invite-project\"", page);
    snprintf(form, sizeof form, "&%s%s", strchr(page, '?') + 1, more);
    browser_submit_own(b, "/invite", form);
    browser_follow(b);
}

static void a_member_to_be_accepts(void **state) {
    (void)state;
    char page[512];
    invite("bob@example.com",
           ",\"role\":\"admin\",\"redirect_url\":\"https://garden.example/welcome\"", page);
    struct browser *b = browser_at_home("bob@example.com");
    browser_get(b, page);
    browser_expect(b, 200, "Garden &lt;i&gt;", "shown");
    assert_true(browser_sees(b, "Administrator"));
    assert_true(browser_sees(b, "bob@example.com"));
    answer(b, page, "");
    browser_expect(b, 200, "You are a member now.", "accepted");
    assert_true(browser_sees(b, "href=\"https://garden.example/welcome\""));
    browser_get(b, page);
    assert_int_equal(browser_status(b), 404);
    browser_free(b);
}

static void without_a_sign_in_the_invite_makes_an_account(void **state) {
    (void)state;
    char page[512];
    invite("carol@example.com", "", page);
    struct browser *b = browser_new();
    browser_get(b, page);
    browser_expect(b, 200, "join-form", "shown");
    answer(b, page, "&password=short");
    browser_expect(b, 422, "This password is too short.", "short");
    answer(b, page, "&password=a+quiet+river+in+may");
    browser_expect(b, 200, "You are a member now.", "joined");
    assert_true(browser_sees(b, "carol@example.com"));
    browser_get(b, "/account");
    browser_expect(b, 200, "You made this account", "account");
    browser_free(b);
}

static void or_a_sign_in_leads_back_to_it(void **state) {
    (void)state;
    char page[512], target[600];
    invite("carol2@example.com", "", page);
    struct browser *b = browser_new();
    browser_get(b, page);
    snprintf(target, sizeof target, "/invite/sign-in%s", strchr(page, '?'));
    assert_true(browser_sees(b, target));
    browser_get(b, target);
    browser_follow(b);
    browser_sign_in(b, "ann@example.com");
    browser_follow(b);
    browser_expect(b, 200, "accept-form", "back");
    browser_free(b);
}

/* The proof of an address proves no other one. */
static void an_invite_is_of_one_address(void **state) {
    (void)state;
    char page[512];
    invite("dave@example.com", "", page);
    struct browser *b = browser_at_home("bob@example.com");
    answer(b, page, "");
    browser_expect(b, 422, "The invite is for another address than yours.", "bob");
    assert_true(browser_sees(b, "id=\"switch-to\""));
    browser_free(b);

    invite("bob2@example.com", "", page);
    b = browser_new();
    answer(b, page, "&email=mallory@example.com&password=a+quiet+river+in+may");
    assert_true(browser_sees(b, "bob2@example.com"));
    assert_false(browser_sees(b, "mallory"));
    browser_free(b);
}

static void what_is_no_invite_is_not_found(void **state) {
    (void)state;
    static const char *const rows[] = {"/invite",
                                       "/invite?token=",
                                       "/invite?token=none",
                                       "/invite?token=..%2F..%2Fauth%2Fme",
                                       "/invite/sign-in?token=%2F%2Fevil",
                                       "/invite/sign-in"};
    struct browser *b = browser_new(), *ann = browser_at_home("ann@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(b, rows[i]);
        if (browser_status(b) != 404)
            fail_msg("%s: %d", rows[i], browser_status(b));
        browser_get(ann, rows[i]);
        assert_int_equal(browser_status(ann), 404);
    }
    browser_free(ann);
    browser_free(b);
}

static void an_invite_ends_with_its_time(void **state) {
    (void)state;
    char page[512];
    struct flow_world *w = flow_world();
    invite("late@example.com", "", page);
    w->now_ms += INT64_C(7) * 24 * 3600 * 1000 + 1000;
    struct browser *b = browser_new();
    browser_get(b, page);
    browser_expect(b, 410, "This invite is over.", "over");
    browser_free(b);
}

static void its_forms_are_of_the_browser_that_opened_it(void **state) {
    (void)state;
    static char field[40000], form[60000];
    char page[512];
    invite("erin@example.com", "", page);
    struct browser *stranger = browser_new(), *victim = browser_new();
    browser_get(stranger, page);
    browser_field(stranger, "csrf", field);
    snprintf(form, sizeof form, "csrf=%s&%s&password=a+quiet+river+in+may", field,
             strchr(page, '?') + 1);
    browser_post(victim, "/invite", form);
    assert_int_equal(browser_status(victim), 400);
    assert_string_equal(browser_cookie(victim, "__Host-hk_session"), "");
    browser_post(victim, "/invite", strchr(form, '&') + 1);
    assert_int_equal(browser_status(victim), 400);
    victim->fetch_site = "cross-site";
    browser_post(victim, "/invite", form);
    assert_int_equal(browser_status(victim), 403);
    browser_free(victim);
    browser_free(stranger);
}

/* Nobody is led on by what another person was invited to. */
static void where_it_leads_is_shown_to_the_member_alone(void **state) {
    (void)state;
    char page[512], location[2048];
    invite("frank@example.com", ",\"redirect_url\":\"https://evil.example/\"", page);
    struct browser *frank = browser_new(), *ann = browser_at_home("ann@example.com");
    char form[1024];
    browser_get(frank, page);
    snprintf(form, sizeof form, "&%s&password=a+quiet+river+in+may", strchr(page, '?') + 1);
    browser_submit_own(frank, "/invite", form);
    str to = test_request_answer(frank->last, "Location");
    snprintf(location, sizeof location, "%.*s", STR_FMT(to));
    browser_get(ann, location + strlen("https://id.example"));
    assert_int_equal(browser_status(ann), 404);
    browser_get(ann, "/invite/done?to=https://evil.example/");
    assert_int_equal(browser_status(ann), 404);
    browser_follow(frank);
    browser_expect(frank, 200, "https://evil.example/", "frank");
    browser_free(ann);
    browser_free(frank);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_to_be_accepts),
        cmocka_unit_test(without_a_sign_in_the_invite_makes_an_account),
        cmocka_unit_test(or_a_sign_in_leads_back_to_it),
        cmocka_unit_test(an_invite_is_of_one_address),
        cmocka_unit_test(what_is_no_invite_is_not_found),
        cmocka_unit_test(its_forms_are_of_the_browser_that_opened_it),
        cmocka_unit_test(where_it_leads_is_shown_to_the_member_alone),
        cmocka_unit_test(an_invite_ends_with_its_time),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
