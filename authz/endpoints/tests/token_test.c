/* POST /oauth/token: what is refused, in both dialects, and what is answered. */
#include "authz/endpoints/tests/token_calls_helper.h"

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/jws.h"
#include "keys/ring.h"

enum { CODE_PARAMS = 7 };

/* A request that is fine for a client of any kind, with a fresh code. */
static void valid(struct oauth_world *w, str client_id, bool with_secret,
                  struct pair out[CODE_PARAMS]) {
    struct code code = oauth_world_code(w, client_id);
    size_t n = 0;
    out[n++] = (struct pair){"grant_type", "authorization_code"};
    out[n++] = (struct pair){"code", oauth_world_seal(w, &code).p};
    out[n++] = (struct pair){"client_id", client_id.p};
    if (with_secret)
        out[n++] = (struct pair){"client_secret", CLIENT_SECRET};
    out[n++] = (struct pair){"redirect_uri", CLIENT_URI};
    out[n++] = (struct pair){"code_verifier", PKCE_VERIFIER};
    out[n] = (struct pair){NULL, NULL};
}

#define INVALID_CODE "Invalid or expired authorization code"

/* One parameter of a valid request is another (NULL: missing): the answer in both dialects. */
static const struct {
    struct pair change;
    const char *error;
    int status;          /* of the form dialect; JSON: always 400 */
    const char *message; /* of the JSON dialect, where the API promises one */
} negatives[] = {
    {{"grant_type", NULL}, "invalid_request", 400, NULL},
    {{"grant_type", "password"}, "unsupported_grant_type", 400, NULL},
    {{"grant_type", "implicit"}, "unsupported_grant_type", 400, NULL},
    {{"grant_type", "Authorization_Code"}, "unsupported_grant_type", 400, NULL},
    {{"code", NULL}, "invalid_request", 400, NULL},
    {{"code", "x"}, "invalid_grant", 400, INVALID_CODE},
    {{"code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
     "invalid_grant",
     400,
     INVALID_CODE},
    {{"client_id", NULL}, "invalid_client", 401, "Invalid client_id"},
    {{"client_id", "nobody"}, "invalid_client", 401, "Invalid client_id"},
    {{"client_id", "' OR 1=1 --"}, "invalid_client", 401, "Invalid client_id"},
    {{"client_secret", NULL}, "invalid_client", 401, "Invalid client_id"},
    {{"client_secret", "wrong"}, "invalid_client", 401, "Invalid client_id"},
    {{"client_secret", "s3cr:t+ %and/mor"}, "invalid_client", 401, "Invalid client_id"},
    {{"redirect_uri", NULL}, "invalid_grant", 400, "redirect_uri doesn't match"},
    {{"redirect_uri", "https://evil.example/cb"},
     "invalid_grant",
     400,
     "redirect_uri doesn't match"},
    {{"redirect_uri", "https://app.example@evil.example/cb"},
     "invalid_grant",
     400,
     "redirect_uri doesn't match"},
    {{"redirect_uri", "https://app.example/cb?x=1"},
     "invalid_grant",
     400,
     "redirect_uri doesn't match"},
    {{"code_verifier", NULL}, "invalid_grant", 400, NULL},
    {{"code_verifier", "short"}, "invalid_grant", 400, NULL},
    {{"code_verifier", PKCE_CHALLENGE}, "invalid_grant", 400, NULL},
};

static void check_negative(struct oauth_world *w, str client_id, size_t i, bool json) {
    struct pair pairs[CODE_PARAMS];
    valid(w, client_id, true, pairs);
    const char *body = json ? oauth_world_json(w, pairs, &negatives[i].change)
                            : oauth_world_form(w, pairs, &negatives[i].change);
    struct answer a = token_call(w, json ? JSON : FORM, body, NULL);
    assert_int_equal(a.status, json ? 400 : negatives[i].status);
    token_assert_member(w, a.body, json ? "code" : "error", negatives[i].error);
    if (json && negatives[i].message)
        token_assert_member(w, a.body, "error", negatives[i].message);
    assert_str(a.cache_control, "no-store");
    /* What failed before the code was used up did not use it up. */
    if (strcmp(negatives[i].change.name, "code") == 0)
        return;
    body = json ? oauth_world_json(w, pairs, NULL) : oauth_world_form(w, pairs, NULL);
    assert_int_equal(token_call(w, json ? JSON : FORM, body, NULL).status, 200);
}

static void each_wrong_parameter_has_its_error_in_a_form(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256);
    for (size_t i = 0; i < COUNT(negatives); i++)
        check_negative(w, client_id, i, false);
}

