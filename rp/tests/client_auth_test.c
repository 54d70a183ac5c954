/* How a client shows the provider who it is: the method, and what each request then holds. */
#include <stdio.h>

#include "common/base/json_read.h"
#include "keys/jws.h"
#include "rp/engine/config.h"
#include "rp/tests/pem_helper.h"
#include "rp/tests/sign_in_helper.h"

#define TOKEN_URL ISSUER "/token"
#define MTLS_URL  "https://mtls.op.example/token"
#define ANSWER    "{\"access_token\":\"at\",\"token_type\":\"Bearer\"}"
#define META(more)                                                                                 \
    "{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" TOKEN_URL "\","                             \
    "\"mtls_endpoint_aliases\":{\"token_endpoint\":\"" MTLS_URL "\"}" more "}"
#define OFFERS(methods) META(",\"token_endpoint_auth_methods_supported\":[" methods "]")

enum { NO_SECRET = 1, SHORT_SECRET = 2, KEY = 4, CERTIFICATE = 8 };

/* A client of the means. */
static void open_with(struct world *world, int means, const char *metadata, const char *setting) {
    const char *const settings[WORLD_SETTINGS] = {setting};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(world, settings);
    if (means & (NO_SECRET | SHORT_SECRET)) {
        cfg->settings.client_id = S("app:1");
        cfg->settings.client_secret = means & SHORT_SECRET ? S("s:e+c \xc3\xa9") : STR_ABSENT;
    }
    cfg->settings.redirect_uri = STR_ABSENT; /* it signs nobody in */
    hk_cfg_metadata(cfg, metadata);
    if (means & KEY)
        hk_cfg_private_key(cfg, pem_ec, "k1", "ES256");
    if (means & CERTIFICATE)
        hk_cfg_certificate(cfg, "rp/tests/pem_helper.c", "rp/tests/pem_helper.c");
    if (hk_rp_new(cfg, &world->rp, &e))
        fail_msg("%s: %s", e.msg, e.fix);
}

static int ask(struct world *world, const struct canned *answers, size_t n, hk_error *e) {
    hk_op *op = hk_client_credentials_op(world->rp, NULL, NULL);
    int code = feed_run(&world->feed, op, answers, n, e);
    hk_op_free(op);
    return code;
}

