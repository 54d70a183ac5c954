#include "rp/tests/sign_in_helper.h"

#include <stdio.h>

#include "common/base/form.h"

const char sign_in_private_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrCIW6cHfJemZTJDn\n"
    "6DlybgEZngmOjKQ0HAUM4bUNVhChRANCAAQDltzEbPdQaOd2Mnb16cOras0ELqvu\n"
    "k8qBnEye+7SLthx3RwtbBred6eQga2y5Q1RUcRPnCof9YgfgKo1EK8Hn\n"
    "-----END PRIVATE KEY-----\n";

enum { SLOTS = 8, SLOT = 8192 };

static char *slot(void) {
    static char slots[SLOTS][SLOT];
    static size_t next;
    return slots[next++ % SLOTS];
}

static void note_rule(void *context, const hk_event *event) {
    struct world *world = context;
    if (strcmp(event->what, "refused") == 0)
        snprintf(world->rule, sizeof world->rule, "%s", event->detail);
}

hk_cfg *world_cfg(struct world *world, const char *const *settings) {
    hk_cfg *cfg = feed_cfg(&world->feed);
    if (!world->issuer.key)
        issuer_start(&world->issuer, JOSE_ES256);
    hk_cfg_jwks(cfg, world->issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_on_event(cfg, note_rule, world);
    for (size_t i = 0; settings && i < WORLD_SETTINGS && settings[i]; i++) {
        char name[64];
        size_t n = strcspn(settings[i], "=");
        snprintf(name, sizeof name, "%.*s", (int)n, settings[i]);
        assert_int_equal(hk_cfg_set(cfg, name, settings[i] + n + 1), HK_OK);
    }
    return cfg;
}

void world_open(struct world *world, const char *const *settings) {
    hk_error e = HK_ERROR_INIT;
    if (hk_rp_new(world_cfg(world, settings), &world->rp, &e))
        fail_msg("%s: %s", e.msg, e.fix);
}

void world_close(struct world *world) {
    hk_rp_free(world->rp);
    issuer_stop(&world->issuer);
    *world = (struct world){0};
}

hk_login *world_begin(struct world *world, const hk_auth *auth) {
    hk_error e = HK_ERROR_INIT;
    hk_op *op = hk_begin_op(world->rp, auth);
    if (feed_run(&world->feed, op, NULL, 0, &e))
        fail_msg("%s: %s", e.msg, e.fix);
    hk_login *login = hk_op_take_login(op);
    assert_non_null(login);
    hk_op_free(op);
    return login;
}

const char *param_of(const char *text, const char *name) {
    struct arena *arena = arena_new(1 << 20);
    struct form form;
    const char *mark = strchr(text, '?');
    char *out = slot();
    assert_ok(form_parse(arena, str_from(mark ? mark + 1 : text), &form));
    str value = form_get(&form, str_from(name));
    snprintf(out, SLOT, "%.*s", STR_FMT(value));
    arena_free(arena);
    return out;
}

const char *world_text(struct world *world, const char *format, ...) {
    char text[16384];
    str copy;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_in_range(n, 0, sizeof text - 1);
    assert_ok(str_dup(world->issuer.arena, str_from(text), &copy));
    return copy.p;
}

struct begun world_begun(struct world *world, const hk_auth *auth) {
    hk_login *login = world_begin(world, auth);
    hk_str cookie = hk_login_cookie(login);
    const char *url = hk_login_url(login).p;
    struct begun begun = {
        .cookie = world_text(world, "%.*s", (int)strcspn(cookie.p, ";"), cookie.p),
        .state = world_text(world, "%s", param_of(url, "state")),
        .nonce = world_text(world, "%s", param_of(url, "nonce")),
    };
    hk_login_free(login);
    return begun;
}

static void change(json_t *claims, const char *changes) {
    json_t *json = token_json(changes ? changes : "{}"), *value;
    const char *name;
    json_object_foreach(json, name, value) {
        if (json_is_null(value))
            json_object_del(claims, name);
        else
            json_object_set(claims, name, value);
    }
    json_decref(json);
}

const char *world_id_token(struct world *world, const char *nonce, const char *changes) {
    json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s*}", "iss", ISSUER, "sub", "joe",
                               "aud", "app", "iat", (json_int_t)world->feed.now, "exp",
                               (json_int_t)world->feed.now + 300, "nonce", nonce);
    assert_non_null(claims);
    change(claims, changes);
    const char *token = issuer_sign_json(&world->issuer, claims, STR_ABSENT).p;
    json_decref(claims);
    return token;
}

struct canned world_tokens(struct world *world, const char *id_token) {
    const char *member = id_token ? world_text(world, ",\"id_token\":\"%s\"", id_token) : "";
    return (struct canned){.url = ISSUER "/token",
                           .status = 200,
                           .body = world_text(world,
                                              "{\"access_token\":\"at\",\"token_type\":\"Bearer\","
                                              "\"expires_in\":3600,\"refresh_token\":\"rt\"%s}",
                                              member)};
}

int world_finish(struct world *world, const hk_callback *callback, const struct canned *answers,
                 size_t n, hk_session **out, hk_error *e) {
    world->rule[0] = 0;
    hk_op *op = hk_finish_op(world->rp, callback);
    int code = feed_run(&world->feed, op, answers, n, e);
    hk_session *session = hk_op_take_session(op);
    assert_true((code == HK_OK) == (session != NULL));
    if (out)
        *out = session;
    else
        hk_session_free(session);
    hk_op_free(op);
    return code;
}