static void each_wrong_parameter_has_its_error_in_json(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_HITKEY, JOSE_ES256);
    for (size_t i = 0; i < COUNT(negatives); i++)
        check_negative(w, client_id, i, true);
}

#define NOT_TEXT   "a parameter is not properly encoded UTF-8 text"
#define REPEATED   "a parameter is repeated: send each one once"
#define NO_TYPE    "grant_type is missing"
#define NO_STRING  "every parameter must be a string"
#define NO_OBJECT  "the JSON must be an object"
#define NO_JSON    "this is not well-formed JSON"
#define OTHER_TYPE "the body must be application/x-www-form-urlencoded or application/json"

/* A form is told of with error and error_description, JSON with code and error. */
static void malformed_bodies_are_refused(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        const char *type, *body;
        int status;
        const char *error, *told;
    } rows[] = {
        {FORM, "grant_type=authorization_code&grant_type=refresh_token", 400, "invalid_request",
         REPEATED},
        {FORM, "grant_type=%zz", 400, "invalid_request", NOT_TEXT},
        {FORM, "grant_type=%00", 400, "invalid_request", NOT_TEXT},
        {FORM, "grant_type=%ff", 400, "invalid_request", NOT_TEXT},
        {FORM, "a=1&a=2&grant_type=authorization_code", 400, "invalid_request", REPEATED},
        {FORM, "", 400, "invalid_request", NO_TYPE},
        {JSON, "", 400, "bad_request", "a JSON text is missing"},
        {JSON, "[]", 400, "bad_request", NO_OBJECT},
        {JSON, "{", 400, "bad_request", NO_JSON},
        {JSON, "\"grant_type\"", 400, "bad_request", NO_OBJECT},
        {JSON, "{\"grant_type\":1}", 400, "invalid_request", NO_STRING},
        {JSON, "{\"grant_type\":[\"authorization_code\"]}", 400, "invalid_request", NO_STRING},
        {JSON, "{\"grant_type\":\"authorization_code\",\"grant_type\":\"x\"}", 400, "bad_request",
         "the JSON repeats a member"},
        {JSON, "{\"grant_type\":\"a\\u0000b\"}", 400, "bad_request", NO_JSON},
        {JSON, "{\"grant_type\":\"\"}", 400, "invalid_request", NO_TYPE},
        {"text/plain", "grant_type=authorization_code", 415, "invalid_request", OTHER_TYPE},
        {"multipart/form-data", "grant_type=authorization_code", 415, "invalid_request",
         OTHER_TYPE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool json = strcmp(rows[i].type, JSON) == 0;
        struct answer a = token_call(w, rows[i].type, rows[i].body, NULL);
        if (a.status != rows[i].status)
            fail_msg("row %zu: %d %.*s", i, a.status, STR_FMT(a.body));
        token_assert_member(w, a.body, json ? "code" : "error", rows[i].error);
        token_assert_member(w, a.body, json ? "error" : "error_description", rows[i].told);
    }
}

static void parameters_in_the_query_are_refused(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256), target;
    struct pair pairs[CODE_PARAMS];
    valid(w, client_id, true, pairs);
    const char *form = oauth_world_form(w, pairs, NULL);
    assert_ok(str_printf(w->arena, &target, "/oauth/token?%s", form));
    struct answer a = oauth_world_send(
        w, &(struct message){.method = "POST", .target = target.p, .type = FORM, .body = form});
    assert_int_equal(a.status, 400);
    token_assert_member(w, a.body, "error", "invalid_request");
}

/* --- client authentication ------------------------------------------------------------------ */

