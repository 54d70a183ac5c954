/* /oauth/register: dynamic registration and its management. */
#include <stdio.h>
#include <unistd.h>

#include "authz/client_auth.h"
#include "authz/client_secret.h"
#include "authz/endpoints/tests/token_calls_helper.h"

#define URIS    "\"redirect_uris\":[\"https://app.example/cb\"]"
#define INITIAL "a-token-of-the-operator"

/* `token` NULL: without one. */
static struct answer call(struct oauth_world *w, const char *method, const char *path,
                          const char *token, const char *body) {
    const char *bearer = token ? oauth_world_bearer(w, token) : NULL;
    return oauth_world_send(w, &(struct message){.method = method,
                                                 .target = path,
                                                 .authorization = bearer,
                                                 .type = body ? JSON : NULL,
                                                 .body = body});
}

static struct answer enroll(struct oauth_world *w, const char *body) {
    return call(w, "POST", "/oauth/register", w->ada.api_token, body);
}

static const char *member(struct oauth_world *w, struct answer a, const char *name) {
    return oauth_world_c(w, oauth_world_member(w, a.body, name));
}

static const char *path_of(struct oauth_world *w, struct answer made) {
    str path;
    assert_ok(str_printf(w->arena, &path, "/oauth/register/%s", member(w, made, "client_id")));
    return path.p;
}

static struct answer manage(struct oauth_world *w, const char *method, struct answer made,
                            const char *body) {
    return call(w, method, path_of(w, made), member(w, made, "registration_access_token"), body);
}

static void assert_error(struct oauth_world *w, struct answer a, int status, const char *error) {
    if (a.status != status)
        fail_msg("%d %.*s", a.status, STR_FMT(a.body));
    token_assert_member(w, a.body, "error", error);
}

static void set_mode(struct oauth_world *w, const char *mode) {
    w->config.registration = str_from(mode);
}

static int rewind_mode(void **state) {
    struct oauth_world *w = *state;
    w->config.registration = w->config.initial_access_token_file = STR_ABSENT;
    return oauth_world_rewind(state);
}

/* --- who may -------------------------------------------------------------------------------- */

static void write_tokens(struct oauth_world *w, const char *text) {
    str path;
    assert_ok(str_printf(w->arena, &path, "%s/tokens", w->dir));
    FILE *file = fopen(path.p, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    w->config.initial_access_token_file = path;
}

static void the_mode_decides_who_may_register(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *mode, *token; /* "api": of a user */
        int status;
        const char *error;
    } rows[] = {
        {NULL, NULL, 401, "unauthorized"},
        {NULL, "wrong-but-long-enough", 401, "invalid_token"},
        {NULL, "api", 201, NULL},
        {NULL, INITIAL, 201, NULL},
        {"token", NULL, 401, "unauthorized"},
        {"token", INITIAL "x", 401, "invalid_token"},
        {"token", "#a-comment-of-the-file", 401, "invalid_token"},
        {"token", "short", 401, "invalid_token"},
        {"token", INITIAL, 201, NULL},
        {"open", NULL, 201, NULL},
        {"open", "wrong-but-long-enough", 401, "invalid_token"},
        {"open", "api", 201, NULL},
        {"closed", NULL, 403, "access_denied"},
        {"closed", INITIAL, 403, "access_denied"},
        {"closed", "api", 403, "access_denied"},
    };
    write_tokens(w, "#a-comment-of-the-file\n\nanother-initial-token\r\n " INITIAL " \nshort");
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool api = rows[i].token && strcmp(rows[i].token, "api") == 0;
        set_mode(w, rows[i].mode);
        struct answer a = call(w, "POST", "/oauth/register", api ? w->ada.api_token : rows[i].token,
                               "{" URIS "}");
        if (a.status != rows[i].status)
            fail_msg("row %zu: %d %.*s", i, a.status, STR_FMT(a.body));
        if (rows[i].error)
            token_assert_member(w, a.body, "error", rows[i].error);
        if (a.status == 401)
            assert_true(str_starts(a.www_authenticate, S("Bearer realm=\"hitkey\"")));
    }
}

static void tokens_are_read_anew_at_each_registration(void **state) {
    struct oauth_world *w = *state;
    write_tokens(w, INITIAL "\n");
    assert_int_equal(call(w, "POST", "/oauth/register", INITIAL, "{" URIS "}").status, 201);
    write_tokens(w, "another-initial-token\n");
    assert_int_equal(call(w, "POST", "/oauth/register", INITIAL, "{" URIS "}").status, 401);
}

