#include "authz/account/account_places.h"

#include "authz/config.h"
#include "authz/logout_notifier.h"
#include "authz/store/logout.h"

err account_places(struct request *rq, const struct area *area, struct session_places *out) {
    const struct config *config = authz_of(rq)->config;
    const struct session_limits limits = {.idle_ms = config->session_idle * 1000,
                                          .lifetime_ms = config->session_lifetime * 1000};
    return session_list(authz_of(rq)->store, rq->arena, area->account->user_id, rq->now_ms, &limits,
                        out);
}

static err end(struct request *rq, const struct area *area, const str *sids, size_t n) {
    const struct authz *authz = authz_of(rq);
    struct audit_entry audit[SESSION_LIST_MAX];
    struct front_channel *front; /* another browser's: not for this one to load */
    size_t fronts;
    for (size_t i = 0; i < n; i++)
        audit[i] =
            audit_entry(rq, AUDIT_signed_out, area->account->user_id, STR_ABSENT, STR_ABSENT);
    const struct logout logout = {sids, n, audit, rq->now_ms};
    TRY(logout_sign_out(authz->store, rq->arena, &logout, &front, &fronts));
    for (size_t i = 0; i < n; i++)
        audit_log(&audit[i]);
    logout_notifier_settle(authz->logout_notifier, sids, n);
    return OK;
}

err account_places_end(struct request *rq, const struct area *area, str sid) {
    struct session_places places;
    bool own = false;
    TRY(account_places(rq, area, &places));
    for (size_t i = 0; i < places.n; i++)
        own |= str_eq(places.list[i].sid, sid);
    REQUIRE(own, not_found, "the person has no such sign-in");
    return end(rq, area, &sid, 1);
}

/* Those of one list; *more: there may be others. */
static err end_listed(struct request *rq, const struct area *area, bool *more) {
    struct session_places places;
    str sids[SESSION_LIST_MAX];
    size_t n = 0;
    TRY(account_places(rq, area, &places));
    for (size_t i = 0; i < places.n; i++)
        if (!str_eq(places.list[i].sid, area->account->sid))
            sids[n++] = places.list[i].sid;
    *more = places.n == SESSION_LIST_MAX;
    return n ? end(rq, area, sids, n) : OK;
}

err account_places_end_others(struct request *rq, const struct area *area) {
    for (bool more = true; more;)
        TRY(end_listed(rq, area, &more));
    return OK;
}
