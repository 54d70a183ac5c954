/* Clients of a project: who may manage them, who may sign in to them, and what they are told. */
#include <stdio.h>

#include "authz/endpoints/tests/token_calls_helper.h"
#include "common/base/json_read.h"

#define SHORT "{\"name\":\"Team App\",\"redirect_uri\":\"https://app.example/cb\"}"
#define CALL_BACK                                                                                  \
    "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid+project:read"

static struct answer call(struct oauth_world *w, const char *method, const char *path,
                          const struct oauth_person *user, const char *body) {
    return oauth_world_send(
        w, &(struct message){.method = method,
                             .target = path,
                             .authorization = oauth_world_bearer(w, user->api_token),
                             .type = body ? JSON : NULL,
                             .body = body});
}

/* `path` with its %s replaced. */
static const char *text(struct oauth_world *w, const char *path, str value) {
    str whole = str_from(path), kept;
    size_t at = str_find_str(whole, S("%s"));
    assert_ok(STR_JOIN(w->arena, &kept, str_head(whole, at), value, str_from_pos(whole, at + 2)));
    return oauth_world_c(w, kept);
}

static str project(struct oauth_world *w, bool is_public) {
    struct answer a = call(w, "POST", "/projects/", &w->ada,
                           is_public ? "{\"name\":\"Open team\",\"is_public\":true}"
                                     : "{\"name\":\"Closed team\"}");
    assert_int_equal(a.status, 201);
    return oauth_world_member(w, a.body, "slug");
}

/* A client of the project, made by its owner. */
static struct answer client_of(struct oauth_world *w, str slug) {
    struct answer a = call(w, "POST", text(w, "/projects/%s/clients", slug), &w->ada, SHORT);
    assert_int_equal(a.status, 201);
    return a;
}

static str id_of(struct oauth_world *w, struct answer made) {
    return oauth_world_member(w, made.body, "client_id");
}

static struct answer authorize(struct oauth_world *w, str client_id,
                               const struct oauth_person *user) {
    return call(w, "GET", text(w, "/oauth/authorize?client_id=%s" CALL_BACK, client_id), user,
                NULL);
}

static void add_member(struct oauth_world *w, str slug, const char *role) {
    char body[128];
    snprintf(body, sizeof body, "{\"email\":\"eve@example.org\",\"role\":\"%s\"}", role);
    struct answer a = call(w, "POST", text(w, "/projects/%s/members", slug), &w->ada, body);
    if (a.status != 201)
        fail_msg("%d %.*s", a.status, STR_FMT(a.body));
}

static void remove_member(struct oauth_world *w, str slug) {
    struct answer a = call(w, "DELETE", text(w, "/projects/%s/leave", slug), &w->eve, NULL);
    assert_true(a.status == 200 || a.status == 204);
}

/* --- managing ------------------------------------------------------------------------------- */

static const char *client_path(struct oauth_world *w, str client_id, const char *rest) {
    str path;
    assert_ok(STR_JOIN(w->arena, &path, S("/oauth/clients/"), client_id, str_from(rest)));
    return path.p;
}

static const struct managing {
    const char *method, *rest, *body;
} managing[] = {
    {"GET", "", NULL},
    {"PATCH", "", "{\"name\":\"Mine\"}"},
    {"POST", "/secret", NULL},
    {"DELETE", "", NULL},
};

static void expect_not_found(struct oauth_world *w, str client_id) {
    for (size_t i = 0; i < COUNT(managing); i++)
        assert_int_equal(call(w, managing[i].method, client_path(w, client_id, managing[i].rest),
                              &w->eve, managing[i].body)
                             .status,
                         404);
}

static void nobody_else_learns_of_a_private_project(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    expect_not_found(w, id_of(w, client_of(w, slug)));
    static const char *const paths[] = {
        "/projects/%s/clients",
        "/projects/nothing-like-%s/clients",
        "/projects/%s%2f..%2fclosed/clients",
    };
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct answer list = call(w, "GET", text(w, paths[i], slug), &w->eve, NULL);
        struct answer made = call(w, "POST", text(w, paths[i], slug), &w->eve, SHORT);
        assert_int_equal(list.status, 404);
        token_assert_member(w, list.body, "code", "PROJECT_NOT_FOUND");
        assert_int_equal(made.status, 404);
    }
}

static void the_clients_of_a_public_project_are_not_for_outsiders(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, true);
    str client_id = id_of(w, client_of(w, slug));
    struct answer list = call(w, "GET", text(w, "/projects/%s/clients", slug), &w->eve, NULL);
    assert_int_equal(list.status, 403);
    token_assert_member(w, list.body, "code", "NOT_PROJECT_MEMBER");
    expect_not_found(w, client_id);
}