static void a_client_uses_the_method_it_registered(void **state) {
    struct oauth_world *w = *state;
    enum { SEND_BASIC = 1, SEND_POST = 2 };
    static const struct {
        enum client_kind kind;
        int send, status;
        const char *error;
    } rows[] = {
        {CLIENT_BASIC, SEND_BASIC, 200, NULL},
        {CLIENT_BASIC, SEND_POST, 401, "invalid_client"},
        {CLIENT_BASIC, 0, 401, "invalid_client"},
        {CLIENT_BASIC, SEND_BASIC | SEND_POST, 400, "invalid_request"},
        {CLIENT_POST, SEND_POST, 200, NULL},
        {CLIENT_POST, SEND_BASIC, 401, "invalid_client"},
        {CLIENT_POST, SEND_BASIC | SEND_POST, 400, "invalid_request"},
        {CLIENT_HITKEY, SEND_BASIC, 200, NULL},
        {CLIENT_HITKEY, SEND_POST, 200, NULL},
        {CLIENT_HITKEY, 0, 401, "invalid_client"},
        {CLIENT_PUBLIC, 0, 200, NULL},
        {CLIENT_PUBLIC, SEND_BASIC, 401, "invalid_client"},
        {CLIENT_PUBLIC, SEND_POST, 401, "invalid_client"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str client_id = oauth_world_client(w, rows[i].kind, JOSE_ES256);
        struct pair pairs[CODE_PARAMS];
        valid(w, client_id, rows[i].send & SEND_POST, pairs);
        struct answer a = token_call(
            w, FORM, oauth_world_form(w, pairs, NULL),
            rows[i].send & SEND_BASIC ? oauth_world_basic(w, client_id.p, CLIENT_SECRET) : NULL);
        if (a.status != rows[i].status)
            fail_msg("row %zu: %d %.*s", i, a.status, STR_FMT(a.body));
        if (rows[i].error)
            token_assert_member(w, a.body, "error", rows[i].error);
        /* RFC 6749 5.2 */
        if (a.status == 401)
            assert_true(str_starts(a.www_authenticate, S("Basic ")));
    }
}

static void broken_basic_credentials_are_refused(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct pair pairs[CODE_PARAMS];
    const char *rows[] = {
        "Basic",
        "Basic !",
        "Basic YQ==",         /* no colon */
        "Basic OnNlY3JldA==", /* an empty id */
        "Basic JXp6OmE=",     /* %zz:a */
        oauth_world_basic(w, client_id.p, ""),
        oauth_world_basic(w, client_id.p, "wrong"),
        oauth_world_basic(w, "nobody", CLIENT_SECRET),
    };
    valid(w, client_id, false, pairs);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer a = token_call(
            w, FORM, oauth_world_form(w, pairs, &(struct pair){"client_id", NULL}), rows[i]);
        if (a.status != 401)
            fail_msg("row %zu: %d %.*s", i, a.status, STR_FMT(a.body));
        token_assert_member(w, a.body, "error", "invalid_client");
    }
}

static void the_body_may_not_name_another_client_than_basic(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct pair pairs[CODE_PARAMS];
    valid(w, client_id, false, pairs);
    struct answer a =
        token_call(w, FORM, oauth_world_form(w, pairs, &(struct pair){"client_id", "x"}),
                   oauth_world_basic(w, client_id.p, CLIENT_SECRET));
    assert_int_equal(a.status, 400);
    token_assert_member(w, a.body, "error", "invalid_request");
}

static void a_second_secret_works_beside_the_first(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256), path;
    assert_ok(str_printf(w->arena, &path, "/oauth/clients/%s/secret", client_id.p));
    struct answer made = oauth_world_send(
        w, &(struct message){.method = "POST",
                             .target = path.p,
                             .authorization = oauth_world_bearer(w, w->ada.api_token)});
    assert_int_equal(made.status, 201);
    str secret_text = oauth_world_member(w, made.body, "client_secret");
    for (int i = 0; i < 2; i++) {
        struct pair pairs[CODE_PARAMS];
        valid(w, client_id, true, pairs);
        struct pair change = {"client_secret", i ? secret_text.p : CLIENT_SECRET};
        assert_int_equal(token_call(w, FORM, oauth_world_form(w, pairs, &change), NULL).status,
                         200);
    }
}

/* --- codes ---------------------------------------------------------------------------------- */

