/* Saved sessions: what was saved comes back, and nothing else does. */
#include "common/base/base64url.h"
#include "keys/seal.h"
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

static hk_session *signed_in(struct world *world) {
    hk_error e = HK_ERROR_INIT;
    hk_session *session;
    struct begun begun =
        world_begun(world, &(hk_auth){.size = sizeof(hk_auth), .return_to = "/home"});
    const struct canned answer =
        world_tokens(world, world_id_token(world, begun.nonce, "{'email':'j@b','sid':'s'}"));
    const hk_callback callback = {sizeof callback,
                                  world_text(world, "code=c&state=%s", begun.state), begun.cookie,
                                  HK_VIA_QUERY};
    assert_int_equal(world_finish(world, &callback, &answer, 1, &session, &e), HK_OK);
    return session;
}

static void same(hk_str a, hk_str b) {
    assert_true((a.p == NULL) == (b.p == NULL) && a.n == b.n);
    if (a.p)
        assert_memory_equal(a.p, b.p, a.n + 1);
}

#define NO_USERINFO ((world_settings){"userinfo=off"})
enum { ROOM = 8192 };

static void what_was_saved_comes_back(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    char text[ROOM], again[ROOM];
    size_t len = sizeof text, len_again = sizeof again;
    hk_session *loaded;
    world_open(&world, NO_USERINFO);
    hk_session *session = signed_in(&world);
    assert_ok(jwk_generate(JOSE_ES256, &session->dpop_key));
    assert_int_equal(hk_session_save(world.rp, session, text, &len, &e), HK_OK);
    assert_int_equal(len, strlen(text) + 1);
    str bytes; /* not even behind the encoding */
    assert_ok(base64url_decode(world.issuer.arena, str_from(text + strlen("1.")), &bytes));
    assert_null(memmem(bytes.p, bytes.n, ISSUER, strlen(ISSUER)));
    assert_int_equal(hk_session_save(world.rp, session, again, &len_again, &e), HK_OK);
    assert_int_equal(len_again, len);
    assert_string_not_equal(text, again);
    for (int counted = 0; counted <= 1; counted++) {
        assert_int_equal(hk_session_load(world.rp, text, len - 1 + counted, &loaded, &e), HK_OK);
        same(hk_iss(loaded), hk_iss(session));
        same(hk_sub(loaded), hk_sub(session));
        same(hk_sid(loaded), hk_sid(session));
        same(hk_claims_json(loaded), hk_claims_json(session));
        same(hk_return_to(loaded), hk_return_to(session));
        same(hk_end_cookie(loaded), hk_end_cookie(session));
        same(hk_id_token(loaded), hk_id_token(session));
        same(hk_access_token(loaded), hk_access_token(session));
        same(hk_token_type(loaded), hk_token_type(session));
        same(hk_refresh_token(loaded), hk_refresh_token(session));
        same(hk_scope(loaded), hk_scope(session));
        same(hk_authorization_details(loaded), hk_authorization_details(session));
        assert_int_equal(hk_access_expires(loaded), hk_access_expires(session));
        assert_true(json_equal(loaded->id_claims, session->id_claims));
        str one, two;
        assert_ok(jwk_private_json(loaded->dpop_key, world.issuer.arena, &one));
        assert_ok(jwk_private_json(session->dpop_key, world.issuer.arena, &two));
        assert_true(str_eq(one, two));
        hk_session_free(loaded);
    }
    hk_session_free(session);
    world_close(&world);
}

static void the_room_that_is_needed_is_told(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    char text[ROOM];
    size_t len = 0;
    world_open(&world, NO_USERINFO);
    hk_session *session = signed_in(&world);
    assert_int_equal(hk_session_save(world.rp, session, NULL, &len, &e), HK_E_ARG);
    assert_non_null(strstr(e.fix, "larger buffer"));
    assert_in_range(len, 100, sizeof text);
    size_t less = len - 1;
    assert_int_equal(hk_session_save(world.rp, session, text, &less, &e), HK_E_ARG);
    assert_int_equal(hk_session_save(world.rp, session, text, &len, &e), HK_OK);
    assert_int_equal(hk_session_save(NULL, session, text, &len, &e), HK_E_ARG);
    assert_int_equal(hk_session_save(world.rp, NULL, text, &len, &e), HK_E_ARG);
    assert_int_equal(hk_session_save(world.rp, session, text, NULL, &e), HK_E_ARG);
    hk_session_free(session);
    world_close(&world);
}

