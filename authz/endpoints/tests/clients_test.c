/* /oauth/clients, in both shapes. */
#include <stdio.h>

#include "authz/endpoints/tests/token_calls_helper.h"
#include "common/base/json_read.h"

/* `user` NULL: without a token. */
static struct answer call(struct oauth_world *w, const char *method, const char *path,
                          const struct oauth_person *user, const char *body) {
    const char *bearer = user ? oauth_world_bearer(w, user->api_token) : NULL;
    return oauth_world_send(w, &(struct message){.method = method,
                                                 .target = path,
                                                 .authorization = bearer,
                                                 .type = body ? JSON : NULL,
                                                 .body = body});
}

static struct answer create(struct oauth_world *w, const char *body) {
    return call(w, "POST", "/oauth/clients", &w->ada, body);
}

#define SHORT "{\"name\":\"My App\",\"redirect_uri\":\"https://app.example/cb\"}"
#define URIS  "\"redirect_uris\":[\"https://app.example/cb\"]"

static const char *path_of(struct oauth_world *w, struct answer made, const char *rest) {
    str path;
    assert_ok(str_printf(w->arena, &path, "/oauth/clients/%s%s",
                         oauth_world_member(w, made.body, "client_id").p, rest));
    return path.p;
}

static void the_short_shape_answers_five_members(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    assert_int_equal(a.status, 201);
    assert_int_equal(oauth_world_member(w, a.body, "id").n, 36);
    assert_int_equal(oauth_world_member(w, a.body, "client_id").n, 32);
    assert_int_equal(oauth_world_member(w, a.body, "client_secret").n, 64);
    token_assert_member(w, a.body, "name", "My App");
    token_assert_member(w, a.body, "redirect_uri", "https://app.example/cb");
}

static void wrong_fields_of_the_short_shape_are_422(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *body, *field, *rule;
    } rows[] = {
        {"{}", "name", "required"},
        {"{\"redirect_uri\":\"https://a.example\"}", "name", "required"},
        {"{\"name\":\"A\"}", "redirect_uri", "required"},
        {"{\"name\":7,\"redirect_uri\":\"https://a.example\"}", "name", "string"},
        {"{\"name\":\"a\\nb\",\"redirect_uri\":\"https://a.example\"}", "name", "string"},
        {"{\"name\":\"A\",\"redirect_uri\":\"/cb\"}", "redirect_uri", "url"},
        {"{\"name\":\"A\",\"redirect_uri\":\"http://a.example/cb\"}", "redirect_uri", "url"},
        {"{\"name\":\"A\",\"redirect_uri\":\"https://a.example/#x\"}", "redirect_uri", "url"},
        {"{\"name\":\"A\",\"redirect_uri\":\"https://u@a.example/\"}", "redirect_uri", "url"},
        {"{\"name\":\"A\",\"redirect_uri\":\"javascript:alert(1)\"}", "redirect_uri", "url"},
        {"{\"name\":\"A\",\"redirect_uri\":\"data:text/html,x\"}", "redirect_uri", "url"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer a = create(w, rows[i].body);
        str field, rule;
        assert_ok(str_printf(w->arena, &field, "\"field\":\"%s\"", rows[i].field));
        assert_ok(str_printf(w->arena, &rule, "\"rule\":\"%s\"", rows[i].rule));
        if (a.status != 422 || str_find_str(a.body, field) == a.body.n ||
            str_find_str(a.body, rule) == a.body.n)
            fail_msg("row %zu: %d %.*s", i, a.status, STR_FMT(a.body));
    }
}

static void wrong_fields_are_all_told(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *name, *uri; /* as JSON */
    } rows[] = {
        {"\"a\\nb\"", "\"https://a.example/#x\""},
        {"\"a\\nb\"", "\"/cb\""},
        {"7", "\"http://a.example/cb\""},
        {"\"\"", "7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str body;
        assert_ok(str_printf(w->arena, &body, "{\"name\":%s,\"redirect_uri\":%s}", rows[i].name,
                             rows[i].uri));
        struct answer a = create(w, body.p);
        assert_int_equal(a.status, 422);
        assert_true(str_find_str(a.body, S("\"field\":\"name\"")) < a.body.n);
        assert_true(str_find_str(a.body, S("\"field\":\"redirect_uri\"")) < a.body.n);
    }
}

