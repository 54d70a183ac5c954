/* GET and POST /oauth/userinfo (OIDC Core 5.3, RFC 6750). */
#include "authz/endpoints/tests/token_calls_helper.h"
#include "keys/ring.h"

static struct answer tokens_of(struct oauth_world *w, enum client_kind kind, const char *scope) {
    str client_id = oauth_world_client(w, kind, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    code.scope = str_from(scope);
    struct answer a = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
    assert_int_equal(a.status, 200);
    return a;
}

static struct answer tokens(struct oauth_world *w, const char *scope) {
    return tokens_of(w, CLIENT_BASIC, scope);
}

static const char *bearer(struct oauth_world *w, str token) {
    str text;
    assert_ok(STR_JOIN(w->arena, &text, S("Bearer "), token));
    return oauth_world_c(w, text);
}

static struct answer call(struct oauth_world *w, const char *method, const char *authorization,
                          const char *form) {
    return oauth_world_send(w, &(struct message){.method = method,
                                                 .target = "/oauth/userinfo",
                                                 .authorization = authorization,
                                                 .type = FORM,
                                                 .body = form});
}

static const char *form_of(struct oauth_world *w, str token) {
    struct pair pairs[] = {{"access_token", oauth_world_c(w, token)}, {NULL, NULL}};
    return oauth_world_form(w, pairs, NULL);
}

static void get_post_and_a_form_give_the_same_claims(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid email").body, "access_token");
    struct answer answers[] = {call(w, "GET", bearer(w, token), NULL),
                               call(w, "POST", bearer(w, token), NULL),
                               call(w, "POST", NULL, form_of(w, token))};
    for (size_t i = 0; i < COUNT(answers); i++) {
        assert_int_equal(answers[i].status, 200);
        assert_str(answers[i].cache_control, "no-store");
        token_assert_member(w, answers[i].body, "sub", w->ada.user_id.p);
        token_assert_member(w, answers[i].body, "id", w->ada.user_id.p);
        token_assert_member(w, answers[i].body, "email", "ada@example.org");
        token_assert_member(w, answers[i].body, "email_verified", "true");
    }
}

static void a_scope_that_was_not_granted_shows_nothing(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid").body, "access_token");
    struct answer a = call(w, "GET", bearer(w, token), NULL);
    assert_int_equal(a.status, 200);
    assert_false(str_present(oauth_world_member(w, a.body, "email")));
    assert_false(str_present(oauth_world_member(w, a.body, "preferred_order")));
}

/* RFC 6750 3.1 */
static void assert_challenge(struct answer a, int status, const char *error) {
    if (a.status != status)
        fail_msg("%d %.*s", a.status, STR_FMT(a.body));
    assert_true(str_starts(a.www_authenticate, S("Bearer")));
    if (!error)
        assert_int_equal(str_find_str(a.www_authenticate, S("error")), a.www_authenticate.n);
    else
        assert_true(str_find_str(a.www_authenticate, str_from(error)) < a.www_authenticate.n);
}

static void without_a_token_the_challenge_has_no_error(void **state) {
    struct oauth_world *w = *state;
    assert_challenge(call(w, "GET", NULL, NULL), 401, NULL);
    assert_challenge(call(w, "POST", NULL, NULL), 401, NULL);
    assert_challenge(call(w, "POST", NULL, "a=b"), 401, NULL);
    assert_challenge(call(w, "GET", "Basic YTpi", NULL), 401, NULL);
}

static str tampered(struct oauth_world *w, str token) {
    str out;
    size_t at = str_find(token, '.') + 10;
    assert_ok(STR_JOIN(w->arena, &out, str_head(token, at), token.p[at] == 'A' ? S("B") : S("A"),
                       str_from_pos(token, at + 1)));
    return out;
}

/* A token that our ring signs: each member as JSON text. */
struct forged {
    enum jose_alg alg;
    const char *typ, *iss, *aud, *sub, *gid;
    int64_t exp_s;
};

static str forge(struct oauth_world *w, const struct forged *f) {
    str payload, token;
    assert_ok(str_printf(w->arena, &payload,
                         "{\"iss\":%s,\"aud\":%s,\"sub\":%s,\"gid\":%s,\"exp\":%lld,"
                         "\"client_id\":\"%s\",\"scope\":\"openid\"}",
                         f->iss, f->aud, f->sub, f->gid, (long long)f->exp_s, w->last_client.p));
    assert_ok(ring_sign(w->authz->ring, f->alg, str_from(f->typ), payload, w->arena, &token));
    return token;
}

static void assert_invalid(struct oauth_world *w, str token, size_t row) {
    struct answer a = call(w, "GET", bearer(w, token), NULL);
    if (a.status != 401)
        fail_msg("row %zu: %d %.*s", row, a.status, STR_FMT(a.body));
    assert_challenge(a, 401, "invalid_token");
}

static const char *quoted(struct oauth_world *w, str text) {
    str out;
    assert_ok(str_printf(w->arena, &out, "\"%s\"", text.p));
    return out.p;
}

static void tokens_of_any_other_kind_are_refused(void **state) {
    struct oauth_world *w = *state;
    struct answer a = tokens(w, "openid email");
    str token = oauth_world_member(w, a.body, "access_token"), list;
    str rows[] = {
        S("nonsense"),
        S("a.b.c"),
        S("hitkey_0123456789abcdef"),
        oauth_world_member(w, a.body, "id_token"),
        oauth_world_member(w, a.body, "refresh_token"),
        tampered(w, token),
        str_head(token, token.n - 4),
    };
    assert_ok(ring_sign(w->authz->ring, JOSE_ES256, S("at+jwt"), S("[]"), w->arena, &list));
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_invalid(w, rows[i], i);
    assert_invalid(w, list, COUNT(rows));
}

/* Signed by us, one thing wrong: another kind of token, or a grant that is not there. */
static void tokens_of_ours_with_one_thing_wrong_are_refused(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid").body, "access_token"), payload;
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("at+jwt"), token, w->arena, &payload));
    const char *gid = quoted(w, oauth_world_member(w, payload, "gid"));
    const char *iss = "\"https://hitkey.example\"", *sub = quoted(w, w->ada.user_id);
    int64_t later = w->now_ms / 1000 + 60;
    const struct forged good[] = {
        {JOSE_ES256, "at+jwt", iss, iss, sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, "[\"x\",\"https://hitkey.example\"]", sub, gid, later},
    };
    const struct forged bad[] = {
        {JOSE_ES256, "JWT", iss, iss, sub, gid, later},
        {JOSE_ES256, NULL, iss, iss, sub, gid, later},
        {JOSE_RS256, "at+jwt", iss, iss, sub, gid, later},
        {JOSE_ES256, "at+jwt", "\"https://other.example\"", iss, sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, "\"https://other.example\"", sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, "[]", sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, "null", sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, "{}", sub, gid, later},
        {JOSE_ES256, "at+jwt", iss, iss, "\"somebody else\"", gid, later},
        {JOSE_ES256, "at+jwt", iss, iss, "null", gid, later},
        {JOSE_ES256, "at+jwt", iss, iss, sub, "null", later},
        {JOSE_ES256, "at+jwt", iss, iss, sub, "\"00000000-0000-4000-8000-000000000000\"", later},
        {JOSE_ES256, "at+jwt", iss, iss, sub, gid, later - 60},
    };
    for (size_t i = 0; i < COUNT(good); i++)
        assert_int_equal(token_userinfo(w, forge(w, &good[i])), 200);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_invalid(w, forge(w, &bad[i]), i);
}

