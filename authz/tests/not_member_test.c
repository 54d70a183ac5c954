/* A client of a private project in a browser: members come in, others learn whom to ask. */
#include <stdio.h>

#include "authz/tests/developer_helper.h"

#define CALLBACK "https://team.example/cb"

static char client_id[256], slug[256], request[1024];

static int open_project(void **state) {
    char body[512];
    developer_open(state);
    snprintf(slug, sizeof slug, "%s", project());
    snprintf(body, sizeof body,
             "{\"client_name\":\"Team Notes\",\"redirect_uris\":[\"" CALLBACK "\"]}");
    made(join("/projects/", slug, "/clients"), body, "client_id", client_id);
    snprintf(request, sizeof request,
             "/oauth/authorize?response_type=code&client_id=%s&redirect_uri="
             "https%%3A%%2F%%2Fteam.example%%2Fcb&scope=openid%%20project:read&state=st",
             client_id);
    return 0;
}

static void add_bob(void) {
    send_form(ann, project_page(slug, ""), "&do=add&email=bob@example.com&role=member");
    expect(ann, 200, NULL);
}

static void remove_bob(void) {
    send_form(bob, project_page(slug, "/settings"), "&do=leave");
    expect(bob, 200, NULL);
}

static void an_outsider_learns_whom_to_ask(void **state) {
    (void)state;
    browser_get(bob, request);
    expect(bob, 403, "not-member-form");
    expect(bob, 403, "bob@example.com");
    expect(bob, 403, "Team Notes is only for members of its project");
    browser_submit(bob, "/interaction/cancel", "");
    assert_true(browser_got_error(bob, CALLBACK, "access_denied"));
}

/* OIDC Core 3.1.2.6: nothing may be shown; that the person has not allowed the client comes first.
 */
static void prompt_none_shows_an_outsider_no_page(void **state) {
    (void)state;
    browser_get(bob, join(request, "&prompt=none", ""));
    assert_true(browser_got_error(bob, CALLBACK, "consent_required"));
}

static void another_account_may_come_in(void **state) {
    (void)state;
    struct browser *b = browser_at_home("bob@example.com");
    browser_get(b, request);
    expect(b, 403, "not-member-form");
    browser_submit(b, "/interaction/choose-account", "&account=another");
    browser_sign_in(b, "ann@example.com");
    expect(b, 200, "consent-form");
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, CALLBACK));
    browser_free(b);
}

static void a_member_allows_it_and_comes_in_until_removed(void **state) {
    (void)state;
    add_bob();
    browser_get(bob, request);
    expect(bob, 200, "data-scope=\"project:read\"");
    browser_submit(bob, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(bob, CALLBACK));
    browser_get(bob, request);
    assert_true(browser_got_code(bob, CALLBACK));
    remove_bob();
    browser_get(bob, request);
    expect(bob, 403, "not-member-form");
    browser_get(bob, join(request, "&prompt=none", ""));
    assert_true(browser_got_error(bob, CALLBACK, "access_denied"));
}

/* The page was shown to a member: by now the person is none. */
static void whoever_is_removed_meanwhile_does_not_come_in(void **state) {
    (void)state;
    static char interaction[40000], form[50000];
    add_bob();
    browser_get(bob, join(request, "&prompt=consent", ""));
    expect(bob, 200, "consent-form");
    browser_field(bob, "interaction", interaction);
    remove_bob();
    snprintf(form, sizeof form, "interaction=%s&decision=allow", interaction);
    browser_post(bob, "/interaction/consent", form);
    expect(bob, 403, "not-member-form");
}

static void the_page_speaks_the_persons_language(void **state) {
    (void)state;
    bob->language = "ru";
    browser_get(bob, request);
    expect(bob, 403, "только для участников своего проекта");
    bob->language = NULL;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outsider_learns_whom_to_ask),
        cmocka_unit_test(prompt_none_shows_an_outsider_no_page),
        cmocka_unit_test(another_account_may_come_in),
        cmocka_unit_test(a_member_allows_it_and_comes_in_until_removed),
        cmocka_unit_test(whoever_is_removed_meanwhile_does_not_come_in),
        cmocka_unit_test(the_page_speaks_the_persons_language),
    };
    return cmocka_run_group_tests(tests, open_project, developer_close);
}
