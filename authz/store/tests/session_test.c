/* Sessions, remembered consent, stored requests and audit rows in a real database. */
#include "authz/store/logout.h"

#include <stdio.h>

#include "authz/store/consent.h"
#include "authz/store/session_list.h"
#include "authz/store/stored_request.h"
#include "authz/store/tests/store_helper.h"

enum { NOW_MS = 1000000000 };
#define HOUR_MS INT64_C(3600000)
static const struct session_limits limits = {.idle_ms = 24 * HOUR_MS, .lifetime_ms = 720 * HOUR_MS};

static struct session load(struct store_world *w, str cookie, int64_t now_ms) {
    struct session session;
    assert_ok(session_load(&w->store, w->arena, cookie, now_ms, &limits, &session));
    return session;
}

static str sign_in(struct store_world *w, const struct session *old, const char *user_id,
                   int64_t now_ms) {
    struct account account = {
        .user_id = str_from(user_id), .signed_in_ms = now_ms, .acr = S("acr"), .amr = S("pwd")};
    struct session_start start = {
        .old = old, .account = &account, .now_ms = now_ms, .lifetime_ms = limits.lifetime_ms};
    str cookie;
    assert_ok(session_sign_in(&w->store, w->arena, &start, &cookie));
    return cookie;
}

static const struct session nobody;

static void sign_out(struct store_world *w, str sid) {
    struct front_channel *front;
    size_t n;
    struct logout logout = {.sids = &sid, .n = 1, .now_ms = NOW_MS};
    assert_ok(logout_sign_out(&w->store, w->arena, &logout, &front, &n));
    assert_int_equal(n, 0);
}

static void a_sign_in_renames_the_session_and_keeps_its_accounts(void **state) {
    struct store_world *w = *state;
    str first = sign_in(w, &nobody, "ann", NOW_MS);
    struct session one = load(w, first, NOW_MS);
    assert_int_equal(one.n, 1);
    str second = sign_in(w, &one, "bob", NOW_MS + 1000);
    assert_false(str_eq(first, second));
    assert_int_equal(load(w, first, NOW_MS + 1000).n, 0);
    struct session both = load(w, second, NOW_MS + 1000);
    assert_int_equal(both.n, 2);
    assert_str(both.accounts[0].user_id, "bob"); /* the last used first */
    assert_true(str_eq(both.accounts[1].sid, one.accounts[0].sid));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM sessions"), 1);
}

static void the_same_person_again_keeps_the_sid(void **state) {
    struct store_world *w = *state;
    struct session first = load(w, sign_in(w, &nobody, "ann", NOW_MS), NOW_MS);
    struct session again = load(w, sign_in(w, &first, "ann", NOW_MS + 5000), NOW_MS + 5000);
    assert_int_equal(again.n, 1);
    assert_true(str_eq(first.accounts[0].sid, again.accounts[0].sid));
    assert_int_equal(again.accounts[0].signed_in_ms, NOW_MS + 5000);
}

static void two_browsers_have_nothing_in_common(void **state) {
    struct store_world *w = *state;
    struct session a = load(w, sign_in(w, &nobody, "ann", NOW_MS), NOW_MS);
    struct session b = load(w, sign_in(w, &nobody, "ann", NOW_MS), NOW_MS);
    assert_false(str_eq(a.accounts[0].sid, b.accounts[0].sid));
    sign_out(w, a.accounts[0].sid);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"), 1);
}

static void the_longest_unused_of_many_accounts_goes(void **state) {
    struct store_world *w = *state;
    struct session session = nobody;
    str cookie = STR_ABSENT;
    for (int i = 0; i < SESSION_ACCOUNTS + 3; i++) {
        char user_id[16];
        snprintf(user_id, sizeof user_id, "user%d", i);
        cookie = sign_in(w, &session, user_id, NOW_MS + i * 1000);
        session = load(w, cookie, NOW_MS + i * 1000);
    }
    assert_int_equal(session.n, SESSION_ACCOUNTS);
    assert_str(session.accounts[0].user_id, "user12");
    assert_str(session.accounts[SESSION_ACCOUNTS - 1].user_id, "user3");
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_accounts"),
                     SESSION_ACCOUNTS);
}