static void a_client_belongs_to_the_user_of_the_token(void **state) {
    struct oauth_world *w = *state;
    struct client client = {0};
    struct answer a = enroll(w, "{" URIS "}");
    assert_ok(
        client_get(w->authz->store, w->arena, oauth_world_member(w, a.body, "client_id"), &client));
    assert_true(str_eq(client.owner_id, w->ada.user_id));
    set_mode(w, "open");
    a = call(w, "POST", "/oauth/register", NULL, "{" URIS "}");
    client = (struct client){0};
    assert_ok(
        client_get(w->authz->store, w->arena, oauth_world_member(w, a.body, "client_id"), &client));
    assert_false(str_present(client.owner_id));
}

/* --- the answer ----------------------------------------------------------------------------- */

static void everything_is_echoed_with_defaults(void **state) {
    struct oauth_world *w = *state;
    struct answer a = enroll(w, "{" URIS ",\"client_name\":\"App\",\"contacts\":[\"a@b.example\"],"
                                "\"client_secret\":\"mine\",\"unknown\":1}");
    str uri;
    assert_int_equal(a.status, 201);
    assert_str(a.cache_control, "no-store");
    assert_int_equal(oauth_world_member(w, a.body, "client_id").n, 32);
    assert_true(str_starts(oauth_world_member(w, a.body, "client_secret"), S("hk_cs_")));
    token_assert_member(w, a.body, "client_secret_expires_at", "0");
    token_assert_member(w, a.body, "client_id_issued_at", "1700000000");
    assert_true(
        str_starts(oauth_world_member(w, a.body, "registration_access_token"), S("hk_rat_")));
    assert_int_equal(oauth_world_member(w, a.body, "registration_access_token").n, 7 + 43);
    assert_ok(str_printf(w->arena, &uri, "https://hitkey.example%s", path_of(w, a)));
    token_assert_member(w, a.body, "registration_client_uri", uri.p);
    token_assert_member(w, a.body, "client_name", "App");
    token_assert_member(w, a.body, "contacts", "[\"a@b.example\"]");
    token_assert_member(w, a.body, "grant_types", "[\"authorization_code\"]");
    token_assert_member(w, a.body, "response_types", "[\"code\"]");
    token_assert_member(w, a.body, "token_endpoint_auth_method", "client_secret_basic");
    assert_false(str_present(oauth_world_member(w, a.body, "unknown")));
}

static void a_public_client_gets_no_secret(void **state) {
    struct oauth_world *w = *state;
    struct answer a = enroll(w, "{" URIS ",\"token_endpoint_auth_method\":\"none\"}");
    assert_int_equal(a.status, 201);
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret")));
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret_expires_at")));
}

static void bad_requests_are_told_in_the_words_of_rfc_7591(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *body, *error;
    } rows[] = {
        {"{", "invalid_client_metadata"},
        {"[]", "invalid_client_metadata"},
        {"{}", "invalid_redirect_uri"},
        {"{\"redirect_uris\":[\"https://app.example/cb#frag\"]}", "invalid_redirect_uri"},
        {"{" URIS ",\"initiate_login_uri\":\"http://app.example/\"}", "invalid_client_metadata"},
        {"{" URIS ",\"application_type\":\"web\",\"application_type\":\"web\"}",
         "invalid_client_metadata"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_error(w, enroll(w, rows[i].body), 400, rows[i].error);
    assert_error(w,
                 oauth_world_send(w, &(struct message){"POST", "/oauth/register", NULL, FORM,
                                                       "redirect_uris=x"}),
                 415, "invalid_request");
}

static void the_secret_is_good_at_the_token_endpoint(void **state) {
    struct oauth_world *w = *state;
    struct answer a = enroll(w, "{" URIS "}");
    struct code code = oauth_world_code(w, oauth_world_member(w, a.body, "client_id"));
    const struct pair good[] = {{"grant_type", "authorization_code"},
                                {"code", oauth_world_c(w, oauth_world_seal(w, &code))},
                                {"redirect_uri", CLIENT_URI},
                                {"code_verifier", PKCE_VERIFIER},
                                {NULL, NULL}};
    const char *basic =
        oauth_world_basic(w, member(w, a, "client_id"), member(w, a, "client_secret"));
    struct answer tokens = token_call(w, FORM, oauth_world_form(w, good, NULL), basic);
    assert_int_equal(tokens.status, 200);
    /* it did not register refresh_token */
    assert_false(str_present(oauth_world_member(w, tokens.body, "refresh_token")));
}

/* --- managing (RFC 7592) -------------------------------------------------------------------- */

static void the_token_reads_what_was_registered(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS ",\"client_name\":\"App\"}");
    struct answer a = manage(w, "GET", made, NULL);
    assert_int_equal(a.status, 200);
    assert_str(a.cache_control, "no-store");
    static const char *const same[] = {"client_id",
                                       "client_id_issued_at",
                                       "client_name",
                                       "registration_client_uri",
                                       "registration_access_token",
                                       "redirect_uris"};
    for (size_t i = 0; i < COUNT(same); i++)
        token_assert_member(w, a.body, same[i], member(w, made, same[i]));
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret")));
}