static void a_member_without_a_role_over_others_manages_nothing(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    str client_id = id_of(w, client_of(w, slug));
    add_member(w, slug, "member");
    struct answer list = call(w, "GET", text(w, "/projects/%s/clients", slug), &w->eve, NULL);
    assert_int_equal(list.status, 403);
    token_assert_member(w, list.body, "code", "INSUFFICIENT_ROLE");
    expect_not_found(w, client_id);
}

static void an_admin_manages_what_another_made_until_the_role_ends(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    add_member(w, slug, "admin");
    str client_id = id_of(w, client_of(w, slug));
    for (size_t i = 0; i + 1 < COUNT(managing); i++)
        assert_int_equal(call(w, managing[i].method, client_path(w, client_id, managing[i].rest),
                              &w->eve, managing[i].body)
                                 .status /
                             100,
                         2);
    struct answer own = call(w, "POST", text(w, "/projects/%s/clients", slug), &w->eve, SHORT);
    assert_int_equal(own.status, 201);
    remove_member(w, slug);
    expect_not_found(w, client_id);
    expect_not_found(w, id_of(w, own)); /* whoever made it is out as well */
    assert_int_equal(call(w, "DELETE", client_path(w, id_of(w, own), ""), &w->ada, NULL).status,
                     204);
}

static void both_shapes_make_a_client_of_the_project_alone(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    struct answer a = client_of(w, slug);
    struct answer b = call(w, "POST", text(w, "/projects/%s/clients/", slug), &w->ada,
                           "{\"redirect_uris\":[\"https://b.example/cb\"]}");
    assert_int_equal(b.status, 201);
    token_assert_member(w, a.body, "name", "Team App");
    assert_int_equal(oauth_world_member(w, a.body, "client_secret").n, 64);
    assert_true(str_present(oauth_world_member(w, b.body, "token_endpoint_auth_method")));
    struct answer list = call(w, "GET", text(w, "/projects/%s/clients", slug), &w->ada, NULL);
    struct answer personal = call(w, "GET", "/oauth/clients", &w->ada, NULL);
    assert_int_equal(list.status, 200);
    assert_true(str_find_str(list.body, id_of(w, a)) < list.body.n);
    assert_true(str_find_str(list.body, id_of(w, b)) < list.body.n);
    assert_int_equal(str_find_str(list.body, S("secret")), list.body.n);
    assert_int_equal(str_find_str(personal.body, id_of(w, a)), personal.body.n);
}

static void a_project_has_so_many_clients_and_no_more(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    for (int i = 0; i < CLIENTS_OF_ONE_PROJECT; i++)
        client_of(w, slug);
    assert_int_equal(call(w, "POST", text(w, "/projects/%s/clients", slug), &w->ada, SHORT).status,
                     409);
    client_of(w, project(w, false)); /* each project by itself */
}

/* --- signing in ----------------------------------------------------------------------------- */

static void only_members_sign_in_to_a_client_of_a_private_project(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    str client_id = id_of(w, client_of(w, slug));
    struct answer a = authorize(w, client_id, &w->eve);
    assert_int_equal(a.status, 403);
    token_assert_member(w, a.body, "code", "NOT_PROJECT_MEMBER");
    assert_int_equal(authorize(w, client_id, &w->ada).status, 200);
    add_member(w, slug, "member");
    assert_int_equal(authorize(w, client_id, &w->eve).status, 200);
    remove_member(w, slug);
    assert_int_equal(authorize(w, client_id, &w->eve).status, 403);
}

static void everybody_signs_in_to_a_client_of_a_public_project(void **state) {
    struct oauth_world *w = *state;
    str client_id = id_of(w, client_of(w, project(w, true)));
    assert_int_equal(authorize(w, client_id, &w->eve).status, 200);
}

/* Redeems the code that `user` gets. */
static struct answer tokens(struct oauth_world *w, struct answer client,
                            const struct oauth_person *user) {
    struct answer a = authorize(w, id_of(w, client), user);
    assert_int_equal(a.status, 200);
    str url = oauth_world_member(w, a.body, "redirect_url");
    size_t from = str_find_str(url, S("code=")) + 5;
    str code = str_from_pos(url, from);
    str kept, body;
    assert_ok(str_dup(w->arena, str_head(code, str_find(code, '&')), &kept));
    assert_ok(str_printf(w->arena, &body,
                         "{\"grant_type\":\"authorization_code\",\"client_id\":\"%s\","
                         "\"client_secret\":\"%s\",\"redirect_uri\":\"https://app.example/cb\","
                         "\"code\":\"%s\"}",
                         id_of(w, client).p, oauth_world_member(w, client.body, "client_secret").p,
                         kept.p));
    return token_call(w, JSON, body.p, NULL);
}

static struct answer refresh(struct oauth_world *w, struct answer client, struct answer before) {
    str body;
    assert_ok(str_printf(w->arena, &body,
                         "{\"grant_type\":\"refresh_token\",\"client_id\":\"%s\","
                         "\"client_secret\":\"%s\",\"refresh_token\":\"%s\"}",
                         id_of(w, client).p, oauth_world_member(w, client.body, "client_secret").p,
                         oauth_world_member(w, before.body, "refresh_token").p));
    return token_call(w, JSON, body.p, NULL);
}