static void a_method_that_cannot_be_is_refused(void **state) {
    (void)state;
    static const struct {
        int means;
        const char *metadata, *setting, *rule;
        int code;
    } rows[] = {
        {NO_SECRET, META(""), "client_auth=client_secret_basic", "client_auth_has_means",
         HK_E_CONFIG},
        {NO_SECRET, META(""), "client_auth=client_secret_post", "client_auth_has_means",
         HK_E_CONFIG},
        {0, META(""), "client_auth=private_key_jwt", "client_auth_has_means", HK_E_CONFIG},
        {0, META(""), "client_auth=tls_client_auth", "client_auth_has_means", HK_E_CONFIG},
        {0, META(""), "client_auth=self_signed_tls_client_auth", "client_auth_has_means",
         HK_E_CONFIG},
        {SHORT_SECRET, OFFERS("\"client_secret_jwt\""), NULL, "client_auth_offered",
         HK_E_UNSUPPORTED},
        {0, OFFERS("\"private_key_jwt\""), NULL, "client_auth_offered", HK_E_UNSUPPORTED},
        {0, OFFERS(""), NULL, "client_auth_offered", HK_E_UNSUPPORTED},
        {NO_SECRET | KEY, META(""), NULL, "client_auth_offered", HK_E_UNSUPPORTED},
        {0, META(""), "profile=fapi2", "client_auth_is_strong", HK_E_CONFIG},
        {NO_SECRET, META(""), "profile=fapi2", "client_auth_is_strong", HK_E_CONFIG},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        open_with(&world, rows[i].means, rows[i].metadata, rows[i].setting);
        assert_int_equal(ask(&world, NULL, 0, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

static void a_method_is_told_by_what_is_sent(void **state) {
    (void)state;
    static const struct {
        int means;
        const char *metadata, *setting, *header, *body;
        bool mutual_tls;
    } rows[] = {
        /* auto: the strongest that is configured and offered */
        {NO_SECRET, META(""), NULL, NULL, "&client_id=app%3A1", false},
        {SHORT_SECRET, META(""), NULL,
         "Authorization: Basic YXBwJTNBMTpzJTNBZSUyQmMlMjAlQzMlQTk=\r\n",
         "grant_type=client_credentials", false},
        {SHORT_SECRET, OFFERS("\"client_secret_post\""), NULL, NULL,
         "&client_id=app%3A1&client_secret=s%3Ae%2Bc%20%C3%A9", false},
        {0, OFFERS("\"client_secret_jwt\""), NULL, NULL, "&client_assertion=", false},
        {KEY, OFFERS("\"client_secret_basic\",\"private_key_jwt\""), NULL, NULL,
         "&client_assertion=", false},
        {KEY, META(""), NULL, "Authorization: Basic ", "grant_type", false},
        {KEY | CERTIFICATE, OFFERS("\"private_key_jwt\",\"tls_client_auth\""), NULL, NULL,
         "&client_id=app", true},
        {CERTIFICATE, OFFERS("\"self_signed_tls_client_auth\""), NULL, NULL, "&client_id=app",
         true},
        {CERTIFICATE, META(""), NULL, "Authorization: Basic ", "grant_type", true},
        /* by name, whatever is offered */
        {0, META(""), "client_auth=none", NULL, "&client_id=app", false},
        {0, OFFERS(""), "client_auth=client_secret_post", NULL, "&client_secret=a-secret", false},
        {KEY, OFFERS(""), "client_auth=private_key_jwt", NULL, "&client_assertion=", false},
        {KEY, OFFERS("\"private_key_jwt\""), "profile=fapi2", NULL, "&client_assertion=", false},
        {CERTIFICATE, META(""), "client_auth=tls_client_auth", NULL, "&client_id=app", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        const struct canned answer = {rows[i].mutual_tls ? MTLS_URL : TOKEN_URL, 200, ANSWER, NULL,
                                      0};
        open_with(&world, rows[i].means, rows[i].metadata, rows[i].setting);
        assert_int_equal(ask(&world, &answer, 1, &e), HK_OK);
        if (rows[i].header)
            assert_non_null(strstr(world.feed.last_headers, rows[i].header));
        else
            assert_null(strstr(world.feed.last_headers, "Authorization"));
        assert_non_null(strstr(world.feed.last_body, rows[i].body));
        if (!strstr(rows[i].body, "client_assertion"))
            assert_null(strstr(world.feed.last_body, "client_assertion"));
        world_close(&world);
    }
}

/* The claims of the assertion in the last request, its signature verified. */
static json_t *assertion(const struct world *world, struct arena *arena, const struct jwk *key,
                         enum jose_alg alg) {
    AUTO(jws_ref) jws = {0};
    json_t *claims = NULL;
    const char *text = param_of(world->feed.last_body, "client_assertion");
    assert_string_equal(param_of(world->feed.last_body, "client_assertion_type"),
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert_string_equal(param_of(world->feed.last_body, "client_id"), "app");
    assert_ok(jws_parse(arena, str_from(text), &jws));
    assert_ok(jws_verify(&jws, alg, key));
    assert_ok(json_read_object(jws.payload, &claims));
    return claims;
}

static void check_assertions(int means, const char *setting, const struct jwk *key,
                             enum jose_alg alg) {
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    struct arena *arena = arena_new(1 << 20);
    char jti[2][64];
    open_with(&world, means, META(""), setting);
    for (int i = 0; i < 2; i++) {
        int64_t iat = 0, exp = 0;
        const struct canned answer = {TOKEN_URL, 200, ANSWER, NULL, 0};
        assert_int_equal(ask(&world, &answer, 1, &e), HK_OK);
        AUTO(json_ref) claims = assertion(&world, arena, key, alg);
        assert_str(json_read_str(claims, "iss"), "app");
        assert_str(json_read_str(claims, "sub"), "app");
        assert_str(json_read_str(claims, "aud"), ISSUER); /* one string, not a list */
        assert_true(json_read_int(claims, "iat", &iat) && json_read_int(claims, "exp", &exp));
        assert_int_equal(iat, world.feed.now);
        assert_true(exp > iat && exp <= iat + 60);
        snprintf(jti[i], sizeof jti[i], "%s", json_read_str(claims, "jti").p);
        assert_true(strlen(jti[i]) >= 22);
    }
    assert_string_not_equal(jti[0], jti[1]);
    arena_free(arena);
    world_close(&world);
}

static void an_assertion_is_for_the_issuer_and_for_one_request(void **state) {
    (void)state;
    struct jwk *ec, *shared;
    const char text[] = "a-secret-of-more-than-thirty-two-bytes";
    assert_ok(jwk_from_pem(str_from(pem_ec), STR_ABSENT, JOSE_ES256, &ec));
    assert_ok(jwk_from_secret(secret_of(str_from(text)), JOSE_HS256, &shared));
    check_assertions(KEY, "client_auth=private_key_jwt", ec, JOSE_ES256);
    check_assertions(0, "client_auth=client_secret_jwt", shared, JOSE_HS256);
    jwk_free(ec);
    jwk_free(shared);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_method_that_cannot_be_is_refused),
        cmocka_unit_test(a_method_is_told_by_what_is_sent),
        cmocka_unit_test(an_assertion_is_for_the_issuer_and_for_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