static void the_rfc_7591_shape_echoes_everything_with_defaults(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, "{" URIS ",\"client_name\":\"App\"}");
    assert_int_equal(a.status, 201);
    assert_int_equal(oauth_world_member(w, a.body, "client_id").n, 32);
    str plain = oauth_world_member(w, a.body, "client_secret");
    assert_true(str_starts(plain, S("hk_cs_")) && plain.n == 6 + 43);
    token_assert_member(w, a.body, "client_id_issued_at", "1700000000");
    token_assert_member(w, a.body, "client_secret_expires_at", "0");
    token_assert_member(w, a.body, "client_name", "App");
    token_assert_member(w, a.body, "redirect_uris", "[\"https://app.example/cb\"]");
    token_assert_member(w, a.body, "token_endpoint_auth_method", "client_secret_basic");
    token_assert_member(w, a.body, "grant_types", "[\"authorization_code\"]");
    token_assert_member(w, a.body, "response_types", "[\"code\"]");
    token_assert_member(w, a.body, "application_type", "web");
    token_assert_member(w, a.body, "id_token_signed_response_alg", "RS256");
}

static void a_public_client_gets_no_secret(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, "{" URIS ",\"token_endpoint_auth_method\":\"none\"}");
    assert_int_equal(a.status, 201);
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret")));
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret_expires_at")));
    assert_int_equal(call(w, "POST", path_of(w, a, "/secret"), &w->ada, NULL).status, 400);
}

/* RFC 7591 3.2.2 */
static void wrong_metadata_has_the_error_of_rfc_7591(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *body, *error;
    } rows[] = {
        {"{\"redirect_uris\":[]}", "invalid_redirect_uri"},
        {"{\"redirect_uris\":[\"https://app.example/#x\"]}", "invalid_redirect_uri"},
        {"{\"redirect_uris\":[\"javascript:x\"]}", "invalid_redirect_uri"},
        {"{\"redirect_uris\":[\"http://localhost/cb\"]}", "invalid_redirect_uri"},
        {"{" URIS ",\"grant_types\":[\"implicit\"]}", "invalid_client_metadata"},
        {"{" URIS ",\"client_uri\":\"javascript:x\"}", "invalid_client_metadata"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer a = create(w, rows[i].body);
        assert_int_equal(a.status, 400);
        token_assert_member(w, a.body, "error", rows[i].error);
        assert_true(str_present(oauth_world_member(w, a.body, "error_description")));
    }
}

static void what_is_no_json_object_is_refused(void **state) {
    struct oauth_world *w = *state;
    static const char *const rows[] = {"", "[]", "{", "\"x\"", "{\"name\":\"a\",\"name\":\"b\"}"};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(create(w, rows[i]).status, 400);
    assert_int_equal(call(w, "POST", "/oauth/clients", NULL, SHORT).status, 401);
}

static void the_list_shows_ones_own_and_never_a_secret(void **state) {
    struct oauth_world *w = *state;
    struct answer a = call(w, "POST", "/oauth/clients", &w->eve, SHORT);
    struct answer list = call(w, "GET", "/oauth/clients", &w->eve, NULL);
    str expected, client_id = oauth_world_member(w, a.body, "client_id");
    assert_ok(str_printf(w->arena, &expected,
                         "[{\"id\":\"%s\",\"name\":\"My App\",\"clientId\":\"%s\","
                         "\"redirectUri\":\"https://app.example/cb\",\"userId\":\"%s\","
                         "\"createdAt\":\"2023-11-14T22:13:20.000Z\","
                         "\"updatedAt\":\"2023-11-14T22:13:20.000Z\"}]",
                         oauth_world_member(w, a.body, "id").p, client_id.p, w->eve.user_id.p));
    assert_str(list.body, expected.p);
    create(w, SHORT);
    list = call(w, "GET", "/oauth/clients", &w->ada, NULL);
    assert_true(str_starts(list.body, S("[{")));
    assert_int_equal(str_find_str(list.body, client_id), list.body.n);
}

