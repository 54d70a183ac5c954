/* What the owner of a client is told of its refused requests: the rule, and nothing of the request.
 */
#include "authz/client_failures.h"

#include <stdio.h>

#include "authz/endpoints/tests/token_calls_helper.h"
#include "common/base/json_read.h"

static str failures(struct oauth_world *w, str client_id) {
    str path;
    assert_ok(STR_JOIN(w->arena, &path, S("/oauth/clients/"), client_id, S("/failures")));
    struct answer a = oauth_world_send(
        w, &(struct message){.method = "GET",
                             .target = path.p,
                             .authorization = oauth_world_bearer(w, w->ada.api_token)});
    assert_int_equal(a.status, 200);
    return a.body;
}

static size_t count(str list) {
    AUTO(json_ref) json = NULL;
    assert_ok(json_read(list, &json));
    return json_array_size(json);
}

static void expect_newest(str list, const char *endpoint, const char *error, const char *rule) {
    AUTO(json_ref) json = NULL;
    assert_ok(json_read(list, &json));
    const json_t *row = json_array_get(json, 0);
    if (!row)
        fail_msg("nothing was noted of \"%s\"", rule);
    assert_str(json_read_str(row, "endpoint"), endpoint);
    assert_str(json_read_str(row, "error"), error);
    assert_str(json_read_str(row, "rule"), rule);
}

/* --- at the token endpoint -------------------------------------------------------------------- */

struct attempt {
    struct oauth_world *w;
    str client_id;
    struct code code;
};

static void with_wrong_secret(struct attempt *a) {
    const char *basic = oauth_world_basic(a->w, a->client_id.p, "hk_cs_wrong");
    token_call(a->w, FORM, "grant_type=authorization_code&code=x", basic);
}

static void by_another_method(struct attempt *a) {
    struct pair pairs[] = {{"grant_type", "authorization_code"},
                           {"client_id", a->client_id.p},
                           {"client_secret", CLIENT_SECRET},
                           {"code", "x"},
                           {NULL, NULL}};
    token_call(a->w, FORM, oauth_world_form(a->w, pairs, NULL), NULL);
}

static void with_a_code_of_another(struct attempt *a) {
    a->code.client_id = S("somebody-else");
    token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
}

static void with_an_old_code(struct attempt *a) {
    a->code.expires_ms = a->w->now_ms;
    token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
}

static void with_a_code_again(struct attempt *a) {
    token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
    token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
}

static void of_nobody(struct attempt *a) {
    a->code.user_id = S("00000000-0000-4000-8000-000000000000");
    token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
}

static void with_an_unknown_refresh_token(struct attempt *a) {
    token_call_refresh(a->w, CLIENT_BASIC, a->client_id, S("hk_rt_unknown"), NULL);
}

static void with_a_refresh_token_of_another(struct attempt *a) {
    str other = oauth_world_client(a->w, CLIENT_BASIC, JOSE_ES256);
    struct code code = oauth_world_code(a->w, other);
    struct answer made = token_call_code(a->w, CLIENT_BASIC, other, &code, PKCE_VERIFIER);
    token_call_refresh(a->w, CLIENT_BASIC, a->client_id,
                       oauth_world_member(a->w, made.body, "refresh_token"), NULL);
}

static void with_more_scope(struct attempt *a) {
    struct answer made = token_call_code(a->w, CLIENT_BASIC, a->client_id, &a->code, PKCE_VERIFIER);
    token_call_refresh(a->w, CLIENT_BASIC, a->client_id,
                       oauth_world_member(a->w, made.body, "refresh_token"), "profile");
}

static void each_refusal_says_its_rule_to_the_owner(void **state) {
    struct oauth_world *w = *state;
    static const struct {
        void (*attempt)(struct attempt *a);
        const char *error, *rule;
    } rows[] = {
        {with_wrong_secret, "invalid_client", "the client secret is wrong, or was replaced"},
        {by_another_method, "invalid_client",
         "the client authenticates by another method than it registered"},
        {with_a_code_of_another, "invalid_grant", "the code was issued to another client"},
        {with_an_old_code, "invalid_grant", "the code has expired"},
        {with_a_code_again, "invalid_grant", "the code was used before: its grant is revoked"},
        {of_nobody, "invalid_grant", "the person is gone, or was signed out meanwhile"},
        {with_an_unknown_refresh_token, "invalid_grant",
         "there is no such refresh token, or it was forgotten long ago"},
        {with_a_refresh_token_of_another, "invalid_grant",
         "the refresh token was issued to another client"},
        {with_more_scope, "invalid_scope", "scope holds more than was granted"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct attempt a = {.w = w, .client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256)};
        a.code = oauth_world_code(w, a.client_id);
        rows[i].attempt(&a);
        expect_newest(failures(w, a.client_id), "/oauth/token", rows[i].error, rows[i].rule);
    }
}

