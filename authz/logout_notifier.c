#include "authz/logout_notifier.h"

#include <stdlib.h>
#include <time.h>

#include "authz/logout_token.h"
#include "common/base/clock.h"
#include "common/net/fetch.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "common/ops/ticker.h"

enum {
    ARENA = 1 << 20,
    EVERY_MS = 2000,
    CONNECT_MS = 2000,
    ANSWER_MS = 5000,
    ANSWER_MAX = 64 * 1024,
    FIRST_RETRY_MS = 2000,
    MAX_RETRY_MS = 60 * 60 * 1000,
    DOUBLINGS = 11,
    SETTLE_MS = 1500,
    LOOK_EVERY_MS = 10
};

struct logout_notifier {
    const struct authz *authz;
    struct ticker *ticker;
};

/* --- one notice ----------------------------------------------------------------------------- */

static err post(const struct authz *authz, struct arena *arena, str uri, str token, int *status) {
    const struct fetch_header type = {S("Content-Type"), S("application/x-www-form-urlencoded")};
    const struct form_param param = {S("logout_token"), token, false};
    struct fetch_request request = {.method = S("POST"),
                                    .url = uri,
                                    .headers = &type,
                                    .header_count = 1,
                                    .connect_timeout_ms = CONNECT_MS,
                                    .timeout_ms = ANSWER_MS,
                                    .max_body = ANSWER_MAX};
    struct fetch_response answer = {0};
    TRY(form_write(arena, &param, 1, &request.body));
    TRY(fetch(authz->client_fetcher, arena, &request, &answer));
    *status = answer.status;
    return OK;
}

/* Back-Channel Logout 2.8: 200 or 204, and 400 from a client that will never take it. */
static err deliver(const struct authz *authz, struct arena *arena,
                   const struct logout_notice *notice) {
    struct client client = {0};
    int status;
    /* nobody's: what the making of tokens asks a request for */
    struct request rq = {
        .app = authz->app, .arena = arena, .now_ms = clock_now_ms(), .may_block = true};
    str token;
    err e = client_get(authz->store, arena, notice->client_id, &client);
    if (err_is(e, E_not_found) || (!failed(e) && !str_present(client.backchannel_logout_uri)))
        return OK;
    TRY(e);
    TRY(logout_token_make(&rq, &client, notice, &token));
    TRY(post(authz, arena, client.backchannel_logout_uri, token, &status));
    if (status == 400)
        LOG(LOG_WARN, "a client refused a logout token", LOG_STR("client", client.client_id));
    REQUIRE(status == 200 || status == 204 || status == 400, bad_gateway,
            "a client did not take a logout token");
    return OK;
}

static int64_t pause_ms(int64_t attempts) {
    int64_t pause = (int64_t)FIRST_RETRY_MS << (attempts < DOUBLINGS ? attempts : DOUBLINGS);
    return pause < MAX_RETRY_MS ? pause : MAX_RETRY_MS;
}

static err notify_next(const struct authz *authz, struct arena *arena, bool *more) {
    struct logout_notice notice = {0};
    TRY(logout_notice_next(authz->store, arena, clock_now_ms(), &notice, more));
    if (!*more)
        return OK;
    err e = deliver(authz, arena, &notice);
    metrics_add(M_logout_notices, failed(e) ? S("retry") : S("done"), 1);
    if (!failed(e))
        return logout_notice_done(authz->store, notice.id);
    log_err(LOG_WARN, "back-channel logout", e);
    return logout_notice_put_off(authz->store, notice.id,
                                 clock_now_ms() + pause_ms(notice.attempts));
}

/* --- the thread ----------------------------------------------------------------------------- */

static err notify_one(const struct authz *authz, bool *more) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory for back-channel logout");
    err e = notify_next(authz, arena, more);
    arena_free(arena);
    return e;
}

static void notify_all(void *arg) {
    struct logout_notifier *notifier = arg;
    err e = OK;
    for (bool more = true; more && !failed(e) && !ticker_stopping(notifier->ticker);)
        e = notify_one(notifier->authz, &more);
    if (failed(e))
        log_err(LOG_ERROR, "back-channel logout", e);
}

err logout_notifier_start(const struct authz *authz, struct logout_notifier **out) {
    struct logout_notifier *notifier = calloc(1, sizeof *notifier);
    REQUIRE(notifier, no_memory, "there is no memory for back-channel logout");
    notifier->authz = authz;
    err e = ticker_start(EVERY_MS, notify_all, notifier, &notifier->ticker);
    if (failed(e))
        logout_notifier_stop(notifier);
    else
        *out = notifier;
    return e;
}

void logout_notifier_stop(struct logout_notifier *notifier) {
    if (!notifier)
        return;
    ticker_stop(notifier->ticker);
    free(notifier);
}

void logout_notifier_settle(struct logout_notifier *notifier, const str *sids, size_t n) {
    const struct timespec a_moment = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    bool fresh = true;
    for (int waited = 0; waited < SETTLE_MS; waited += LOOK_EVERY_MS) {
        if (failed(logout_notice_fresh(notifier->authz->store, sids, n, &fresh)) || !fresh)
            return;
        if (waited == 0)
            ticker_wake(notifier->ticker);
        nanosleep(&a_moment, NULL);
    }
}
