/* Each row of client_metadata.def by itself: what is good is echoed, what is wrong is refused. */
#include <stdio.h>

#include "authz/client_metadata.h"
#include "common/base/testing.h"

#define CB "\"redirect_uris\":[\"https://app.example/cb\"]"
/* RFC 8037 A.2 */
#define JWKS                                                                                       \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                             \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static const char *const names[] = {
#define CLIENT_METADATA(name, type, fallback, max, choices) name,
#include "authz/client_metadata.def"
#undef CLIENT_METADATA
};

static const struct row {
    const char *name, *good, *wrong; /* JSON */
    const char *with;                /* members that it needs, each with a comma behind; or NULL */
} rows[] = {
    {"client_name", "\"A\"", "7", NULL},
    {"application_type", "\"native\"", "\"browser\"", NULL},
    {"redirect_uris", "[\"https://app.example/cb\"]", "[\"/cb\"]", NULL},
    {"token_endpoint_auth_method", "\"client_secret_post\"", "\"tls_client_auth\"", NULL},
    {"token_endpoint_auth_signing_alg", "\"ES256\"", "\"none\"", NULL},
    {"grant_types", "[\"authorization_code\",\"refresh_token\"]", "[\"password\"]", NULL},
    {"response_types", "[\"code\"]", "[\"token\"]", NULL},
    {"scope", "\"openid email\"", "\"admin\"", NULL},
    {"subject_type", "\"pairwise\"", "\"private\"", NULL},
    {"sector_identifier_uri", "\"https://app.example/s\"", "\"http://app.example/s\"", NULL},
    {"jwks", JWKS, "{\"keys\":[]}", NULL},
    {"jwks_uri", "\"https://app.example/jwks\"", "\"http://app.example/jwks\"", NULL},
    {"id_token_signed_response_alg", "\"HS256\"", "\"none\"", NULL},
    {"userinfo_signed_response_alg", "\"HS512\"", "\"none\"", NULL},
    {"id_token_encrypted_response_alg", "\"dir\"", "\"RSA1_5\"", NULL},
    {"id_token_encrypted_response_enc", "\"A128GCM\"", "\"A1\"",
     "\"id_token_encrypted_response_alg\":\"dir\","},
    {"userinfo_encrypted_response_alg", "\"A256KW\"", "\"RSA1_5\"", NULL},
    {"userinfo_encrypted_response_enc", "\"A256GCM\"", "\"A192\"",
     "\"userinfo_encrypted_response_alg\":\"dir\","},
    {"request_object_signing_alg", "\"PS256\"", "\"RS1\"", NULL},
    {"request_object_encryption_alg", "\"ECDH-ES\"", "\"RSA1_5\"", NULL},
    {"request_object_encryption_enc", "\"A256GCM\"", "\"none\"",
     "\"request_object_encryption_alg\":\"dir\","},
    {"request_uris", "[\"https://app.example/r\"]", "[\"http://app.example/r\"]", NULL},
    {"default_max_age", "900", "-1", NULL},
    {"require_auth_time", "true", "\"true\"", NULL},
    {"default_acr_values", "[\"urn:hitkey:acr:mfa\"]", "\"urn:hitkey:acr:mfa\"", NULL},
    {"initiate_login_uri", "\"https://app.example/go\"", "\"http://app.example/go\"", NULL},
    {"post_logout_redirect_uris", "[\"https://app.example/bye\"]", "[\"http://app.example/bye\"]",
     NULL},
    {"frontchannel_logout_uri", "\"https://app.example/f\"", "\"https://other.example/f\"", NULL},
    {"frontchannel_logout_session_required", "true", "1", NULL},
    {"backchannel_logout_uri", "\"https://app.example/b\"", "\"https://app.example/b#x\"", NULL},
    {"backchannel_logout_session_required", "true", "\"\"", NULL},
    {"client_uri", "\"https://app.example/\"", "\"javascript:alert(1)\"", NULL},
    {"logo_uri", "\"https://app.example/l.png\"", "\"data:image/png;base64,AA\"", NULL},
    {"policy_uri", "\"https://app.example/p\"", "\"/p\"", NULL},
    {"tos_uri", "\"https://app.example/t\"", "\"https://user@app.example/t\"", NULL},
    {"contacts", "[\"dev@app.example\"]", "\"dev@app.example\"", NULL},
    {"software_id", "\"app\"", "\"\"", NULL},
    {"software_version", "\"1.2\"", "1.2", NULL},
    {"software_statement", "\"a.b.c\"", "{}", NULL},
};

static void each_row_of_the_table_has_one_here(void **state) {
    (void)state;
    assert_int_equal(COUNT(rows), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(rows[i].name, names[i]);
}

static err check(struct arena *arena, const struct row *row, const char *value, str *json) {
    char text[1024];
    AUTO(json_ref) given = NULL;
    bool uris = strcmp(row->name, "redirect_uris") == 0;
    snprintf(text, sizeof text, "{%s%s\"%s\":%s}", uris ? "" : CB ",", row->with ? row->with : "",
             row->name, value);
    assert_ok(json_read_object(str_from(text), &given));
    return client_metadata_check(arena, given, false, json);
}

static void what_is_good_is_echoed(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char member[512];
        str json;
        err e = check(arena, &rows[i], rows[i].good, &json);
        if (failed(e))
            fail_msg("%s: %s", rows[i].name, e.why);
        snprintf(member, sizeof member, "\"%s\":%s", rows[i].name, rows[i].good);
        if (str_find_str(json, str_from(member)) == json.n)
            fail_msg("%.*s lacks %s", STR_FMT(json), member);
    }
    arena_free(arena);
}

static void what_is_wrong_is_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool uris = strcmp(rows[i].name, "redirect_uris") == 0;
        str json;
        err e = check(arena, &rows[i], rows[i].wrong, &json);
        if (e.code != (uris ? E_invalid_redirect_uri : E_invalid_client_metadata))
            fail_msg("%s: %s is taken", rows[i].name, rows[i].wrong);
    }
    arena_free(arena);
}

/* OIDC Registration 2: A128CBC-HS256 if the alg is given alone; nothing without it. */
static void content_encryption_has_a_default_beside_its_alg(void **state) {
    (void)state;
    static const struct row algs[] = {
        {"id_token_encrypted_response_alg", "\"dir\"", NULL, NULL},
        {"userinfo_encrypted_response_alg", "\"dir\"", NULL, NULL},
    };
    static const char *const encs[] = {"\"id_token_encrypted_response_enc\":\"A128CBC-HS256\"",
                                       "\"userinfo_encrypted_response_enc\":\"A128CBC-HS256\""};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(algs); i++) {
        str json;
        assert_ok(check(arena, &algs[i], algs[i].good, &json));
        assert_true(str_find_str(json, str_from(encs[i])) < json.n);
        assert_true(str_find_str(json, str_from(encs[1 - i])) == json.n);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_the_table_has_one_here),
        cmocka_unit_test(what_is_good_is_echoed),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(content_encryption_has_a_default_beside_its_alg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
