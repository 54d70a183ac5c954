/* grant_type=refresh_token: sliding, the cap, rotation and its grace. */
#include "authz/endpoints/tests/token_calls_helper.h"
#include "keys/ring.h"

enum { DAY_MS = 86400 * 1000 };
#define DAYS(n) ((int64_t)(n)*DAY_MS)

struct family {
    enum client_kind kind;
    str client_id, token;
    struct answer first;
};

static struct family begin(struct oauth_world *w, enum client_kind kind) {
    struct family f = {.kind = kind, .client_id = oauth_world_client(w, kind, JOSE_ES256)};
    struct code code = oauth_world_code(w, f.client_id);
    f.first = token_call_code(w, kind, f.client_id, &code, PKCE_VERIFIER);
    assert_int_equal(f.first.status, 200);
    f.token = oauth_world_member(w, f.first.body, "refresh_token");
    return f;
}

static struct answer use(struct oauth_world *w, const struct family *f, str token) {
    return token_call_refresh(w, f->kind, f->client_id, token, NULL);
}

/* Uses a token that must work and gives the refresh token of the answer. */
static str used(struct oauth_world *w, const struct family *f, str token) {
    struct answer a = use(w, f, token);
    if (a.status != 200)
        fail_msg("%d %.*s", a.status, STR_FMT(a.body));
    return oauth_world_member(w, a.body, "refresh_token");
}

static void assert_dead(struct oauth_world *w, const struct family *f, str token) {
    token_assert_refused(w, use(w, f, token), "invalid_grant");
}

static void a_confidential_clients_token_stays_the_same(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_BASIC);
    for (int i = 0; i < 3; i++) {
        w->now_ms += DAYS(1);
        assert_true(str_eq(used(w, &f, f.token), f.token));
    }
}

static void tokens_that_are_not_for_this_client_are_refused(void **state) {
    struct oauth_world *w = *state;
    struct family mine = begin(w, CLIENT_BASIC), other = begin(w, CLIENT_BASIC);
    assert_dead(w, &mine, other.token);
    assert_dead(w, &mine, S("hk_rt_nonsense"));
    assert_dead(w, &mine, oauth_world_member(w, mine.first.body, "access_token"));
    token_assert_refused(w, use(w, &mine, S("")), "invalid_request");
    used(w, &other, other.token);
}

static void each_use_resets_the_window_until_the_cap(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_BASIC);
    int64_t start_ms = w->now_ms;
    for (int day = 29; day < 90; day += 29) {
        w->now_ms = start_ms + DAYS(day);
        used(w, &f, f.token);
    }
    w->now_ms = start_ms + DAYS(90) - 2000;
    struct answer last = use(w, &f, f.token);
    assert_int_equal(last.status, 200);
    token_assert_member(w, last.body, "expires_in", "2"); /* no longer than its grant */
    w->now_ms = start_ms + DAYS(90);
    assert_dead(w, &f, f.token);
}

static void an_unused_token_dies_after_its_window(void **state) {
    struct oauth_world *w = *state;
    struct family a = begin(w, CLIENT_BASIC), b = begin(w, CLIENT_PUBLIC);
    w->now_ms += DAYS(30) - 1;
    used(w, &b, b.token);
    w->now_ms += 1;
    assert_dead(w, &a, a.token);
}

static void a_second_use_within_the_hour_writes_nothing(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_BASIC);
    w->now_ms += 30 * 60 * 1000;
    w->may_not_block = true;
    assert_int_equal(use(w, &f, f.token).status, 200);
    w->now_ms += 31 * 60 * 1000;
    assert_int_equal(use(w, &f, f.token).status, 500); /* it would have to wait */
    w->may_not_block = false;
    assert_int_equal(use(w, &f, f.token).status, 200);
    w->may_not_block = true;
    assert_int_equal(use(w, &f, f.token).status, 200);
}