static void nobody_else_manages_a_client(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}"), other = enroll(w, "{" URIS "}");
    static const char *const methods[] = {"GET", "PUT", "DELETE"};
    const char *const tokens[] = {"hk_rat_wrong", w->ada.api_token, "",
                                  member(w, other, "registration_access_token")};
    for (size_t i = 0; i < COUNT(methods); i++) {
        const char *body = i == 1 ? "{" URIS "}" : NULL;
        assert_error(w, call(w, methods[i], path_of(w, made), NULL, body), 401, "unauthorized");
        for (size_t k = 0; k < COUNT(tokens); k++) {
            struct answer a = call(w, methods[i], path_of(w, made), tokens[k], body);
            assert_int_equal(a.status, 401);
            assert_true(str_starts(a.www_authenticate, S("Bearer")));
        }
        assert_error(w, call(w, methods[i], "/oauth/register/nobody", tokens[3], body), 401,
                     "invalid_token");
    }
    assert_int_equal(manage(w, "GET", made, NULL).status, 200);
}

static void clients_of_the_account_api_have_no_registration_token(void **state) {
    struct oauth_world *w = *state;
    str path;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_RS256);
    assert_ok(str_printf(w->arena, &path, "/oauth/register/%.*s", STR_FMT(client_id)));
    assert_error(w, call(w, "GET", path.p, "", NULL), 401, "unauthorized");
    assert_error(w, call(w, "GET", path.p, "hk_rat_", NULL), 401, "invalid_token");
}

static const char *with_identity(struct oauth_world *w, struct answer made, const char *rest) {
    str body;
    assert_ok(str_printf(w->arena, &body, "{\"client_id\":\"%s\"%s}", member(w, made, "client_id"),
                         rest));
    return body.p;
}

static void put_replaces_everything(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS ",\"client_name\":\"App\",\"tos_uri\":"
                                   "\"https://app.example/t\"}");
    struct answer a = manage(w, "PUT", made,
                             with_identity(w, made,
                                           ",\"redirect_uris\":[\"https://new.example/cb\"],"
                                           "\"client_name\":\"New\""));
    assert_int_equal(a.status, 200);
    a = manage(w, "GET", made, NULL);
    token_assert_member(w, a.body, "client_name", "New");
    token_assert_member(w, a.body, "redirect_uris", "[\"https://new.example/cb\"]");
    assert_false(str_present(oauth_world_member(w, a.body, "tos_uri")));
    token_assert_member(w, a.body, "registration_access_token",
                        member(w, made, "registration_access_token"));
}

static void put_must_not_choose_what_the_server_gives(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}");
    static const char *const rests[] = {
        "," URIS ",\"registration_access_token\":\"x\"",
        "," URIS ",\"registration_client_uri\":\"https://x.example/\"",
        "," URIS ",\"client_secret_expires_at\":0",
        "," URIS ",\"client_id_issued_at\":1",
        "," URIS ",\"client_secret\":\"mine\"",
        "," URIS ",\"client_secret\":7",
        "," URIS ",\"token_endpoint_auth_method\":\"magic\"",
    };
    for (size_t i = 0; i < COUNT(rests); i++)
        assert_error(w, manage(w, "PUT", made, with_identity(w, made, rests[i])), 400,
                     "invalid_client_metadata");
    assert_error(w, manage(w, "PUT", made, with_identity(w, made, "")), 400,
                 "invalid_redirect_uri");
    assert_error(w, manage(w, "PUT", made, "{" URIS "}"), 400, "invalid_client_metadata");
    assert_error(w, manage(w, "PUT", made, "{\"client_id\":\"another\"," URIS "}"), 400,
                 "invalid_client_metadata");
    assert_error(w, manage(w, "PUT", made, "nothing"), 400, "invalid_client_metadata");
}