static void every_byte_counts(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    char text[ROOM];
    size_t len = sizeof text;
    hk_session *loaded;
    world_open(&world, NO_USERINFO);
    hk_session *session = signed_in(&world);
    assert_int_equal(hk_session_save(world.rp, session, text, &len, &e), HK_OK);
    for (size_t i = 0; i + 1 < len; i++) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(hk_session_load(world.rp, text, len, &loaded, &e), HK_E_STATE);
        assert_null(loaded);
        assert_non_null(strstr(e.msg, "saved session"));
        text[i] = was;
        assert_int_equal(hk_session_load(world.rp, text, i, &loaded, &e), HK_E_STATE);
    }
    assert_int_equal(hk_session_load(world.rp, "", 0, &loaded, &e), HK_E_STATE);
    assert_int_equal(hk_session_load(NULL, text, len, &loaded, &e), HK_E_ARG);
    assert_int_equal(hk_session_load(world.rp, NULL, 1, &loaded, &e), HK_E_ARG);
    assert_int_equal(hk_session_load(world.rp, text, len, NULL, &e), HK_E_ARG);
    hk_session_free(session);
    world_close(&world);
}

/* Several clients of one program share its seal key. */
static void a_session_of_another_client_or_issuer_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *issuer, *client_id;
        uint32_t key_id;
        uint8_t key;
        int code;
    } rows[] = {
        {ISSUER, "app", 1, 1, HK_OK},        {"https://other.example", "app", 1, 1, HK_E_ISS},
        {ISSUER, "another", 1, 1, HK_E_AUD}, {ISSUER, "app", 2, 1, HK_E_STATE},
        {ISSUER, "app", 1, 9, HK_E_STATE},
    };
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    char text[ROOM];
    size_t len = sizeof text;
    world_open(&world, NO_USERINFO);
    hk_session *session = signed_in(&world);
    assert_int_equal(hk_session_save(world.rp, session, text, &len, &e), HK_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint8_t key[32] = {rows[i].key, 2, 3};
        hk_session *loaded;
        hk_rp *other;
        hk_cfg *cfg = hk_cfg_new(rows[i].issuer, rows[i].client_id);
        hk_cfg_seal_key(cfg, key, rows[i].key_id);
        assert_int_equal(hk_rp_new(cfg, &other, &e), HK_OK);
        assert_int_equal(hk_session_load(other, text, len, &loaded, &e), rows[i].code);
        hk_session_free(loaded);
        hk_rp_free(other);
    }
    hk_session_free(session);
    world_close(&world);
}

/* The newest key seals; what older ones sealed still opens while they are configured. */
static void seal_keys_rotate(void **state) {
    (void)state;
    static const uint8_t old[32] = {1, 2, 3}, fresh[32] = {9};
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    char text[ROOM];
    size_t len = sizeof text;
    hk_session *loaded;
    hk_rp *next;
    world_open(&world, NO_USERINFO);
    hk_session *session = signed_in(&world);
    assert_int_equal(hk_session_save(world.rp, session, text, &len, &e), HK_OK);
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    hk_cfg_seal_key(cfg, fresh, 2);
    hk_cfg_seal_key(cfg, old, 1);
    assert_int_equal(hk_rp_new(cfg, &next, &e), HK_OK);
    assert_int_equal(hk_session_load(next, text, len, &loaded, &e), HK_OK);
    len = sizeof text;
    assert_int_equal(hk_session_save(next, loaded, text, &len, &e), HK_OK);
    assert_int_equal(strncmp(text, "2.", 2), 0);
    hk_session_free(loaded);
    assert_int_equal(hk_session_load(world.rp, text, len, &loaded, &e), HK_E_STATE);
    hk_rp_free(next);
    hk_session_free(session);
    world_close(&world);
}

static void a_sealed_text_that_is_no_session_is_refused(void **state) {
    (void)state;
    static const struct seal_key key = {{1, 2, 3}};
    static const char *const rows[] = {
        "",
        "[]",
        "{}",
        "{\"iss\":\"" ISSUER "\",\"client_id\":\"app\",\"access_expires\":0}",
        "{\"iss\":\"" ISSUER "\",\"client_id\":\"app\",\"claims\":{}}",
        "{\"iss\":\"" ISSUER "\",\"client_id\":\"app\",\"access_expires\":0,\"claims\":[]}",
        "{\"iss\":\"" ISSUER "\",\"client_id\":\"app\",\"access_expires\":0,\"claims\":{},"
        "\"dpop_key\":{}}",
        "{\"iss\":\"" ISSUER "\",\"client_id\":\"app\",\"access_expires\":0,\"claims\":{},"
        "\"dpop_key\":{\"kty\":\"EC\",\"crv\":\"P-256\","
        "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}}",
    };
    struct world world = {0};
    world_open(&world, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        str sealed, text;
        hk_session *loaded;
        assert_ok(seal(&key, S("hk_session v1"), str_from(rows[i]), world.issuer.arena, &sealed));
        assert_ok(STR_JOIN(world.issuer.arena, &text, S("1."), sealed));
        assert_int_not_equal(hk_session_load(world.rp, text.p, text.n, &loaded, NULL), HK_OK);
        assert_null(loaded);
    }
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_comes_back),
        cmocka_unit_test(the_room_that_is_needed_is_told),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(a_session_of_another_client_or_issuer_is_refused),
        cmocka_unit_test(seal_keys_rotate),
        cmocka_unit_test(a_sealed_text_that_is_no_session_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
