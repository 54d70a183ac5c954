/* Settings: the first bad one is told by hk_rp_new, with what to change. */
#include "rp/tests/feed_helper.h"

/* Makes a client of it, and gives the code; the message goes to *e. */
static int make(hk_cfg *cfg, hk_error *e) {
    hk_rp *rp = NULL;
    int code = hk_rp_new(cfg, &rp, e);
    assert_true((code == HK_OK) == (rp != NULL));
    hk_rp_free(rp);
    return code;
}

static void a_setting_that_cannot_be_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *name, *value, *says;
    } rows[] = {
        {"timeout", "1000", "no setting of that name"},
        {"timeout_ms ", "1000", "no setting of that name"},
        {"", "1000", "no setting of that name"},
        {"timeout_ms", "99", "a value that it cannot have"},
        {"timeout_ms", "600001", "a value that it cannot have"},
        {"timeout_ms", "-1000", "a value that it cannot have"},
        {"timeout_ms", "1000ms", "a value that it cannot have"},
        {"timeout_ms", "", "a value that it cannot have"},
        {"timeout_ms", NULL, "a value that it cannot have"},
        {"skew_s", "601", "a value that it cannot have"},
        {"dpop", "on", "a value that it cannot have"},
        {"dpop", "Require", "a value that it cannot have"},
        {"response_type", "token", "a value that it cannot have"},
        {"id_token_alg", "none", "a value that it cannot have"},
        {"id_token_alg", "rs256", "a value that it cannot have"},
        {"user_agent", "a\r\nX: b", "a value that it cannot have"},
        {"user_agent", "a\rX: b", "a value that it cannot have"},
        {"client_name", "\xff", "a value that it cannot have"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = feed_cfg(&feed);
        assert_int_equal(hk_cfg_set(cfg, rows[i].name, rows[i].value), HK_E_CONFIG);
        assert_int_equal(hk_cfg_set(cfg, "par", "off"), HK_E_CONFIG); /* it sticks */
        assert_int_equal(make(cfg, &e), HK_E_CONFIG);
        assert_non_null(strstr(e.msg, rows[i].says));
        assert_true(e.fix[0]);
    }
}

static void a_setting_that_can_be_is_taken(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"timeout_ms", "100"},     {"timeout_ms", "600000"},
        {"skew_s", "0"},           {"dpop", "require"},
        {"profile", "hitkey-v1"},  {"response_type", "code id_token token"},
        {"id_token_alg", "PS512"}, {"proxy", "http://proxy.example:3128"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        struct feed feed = {0};
        hk_cfg *cfg = feed_cfg(&feed);
        assert_int_equal(hk_cfg_set(cfg, rows[i][0], rows[i][1]), HK_OK);
        assert_int_equal(make(cfg, &e), HK_OK);
    }
}

/* What is wrong with each of a cfg's parts. */
struct part {
    const char *issuer, *redirect_uri, *client_secret;
    const char *option, *value;
    const char *metadata, *jwks, *certificate;
    int code;
    const char *says;
};

static void set_part(hk_cfg *cfg, const struct part *part) {
    hk_cfg_redirect_uri(cfg, part->redirect_uri ? part->redirect_uri : "https://app.example/cb");
    hk_cfg_secret(cfg, part->client_secret ? part->client_secret : "secret");
    if (part->option)
        hk_cfg_set(cfg, part->option, part->value);
    if (part->metadata)
        hk_cfg_metadata(cfg, part->metadata);
    if (part->jwks)
        hk_cfg_jwks(cfg, part->jwks);
    if (part->certificate)
        hk_cfg_certificate(cfg, part->certificate, part->certificate);
}

