#include "core/core.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/secret.h"
#include "common/http/policy.h"
#include "common/ops/log.h"
#include "core/endpoints/endpoints.h"
#include "core/event.h"
#include "core/migrations.h"
#include "core/outbox.h"
#include "core/password.h"
#include "core/profile_input.h"
#include "core/reap.h"
#include "core/store/api_sign_in.h"
#include "core/store/name_keys.h"

enum { ARENA = 64 * 1024 };

static const struct route routes[] = {
#define ROUTE(methods, path, handler, caller, body, cap, run, rate, takes)                         \
    {methods,     path,      handler,        caller, (body), cap,                                  \
     DIALECT_API, CORS_NONE, CACHE_NO_STORE, run,    rate,   takes},
#include "core/routes.def"
#undef ROUTE
};

/* The caller is a part of this program, or shows the service credential. */
static bool from_service(const struct request *rq) {
    return rq->trusted || secret_eq(secret_of(request_authorization(rq, S("Bearer"))),
                                    secret_of(core_of(rq)->service_credential));
}

/* A service asks for a person whom it has signed in itself: such a call belongs to no sign-in of
 * the API. */
static err admit_acting(struct request *rq, str user_id, struct api_token *token) {
    struct user user = {0};
    TRY(user_read(core_of(rq)->db, rq->arena, user_id, &user));
    *token = (struct api_token){.user_id = user.id};
    return OK;
}

static err admit_bearer(struct request *rq) {
    struct api_token *token = ARENA_NEW(rq->arena, struct api_token);
    REQUIRE(token, no_memory, "the request needs more memory than it may have");
    rq->caller = token;
    str text = request_authorization(rq, S("Bearer"));
    str acting = request_header(rq, S("X-Act-As"));
    if (str_present(acting) && from_service(rq)) {
        rq->who = acting;
        return admit_acting(rq, acting, token);
    }
    REQUIRE(str_present(text), unauthorized, "Log in: this call needs a Bearer token");
    TRY(api_token_check(core_of(rq), rq->arena, text, rq->now_ms, token));
    rq->who = token->user_id;
    return api_sign_in_note_use(rq, token);
}

static err admit_service(struct request *rq) {
    REQUIRE(from_service(rq), not_found, "there is nothing here");
    return OK;
}

static err admit(struct request *rq) {
    if (rq->route->caller == CALLER_API_BEARER)
        return admit_bearer(rq);
    return rq->route->caller == CALLER_SERVICE ? admit_service(rq) : OK;
}

static err set_up(struct core *core, const struct core_options *options) {
    core->clock_ms = options->test_clock_ms ? options->test_clock_ms : clock_now_ms;
    core->arena = arena_new(ARENA);
    REQUIRE(core->arena, no_memory, "there is no memory for the core store");
    TRY(str_dup(core->arena, options->issuer, &core->issuer));
    TRY(str_dup(core->arena, options->service_credential, &core->service_credential));
    master_key_derive(options->master, S("core seal"), core->seal_key.bytes);
    master_key_derive(options->master, S("core pepper"), core->pepper);
    const struct password_cost cost = {options->test_hash_memory_kib, options->test_hash_passes};
    TRY(password_hasher_new(options->hash_concurrency, options->hash_callers, cost, &core->hasher));
    const char *path;
    TRY(str_to_c(core->arena, options->db_path, &path));
    TRY(db_open(&(struct db_options){path, "core", core_migrations, core_migration_count},
                &core->db));
    TRY(name_keys_fill(core->db));
    TRY(reap_start(core, &core->reaper));
    return outbox_start(core,
                        &(struct mailer_options){.smtp_url = options->smtp_url,
                                                 .spool_dir = options->mail_dir,
                                                 .from = options->mail_from,
                                                 .from_name = S("HitKey"),
                                                 .ca_file = options->ca_file},
                        &core->outbox);
}

err core_open(const struct core_options *options, struct core **out) {
    struct core *core = calloc(1, sizeof *core);
    REQUIRE(core, no_memory, "there is no memory for the core store");
    core->app = (struct app){.name = "core",
                             .routes = routes,
                             .n = sizeof routes / sizeof routes[0],
                             .world = core,
                             .admit = admit,
                             .render = render_api_error,
                             .finish = event_finish,
                             .limiter = options->limiter};
    err e = set_up(core, options);
    if (failed(e))
        core_close(core);
    else
        *out = core;
    return e;
}

void core_close(struct core *core) {
    if (!core)
        return;
    outbox_stop(core->outbox);
    ticker_stop(core->reaper);
    db_close(core->db);
    password_hasher_free(core->hasher);
    arena_free(core->arena);
    secret_wipe(core, sizeof *core);
    free(core);
}

const struct route *core_routes(size_t *n) {
    *n = sizeof routes / sizeof routes[0];
    return routes;
}

const struct app *core_app(const struct core *core) {
    return &core->app;
}

static err run(const struct app *app, struct request *rq, struct response *rs) {
    str allow;
    TRY(route_find(app, rq, &allow));
    TRY(policy_check_head(rq));
    TRY(policy_check_body(rq));
    TRY(admit(rq));
    return rq->route->handler(rq, rs);
}

/* A call of another part of this program is no request of its own: it is neither logged nor
 * counted, unless it fails by our fault. */
static void call_inside(const struct app *app, struct request *rq, struct response *rs) {
    *rs = (struct response){.status = 200};
    err e = run(app, rq, rs);
    if (!failed(e))
        return;
    *rs = (struct response){.status = 200};
    render_api_error(rq, e, rs);
    if (rs->status >= 500)
        log_err(LOG_ERROR, "core call", e);
}

/* On a copy: the caller's request stays on the caller's route. */
void core_call(struct core *core, struct request *rq, struct response *rs) {
    struct request inner = *rq;
    if (rq->trusted)
        call_inside(&core->app, &inner, rs);
    else
        dispatch(&core->app, &inner, rs);
    rq->who = inner.who;
    rq->event = inner.event;
}

err core_check(struct core *core) {
    return db_check(core->db);
}