static void narrower_scopes_are_given_and_wider_refused(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_BASIC);
    static const struct {
        const char *scope;
        int status;
    } rows[] = {
        {"openid", 200},
        {"email openid", 200},
        {"openid profile", 400},
        {"openid  email", 400},
        {"openid admin", 400},
        {"profile", 400},
        {"openid email phone", 400},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer a = token_call_refresh(w, f.kind, f.client_id, f.token, rows[i].scope);
        assert_int_equal(a.status, rows[i].status);
        token_assert_member(w, a.body, a.status == 200 ? "scope" : "error",
                            a.status == 200 ? rows[i].scope : "invalid_scope");
    }
    /* The grant keeps what it had. */
    token_assert_member(w, use(w, &f, f.token).body, "scope", "openid email offline_access");
}

/* OIDC Core 12.2 */
static void a_refreshed_id_token_tells_of_the_same_sign_in(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_BASIC);
    static const char *const same[] = {"iss", "sub", "aud", "auth_time", "sid", "acr", "amr"};
    str before, after;
    w->now_ms += 60000;
    struct answer a = use(w, &f, f.token);
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("JWT"),
                          oauth_world_member(w, f.first.body, "id_token"), w->arena, &before));
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("JWT"),
                          oauth_world_member(w, a.body, "id_token"), w->arena, &after));
    for (size_t i = 0; i < COUNT(same); i++)
        assert_true(
            str_eq(oauth_world_member(w, before, same[i]), oauth_world_member(w, after, same[i])));
    token_assert_member(w, after, "iat", "1700000060");
    assert_false(str_present(oauth_world_member(w, after, "nonce")));
    assert_false(
        str_eq(oauth_world_member(w, before, "at_hash"), oauth_world_member(w, after, "at_hash")));
}

/* --- public clients ------------------------------------------------------------------------- */

static void a_public_clients_token_is_rotated(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_PUBLIC);
    str token = f.token;
    for (int i = 0; i < 3; i++) {
        str next = used(w, &f, token);
        assert_false(str_eq(next, token));
        assert_true(str_starts(next, S("hk_rt_")) && next.n == 6 + 43);
        token = next;
        w->now_ms += DAYS(1);
    }
}

static void a_retry_within_the_grace_gets_the_same_successor(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_PUBLIC);
    str next = used(w, &f, f.token);
    w->now_ms += 30000;
    assert_true(str_eq(used(w, &f, f.token), next));
    used(w, &f, next);
}

static void reuse_after_the_grace_kills_that_family_alone(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_PUBLIC), other = begin(w, CLIENT_PUBLIC);
    struct answer second = use(w, &f, f.token);
    w->now_ms += 30001;
    assert_dead(w, &f, f.token);
    assert_dead(w, &f, oauth_world_member(w, second.body, "refresh_token"));
    assert_int_equal(token_userinfo(w, oauth_world_member(w, second.body, "access_token")), 401);
    used(w, &other, other.token);
}

static void two_tabs_that_refresh_at_once_both_go_on(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_PUBLIC);
    str second = used(w, &f, f.token);
    str third = used(w, &f, second);
    assert_true(str_eq(used(w, &f, f.token), second));
    assert_true(str_eq(used(w, &f, second), third));
    w->now_ms += 30001;
    assert_dead(w, &f, second);
    assert_dead(w, &f, third);
}

static void a_refused_scope_does_not_rotate(void **state) {
    struct oauth_world *w = *state;
    struct family f = begin(w, CLIENT_PUBLIC);
    token_assert_refused(w, token_call_refresh(w, f.kind, f.client_id, f.token, "openid phone"),
                         "invalid_scope");
    w->now_ms += DAYS(1);
    used(w, &f, f.token);
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_confidential_clients_token_stays_the_same),
        TEST(tokens_that_are_not_for_this_client_are_refused),
        TEST(each_use_resets_the_window_until_the_cap),
        TEST(an_unused_token_dies_after_its_window),
        TEST(a_second_use_within_the_hour_writes_nothing),
        TEST(narrower_scopes_are_given_and_wider_refused),
        TEST(a_refreshed_id_token_tells_of_the_same_sign_in),
        TEST(a_public_clients_token_is_rotated),
        TEST(a_retry_within_the_grace_gets_the_same_successor),
        TEST(reuse_after_the_grace_kills_that_family_alone),
        TEST(two_tabs_that_refresh_at_once_both_go_on),
        TEST(a_refused_scope_does_not_rotate),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