static int64_t secrets_of(struct oauth_world *w, struct answer made) {
    struct client_secrets_held held;
    assert_ok(
        client_secrets_held(w->authz->store, oauth_world_member(w, made.body, "client_id"), &held));
    return held.live;
}

static void put_keeps_the_secret_and_may_repeat_it(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}");
    str rest;
    assert_ok(str_printf(w->arena, &rest, "," URIS ",\"client_secret\":\"%s\"",
                         member(w, made, "client_secret")));
    struct answer a = manage(w, "PUT", made, with_identity(w, made, rest.p));
    assert_int_equal(a.status, 200);
    assert_false(str_present(oauth_world_member(w, a.body, "client_secret")));
    assert_int_equal(secrets_of(w, made), 1);
}

static void a_method_without_secret_ends_it_and_one_with_brings_a_new_one(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}");
    struct answer a =
        manage(w, "PUT", made,
               with_identity(w, made, "," URIS ",\"token_endpoint_auth_method\":\"none\""));
    assert_int_equal(a.status, 200);
    assert_int_equal(secrets_of(w, made), 0);
    a = manage(w, "PUT", made, with_identity(w, made, "," URIS));
    assert_true(str_starts(oauth_world_member(w, a.body, "client_secret"), S("hk_cs_")));
    token_assert_member(w, a.body, "client_secret_expires_at", "0");
    assert_int_equal(secrets_of(w, made), 1);
}

static void delete_ends_the_client_and_its_tokens(void **state) {
    struct oauth_world *w = *state;
    set_mode(w, "open");
    struct answer made = call(w, "POST", "/oauth/register", NULL, "{" URIS "}");
    str client_id = oauth_world_member(w, made.body, "client_id");
    struct code code = oauth_world_code(w, client_id);
    const struct pair good[] = {{"grant_type", "authorization_code"},
                                {"code", oauth_world_c(w, oauth_world_seal(w, &code))},
                                {"redirect_uri", CLIENT_URI},
                                {"code_verifier", PKCE_VERIFIER},
                                {NULL, NULL}};
    const char *basic =
        oauth_world_basic(w, member(w, made, "client_id"), member(w, made, "client_secret"));
    struct answer tokens = token_call(w, FORM, oauth_world_form(w, good, NULL), basic);
    str access = oauth_world_member(w, tokens.body, "access_token");
    assert_int_equal(token_userinfo(w, access), 200);
    assert_int_equal(manage(w, "DELETE", made, NULL).status, 204);
    assert_int_equal(token_userinfo(w, access), 401);
    assert_error(w, manage(w, "GET", made, NULL), 401, "invalid_token");
    assert_error(w, manage(w, "DELETE", made, NULL), 401, "invalid_token");
}

/* --- secrets that are keys ------------------------------------------------------------------ */

static void a_secret_that_is_a_key_can_be_had_back_for_its_client_alone(void **state) {
    struct oauth_world *w = *state;
    struct client client = {.auth = CLIENT_SECRET_JWT,
                            .client_id = S("keyed"),
                            .id = S("keyed"),
                            .metadata = S("{\"redirect_uris\":[\"https://app.example/cb\"]}")};
    struct client_secret stored, moved;
    str plain, second, secrets[2];
    size_t n;
    assert_ok(client_secret_make(w->authz, w->arena, &client, &plain, &stored));
    assert_ok(client_create(w->authz->store, &client, &stored));
    assert_ok(client_secret_open(w->authz, w->arena, client.client_id, secrets, &n));
    assert_int_equal(n, 1);
    assert_true(str_eq(secrets[0], plain));
    assert_ok(client_secret_make(w->authz, w->arena, &client, &second, &moved));
    assert_ok(client_secret_add(w->authz->store, &client, &moved, 1));
    assert_ok(client_secret_open(w->authz, w->arena, client.client_id, secrets, &n));
    assert_int_equal(n, 2);
    assert_true(str_eq(secrets[0], second) && str_eq(secrets[1], plain));
    client.client_id = client.id = S("thief");
    assert_ok(client_create(w->authz->store, &client, &stored));
    assert_err(client_secret_open(w->authz, w->arena, client.client_id, secrets, &n), seal_broken);
}