static void cookies_that_are_none_are_no_sessions(void **state) {
    struct store_world *w = *state;
    sign_in(w, &nobody, "ann", NOW_MS);
    static const str cookies[] = {
        {NULL, 0}, S_INIT(""), S_INIT("x"), S_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")};
    for (size_t i = 0; i < COUNT(cookies); i++) {
        struct session session = load(w, cookies[i], NOW_MS);
        assert_int_equal(session.n, 0);
        assert_false(str_present(session.id_hash));
    }
}

static void an_account_ends_idle_or_old_whatever_the_others_do(void **state) {
    struct store_world *w = *state;
    str cookie = sign_in(w, &nobody, "ann", NOW_MS);
    int64_t now_ms = NOW_MS + limits.idle_ms - 1;
    struct session session = load(w, cookie, now_ms);
    assert_int_equal(session.n, 1);
    assert_int_equal(load(w, cookie, now_ms + 1).n, 0);
    cookie = sign_in(w, &session, "bob", now_ms);
    session = load(w, cookie, now_ms + 1); /* Bob's use does not keep Ann */
    assert_int_equal(session.n, 1);
    assert_str(session.accounts[0].user_id, "bob");
    assert_ok(session_used(&w->store, session.accounts[0].sid, now_ms + limits.lifetime_ms - 1000));
    assert_int_equal(load(w, cookie, now_ms + limits.lifetime_ms - 1000).n, 1);
    assert_int_equal(load(w, cookie, now_ms + limits.lifetime_ms + 1000).n, 0);
}

static void use_is_due_once_a_minute(void **state) {
    (void)state;
    struct account account = {.used_ms = NOW_MS};
    assert_false(session_used_due(&account, NOW_MS));
    assert_false(session_used_due(&account, NOW_MS + 59999));
    assert_true(session_used_due(&account, NOW_MS + 60000));
}

static void signing_out_takes_its_clients_along(void **state) {
    struct store_world *w = *state;
    struct session session = load(w, sign_in(w, &nobody, "ann", NOW_MS), NOW_MS);
    char sql[256];
    snprintf(sql, sizeof sql,
             "INSERT INTO session_clients (sid, client_id, first_ms) VALUES ('%.*s', 'c', 1)",
             STR_FMT(session.accounts[0].sid));
    store_world_run(w, sql);
    sign_out(w, session.accounts[0].sid);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM session_clients"), 0);
}

static void consent_grows_and_is_bound_to_person_and_client(void **state) {
    struct store_world *w = *state;
    struct consent first = {S("ann"), S("c"), S("openid email")},
                   more = {S("ann"), S("c"), S("profile openid")};
    str scope;
    assert_ok(consent_get(&w->store, w->arena, S("ann"), S("c"), &scope));
    assert_false(str_present(scope));
    assert_ok(consent_allow(&w->store, w->arena, &first, NULL, NOW_MS));
    assert_ok(consent_allow(&w->store, w->arena, &more, NULL, NOW_MS));
    assert_ok(consent_get(&w->store, w->arena, S("ann"), S("c"), &scope));
    assert_str(scope, "openid email profile");
    assert_ok(consent_get(&w->store, w->arena, S("ann"), S("d"), &scope));
    assert_false(str_present(scope));
    assert_ok(consent_get(&w->store, w->arena, S("bob"), S("c"), &scope));
    assert_false(str_present(scope));
}

static void an_empty_scope_can_be_allowed(void **state) {
    struct store_world *w = *state;
    struct consent consent = {S("ann"), S("c"), S("")};
    str scope;
    assert_ok(consent_allow(&w->store, w->arena, &consent, NULL, NOW_MS));
    assert_ok(consent_get(&w->store, w->arena, S("ann"), S("c"), &scope));
    assert_true(str_present(scope) && str_empty(scope));
}

static void an_audit_row_is_as_durable_as_what_it_tells_of(void **state) {
    struct store_world *w = *state;
    struct consent consent = {S("ann"), S("c"), S("openid")};
    struct audit_entry entry = {.event = AUDIT_consent_allowed,
                                .user_id = S("ann"),
                                .client_id = S("c"),
                                .remote = S("192.0.2.1"),
                                .request_id = S("r"),
                                .time_ms = NOW_MS};
    assert_ok(consent_allow(&w->store, w->arena, &consent, &entry, NOW_MS));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM audit WHERE event ="
                                          " 'consent_allowed' AND user_id = 'ann' AND client_id ="
                                          " 'c' AND grant_id IS NULL AND remote = '192.0.2.1'"),
                     1);
    entry.event = AUDIT_authorized; /* a log line alone */
    assert_ok(consent_allow(&w->store, w->arena, &consent, &entry, NOW_MS));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM audit"), 1);
}