static void parts_that_do_not_fit_are_refused(void **state) {
    (void)state;
    static const struct part rows[] = {
        {.issuer = "http://op.example", .code = HK_E_CONFIG, .says = "issuer must be an https"},
        {.issuer = "https://op.example?a=b", .code = HK_E_CONFIG, .says = "issuer must be"},
        {.issuer = "https://op.example#a", .code = HK_E_CONFIG, .says = "issuer must be"},
        {.issuer = "op.example", .code = HK_E_CONFIG, .says = "issuer must be"},
        {.issuer = "http://127.0.0.1.evil.example", .code = HK_E_CONFIG, .says = "issuer must be"},
        {.redirect_uri = "http://app.example/cb", .code = HK_E_CONFIG, .says = "redirect_uri"},
        {.redirect_uri = "https://app.example/cb#x", .code = HK_E_CONFIG, .says = "redirect_uri"},
        {.redirect_uri = "/cb", .code = HK_E_CONFIG, .says = "redirect_uri"},
        {.option = "id_token_alg", .value = "HS256", .code = HK_E_CONFIG, .says = "too short"},
        {.option = "userinfo_alg", .value = "HS256", .code = HK_E_CONFIG, .says = "too short"},
        {.option = "client_auth",
         .value = "client_secret_jwt",
         .code = HK_E_CONFIG,
         .says = "too short"},
        {.option = "ca_file", .value = "/nowhere/ca.pem", .code = HK_E_CONFIG, .says = "a file"},
        {.certificate = "/nowhere/cert.pem", .code = HK_E_CONFIG, .says = "a file"},
        {.metadata = "[]", .code = HK_E_CONFIG, .says = "JSON object"},
        {.metadata = "{", .code = HK_E_CONFIG, .says = "JSON object"},
        {.metadata = "{\"issuer\":\"https://another.example\"}",
         .code = HK_E_ISS,
         .says = "another issuer"},
        {.jwks = "\"x\"", .code = HK_E_CONFIG, .says = "JSON object"},
        {.jwks = "{\"keys\":{}}", .code = HK_E_KEY, .says = "not a set of keys"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = hk_cfg_new(rows[i].issuer ? rows[i].issuer : ISSUER, "app");
        set_part(cfg, &rows[i]);
        assert_int_equal(make(cfg, &e), rows[i].code);
        assert_non_null(strstr(e.msg, rows[i].says));
    }
}

static void parts_that_fit_are_taken(void **state) {
    (void)state;
    static const struct part rows[] = {
        {.issuer = "https://op.example/tenant/"},
        {.issuer = "http://localhost:9400"},
        {.issuer = "http://[::1]:9400", .redirect_uri = "http://127.0.0.1:8080/cb?a=b"},
        {.option = "id_token_alg",
         .value = "HS256",
         .client_secret = "a-secret-of-more-than-thirty-two-bytes"},
        {.metadata = "{\"issuer\":\"" ISSUER "\"}", .jwks = "{\"keys\":[]}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = hk_cfg_new(rows[i].issuer ? rows[i].issuer : ISSUER, "app");
        set_part(cfg, &rows[i]);
        assert_int_equal(make(cfg, &e), HK_OK);
    }
}

static void arguments_that_are_missing_are_told(void **state) {
    (void)state;
    static const uint8_t key[32];
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    const hk_store halves = {.size = sizeof halves};
    int (*const setters[])(hk_cfg *, const char *) = {hk_cfg_secret, hk_cfg_redirect_uri,
                                                      hk_cfg_scopes, hk_cfg_metadata, hk_cfg_jwks};
    for (size_t i = 0; i < COUNT(setters); i++) {
        hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
        assert_int_equal(setters[i](NULL, "x"), HK_E_NOMEM);
        assert_int_equal(setters[i](cfg, NULL), HK_E_ARG);
        assert_int_equal(make(cfg, &e), HK_E_ARG);
    }
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    assert_int_equal(hk_cfg_store(cfg, &halves), HK_E_ARG);
    assert_int_equal(hk_cfg_seal_key(cfg, key, 1), HK_E_ARG); /* the first bad value stays */
    hk_cfg_free(cfg);
    cfg = hk_cfg_new(ISSUER, "app");
    assert_int_equal(hk_cfg_seal_key(cfg, NULL, 1), HK_E_ARG);
    hk_cfg_free(cfg);
    hk_cfg_free(NULL);
    hk_rp_free(NULL);
    assert_int_equal(hk_rp_new(NULL, &rp, &e), HK_E_NOMEM);
    assert_null(rp);
    assert_int_equal(hk_rp_new(hk_cfg_new(ISSUER, "app"), NULL, NULL), HK_E_ARG);
}

static void eight_seal_keys_are_enough(void **state) {
    (void)state;
    static const uint8_t key[32];
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    for (uint32_t id = 0; id < 8; id++)
        assert_int_equal(hk_cfg_seal_key(cfg, key, id), HK_OK);
    assert_int_equal(hk_cfg_seal_key(cfg, key, 8), HK_E_CONFIG);
    hk_cfg_free(cfg);
}

static void warn(void *context, const hk_event *event) {
    if (strcmp(event->what, "warning") == 0 && strstr(event->detail, "seal key"))
        *(int *)context += 1;
}

static void a_client_without_a_seal_key_warns(void **state) {
    (void)state;
    int warnings = 0;
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    hk_cfg_on_event(cfg, warn, &warnings);
    assert_int_equal(make(cfg, &e), HK_OK);
    assert_int_equal(warnings, 1);
}

static void codes_have_names(void **state) {
    (void)state;
    assert_string_equal(hk_code_name(HK_OK), "HK_OK");
    assert_string_equal(hk_code_name(HK_E_STEP_UP), "HK_E_STEP_UP");
    assert_string_equal(hk_code_name(-9999), "HK_E_UNKNOWN");
    assert_string_equal(hk_version(), HITKEY_RP_VERSION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_that_cannot_be_is_refused),
        cmocka_unit_test(a_setting_that_can_be_is_taken),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
        cmocka_unit_test(parts_that_fit_are_taken),
        cmocka_unit_test(arguments_that_are_missing_are_told),
        cmocka_unit_test(eight_seal_keys_are_enough),
        cmocka_unit_test(a_client_without_a_seal_key_warns),
        cmocka_unit_test(codes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
