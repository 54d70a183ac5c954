#include "authz/store/client.h"

#include "authz/store/tests/store_helper.h"

static void a_client_comes_back_as_it_was_made(void **state) {
    struct store_world *w = *state;
    struct client got;
    store_world_client(w, S("c1"), S("o1"), S("hash"));
    assert_ok(client_get(&w->store, w->arena, S("c1"), &got));
    assert_str(got.name, "App");
    assert_str(got.owner_id, "o1");
    assert_int_equal(got.redirect_uri_count, 2);
    assert_str(got.redirect_uris[1], "https://app.example/2");
    assert_str(got.grant_types, "authorization_code refresh_token");
    assert_str(got.response_types, "code");
    assert_str(got.scope, "openid email");
    assert_int_equal(got.auth, CLIENT_SECRET_BASIC);
    assert_int_equal(got.id_token_alg, JOSE_ES256);
    assert_false(got.hitkey || got.native);
    assert_false(str_present(got.logo_uri));
    assert_int_equal(got.created_ms, 1000);
}

static void an_unknown_client_is_not_found(void **state) {
    struct store_world *w = *state;
    struct client got = {.name = S("untouched")};
    bool matches = true;
    assert_err(client_get(&w->store, w->arena, S("nobody"), &got), not_found);
    assert_str(got.name, "untouched");
    assert_ok(client_secret_matches(&w->store, w->arena, S("nobody"), S("hash"), &matches));
    assert_false(matches);
}

static bool matches(struct store_world *w, const char *hash) {
    bool out = false;
    assert_ok(client_secret_matches(&w->store, w->arena, S("c1"), str_from(hash), &out));
    return out;
}

static err add_secret(struct store_world *w, const char *owner, const char *hash, int64_t now_ms) {
    struct client client = {.client_id = S("c1"), .owner_id = str_from(owner)};
    struct client_secret stored = {str_from(hash), STR_ABSENT};
    return client_secret_add(&w->store, &client, &stored, now_ms);
}

static void two_secrets_live_and_the_oldest_of_three_dies(void **state) {
    struct store_world *w = *state;
    store_world_client(w, S("c1"), S("o1"), S("first"));
    assert_ok(add_secret(w, "o1", "second", 2000));
    assert_true(matches(w, "first") && matches(w, "second"));
    /* within the same millisecond the new one stays */
    assert_ok(add_secret(w, "o1", "third", 2000));
    assert_false(matches(w, "first"));
    assert_true(matches(w, "third") && matches(w, "second"));
    assert_false(matches(w, "thir") || matches(w, "thirdd") || matches(w, ""));
}

static void only_its_owner_changes_a_client(void **state) {
    struct store_world *w = *state;
    struct client client;
    store_world_client(w, S("c1"), S("o1"), S("first"));
    assert_ok(client_get(&w->store, w->arena, S("c1"), &client));
    client.owner_id = S("stranger");
    assert_err(client_update(&w->store, &client, NULL), not_found);
    assert_err(add_secret(w, "stranger", "x", 1), not_found);
    assert_err(client_delete(&w->store, S("c1"), S("stranger")), not_found);
    assert_true(matches(w, "first") && !matches(w, "x"));
    client.owner_id = S("o1");
    client.updated_ms = 5000;
    assert_ok(client_update(&w->store, &client, NULL));
    assert_ok(client_get(&w->store, w->arena, S("c1"), &client));
    assert_int_equal(client.updated_ms, 5000);
}

static void a_deleted_client_takes_everything_along(void **state) {
    struct store_world *w = *state;
    struct grant grant = store_world_grant(S("g1"), S("c1"), 1000), got;
    struct redemption plan = {.grant = &grant,
                              .code.hash = S("code"),
                              .refresh_hash = S("rt"),
                              .refresh_expires_ms = 9000000};
    bool won;
    store_world_client(w, S("c1"), S("o1"), S("first"));
    store_world_client(w, S("c2"), S("o1"), S("first"));
    assert_ok(grant_redeem(&w->store, w->arena, &plan, &won));
    assert_true(won);
    assert_ok(client_delete(&w->store, S("c1"), S("o1")));
    assert_err(grant_get(&w->store, w->arena, S("g1"), &got), not_found);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM grants"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM refresh_tokens"), 0);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM client_secrets"), 1);
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM clients"), 1);
}

static void an_owner_sees_only_their_own(void **state) {
    struct store_world *w = *state;
    struct client_summary *list;
    size_t n;
    store_world_client(w, S("c1"), S("o1"), STR_ABSENT);
    store_world_client(w, S("c2"), S("o2"), STR_ABSENT);
    store_world_client(w, S("c3"), S("o1"), STR_ABSENT);
    assert_ok(client_list(&w->store, w->arena, S("o1"), &list, &n));
    assert_int_equal(n, 2);
    assert_str(list[0].client_id, "c1");
    assert_str(list[1].client_id, "c3");
    assert_ok(client_list(&w->store, w->arena, S("nobody"), &list, &n));
    assert_int_equal(n, 0);
}

static void nobody_fills_the_table(void **state) {
    struct store_world *w = *state;
    struct client client = {.owner_id = S("o1"), .metadata = S("{}")};
    for (int i = 0; i < CLIENTS_OF_ONE_OWNER; i++) {
        assert_ok(str_printf(w->arena, &client.client_id, "c%d", i));
        client.id = client.client_id;
        assert_ok(client_create(&w->store, &client, NULL));
    }
    client.client_id = client.id = S("one more");
    assert_err(client_create(&w->store, &client, NULL), conflict);
    client.owner_id = S("o2");
    assert_ok(client_create(&w->store, &client, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_world_open, store_world_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_client_comes_back_as_it_was_made),
        TEST(an_unknown_client_is_not_found),
        TEST(two_secrets_live_and_the_oldest_of_three_dies),
        TEST(only_its_owner_changes_a_client),
        TEST(a_deleted_client_takes_everything_along),
        TEST(an_owner_sees_only_their_own),
        TEST(nobody_fills_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
