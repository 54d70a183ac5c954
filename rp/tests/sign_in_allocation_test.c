/* Each allocation of a sign-in fails, in turn: begun in every way, finished with all there is,
 * saved and loaded. The generator is seeded, so that the provider's answers can be made beforehand.
 */
#include <stdio.h>

#include "common/base/base64url.h"
#include "common/base/random.h"
#include "keys/digest.h"
#include "rp/tests/sign_in_helper.h"
#include "rp/tests/starve_helper.h"

/* What the provider and the browser say, for one kind of sign-in. */
static struct {
    struct feed feed;
    struct issuer issuer;
    world_settings settings;
    const hk_auth *auth;
    const char *tokens, *params, *cookie;
    int via;
} play;

static hk_cfg *configured(void) {
    hk_cfg *cfg = feed_cfg(&play.feed);
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, play.issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    hk_cfg_set(cfg, "authorization_alg", "ES256");
    for (size_t i = 0; i < WORLD_SETTINGS && play.settings[i]; i++) {
        char name[64];
        size_t n = strcspn(play.settings[i], "=");
        snprintf(name, sizeof name, "%.*s", (int)n, play.settings[i]);
        hk_cfg_set(cfg, name, play.settings[i] + n + 1);
    }
    return cfg;
}

static hk_str text(const char *p) {
    return (hk_str){p, strlen(p)};
}

/* Answers what is asked, as often as it is. */
static int drive(hk_op *op, hk_error *e) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        const char *body = strstr(http.url.p, "/par")     ? "{\"request_uri\":\"urn:r:1\"}"
                           : strstr(http.url.p, "/token") ? play.tokens
                                                          : "{\"sub\":\"joe\",\"email\":\"j@b\"}";
        hk_op_feed(op, 200, text("Content-Type: application/json\r\n"), text(body), 0);
    }
    return code;
}

static int begin(hk_rp *rp, hk_login **login, hk_error *e) {
    hk_op *op = hk_begin_op(rp, play.auth);
    int code = drive(op, e);
    *login = hk_op_take_login(op);
    assert_true((code == HK_OK) == (*login != NULL));
    hk_op_free(op);
    return code;
}

static int finish(hk_rp *rp, hk_session **session, hk_error *e) {
    const hk_callback callback = {sizeof callback, play.params, play.cookie, play.via};
    hk_op *op = hk_finish_op(rp, &callback);
    int code = drive(op, e);
    *session = hk_op_take_session(op);
    assert_true((code == HK_OK) == (*session != NULL));
    hk_op_free(op);
    return code;
}

/* A client, made and freed with it, and what is done with that. */
static int with_client(int (*call)(hk_rp *rp, hk_error *e)) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    random_seed_for_tests(11);
    int code = hk_rp_new(configured(), &rp, &e);
    if (!code)
        code = call(rp, &e);
    hk_rp_free(rp);
    random_seed_for_tests(0);
    return code;
}

static int begin_call(hk_rp *rp, hk_error *e) {
    hk_login *login;
    int code = begin(rp, &login, e);
    hk_login_free(login);
    return code;
}

static int begin_scenario(void) {
    return with_client(begin_call);
}

static int initiate_call(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_initiate_op(rp, "iss=" ISSUER "&login_hint=j&target_link_uri="
                                   "https%3A%2F%2Fapp.example%2Fhome%3Fa%3Db");
    int code = drive(op, e);
    hk_login *login = hk_op_take_login(op);
    assert_true((code == HK_OK) == (login != NULL));
    hk_login_free(login);
    hk_op_free(op);
    return code;
}

static int initiate_scenario(void) {
    return with_client(initiate_call);
}

static int save_and_load(hk_rp *rp, const hk_session *session, hk_error *e) {
    char saved[16384];
    size_t len = sizeof saved;
    hk_session *loaded;
    int code = hk_session_save(rp, session, saved, &len, e);
    if (code)
        return code;
    code = hk_session_load(rp, saved, len, &loaded, e);
    assert_true((code == HK_OK) == (loaded != NULL));
    hk_session_free(loaded);
    return code;
}

static int finish_call(hk_rp *rp, hk_error *e) {
    hk_session *session;
    int code = finish(rp, &session, e);
    if (!code)
        code = save_and_load(rp, session, e);
    hk_session_free(session);
    return code;
}

static int finish_scenario(void) {
    return with_client(finish_call);
}

