/* What keeps sign-ins that have begun: the program's store, and as few cookies as the browser
 * should have. */
#include <stdio.h>

#include "rp/tests/sign_in_helper.h"

/* A store of one value, and what it was asked. */
struct kept {
    char key[64], value[4096];
    uint32_t ttl_s;
    int puts, takes, fails;
};

static int put(void *context, const char *key, const char *value, uint32_t ttl_s) {
    struct kept *kept = context;
    kept->puts++;
    kept->ttl_s = ttl_s;
    snprintf(kept->key, sizeof kept->key, "%s", key);
    snprintf(kept->value, sizeof kept->value, "%s", value);
    return kept->fails;
}

static int take(void *context, const char *key, char *value, size_t cap) {
    struct kept *kept = context;
    kept->takes++;
    if (strcmp(key, kept->key) != 0 || kept->fails)
        return -1;
    snprintf(value, cap, "%s", kept->value);
    kept->key[0] = 0;
    return 0;
}

static void open_with_store(struct world *world, struct kept *kept) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(world, (world_settings){"userinfo=off", "login_ttl_s=90"});
    assert_int_equal(hk_cfg_store(cfg, &(hk_store){sizeof(hk_store), put, take, kept}), HK_OK);
    assert_int_equal(hk_rp_new(cfg, &world->rp, &e), HK_OK);
}

static int finish(struct world *world, const struct begun *begun, const char *cookie, bool asked) {
    hk_error e = HK_ERROR_INIT;
    const struct canned answer = world_tokens(world, world_id_token(world, begun->nonce, NULL));
    const hk_callback callback = {
        sizeof callback, world_text(world, "code=c&state=%s", begun->state), cookie, HK_VIA_QUERY};
    return world_finish(world, &callback, &answer, asked, NULL, &e);
}

static void the_store_keeps_the_sign_in_and_the_cookie_its_key(void **state) {
    (void)state;
    struct world world = {0};
    struct kept kept = {0};
    open_with_store(&world, &kept);
    struct begun begun = world_begun(&world, NULL);
    assert_int_equal(kept.puts, 1);
    assert_int_equal(kept.ttl_s, 90);
    assert_true(strlen(begun.cookie) < 120);
    assert_non_null(strstr(begun.cookie, kept.key));
    assert_null(strstr(kept.value, begun.state)); /* sealed there too */
    assert_int_equal(finish(&world, &begun, begun.cookie, true), HK_OK);
    assert_int_equal(kept.takes, 1);
    assert_int_equal(finish(&world, &begun, begun.cookie, false), HK_E_STATE);
    assert_string_equal(world.rule, "sign_in_is_known");
    world_close(&world);
}

static void a_store_that_fails_is_told(void **state) {
    (void)state;
    struct world world = {0};
    struct kept kept = {.fails = 1};
    hk_error e = HK_ERROR_INIT;
    open_with_store(&world, &kept);
    hk_op *op = hk_begin_op(world.rp, NULL);
    assert_int_equal(feed_run(&world.feed, op, NULL, 0, &e), HK_E_CONFIG);
    assert_string_equal(world.rule, "store_keeps");
    assert_null(hk_op_take_login(op));
    hk_op_free(op);
    kept.fails = 0;
    struct begun begun = world_begun(&world, NULL);
    kept.fails = 1;
    assert_int_equal(finish(&world, &begun, begun.cookie, false), HK_E_STATE);
    world_close(&world);
}

/* What another wrote into the store is not believed. */
static void a_changed_value_or_key_is_refused(void **state) {
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct world world = {0};
        struct kept kept = {0}, other = {0};
        open_with_store(&world, &kept);
        struct begun begun = world_begun(&world, NULL);
        const char *cookie = begun.cookie;
        if (i == 0)
            kept.value[20] ^= 1;
        if (i == 1) { /* another sign-in's */
            other = kept;
            world_begun(&world, NULL);
            snprintf(other.value, sizeof other.value, "%s", kept.value);
            kept = other;
        }
        if (i == 2)
            kept.key[3] ^= 1;
        if (i == 3)
            cookie = world_text(&world, "%.*s=1.", (int)strcspn(cookie, "="), cookie);
        assert_int_equal(finish(&world, &begun, cookie, false), HK_E_STATE);
        assert_string_equal(world.rule, "sign_in_is_known");
        world_close(&world);
    }
}

