#include "rp/tests/sign_in_helper.h"

#include <stdio.h>

#include "common/base/form.h"

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

const char *cookie_of(const hk_login *login) {
    char *out = slot();
    hk_str cookie = hk_login_cookie(login);
    snprintf(out, SLOT, "%.*s", (int)strcspn(cookie.p, ";"), cookie.p);
    return out;
}