static void codes_that_are_not_for_this_request_are_refused(void **state) {
    struct oauth_world *w = *state;
    str mine = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    str other = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    str app = oauth_world_client(w, CLIENT_PUBLIC, JOSE_ES256);

    struct code code = oauth_world_code(w, other);
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, mine, &code, PKCE_VERIFIER),
                         "invalid_grant");

    code = oauth_world_code(w, mine);
    code.expires_ms = w->now_ms;
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, mine, &code, PKCE_VERIFIER),
                         "invalid_grant");

    /* RFC 9700 2.1.1 */
    code = oauth_world_code(w, mine);
    code.challenge = STR_ABSENT;
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, mine, &code, PKCE_VERIFIER),
                         "invalid_grant");
    assert_int_equal(token_call_code(w, CLIENT_BASIC, mine, &code, NULL).status, 200);

    code = oauth_world_code(w, app);
    code.challenge = STR_ABSENT;
    token_assert_refused(w, token_call_code(w, CLIENT_PUBLIC, app, &code, NULL), "invalid_grant");

    code = oauth_world_code(w, mine);
    code.user_id = S("00000000-0000-4000-8000-000000000000");
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, mine, &code, PKCE_VERIFIER),
                         "invalid_grant");
}

static void a_redirect_uri_that_was_not_sent_need_not_be_repeated(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256);
    struct pair pairs[CODE_PARAMS], none = {"redirect_uri", NULL}, other = {"redirect_uri", "x:y"};
    struct code code = oauth_world_code(w, client_id);
    code.redirect_uri_given = false;
    valid(w, client_id, true, pairs);
    pairs[1].value = oauth_world_seal(w, &code).p;
    token_assert_refused(w, token_call(w, FORM, oauth_world_form(w, pairs, &other), NULL),
                         "invalid_grant");
    assert_int_equal(token_call(w, FORM, oauth_world_form(w, pairs, &none), NULL).status, 200);
}

static void hitkey_clients_may_spell_the_redirect_uri_otherwise(void **state) {
    struct oauth_world *w = *state;
    static const char *const spellings[] = {"https://app.example/cb/",
                                            "HTTPS://APP.example:443/%63b"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct pair pairs[CODE_PARAMS], change = {"redirect_uri", spellings[i]};
        valid(w, oauth_world_client(w, CLIENT_HITKEY, JOSE_ES256), true, pairs);
        assert_int_equal(token_call(w, JSON, oauth_world_json(w, pairs, &change), NULL).status,
                         200);
        valid(w, oauth_world_client(w, CLIENT_POST, JOSE_ES256), true, pairs);
        token_assert_refused(w, token_call(w, FORM, oauth_world_form(w, pairs, &change), NULL),
                             "invalid_grant");
    }
}

static void a_reused_code_kills_every_token_made_from_it(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    struct answer first = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
    str access_token = oauth_world_member(w, first.body, "access_token");
    str refresh_token = oauth_world_member(w, first.body, "refresh_token");
    assert_int_equal(first.status, 200);
    assert_int_equal(token_userinfo(w, access_token), 200);
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER),
                         "invalid_grant");
    assert_int_equal(token_userinfo(w, access_token), 401);
    token_assert_refused(w, token_call_refresh(w, CLIENT_BASIC, client_id, refresh_token, NULL),
                         "invalid_grant");
}

static void a_code_reused_after_its_time_kills_them_too(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    struct answer first = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
    str access_token = oauth_world_member(w, first.body, "access_token");
    w->now_ms = code.expires_ms + 1;
    assert_int_equal(token_userinfo(w, access_token), 200);
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER),
                         "invalid_grant");
    assert_int_equal(token_userinfo(w, access_token), 401);
}

/* A thief of a code without its verifier cannot use it, nor kill what its owner got. */
static void a_wrong_request_with_a_used_code_kills_nothing(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    struct answer first = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
    token_assert_refused(w, token_call_code(w, CLIENT_BASIC, client_id, &code, NULL),
                         "invalid_grant");
    assert_int_equal(token_userinfo(w, oauth_world_member(w, first.body, "access_token")), 200);
}

/* --- what comes out ------------------------------------------------------------------------- */

static str payload_of(struct oauth_world *w, str token, enum jose_alg alg, str typ) {
    str payload;
    assert_ok(ring_verify(w->authz->ring, alg, typ, token, w->arena, &payload));
    return payload;
}

