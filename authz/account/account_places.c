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

/* Those of the person's own list that are wanted: `one`, or if it is absent all but this one. */
static err end_wanted(struct request *rq, const struct area *area, str one) {
    struct session_places places;
    str sids[SESSION_LIST_MAX];
    size_t n = 0;
    TRY(account_places(rq, area, &places));
    for (size_t i = 0; i < places.n; i++) {
        str sid = places.list[i].sid;
        if (str_present(one) ? str_eq(sid, one) : !str_eq(sid, area->account->sid))
            sids[n++] = sid;
    }
    REQUIRE(n > 0 || !str_present(one), not_found, "the person has no such sign-in");
    return n ? end(rq, area, sids, n) : OK;
}

err account_places_end(struct request *rq, const struct area *area, str sid) {
    return end_wanted(rq, area, sid);
}

err account_places_end_others(struct request *rq, const struct area *area) {
    return end_wanted(rq, area, STR_ABSENT);
}