static void an_expired_token_is_refused(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid").body, "access_token");
    w->now_ms += 3600 * 1000 - 1;
    assert_int_equal(token_userinfo(w, token), 200);
    w->now_ms += 1;
    assert_challenge(call(w, "GET", bearer(w, token), NULL), 401, "invalid_token");
}

static void a_token_of_a_deleted_client_is_refused(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid").body, "access_token"), payload;
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("at+jwt"), token, w->arena, &payload));
    assert_ok(client_delete(w->authz->store, oauth_world_member(w, payload, "client_id"),
                            w->ada.user_id));
    assert_challenge(call(w, "GET", bearer(w, token), NULL), 401, "invalid_token");
}

static void without_openid_the_scope_is_insufficient(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "email").body, "access_token");
    assert_challenge(call(w, "GET", bearer(w, token), NULL), 403, "insufficient_scope");
}

/* "always with `id` beside `sub`" */
static void a_client_of_the_hitkey_api_learns_who_somebody_is_without_openid(void **state) {
    struct oauth_world *w = *state;
    struct answer made = tokens_of(w, CLIENT_HITKEY, "email");
    assert_false(str_present(oauth_world_member(w, made.body, "id_token")));
    str token = oauth_world_member(w, made.body, "access_token");
    struct answer a = call(w, "GET", bearer(w, token), NULL);
    assert_int_equal(a.status, 200);
    token_assert_member(w, a.body, "sub", w->ada.user_id.p);
    token_assert_member(w, a.body, "id", w->ada.user_id.p);
    token_assert_member(w, a.body, "email", "ada@example.org");
}

static void a_token_comes_in_one_way(void **state) {
    struct oauth_world *w = *state;
    str token = oauth_world_member(w, tokens(w, "openid").body, "access_token"), text;
    assert_challenge(call(w, "POST", bearer(w, token), form_of(w, token)), 400, "invalid_request");
    assert_ok(STR_JOIN(w->arena, &text, str_from(form_of(w, token)), S("&"),
                       str_from(form_of(w, token))));
    assert_challenge(call(w, "POST", NULL, oauth_world_c(w, text)), 400, "invalid_request");
    static const char *const queries[] = {"access_token=", "%61ccess_token=", "a=b&access_token="};
    for (size_t i = 0; i < COUNT(queries); i++) {
        assert_ok(STR_JOIN(w->arena, &text, S("/oauth/userinfo?"), str_from(queries[i]), token));
        struct message message = {.method = "GET", .target = oauth_world_c(w, text)};
        assert_challenge(oauth_world_send(w, &message), 400, "invalid_request");
        message.authorization = bearer(w, token);
        assert_challenge(oauth_world_send(w, &message), 400, "invalid_request");
    }
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(get_post_and_a_form_give_the_same_claims),
        TEST(a_scope_that_was_not_granted_shows_nothing),
        TEST(without_a_token_the_challenge_has_no_error),
        TEST(tokens_of_any_other_kind_are_refused),
        TEST(tokens_of_ours_with_one_thing_wrong_are_refused),
        TEST(an_expired_token_is_refused),
        TEST(a_token_of_a_deleted_client_is_refused),
        TEST(without_openid_the_scope_is_insufficient),
        TEST(a_client_of_the_hitkey_api_learns_who_somebody_is_without_openid),
        TEST(a_token_comes_in_one_way),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