static const char *kept(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* In the issuer's arena. */
static const char *kept(const char *format, ...) {
    char buffer[8192];
    str out;
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    assert_ok(str_dup(play.issuer.arena, str_from(buffer), &out));
    return out.p;
}

static const char *hash_of(const char *value) {
    struct sha256 digest = sha256(str_from(value));
    str hash;
    assert_ok(base64url_encode(play.issuer.arena, str_head(sha256_str(&digest), 16), &hash));
    return hash.p;
}

/* The ID token, with a c_hash for the front channel. */
static const char *id_token(const char *nonce) {
    const char *claims =
        kept("{'iss':'" ISSUER "','sub':'joe','aud':'app','iat':1800000000,'exp':1800000300,"
             "'nonce':'%s','c_hash':'%s'}",
             nonce, hash_of("c"));
    return issuer_sign(&play.issuer, claims, STR_ABSENT).p;
}

/* Begins with memory, and makes the answers of what it began. */
static void answer_what_is_begun(void) {
    hk_error e = HK_ERROR_INIT;
    hk_login *login;
    hk_rp *rp;
    random_seed_for_tests(11);
    assert_int_equal(hk_rp_new(configured(), &rp, &e), HK_OK);
    assert_int_equal(begin(rp, &login, &e), HK_OK);
    const char *url = hk_login_url(login).p;
    const char *state = kept("%s", param_of(url, "state")), *token;
    play.cookie = kept("%s", hk_login_cookie(login).p);
    token = id_token(param_of(url, "nonce"));
    play.tokens = kept("{\"access_token\":\"at\",\"token_type\":\"DPoP\",\"refresh_token\":\"rt\","
                       "\"expires_in\":60,\"id_token\":\"%s\"%s}",
                       token, ",\"authorization_details\":[{\"type\":\"a\"}]");
    play.params = kept("code=c&state=%s&iss=" ISSUER, state);
    if (play.via == HK_VIA_FORM_POST) {
        const char *claims = kept("{'iss':'" ISSUER "','aud':'app','exp':1800000100,'code':'c',"
                                  "'state':'%s','id_token':'%s'}",
                                  state, token);
        play.params = kept("response=%s", issuer_sign(&play.issuer, claims, STR_ABSENT).p);
    }
    hk_login_free(login);
    hk_rp_free(rp);
    random_seed_for_tests(0);
}

static void play_with(const char *const *settings, const hk_auth *auth, int via) {
    memcpy(play.settings, settings, sizeof play.settings);
    play.auth = auth;
    play.via = via;
}

static void begin_survives_every_failed_allocation(void **state) {
    (void)state;
    static const hk_auth auth = {.size = sizeof auth,
                                 .scopes = "openid email",
                                 .claims = "{\"userinfo\":{\"name\":null}}",
                                 .authorization_details = "[{\"type\":\"a\"}]",
                                 .resources = "https://a.example/ https://b.example/",
                                 .has_max_age = 1,
                                 .max_age = 30,
                                 .extra = "foo=bar",
                                 .cookie = "hk_AAAAAAAAAAAAAAAAAAAAAA=1.x"};
    play_with((world_settings){"request_object=reference", "request_object_alg=HS256",
                               "request_uri=https://app.example/r/", "max_logins=1",
                               "request_object_encryption=dir A256GCM"},
              &auth, HK_VIA_QUERY);
    starve(begin_scenario);
    play_with((world_settings){"par=require", "dpop=require"}, &auth, HK_VIA_QUERY);
    starve(begin_scenario);
    play_with((world_settings){NULL}, NULL, HK_VIA_QUERY);
    starve(initiate_scenario);
}

static void finish_survives_every_failed_allocation(void **state) {
    (void)state;
    play_with((world_settings){"dpop=require"}, NULL, HK_VIA_QUERY);
    answer_what_is_begun();
    starve(finish_scenario);
}

static void a_hybrid_answer_in_a_jwt_survives_every_failed_allocation(void **state) {
    (void)state;
    play_with((world_settings){"dpop=require", "response_type=code id_token",
                               "response_mode=form_post.jwt"},
              NULL, HK_VIA_FORM_POST);
    answer_what_is_begun();
    starve(finish_scenario);
}

int main(void) {
    starve_set_up();
    issuer_start(&play.issuer, JOSE_ES256);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_survives_every_failed_allocation),
        cmocka_unit_test(finish_survives_every_failed_allocation),
        cmocka_unit_test(a_hybrid_answer_in_a_jwt_survives_every_failed_allocation),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    issuer_stop(&play.issuer);
    return failures;
}