/* Each with some 36 KB of metadata: together more than a request may hold. */
static void a_list_of_large_clients_is_answered(void **state) {
    struct oauth_world *w = *state;
    enum { CLIENTS = 80, URIS_EACH = 19, PATH = 1900 };
    static char body[48 * 1024], path[PATH + 1];
    size_t n = (size_t)snprintf(body, sizeof body, "{\"redirect_uris\":[\"https://a.example/cb\"");
    memset(path, 'p', PATH);
    for (int i = 0; i < URIS_EACH; i++)
        n += (size_t)snprintf(body + n, sizeof body - n, ",\"https://a.example/%d%s\"", i, path);
    snprintf(body + n, sizeof body - n, "]}");
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(call(w, "POST", "/oauth/clients", &w->eve, body).status, 201);
    struct answer list = call(w, "GET", "/oauth/clients", &w->eve, NULL);
    assert_int_equal(list.status, 200);
    AUTO(json_ref) json = NULL;
    assert_ok(json_read(list.body, &json));
    size_t i, large = 0;
    json_t *client;
    json_array_foreach(json, i, client) {
        if (!str_eq(json_read_str(client, "redirectUri"), S("https://a.example/cb")))
            continue; /* of another test: clients of one second have no order */
        assert_true(str_eq(json_read_str(client, "name"), json_read_str(client, "clientId")));
        large++;
    }
    assert_int_equal(large, CLIENTS);
}

