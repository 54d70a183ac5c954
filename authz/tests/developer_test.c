/* The developer area: what strangers and other sites get, and the pages of apps. */
#include <stdio.h>

#include "authz/tests/developer_helper.h"

/* --- who has no business here ----------------------------------------------------------------- */

static const char *const app_rests[] = {"", "/secret", "/delete"};
static const char *const project_rests[] = {"",      "/permissions", "/apps",     "/settings",
                                            "/give", "/delete",      "/members/1"};

static void pages_without_a_sign_in_lead_to_one(void **state) {
    (void)state;
    struct browser *nobody = browser_new();
    static const char *const pages[] = {"/developer", "/developer/projects"};
    for (size_t i = 0; i < COUNT(pages); i++) {
        browser_get(nobody, pages[i]);
        assert_int_equal(browser_status(nobody), 303);
    }
    for (size_t i = 0; i < COUNT(app_rests); i++) {
        browser_get(nobody, app_page(app(), app_rests[i]));
        assert_int_equal(browser_status(nobody), 303);
    }
    browser_free(nobody);
}

static void a_stranger_finds_nothing(void **state) {
    (void)state;
    const char *id = app(), *slug = project();
    for (size_t i = 0; i < COUNT(app_rests); i++) {
        browser_get(bob, app_page(id, app_rests[i]));
        expect(bob, 404, NULL);
    }
    for (size_t i = 0; i < COUNT(project_rests); i++) {
        browser_get(bob, project_page(slug, project_rests[i]));
        expect(bob, 404, NULL);
    }
    browser_get(bob, "/developer");
    assert_false(browser_sees(bob, id));
    browser_get(bob, "/developer/projects");
    assert_false(browser_sees(bob, slug));
}

static void what_is_no_part_of_a_path_is_nothing(void **state) {
    (void)state;
    static const char *const rows[] = {"/developer/apps/..",        "/developer/apps/%2e%2e",
                                       "/developer/apps/a%2fb",     "/developer/apps/%20",
                                       "/developer/projects/a%3fb", "/developer/projects/%2e"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(ann, rows[i]);
        expect(ann, 404, NULL);
    }
}

/* A form of a stranger's own page, sent to somebody else's. */
static void a_strangers_form_changes_nothing(void **state) {
    (void)state;
    const char *id = app(), *slug = project();
    const struct {
        const char *path, *fields;
    } rows[] = {
        {app_page(id, ""), "&do=save&client_name=Mine&redirect_uris=x"},
        {app_page(id, "/secret"), "&do=new"},
        {app_page(id, "/secret"), "&do=drop"},
        {app_page(id, "/delete"), "&do=delete"},
        {project_page(slug, ""), "&do=add&email=bob@example.com&role=admin"},
        {project_page(slug, ""), "&do=invite&email=c@example.com&role=member"},
        {project_page(slug, "/permissions"), "&do=add&key=k&display_name=K"},
        {project_page(slug, "/settings"), "&do=save&name=Mine"},
        {project_page(slug, "/settings"), "&do=leave"},
        {project_page(slug, "/give"), "&do=give&new_owner_id=x"},
        {project_page(slug, "/delete"), "&do=delete"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(bob, "/developer");
        browser_submit_own(bob, rows[i].path, rows[i].fields);
        if (browser_status(bob) != 404)
            fail_msg("row %zu: %d", i, browser_status(bob));
    }
    browser_get(ann, app_page(id, ""));
    expect(ann, 200, "My App");
    browser_get(ann, project_page(slug, ""));
    expect(ann, 200, "Team");
}

static void a_form_without_its_csrf_changes_nothing(void **state) {
    (void)state;
    const char *path = app_page(app(), "/delete");
    browser_post(ann, path, "do=delete");
    expect(ann, 400, NULL);
    ann->fetch_site = "cross-site";
    browser_get(ann, path);
    browser_submit_own(ann, path, "&do=delete");
    expect(ann, 403, NULL);
    ann->fetch_site = NULL;
    browser_get(ann, path);
    expect(ann, 200, "My App");
}

static void a_button_that_is_none_is_refused(void **state) {
    (void)state;
    const char *path = app_page(app(), "");
    static const char *const rows[] = {"", "&do=", "&do=delete", "&do=new"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(ann, path);
        browser_submit_own(ann, path, rows[i]);
        expect(ann, 400, NULL);
    }
}

static void secrets_and_ends_ask_for_a_fresh_sign_in(void **state) {
    (void)state;
    const char *id = app(), *slug = project();
    const struct {
        const char *path;
        int status;
    } rows[] = {
        {app_page(id, ""), 200},
        {app_page(id, "/secret"), 303},
        {app_page(id, "/delete"), 303},
        {project_page(slug, "/settings"), 200},
        {project_page(slug, "/give"), 303},
        {project_page(slug, "/delete"), 303},
    };
    const int64_t later_ms = (int64_t)30 * 60 * 1000;
    flow_world()->now_ms += later_ms;
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_get(ann, rows[i].path);
        if (browser_status(ann) != rows[i].status)
            fail_msg("row %zu: %d", i, browser_status(ann));
        browser_get(ann, "/developer");
        browser_submit_own(ann, rows[i].path, "&do=delete");
        if (browser_status(ann) == 200)
            fail_msg("row %zu: the form counted", i);
    }
    flow_world()->now_ms -= later_ms;
}