/* --- elsewhere -------------------------------------------------------------------------------- */

static void a_redirect_uri_that_is_none_of_its_own_is_told_in_both_dialects(void **state) {
    struct oauth_world *w = *state;
    static const char query[] =
        "&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fevil.example%2F";
    const char *const callers[] = {NULL, oauth_world_bearer(w, w->ada.api_token)};
    for (size_t i = 0; i < COUNT(callers); i++) {
        str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256), target;
        assert_ok(STR_JOIN(w->arena, &target, S("/oauth/authorize?client_id="), client_id,
                           str_from(query)));
        oauth_world_send(
            w, &(struct message){.method = "GET", .target = target.p, .authorization = callers[i]});
        str list = failures(w, client_id);
        expect_newest(list, "/oauth/authorize", "invalid_redirect_uri",
                      "redirect_uri is none of those that are registered for the client");
        assert_int_equal(str_find_str(list, S("evil")), list.n);
    }
}

/* OIDC Core 3.1.2.6: what prompt=none is answered is no fault of the client. */
static void what_a_person_must_do_first_is_no_failure(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256), target;
    assert_ok(STR_JOIN(w->arena, &target, S("/oauth/authorize?client_id="), client_id,
                       S("&response_type=code&scope=openid&prompt=none&redirect_uri="
                         "https%3A%2F%2Fapp.example%2Fcb")));
    oauth_world_send(w, &(struct message){.method = "GET", .target = target.p});
    assert_int_equal(count(failures(w, client_id)), 0);
}

/* --- bounds ----------------------------------------------------------------------------------- */

static void a_flood_keeps_the_newest_of_each_client(void **state) {
    struct oauth_world *w = *state;
    enum { FLOOD = 700 };
    str quiet = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    str loud = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256);
    struct attempt a = {.w = w, .client_id = quiet};
    with_wrong_secret(&a);
    a.client_id = loud;
    for (int i = 0; i < FLOOD; i++)
        with_wrong_secret(&a);
    w->now_ms += 1000;
    with_an_unknown_refresh_token(&a);
    str list = failures(w, loud);
    assert_int_equal(count(list), CLIENT_FAILURES_KEPT);
    expect_newest(list, "/oauth/token", "invalid_grant",
                  "there is no such refresh token, or it was forgotten long ago");
    assert_int_equal(count(failures(w, quiet)), 1);
}

static void they_are_forgotten_after_a_week(void **state) {
    struct oauth_world *w = *state;
    struct attempt a = {.w = w, .client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256)};
    struct client_failure *list;
    size_t n;
    with_wrong_secret(&a);
    assert_int_equal(count(failures(w, a.client_id)), 1);
    const int64_t week_ms = (int64_t)7 * 24 * 3600 * 1000;
    assert_ok(client_failure_list(w->authz->store, w->arena, a.client_id, w->now_ms + week_ms,
                                  &list, &n));
    assert_int_equal(n, 0);
}

static void nothing_that_was_sent_is_kept(void **state) {
    struct oauth_world *w = *state;
    struct attempt a = {.w = w, .client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256)};
    with_wrong_secret(&a);
    with_an_unknown_refresh_token(&a);
    str list = failures(w, a.client_id);
    static const char *const sent[] = {"hk_cs_wrong", "hk_rt_unknown", "code=x"};
    for (size_t i = 0; i < COUNT(sent); i++)
        assert_int_equal(str_find_str(list, str_from(sent[i])), list.n);
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_refusal_says_its_rule_to_the_owner),
        TEST(a_redirect_uri_that_is_none_of_its_own_is_told_in_both_dialects),
        TEST(what_a_person_must_do_first_is_no_failure),
        TEST(a_flood_keeps_the_newest_of_each_client),
        TEST(they_are_forgotten_after_a_week),
        TEST(nothing_that_was_sent_is_kept),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
