/* The pages of projects in the developer area: what each does, and what it does not offer. */
#include <stdio.h>

#include "authz/tests/developer_helper.h"

/* --- projects --------------------------------------------------------------------------------- */

static void a_project_is_made_changed_and_deleted(void **state) {
    (void)state;
    send_form(ann, "/developer/projects", "&do=create&name=Lighthouse&is_public=yes");
    expect(ann, 200, "Lighthouse");
    expect(ann, 200, "id=\"project-lighthouse\"");
    send_form(ann, "/developer/projects/lighthouse/settings",
              "&do=save&name=Beacon&description=Lights");
    expect(ann, 200, "Beacon");
    expect(ann, 200, "Lights");
    send_form(ann, "/developer/projects/lighthouse/delete", "&do=delete");
    expect(ann, 200, "The project is gone.");
    browser_get(ann, "/developer/projects/lighthouse");
    expect(ann, 404, NULL);
}

static void a_project_without_a_name_is_told_so(void **state) {
    (void)state;
    send_form(ann, "/developer/projects", "&do=create&name=&description=Kept");
    expect(ann, 422, "name-error");
    expect(ann, 422, "Kept</textarea>");
}

static void members_come_change_and_go(void **state) {
    (void)state;
    char path[256], member[512];
    const char *slug = project();
    snprintf(path, sizeof path, "/developer/projects/%s", slug);
    send_form(ann, path, "&do=add&email=nobody@example.com&role=member");
    expect(ann, 422, "add-email-error");
    expect(ann, 422, "value=\"nobody@example.com\"");
    send_form(ann, path, "&do=add&email=bob@example.com&role=member");
    expect(ann, 200, "bob@example.com");
    send_form(ann, join(path, "/permissions", ""), "&do=add&key=posts.edit&display_name=Edit");
    expect(ann, 200, "posts.edit");
    browser_get(ann, path);
    str body = ann->last->rs.body;
    size_t at = str_find_str(body, S("/members/"));
    while (!str_starts(str_from_pos(body, at + 9 + 36), S("\" aria-label=\"Change: bob@")))
        at += 9 + str_find_str(str_from_pos(body, at + 9), S("/members/"));
    snprintf(member, sizeof member, "%s/members/%.36s", path, body.p + at + 9);
    send_form(ann, member, "&do=save&role=admin&permissions.posts.edit=yes");
    expect(ann, 200, "Administrator");
    browser_get(bob, path);
    expect(bob, 200, "posts.edit");
    expect(bob, 200, "invite-form");
    send_form(ann, member, "&do=remove");
    expect(ann, 200, "The member is removed.");
    browser_get(bob, path);
    expect(bob, 404, NULL);
}

static void what_a_member_may_not_do_is_not_offered(void **state) {
    (void)state;
    char path[256];
    const char *slug = project();
    static const struct {
        const char *rest, *offered;
    } rows[] = {
        {"", "invite-form"},           {"", "add-form"},         {"", "id=\"edit-"},
        {"/permissions", "add-form"},  {"/apps", "create-form"}, {"/settings", "settings-form"},
        {"/settings", "id=\"delete\""}};
    snprintf(path, sizeof path, "/developer/projects/%s", slug);
    send_form(ann, path, "&do=add&email=bob@example.com&role=member");
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(ann, join(path, rows[i].rest, ""));
        expect(ann, 200, rows[i].offered);
        browser_get(bob, join(path, rows[i].rest, ""));
        expect(bob, 200, NULL);
        if (browser_sees(bob, rows[i].offered))
            fail_msg("row %zu is offered", i);
    }
    browser_get(bob, join(path, "/give", ""));
    expect(bob, 404, NULL);
    send_form(bob, join(path, "/settings", ""), "&do=leave");
    expect(bob, 200, "You have left the project.");
}

static void what_is_not_offered_is_refused_all_the_same(void **state) {
    (void)state;
    char path[256];
    const char *slug = project();
    snprintf(path, sizeof path, "/developer/projects/%s", slug);
    send_form(ann, path, "&do=add&email=bob@example.com&role=member");
    static const struct {
        const char *rest, *fields;
    } rows[] = {{"", "&do=invite&email=c@example.com&role=member"},
                {"/permissions", "&do=add&key=k&display_name=K"},
                {"/settings", "&do=save&name=Mine"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(bob, path);
        browser_submit_own(bob, join(path, rows[i].rest, ""), rows[i].fields);
        expect(bob, 422, "You may not do this.");
    }
}

static void invites_are_sent_and_taken_back(void **state) {
    (void)state;
    char path[256], id[64];
    const char *slug = project();
    snprintf(path, sizeof path, "/developer/projects/%s", slug);
    send_form(ann, path, "&do=invite&email=carol@example.com&role=admin");
    expect(ann, 200, "carol@example.com");
    send_form(ann, path, "&do=invite&email=carol@example.com&role=admin");
    expect(ann, 422, "invite-email-error");
    str rest =
        str_from_pos(ann->last->rs.body, str_find_str(ann->last->rs.body, S("id=\"revoke-")) + 11);
    snprintf(id, sizeof id, "%.36s", rest.p);
    send_form(ann, path, join("&do=revoke&id=", id, ""));
    assert_false(browser_sees(ann, "carol@example.com"));
}

static void a_projects_apps_are_made_by_who_manages_it(void **state) {
    (void)state;
    char path[256];
    snprintf(path, sizeof path, "/developer/projects/%s/apps", project());
    browser_get(ann, path);
    browser_submit_own(ann, path, "&do=web&client_name=Ours&redirect_uris=https://ours.example/cb");
    expect(ann, 201, "made-client-secret");
    browser_get(ann, path);
    expect(ann, 200, "Ours");
    browser_get(ann, "/developer");
    assert_false(browser_sees(ann, "Ours"));
}

static void the_owner_gives_a_project_away(void **state) {
    (void)state;
    char path[256], owner[512];
    snprintf(path, sizeof path, "/developer/projects/%s", project());
    send_form(ann, path, "&do=add&email=bob@example.com&role=member");
    browser_get(ann, join(path, "/give", ""));
    str rest = str_from_pos(ann->last->rs.body,
                            str_find_str(ann->last->rs.body, S("<option value=\"")) + 15);
    snprintf(owner, sizeof owner, "&do=give&new_owner_id=%.36s", rest.p);
    send_form(ann, join(path, "/give", ""), owner);
    expect(ann, 200, "The project has another owner.");
    browser_get(bob, join(path, "/delete", ""));
    expect(bob, 200, "delete-for-good");
    browser_get(ann, join(path, "/delete", ""));
    expect(ann, 404, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_project_is_made_changed_and_deleted),
        cmocka_unit_test(a_project_without_a_name_is_told_so),
        cmocka_unit_test(members_come_change_and_go),
        cmocka_unit_test(what_a_member_may_not_do_is_not_offered),
        cmocka_unit_test(what_is_not_offered_is_refused_all_the_same),
        cmocka_unit_test(invites_are_sent_and_taken_back),
        cmocka_unit_test(a_projects_apps_are_made_by_who_manages_it),
        cmocka_unit_test(the_owner_gives_a_project_away),
    };
    return cmocka_run_group_tests(tests, developer_open, developer_close);
}