static void a_stranger_finds_nothing(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    static const struct {
        const char *method, *rest, *body;
    } rows[] = {
        {"GET", "", NULL},
        {"PATCH", "", "{\"name\":\"Mine\"}"},
        {"DELETE", "", NULL},
        {"POST", "/secret", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(
            call(w, rows[i].method, path_of(w, a, rows[i].rest), &w->eve, rows[i].body).status,
            404);
    assert_int_equal(call(w, "GET", "/oauth/clients/nobody", &w->ada, NULL).status, 404);
    struct answer mine = call(w, "GET", path_of(w, a, ""), &w->ada, NULL);
    assert_int_equal(mine.status, 200);
    token_assert_member(w, mine.body, "name", "My App");
    assert_false(str_present(oauth_world_member(w, mine.body, "client_secret")));
}

static void an_owner_changes_a_client_in_either_shape(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    w->now_ms += 1000;
    struct answer b = call(w, "PATCH", path_of(w, a, ""), &w->ada,
                           "{\"name\":\"New\",\"redirect_uri\":\"http://localhost:3000/\"}");
    assert_int_equal(b.status, 200);
    token_assert_member(w, b.body, "name", "New");
    token_assert_member(w, b.body, "client_name", "New");
    token_assert_member(w, b.body, "redirectUri", "http://localhost:3000/");
    token_assert_member(w, b.body, "createdAt", "2023-11-14T22:13:20.000Z");
    token_assert_member(w, b.body, "updatedAt", "2023-11-14T22:13:21.000Z");
    b = call(
        w, "PATCH", path_of(w, a, ""), &w->ada,
        "{\"logo_uri\":\"https://app.example/l.png\",\"scope\":\"openid\",\"client_id\":\"x\"}");
    token_assert_member(w, b.body, "scope", "openid");
    b = call(w, "PATCH", path_of(w, a, ""), &w->ada, "{\"logo_uri\":null}");
    assert_false(str_present(oauth_world_member(w, b.body, "logo_uri")));
    token_assert_member(w, b.body, "scope", "openid");
    token_assert_member(w, b.body, "client_id", oauth_world_member(w, a.body, "client_id").p);
}

static void a_wrong_change_changes_nothing(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        {"{\"redirect_uri\":\"http://evil.example/\"}", 422},
        {"{\"name\":7}", 422},
        {"{\"redirect_uris\":[\"http://evil.example/\"]}", 400},
        {"{\"redirect_uris\":null}", 400},
        {"{\"grant_types\":[]}", 400},
        {"[]", 400},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer refused = call(w, "PATCH", path_of(w, a, ""), &w->ada, rows[i].body);
        if (refused.status != rows[i].status)
            fail_msg("row %zu: %d %.*s", i, refused.status, STR_FMT(refused.body));
    }
    struct answer b = call(w, "GET", path_of(w, a, ""), &w->ada, NULL);
    token_assert_member(w, b.body, "redirectUri", "https://app.example/cb");
}

static void a_change_in_both_shapes_at_once_is_refused(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    static const char *const rows[] = {
        "{\"name\":\"B\",\"redirect_uris\":[\"https://b.example/cb\"]}",
        "{\"name\":\"B\",\"client_name\":\"C\"}",
        "{\"name\":\"B\",\"client_name#es\":\"C\"}",
        "{\"name\":\"B\",\"token_endpoint_auth_method\":\"bogus\"}",
        "{\"redirect_uri\":\"https://b.example/cb\",\"scope\":\"openid\"}",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer refused = call(w, "PATCH", path_of(w, a, ""), &w->ada, rows[i]);
        assert_int_equal(refused.status, 400);
        token_assert_member(w, refused.body, "error",
                            "name and redirect_uri belong to one shape, client_name, redirect_uris "
                            "and the other metadata to another: send one of them");
    }
    token_assert_member(w, call(w, "GET", path_of(w, a, ""), &w->ada, NULL).body, "name", "My App");
}

static void an_address_that_does_not_fit_the_rest_is_the_field_that_is_wrong(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    assert_int_equal(call(w, "PATCH", path_of(w, a, ""), &w->ada,
                          "{\"frontchannel_logout_uri\":\"https://app.example/front\"}")
                         .status,
                     200);
    struct answer refused =
        call(w, "PATCH", path_of(w, a, ""), &w->ada, "{\"redirect_uri\":\"https://b.example/cb\"}");
    assert_int_equal(refused.status, 422);
    assert_str(refused.body,
               "{\"errors\":[{\"message\":\"The redirect_uri field does not fit the client: "
               "frontchannel_logout_uri must be where one of the redirect URIs is\","
               "\"rule\":\"url\",\"field\":\"redirect_uri\"}]}");
}

static void a_deleted_client_is_gone(void **state) {
    struct oauth_world *w = *state;
    struct answer a = create(w, SHORT);
    assert_int_equal(call(w, "DELETE", path_of(w, a, ""), &w->ada, NULL).status, 204);
    assert_int_equal(call(w, "GET", path_of(w, a, ""), &w->ada, NULL).status, 404);
    assert_int_equal(call(w, "DELETE", path_of(w, a, ""), &w->ada, NULL).status, 404);
}

static void new_secrets_keep_the_shape_of_the_first(void **state) {
    struct oauth_world *w = *state;
    struct answer short_one = create(w, SHORT), standard = create(w, "{" URIS "}");
    struct answer a = call(w, "POST", path_of(w, short_one, "/secret"), &w->ada, NULL);
    assert_int_equal(a.status, 201);
    assert_int_equal(oauth_world_member(w, a.body, "client_secret").n, 64);
    a = call(w, "POST", path_of(w, standard, "/secret"), &w->ada, NULL);
    assert_true(str_starts(oauth_world_member(w, a.body, "client_secret"), S("hk_cs_")));
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_short_shape_answers_five_members),
        TEST(wrong_fields_of_the_short_shape_are_422),
        TEST(wrong_fields_are_all_told),
        TEST(the_rfc_7591_shape_echoes_everything_with_defaults),
        TEST(a_public_client_gets_no_secret),
        TEST(wrong_metadata_has_the_error_of_rfc_7591),
        TEST(what_is_no_json_object_is_refused),
        TEST(the_list_shows_ones_own_and_never_a_secret),
        TEST(a_list_of_large_clients_is_answered),
        TEST(a_stranger_finds_nothing),
        TEST(an_owner_changes_a_client_in_either_shape),
        TEST(a_wrong_change_changes_nothing),
        TEST(a_change_in_both_shapes_at_once_is_refused),
        TEST(an_address_that_does_not_fit_the_rest_is_the_field_that_is_wrong),
        TEST(a_deleted_client_is_gone),
        TEST(new_secrets_keep_the_shape_of_the_first),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
