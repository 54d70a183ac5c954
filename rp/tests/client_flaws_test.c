/* liboauth2, iddawc and libjwt: what they let through where a client or an API uses them, under the
 * name of the library. Flaws of tokens alone are in peer_flaws_test. */
#define OPENSSL_SUPPRESS_DEPRECATED  /* RAND_set_rand_method: nothing else makes a generator fail  \
                                      */
#include <openssl/rand.h>
#include <stdio.h>

#include "rp/tests/sign_in_helper.h"

#define CODE "code=c&state=$"

/* Finishes with a query in which $ is the state, tokens whose ID token is changed so. */
static int finish(struct world *world, const char *query, const char *changes, bool asked) {
    hk_error e = HK_ERROR_INIT;
    struct begun begun = world_begun(world, NULL);
    const char *mark = strchr(query, '$');
    const hk_callback callback = {
        sizeof callback,
        mark ? world_text(world, "%.*s%s%s", (int)(mark - query), query, begun.state, mark + 1)
             : query,
        begun.cookie, HK_VIA_QUERY};
    struct canned tokens = world_tokens(world, world_id_token(world, begun.nonce, changes));
    return world_finish(world, &callback, &tokens, asked, NULL, &e);
}

/* liboauth2 2.3.0: the ID token's nonce, iss and aud were not looked at. iddawc 1.1.8: aud. */
static void liboauth2_2_3_and_iddawc_nonce_iss_and_aud_are_looked_at(void **state) {
    (void)state;
    static const struct {
        const char *changes;
        int code;
    } rows[] = {
        {NULL, HK_OK},
        {"{'nonce':null}", HK_E_NONCE},
        {"{'nonce':'another'}", HK_E_NONCE},
        {"{'iss':null}", HK_E_ISS},
        {"{'iss':'https://another.example'}", HK_E_ISS},
        {"{'aud':null}", HK_E_AUD},
        {"{'aud':'another'}", HK_E_AUD},
        {"{'aud':['another']}", HK_E_AUD},
        {"{'aud':['app','another']}", HK_E_AUD},
    };
    struct world world = {0};
    world_open(&world, (world_settings){"userinfo=off"});
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(finish(&world, CODE, rows[i].changes, true), rows[i].code);
    world_close(&world);
}

/* iddawc 1.1.8: a callback on another's host was an answer, and of two iss the last counted. */
static void iddawc_foreign_callbacks_and_two_iss_are_no_answer(void **state) {
    (void)state;
    static const struct {
        const char *query;
        int code;
    } rows[] = {
        {"https://evil.example/cb?code=c&state=wrong", HK_E_STATE},
        {"https://evil.example/cb?code=c&state=$", HK_E_TOKEN}, /* it has no code, but a URL */
        {"https://evil.example/cb?state=$&code=c", HK_E_STATE},
        {CODE "&iss=https://evil.example&iss=" ISSUER, HK_E_TOKEN},
        {CODE "&iss=" ISSUER "&iss=https://evil.example", HK_E_TOKEN},
        {CODE "&iss=" ISSUER "&iss=" ISSUER, HK_E_TOKEN},
        {CODE "&iss=https://evil.example", HK_E_ISS},
    };
    struct world world = {0};
    world_open(&world, (world_settings){"userinfo=off"});
    for (size_t i = 0; i < COUNT(rows); i++)
        if (finish(&world, rows[i].query, NULL, false) != rows[i].code)
            fail_msg("%s broke \"%s\"", rows[i].query, world.rule);
    world_close(&world);
}

/* A store that has nothing, and notes what it is asked for. */
struct asked {
    char key[128];
    int times;
};

static int put(void *context, const char *key, const char *value, uint32_t ttl_s) {
    (void)context;
    (void)key;
    (void)value;
    (void)ttl_s;
    return 0;
}

static int take(void *context, const char *key, char *value, size_t cap) {
    struct asked *asked = context;
    (void)value;
    (void)cap;
    snprintf(asked->key, sizeof asked->key, "%s", key);
    asked->times++;
    return -1;
}

/* liboauth2 2.3.0: a stranger's text was a format, and so a command to Redis. A store is asked for
 * what can be a key, 43 characters of base64url, and for nothing else that a browser sends. */
static void liboauth2_2_3_a_store_is_asked_for_no_strangers_text(void **state) {
    (void)state;
#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const char *const keys[] = {"%s%n",
                                       "x FLUSHALL",
                                       "%0aFLUSHALL",
                                       "../../etc/passwd",
                                       "'--",
                                       "*",
                                       "",
                                       KEY "A",
                                       KEY "%",
                                       "%" KEY,
                                       KEY "=",
                                       KEY "/",
                                       "A" KEY,
                                       KEY "AA"};
    struct world world = {0};
    struct asked asked = {0};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(&world, NULL);
    assert_int_equal(hk_cfg_store(cfg, &(hk_store){sizeof(hk_store), put, take, &asked}), HK_OK);
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    struct begun begun = world_begun(&world, NULL);
    hk_callback callback = {sizeof callback, world_text(&world, "state=%s&code=c", begun.state), "",
                            HK_VIA_QUERY};
    int n = (int)strcspn(begun.cookie, "=");
    for (size_t i = 0; i < COUNT(keys); i++) {
        callback.cookie = world_text(&world, "%.*s=1.%s", n, begun.cookie, keys[i]);
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
        assert_int_equal(asked.times, 0);
    }
    callback.cookie = world_text(&world, "%.*s=1.%s", n, begun.cookie, KEY);
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
    assert_int_equal(asked.times, 1);
    assert_string_equal(asked.key, KEY);
    world_close(&world);
}