static str claim(struct oauth_world *w, struct answer tokens_answer) {
    const char *bearer =
        oauth_world_bearer(w, oauth_world_member(w, tokens_answer.body, "access_token").p);
    struct answer a = oauth_world_send(
        w,
        &(struct message){.method = "GET", .target = "/oauth/userinfo", .authorization = bearer});
    assert_int_equal(a.status, 200);
    return oauth_world_member(w, a.body, "project");
}

static void a_removed_member_gets_no_more_tokens(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    struct answer client = client_of(w, slug);
    add_member(w, slug, "member");
    struct answer a = tokens(w, client, &w->eve);
    assert_int_equal(a.status, 200);
    assert_int_equal(refresh(w, client, a).status, 200);
    remove_member(w, slug);
    struct answer refused = refresh(w, client, a);
    assert_int_equal(refused.status, 400);
    token_assert_member(w, refused.body, "code", "invalid_grant");
}

static void the_claim_says_what_the_person_is_in_the_project_now(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, true);
    struct answer client = client_of(w, slug);
    struct answer a = tokens(w, client, &w->eve);
    assert_false(str_present(claim(w, a))); /* no member */
    add_member(w, slug, "admin");
    AUTO(json_ref) json = NULL;
    assert_ok(json_read_object(claim(w, a), &json));
    assert_str(json_read_str(json, "role"), "admin");
    assert_str(json_read_str(json, "project_slug"), slug.p);
    assert_str(json_read_str(json, "project_name"), "Open team");
    assert_int_equal(json_read_str(json, "project_id").n, 36);
    assert_true(json_is_array(json_object_get(json, "permissions")));
    assert_int_equal(json_object_size(json), 5);
    remove_member(w, slug);
    assert_false(str_present(claim(w, a)));
}

static void a_client_of_no_project_shows_no_project(void **state) {
    struct oauth_world *w = *state;
    struct answer client = call(w, "POST", "/oauth/clients", &w->ada, SHORT);
    project(w, false);
    assert_false(str_present(claim(w, tokens(w, client, &w->ada))));
}

/* --- the end of a project ------------------------------------------------------------------- */

static void the_clients_of_a_deleted_project_go_with_it(void **state) {
    struct oauth_world *w = *state;
    str slug = project(w, false);
    struct answer client = client_of(w, slug), a = tokens(w, client, &w->ada);
    assert_int_equal(a.status, 200);
    struct answer gone = call(w, "DELETE", text(w, "/projects/%s", slug), &w->ada, NULL);
    assert_true(gone.status == 200 || gone.status == 204);
    struct client none;
    assert_true(
        err_is(client_get(w->authz->store, w->arena, id_of(w, client), &none), E_not_found));
    assert_int_equal(refresh(w, client, a).status, 400);
}

static void a_client_whose_project_is_gone_unheard_is_refused(void **state) {
    struct oauth_world *w = *state;
    struct client stray = {.owner_id = w->ada.user_id,
                           .project_id = S("00000000-0000-4000-8000-000000000000"),
                           .hitkey = true,
                           .client_id = S("stray"),
                           .id = S("stray"),
                           .metadata = S("{\"redirect_uris\":[\"https://app.example/cb\"],"
                                         "\"grant_types\":[\"authorization_code\"],"
                                         "\"response_types\":[\"code\"],\"scope\":\"openid\","
                                         "\"token_endpoint_auth_method\":\"client_secret_post\"}")};
    assert_ok(client_create(w->authz->store, &stray, NULL));
    struct answer a = authorize(w, stray.client_id, &w->ada);
    assert_int_equal(a.status, 400);
    token_assert_member(w, a.body, "code", "unauthorized_client");
    assert_int_equal(call(w, "GET", "/oauth/clients/stray", &w->ada, NULL).status, 404);
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nobody_else_learns_of_a_private_project),
        TEST(the_clients_of_a_public_project_are_not_for_outsiders),
        TEST(a_member_without_a_role_over_others_manages_nothing),
        TEST(an_admin_manages_what_another_made_until_the_role_ends),
        TEST(both_shapes_make_a_client_of_the_project_alone),
        TEST(a_project_has_so_many_clients_and_no_more),
        TEST(only_members_sign_in_to_a_client_of_a_private_project),
        TEST(everybody_signs_in_to_a_client_of_a_public_project),
        TEST(a_removed_member_gets_no_more_tokens),
        TEST(the_claim_says_what_the_person_is_in_the_project_now),
        TEST(a_client_of_no_project_shows_no_project),
        TEST(the_clients_of_a_deleted_project_go_with_it),
        TEST(a_client_whose_project_is_gone_unheard_is_refused),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