static void other_secrets_cannot_be_had_back(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}");
    str secrets[2];
    size_t n;
    assert_ok(client_secret_open(w->authz, w->arena, oauth_world_member(w, made.body, "client_id"),
                                 secrets, &n));
    assert_int_equal(n, 0);
}

/* OIDC Core 10.1: what was registered is what signs. */
static void id_tokens_of_a_client_with_hs256_are_signed_with_its_secret(void **state) {
    struct oauth_world *w = *state;
    AUTO(jws_ref) jws = {0};
    struct jwk *key;
    str body;
    struct answer made =
        enroll(w, "{" URIS ",\"token_endpoint_auth_method\":\"client_secret_post\","
                  "\"id_token_signed_response_alg\":\"HS256\"}");
    const char *id = member(w, made, "client_id"), *text = member(w, made, "client_secret");
    token_assert_member(w, made.body, "id_token_signed_response_alg", "HS256");
    struct code code = oauth_world_code(w, str_from(id));
    assert_ok(str_printf(w->arena, &body,
                         "grant_type=authorization_code&client_id=%s&client_secret=%s&code=%s"
                         "&code_verifier=" PKCE_VERIFIER
                         "&redirect_uri=https%%3A%%2F%%2Fapp.example%%2Fcb",
                         id, text, oauth_world_seal(w, &code).p));
    struct answer tokens = token_call(w, FORM, body.p, NULL);
    assert_int_equal(tokens.status, 200);
    assert_ok(jws_parse(w->arena, oauth_world_member(w, tokens.body, "id_token"), &jws));
    assert_ok(jwk_from_secret(secret_of(str_from(text)), JOSE_HS256, &key));
    assert_ok(jws_verify(&jws, JOSE_HS256, key));
    jwk_free(key);
}

static void a_client_whose_secret_becomes_a_key_gets_a_new_one(void **state) {
    struct oauth_world *w = *state;
    struct answer made = enroll(w, "{" URIS "}");
    struct client client = {.client_id = oauth_world_member(w, made.body, "client_id"),
                            .auth = CLIENT_SECRET_BASIC,
                            .id_token_alg = JOSE_HS256};
    struct client_secrets_change change;
    str plain;
    assert_ok(client_secret_after_change(w->authz, w->arena, &client, &plain, &change));
    assert_true(str_present(plain) && str_present(change.fresh.sealed) && !change.drop);
    client.id_token_alg = JOSE_RS256;
    assert_ok(client_secret_after_change(w->authz, w->arena, &client, &plain, &change));
    assert_false(str_present(plain) || change.drop);
}

/* --- discovery ------------------------------------------------------------------------------ */

static void discovery_names_the_endpoint(void **state) {
    struct oauth_world *w = *state;
    struct answer a = call(w, "GET", "/.well-known/openid-configuration", NULL, NULL);
    token_assert_member(w, a.body, "registration_endpoint",
                        "https://hitkey.example/oauth/register");
}

#define TEST(name) cmocka_unit_test_setup(name, rewind_mode)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_mode_decides_who_may_register),
        TEST(tokens_are_read_anew_at_each_registration),
        TEST(a_client_belongs_to_the_user_of_the_token),
        TEST(everything_is_echoed_with_defaults),
        TEST(a_public_client_gets_no_secret),
        TEST(bad_requests_are_told_in_the_words_of_rfc_7591),
        TEST(the_secret_is_good_at_the_token_endpoint),
        TEST(the_token_reads_what_was_registered),
        TEST(nobody_else_manages_a_client),
        TEST(clients_of_the_account_api_have_no_registration_token),
        TEST(put_replaces_everything),
        TEST(put_must_not_choose_what_the_server_gives),
        TEST(put_keeps_the_secret_and_may_repeat_it),
        TEST(a_method_without_secret_ends_it_and_one_with_brings_a_new_one),
        TEST(delete_ends_the_client_and_its_tokens),
        TEST(a_secret_that_is_a_key_can_be_had_back_for_its_client_alone),
        TEST(other_secrets_cannot_be_had_back),
        TEST(id_tokens_of_a_client_with_hs256_are_signed_with_its_secret),
        TEST(a_client_whose_secret_becomes_a_key_gets_a_new_one),
        TEST(discovery_names_the_endpoint),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