/* An access token by a key of somebody else's, which is called `kid`, and says where it is. */
static str token_of_stranger(struct issuer *issuer, const char *kid) {
    struct jwk *any, *named = NULL;
    str text, token;
    assert_ok(jwk_generate(JOSE_ES256, &any));
    assert_ok(jwk_private_json(any, issuer->arena, &text));
    json_t *json = json_loads(text.p, 0, NULL);
    json_object_set_new(json, "kid", json_string(kid));
    assert_ok(jwk_import(json, &named));
    json_t *places = json_pack("{s:s, s:s}", "jku", kid, "x5u", kid);
    const struct jws_header header = {.alg = JOSE_ES256, .typ = S("at+jwt"), .more = places};
    assert_ok(jws_sign_header(named, &header, S("{}"), issuer->arena, &token));
    json_decref(places);
    json_decref(json);
    jwk_free(named);
    jwk_free(any);
    return token;
}

/* liboauth2 2.3.0: a kid was made a URL and fetched. Here it is a name: the issuer's jwks_uri is
 * asked once more, and nobody else is; jku and x5u are not looked at. */
static void liboauth2_2_3_a_kid_is_no_address(void **state) {
    (void)state;
    static const char *const kids[] = {"http://169.254.169.254/latest",
                                       "https://evil.example/jwks",
                                       "../../../etc/passwd",
                                       "%s%n",
                                       "@evil.example/",
                                       "?a#b"};
    struct issuer issuer;
    issuer_start(&issuer, JOSE_ES256);
    for (size_t i = 0; i < COUNT(kids); i++) {
        struct feed feed = {0};
        hk_rp *rp;
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = feed_cfg(&feed);
        str header;
        hk_cfg_metadata(cfg, feed_metadata);
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
        const struct canned keys = {ISSUER "/jwks", 200, issuer.jwks, NULL, 0};
        assert_ok(
            STR_JOIN(issuer.arena, &header, S("Bearer "), token_of_stranger(&issuer, kids[i])));
        const hk_request request = {.size = sizeof request, .authorization = header.p};
        hk_op *op = hk_verify_op(rp, &request, "https://api.example", NULL);
        assert_int_equal(feed_run(&feed, op, (struct canned[]){keys, keys}, 2, &e), HK_E_KEY);
        hk_op_free(op);
        hk_rp_free(rp);
    }
    issuer_stop(&issuer);
}

/* What a logout token is worth to this client. */
static int logout(struct world *world, str token) {
    hk_error e = HK_ERROR_INIT;
    hk_op *op = hk_backchannel_logout_op(world->rp, world_text(world, "logout_token=%s", token.p));
    int code = feed_run(&world->feed, op, NULL, 0, &e);
    hk_doc_free(hk_op_take_doc(op));
    hk_op_free(op);
    return code;
}

/* libjwt #283: the jti was used up before the signature was looked at, so that anybody could use up
 * another's; and an aud that is a list was refused. verify_binding_test has the same of DPoP. */
static void libjwt_283_the_signature_comes_first_and_aud_may_be_a_list(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    str good = issuer_sign(
            &world.issuer,
            "{'iss':'" ISSUER "','aud':['app'],'iat':1800000000,'exp':1800000120,'jti':'j-1',"
            "'sub':'jane','events':{'http://schemas.openid.net/event/backchannel-logout':{}}}",
            S("logout+jwt")),
        other = issuer_sign(&world.issuer, "{'jti':'j-1'}", S("logout+jwt")), forged;
    assert_ok(STR_JOIN(world.issuer.arena, &forged, str_head(good, good.n - 86),
                       str_from_pos(other, other.n - 86)));
    assert_int_equal(logout(&world, forged), HK_E_SIG);
    assert_int_equal(logout(&world, good), HK_OK);
    assert_int_equal(logout(&world, good), HK_E_REPLAY);
    world_close(&world);
}

static int no_bytes(unsigned char *out, int n) {
    (void)out;
    (void)n;
    return 0;
}

/* A generator that fails begins nothing: no state or verifier of zeros. */
static void no_sign_in_begins_without_randomness(void **state) {
    (void)state;
    const RAND_METHOD broken = {.bytes = no_bytes}, *real = RAND_get_rand_method();
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, NULL);
    RAND_set_rand_method(&broken);
    hk_op *op = hk_begin_op(world.rp, NULL);
    int code = feed_run(&world.feed, op, NULL, 0, &e);
    hk_login *login = hk_op_take_login(op);
    RAND_set_rand_method(real);
    assert_int_not_equal(code, HK_OK);
    assert_null(login);
    assert_true(e.msg[0]);
    hk_op_free(op);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(liboauth2_2_3_and_iddawc_nonce_iss_and_aud_are_looked_at),
        cmocka_unit_test(iddawc_foreign_callbacks_and_two_iss_are_no_answer),
        cmocka_unit_test(liboauth2_2_3_a_store_is_asked_for_no_strangers_text),
        cmocka_unit_test(liboauth2_2_3_a_kid_is_no_address),
        cmocka_unit_test(libjwt_283_the_signature_comes_first_and_aud_may_be_a_list),
        cmocka_unit_test(no_sign_in_begins_without_randomness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