static void a_stored_request_is_found_by_its_name_alone(void **state) {
    struct store_world *w = *state;
    str sealed;
    assert_err(stored_request_get(&w->store, w->arena, S("n"), &sealed), not_found);
    assert_ok(stored_request_put(&w->store, S("n"), S("text"), NOW_MS));
    assert_ok(stored_request_get(&w->store, w->arena, S("n"), &sealed));
    assert_str(sealed, "text");
    assert_err(stored_request_put(&w->store, S("n"), S("other"), NOW_MS), conflict);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

static struct session_places places(struct store_world *w, const char *user_id, int64_t now_ms) {
    struct session_places places;
    assert_ok(session_list(&w->store, w->arena, str_from(user_id), now_ms, &limits, &places));
    return places;
}

static str sign_in_from(struct store_world *w, const struct session *old, const char *user_id,
                        str user_agent, const char *address, int64_t now_ms) {
    struct account account = {
        .user_id = str_from(user_id), .signed_in_ms = now_ms, .acr = S("acr"), .amr = S("pwd")};
    struct session_start start = {.old = old,
                                  .account = &account,
                                  .user_agent = user_agent,
                                  .address = str_from(address),
                                  .now_ms = now_ms,
                                  .lifetime_ms = limits.lifetime_ms};
    str cookie;
    assert_ok(session_sign_in(&w->store, w->arena, &start, &cookie));
    return cookie;
}

static void a_person_sees_where_they_are_signed_in_and_nobody_else(void **state) {
    struct store_world *w = *state;
    sign_in_from(w, &nobody, "ann", S("Phone"), "192.0.2.1", NOW_MS);
    str desk = sign_in_from(w, &nobody, "ann", S("Desk"), "192.0.2.2", NOW_MS + 1000);
    struct session at_desk = load(w, desk, NOW_MS + 1000);
    assert_int_equal(places(w, "eve", NOW_MS + 1000).n, 0);
    struct session_places all = places(w, "ann", NOW_MS + 1000);
    assert_int_equal(all.n, 2);
    assert_str(all.list[0].user_agent, "Desk"); /* the last used first */
    assert_str(all.list[0].address, "192.0.2.2");
    assert_true(str_eq(all.list[0].sid, at_desk.accounts[0].sid));
    assert_str(all.list[1].user_agent, "Phone");

    sign_in_from(w, &at_desk, "bob", S("Newer"), "192.0.2.3", NOW_MS + 2000);
    assert_int_equal(places(w, "bob", NOW_MS + 2000).n, 1); /* not ann's, of the same browser */
    assert_str(places(w, "ann", NOW_MS + 2000).list[0].user_agent, "Newer");
    assert_int_equal(places(w, "ann", NOW_MS + 1000 + limits.idle_ms).n, 0);
}

static void a_browser_without_a_name_is_listed_and_a_long_name_is_cut(void **state) {
    struct store_world *w = *state;
    char name[2 * SESSION_USER_AGENT_MAX];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = 'x';
    sign_in(w, &nobody, "ann", NOW_MS);
    assert_true(str_empty(places(w, "ann", NOW_MS).list[0].user_agent));
    sign_in_from(w, &nobody, "bob", str_of(name, sizeof name), "192.0.2.1", NOW_MS);
    assert_int_equal(places(w, "bob", NOW_MS).list[0].user_agent.n, SESSION_USER_AGENT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_sign_in_renames_the_session_and_keeps_its_accounts),
        TEST(the_same_person_again_keeps_the_sid),
        TEST(two_browsers_have_nothing_in_common),
        TEST(the_longest_unused_of_many_accounts_goes),
        TEST(cookies_that_are_none_are_no_sessions),
        TEST(an_account_ends_idle_or_old_whatever_the_others_do),
        TEST(use_is_due_once_a_minute),
        TEST(a_person_sees_where_they_are_signed_in_and_nobody_else),
        TEST(a_browser_without_a_name_is_listed_and_a_long_name_is_cut),
        TEST(signing_out_takes_its_clients_along),
        TEST(consent_grows_and_is_bound_to_person_and_client),
        TEST(an_empty_scope_can_be_allowed),
        TEST(an_audit_row_is_as_durable_as_what_it_tells_of),
        TEST(a_stored_request_is_found_by_its_name_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
