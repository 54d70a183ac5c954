/* Software statements at /oauth/register (RFC 7591 2.3). */
#include "authz/software_statement.h"

#include <stdio.h>

#include "authz/endpoints/tests/token_calls_helper.h"
#include "keys/jws.h"

#define URIS "\"redirect_uris\":[\"https://app.example/cb\"]"

static struct jwk *trusted, *stranger;

static int open_all(void **state) {
    struct oauth_world *w;
    str public, set, path;
    oauth_world_open(state);
    w = *state;
    assert_ok(jwk_generate(JOSE_ES256, &trusted));
    assert_ok(jwk_generate(JOSE_ES256, &stranger));
    assert_ok(jwk_public_json(trusted, w->arena, &public));
    assert_ok(STR_JOIN(w->arena, &set, S("{\"keys\":["), public, S("]}")));
    assert_ok(str_printf(w->arena, &path, "%s/signers", w->dir));
    FILE *file = fopen(path.p, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(set.p, 1, set.n, file), set.n);
    fclose(file);
    assert_ok(software_statement_keys(w->arena, path, &w->authz->software_statement_keys));
    return 0;
}

static int close_all(void **state) {
    jwk_free(trusted);
    jwk_free(stranger);
    return oauth_world_close(state);
}

static str statement(struct oauth_world *w, const struct jwk *key, const char *claims) {
    str out;
    assert_ok(jws_sign(key, JOSE_ES256, S("JWT"), str_from(claims), w->arena, &out));
    return out;
}

static struct answer enroll(struct oauth_world *w, str jwt, const char *rest) {
    str body;
    assert_ok(
        str_printf(w->arena, &body, "{\"software_statement\":\"%.*s\"%s}", STR_FMT(jwt), rest));
    return oauth_world_send(
        w, &(struct message){.method = "POST",
                             .target = "/oauth/register",
                             .authorization = oauth_world_bearer(w, w->ada.api_token),
                             .type = JSON,
                             .body = body.p});
}

static void what_is_vouched_for_wins_and_the_statement_is_echoed(void **state) {
    struct oauth_world *w = *state;
    str jwt = statement(w, trusted,
                        "{\"iss\":\"https://signer.example\",\"aud\":[\"https://hitkey.example\"],"
                        "\"client_name\":\"Vouched\",\"exp\":1700000060,\"client_id\":\"x\","
                        "\"software_id\":\"app\"}");
    struct answer a = enroll(w, jwt, "," URIS ",\"client_name\":\"Claimed\"");
    assert_int_equal(a.status, 201);
    token_assert_member(w, a.body, "client_name", "Vouched");
    token_assert_member(w, a.body, "software_id", "app");
    token_assert_member(w, a.body, "software_statement", oauth_world_c(w, jwt));
    assert_int_equal(oauth_world_member(w, a.body, "client_id").n, 32);
}

static void bad_statements_are_refused(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *claims;
    } rows[] = {
        {"{}"},
        {"[]"},
        {"{\"iss\":\"\"}"},
        {"{\"iss\":7}"},
        {"{\"iss\":\"a\",\"exp\":1700000000}"},
        {"{\"iss\":\"a\",\"exp\":\"never\"}"},
        {"{\"iss\":\"a\",\"nbf\":1700000001}"},
        {"{\"iss\":\"a\",\"nbf\":\"now\"}"},
        {"{\"iss\":\"a\",\"aud\":\"https://other.example\"}"},
        {"{\"iss\":\"a\",\"aud\":[\"https://other.example\",7]}"},
        {"{\"iss\":\"a\",\"aud\":7}"},
        {"{\"iss\":\"a\",\"software_statement\":\"b\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        token_assert_refused(w, enroll(w, statement(w, trusted, rows[i].claims), "," URIS),
                             "invalid_software_statement");
    token_assert_refused(w, enroll(w, S("no.jwt"), "," URIS), "invalid_software_statement");
    token_assert_refused(w, enroll(w, S(""), "," URIS), "invalid_software_statement");
    str jwt = statement(w, trusted, "{\"iss\":\"a\"}"),
        other = statement(w, trusted, "{\"iss\":\"b\"}");
    str forged;
    size_t a = str_find(jwt, '.'), b = a + 1 + str_find(str_from_pos(jwt, a + 1), '.');
    size_t c = str_find(other, '.'), d = c + 1 + str_find(str_from_pos(other, c + 1), '.');
    assert_ok(STR_JOIN(w->arena, &forged, str_head(jwt, b), str_from_pos(other, d)));
    token_assert_refused(w, enroll(w, forged, "," URIS), "invalid_software_statement");
}

static void metadata_that_is_vouched_for_is_checked_all_the_same(void **state) {
    struct oauth_world *w = *state;
    str jwt = statement(w, trusted, "{\"iss\":\"a\",\"redirect_uris\":[\"https://a.example/#x\"]}");
    token_assert_refused(w, enroll(w, jwt, "," URIS), "invalid_redirect_uri");
}

static void statements_of_strangers_are_not_approved(void **state) {
    struct oauth_world *w = *state;
    str jwt = statement(w, stranger, "{\"iss\":\"a\"}");
    token_assert_refused(w, enroll(w, jwt, "," URIS), "unapproved_software_statement");
    struct jwks *keys = w->authz->software_statement_keys;
    w->authz->software_statement_keys = NULL;
    jwt = statement(w, trusted, "{\"iss\":\"a\"}");
    token_assert_refused(w, enroll(w, jwt, "," URIS), "unapproved_software_statement");
    w->authz->software_statement_keys = keys;
}

static void a_file_without_keys_is_refused_at_start(void **state) {
    struct oauth_world *w = *state;
    struct jwks *keys = NULL;
    str path;
    assert_err(software_statement_keys(w->arena, S("/nowhere"), &keys), config);
    assert_ok(str_printf(w->arena, &path, "%s/empty", w->dir));
    static const char *const texts[] = {"", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\"}]}", "x"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        FILE *file = fopen(path.p, "w");
        assert_non_null(file);
        fputs(texts[i], file);
        fclose(file);
        assert_err(software_statement_keys(w->arena, path, &keys), config);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_vouched_for_wins_and_the_statement_is_echoed),
        TEST(bad_statements_are_refused),
        TEST(metadata_that_is_vouched_for_is_checked_all_the_same),
        TEST(statements_of_strangers_are_not_approved),
        TEST(a_file_without_keys_is_refused_at_start),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