/* --- apps ------------------------------------------------------------------------------------- */

static void an_app_is_made_and_its_secret_shown_once(void **state) {
    (void)state;
    char shown[64];
    browser_get(ann, "/developer");
    browser_submit_own(ann, "/developer",
                       "&do=web&client_name=Shop&redirect_uris=https://shop.example/cb%0D%0A"
                       "https://shop.example/other");
    expect(ann, 201, "made-client-secret");
    expect(ann, 201, "hk_cs_");
    str body = ann->last->rs.body;
    size_t at = str_find_str(body, S("hk_cs_"));
    snprintf(shown, sizeof shown, "%.49s", body.p + at);
    browser_get(ann, "/developer");
    expect(ann, 200, "Shop");
    assert_false(browser_sees(ann, shown));
}

static void each_kind_of_app_proves_itself_as_it_can(void **state) {
    (void)state;
    static const struct {
        const char *fields, *method;
    } rows[] = {
        {"&do=web&redirect_uris=https://a.example/cb", "client_secret_basic"},
        {"&do=browser&redirect_uris=https://a.example/cb", "none"},
        {"&do=native&redirect_uris=http://127.0.0.1/cb", "none"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char id[33];
        browser_get(ann, "/developer");
        browser_submit_own(ann, "/developer", join(rows[i].fields, "&client_name=Kind", ""));
        expect(ann, 201, "made-client-id");
        str rest = str_from_pos(ann->last->rs.body,
                                str_find_str(ann->last->rs.body, S("id=\"made-client-id\"")));
        rest = str_from_pos(rest, str_find(rest, '>') + 1);
        snprintf(id, sizeof id, "%.32s", rest.p);
        browser_get(ann, app_page(id, ""));
        expect(ann, 200, rows[i].method);
    }
}

static void a_wrong_address_is_told_beside_its_field_and_nothing_is_lost(void **state) {
    (void)state;
    send_form(ann, "/developer", "&do=web&client_name=Typo&redirect_uris=http://shop.example/cb");
    expect(ann, 422, "redirect_uris-error");
    expect(ann, 422, "value=\"Typo\"");
    expect(ann, 422, "http://shop.example/cb</textarea>");
}

static void the_settings_of_an_app_change(void **state) {
    (void)state;
    const char *path = app_page(app(), "");
    send_form(ann, path,
              "&do=save&client_name=Better&redirect_uris=https://app.example/new&logo_uri="
              "https://app.example/l.png&post_logout_redirect_uris=https://app.example/bye");
    expect(ann, 200, "role=\"status\"");
    expect(ann, 200, "Better");
    expect(ann, 200, "https://app.example/l.png");
    expect(ann, 200, "https://app.example/bye");
    send_form(ann, path, "&do=save&client_name=Better&redirect_uris=https://app.example/new");
    assert_false(browser_sees(ann, "l.png"));
    assert_false(browser_sees(ann, "/bye"));
}

static void the_checker_shows_which_byte_differs(void **state) {
    (void)state;
    const char *path = app_page(app(), "");
    send_form(ann, path, "&do=check&redirect_uri=https://app.example/cb/");
    expect(ann, 200, "<code id=\"have\">https://app.example/cb<mark>/</mark></code>");
    expect(ann, 200, "<dd id=\"byte\">23</dd>");
    send_form(ann, path, "&do=check&redirect_uri=https://app.example/cb");
    expect(ann, 200, "badge good");
    send_form(ann, path, "&do=check&redirect_uri=https://app.example/%3Cb%3E");
    expect(ann, 200, "&lt;");
    assert_false(browser_sees(ann, "<b>"));
    send_form(ann, path, "&do=check&redirect_uri=");
    expect(ann, 422, "redirect_uri-error");
}

static void a_refused_request_is_shown_with_its_rule(void **state) {
    (void)state;
    const char *id = app();
    browser_get(ann, join("/oauth/authorize?response_type=code&redirect_uri="
                          "https%3A%2F%2Fevil.example%2F&client_id=",
                          id, ""));
    browser_get(ann, app_page(id, ""));
    expect(ann, 200, "redirect_uri is none of those that are registered");
    assert_false(browser_sees(ann, "evil.example"));
}

static void snippets_hold_no_secret_and_nothing_that_ends_a_string(void **state) {
    (void)state;
    char id[256];
    made("/oauth/clients",
         "{\"client_name\":\"Odd\",\"redirect_uris\":[\"https://app.example/a'b$(id)\"]}",
         "client_id", id);
    browser_get(ann, app_page(id, ""));
    expect(ann, 200, "redirect_uri=REDIRECT_URI");
    expect(ann, 200, "HITKEY_SECRET");
    assert_false(browser_sees(ann, "hk_cs_"));
}

static void secrets_change_over(void **state) {
    (void)state;
    const char *id = app(), *path = app_page(id, "/secret");
    browser_get(ann, path);
    assert_false(browser_sees(ann, "drop-secret"));
    browser_submit_own(ann, path, "&do=new");
    expect(ann, 201, "hk_cs_");
    expect(ann, 201, "drop-secret");
    send_form(ann, path, "&do=drop");
    expect(ann, 200, "The old secret is good no more.");
    browser_get(ann, path);
    assert_false(browser_sees(ann, "drop-secret"));
    assert_false(browser_sees(ann, "hk_cs_"));
}

static void an_app_is_deleted_after_a_question(void **state) {
    (void)state;
    const char *id = app();
    send_form(ann, app_page(id, "/delete"), "&do=delete");
    expect(ann, 200, "The app is gone");
    browser_get(ann, app_page(id, ""));
    expect(ann, 404, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_without_a_sign_in_lead_to_one),
        cmocka_unit_test(a_stranger_finds_nothing),
        cmocka_unit_test(what_is_no_part_of_a_path_is_nothing),
        cmocka_unit_test(a_strangers_form_changes_nothing),
        cmocka_unit_test(a_form_without_its_csrf_changes_nothing),
        cmocka_unit_test(a_button_that_is_none_is_refused),
        cmocka_unit_test(secrets_and_ends_ask_for_a_fresh_sign_in),
        cmocka_unit_test(an_app_is_made_and_its_secret_shown_once),
        cmocka_unit_test(each_kind_of_app_proves_itself_as_it_can),
        cmocka_unit_test(a_wrong_address_is_told_beside_its_field_and_nothing_is_lost),
        cmocka_unit_test(the_settings_of_an_app_change),
        cmocka_unit_test(the_checker_shows_which_byte_differs),
        cmocka_unit_test(a_refused_request_is_shown_with_its_rule),
        cmocka_unit_test(snippets_hold_no_secret_and_nothing_that_ends_a_string),
        cmocka_unit_test(secrets_change_over),
        cmocka_unit_test(an_app_is_deleted_after_a_question),
    };
    return cmocka_run_group_tests(tests, developer_open, developer_close);
}