/* The Cookie header of a browser that has begun `n` sign-ins, a second after each other. */
static const char *cookies_of(struct world *world, int n, struct begun *begun) {
    const char *text = "a=b";
    for (int i = 0; i < n; i++, world->feed.now++) {
        begun[i] = world_begun(world, NULL);
        text = world_text(world, "%s; %s", begun[i].cookie, text); /* the newest first */
    }
    return text;
}

static void the_oldest_sign_ins_beyond_max_logins_end(void **state) {
    (void)state;
    static const struct { int begun, ended; } rows[] = {{0, 0}, {1, 0}, {2, 0}, {3, 1}, {6, 4}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        struct begun begun[8];
        world_open(&world, (world_settings){"max_logins=3"});
        const char *cookies = cookies_of(&world, rows[i].begun, begun);
        hk_login *login =
            world_begin(&world, &(hk_auth){.size = sizeof(hk_auth), .cookie = cookies});
        for (int k = 0; k < rows[i].ended; k++) {
            const char *end = hk_login_old_cookie(login, k).p;
            size_t name = strcspn(begun[k].cookie, "=");
            assert_memory_equal(end, begun[k].cookie, name);
            assert_string_equal(end + name, "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
        }
        assert_null(hk_login_old_cookie(login, rows[i].ended).p);
        assert_null(hk_login_old_cookie(login, SIZE_MAX).p);
        hk_login_free(login);
        world_close(&world);
    }
    assert_null(hk_login_old_cookie(NULL, 0).p);
}

/* Cookies of other names, and anything that could end a header line, are left alone. */
static void only_sign_ins_end(void **state) {
    (void)state;
    static const char *const rows[] = {
        "hk_a=1.x",
        "hk_AAAAAAAAAAAAAAAAAAAAA=1.x",
        "hk_AAAAAAAAAAAAAAAAAAAAAAA=1.x",
        "hk_AAAAAAAAAAAAAAAAAAAAA\r=1.x",
        "__Host-hk_AAAAAAAAAAAAAAAAAAAA\n =1.x",
        "__host-hk_AAAAAAAAAAAAAAAAAAAAAA=1.x",
        "session=1.x",
    };
    struct world world = {0};
    world_open(&world, (world_settings){"max_logins=1"});
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_login *login =
            world_begin(&world, &(hk_auth){.size = sizeof(hk_auth), .cookie = rows[i]});
        assert_null(hk_login_old_cookie(login, 0).p);
        hk_login_free(login);
    }
    /* One that has no time counts as old. */
    hk_login *login = world_begin(
        &world,
        &(hk_auth){.size = sizeof(hk_auth),
                   .cookie =
                       "hk_AAAAAAAAAAAAAAAAAAAAAA=x; __Secure-hk_AAAAAAAAAAAAAAAAAAAAAB=9.x"});
    assert_string_equal(hk_login_old_cookie(login, 0).p,
                        "hk_AAAAAAAAAAAAAAAAAAAAAA=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert_non_null(hk_login_old_cookie(login, 1).p);
    assert_null(hk_login_old_cookie(login, 2).p);
    hk_login_free(login);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_keeps_the_sign_in_and_the_cookie_its_key),
        cmocka_unit_test(a_store_that_fails_is_told),
        cmocka_unit_test(a_changed_value_or_key_is_refused),
        cmocka_unit_test(the_oldest_sign_ins_beyond_max_logins_end),
        cmocka_unit_test(only_sign_ins_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