static void the_answer_holds_what_the_specifications_ask(void **state) {
    struct oauth_world *w = *state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_PS256, JOSE_ES256, JOSE_EdDSA};
    for (size_t i = 0; i < COUNT(algs); i++) {
        str client_id = oauth_world_client(w, CLIENT_BASIC, algs[i]), half;
        struct code code = oauth_world_code(w, client_id);
        struct answer a = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
        assert_int_equal(a.status, 200);
        assert_str(a.cache_control, "no-store");
        token_assert_member(w, a.body, "token_type", "Bearer");
        token_assert_member(w, a.body, "expires_in", "3600");
        token_assert_member(w, a.body, "scope", "openid email offline_access");
        assert_true(str_starts(oauth_world_member(w, a.body, "refresh_token"), S("hk_rt_")));

        /* OIDC Core 2, 3.1.3.6 */
        str access_token = oauth_world_member(w, a.body, "access_token");
        str id = payload_of(w, oauth_world_member(w, a.body, "id_token"), algs[i], S("JWT"));
        uint8_t digest[64];
        size_t n = sha2(algs[i] == JOSE_EdDSA ? 512 : 256, access_token, digest);
        assert_ok(base64url_encode(w->arena, str_of((char *)digest, n / 2), &half));
        token_assert_member(w, id, "at_hash", half.p);
        token_assert_member(w, id, "iss", "https://hitkey.example");
        token_assert_member(w, id, "sub", w->ada.user_id.p);
        token_assert_member(w, id, "aud", client_id.p);
        token_assert_member(w, id, "nonce", "the-nonce");
        token_assert_member(w, id, "iat", "1700000000");
        token_assert_member(w, id, "exp", "1700003600");
        token_assert_member(w, id, "auth_time", "1699999940");
        token_assert_member(w, id, "acr", "urn:example:pwd");
        token_assert_member(w, id, "amr", "[\"pwd\"]");
        token_assert_member(w, id, "sid", "the-sid");
        assert_false(str_present(oauth_world_member(w, id, "email")));

        /* RFC 9068 2.2 */
        str at = payload_of(w, access_token, JOSE_ES256, S("at+jwt"));
        token_assert_member(w, at, "iss", "https://hitkey.example");
        token_assert_member(w, at, "aud", "https://hitkey.example");
        token_assert_member(w, at, "sub", w->ada.user_id.p);
        token_assert_member(w, at, "client_id", client_id.p);
        token_assert_member(w, at, "scope", "openid email offline_access");
        token_assert_member(w, at, "exp", "1700003600");
        assert_true(oauth_world_member(w, at, "jti").n >= 22);
        assert_true(oauth_world_member(w, at, "gid").n == 36);
    }
}

static void no_id_token_without_openid_and_no_refresh_token_without_its_grant_type(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_NO_REFRESH, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    code.scope = S("email");
    struct answer a = token_call_code(w, CLIENT_NO_REFRESH, client_id, &code, PKCE_VERIFIER);
    assert_int_equal(a.status, 200);
    assert_false(str_present(oauth_world_member(w, a.body, "id_token")));
    assert_false(str_present(oauth_world_member(w, a.body, "refresh_token")));
    struct pair pairs[] = {
        {"grant_type", "refresh_token"}, {"refresh_token", "hk_rt_x"}, {NULL, NULL}};
    token_assert_refused(w,
                         token_call(w, FORM, oauth_world_form(w, pairs, NULL),
                                    oauth_world_basic(w, client_id.p, CLIENT_SECRET)),
                         "unauthorized_client");
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_wrong_parameter_has_its_error_in_a_form),
        TEST(each_wrong_parameter_has_its_error_in_json),
        TEST(malformed_bodies_are_refused),
        TEST(parameters_in_the_query_are_refused),
        TEST(a_client_uses_the_method_it_registered),
        TEST(broken_basic_credentials_are_refused),
        TEST(the_body_may_not_name_another_client_than_basic),
        TEST(a_second_secret_works_beside_the_first),
        TEST(codes_that_are_not_for_this_request_are_refused),
        TEST(a_redirect_uri_that_was_not_sent_need_not_be_repeated),
        TEST(hitkey_clients_may_spell_the_redirect_uri_otherwise),
        TEST(a_reused_code_kills_every_token_made_from_it),
        TEST(a_code_reused_after_its_time_kills_them_too),
        TEST(a_wrong_request_with_a_used_code_kills_nothing),
        TEST(the_answer_holds_what_the_specifications_ask),
        TEST(no_id_token_without_openid_and_no_refresh_token_without_its_grant_type),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
