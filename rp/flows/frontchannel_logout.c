/* hk_frontchannel_logout: the provider's page loads ours, in which the browser's session ends
 * (Front-Channel Logout 1.0). */
#include "common/base/form.h"
#include "rp/engine/client.h"
#include "rp/engine/session.h"

enum { MAX_QUERY = 8 * 1024, CEILING = 64 * 1024 };

struct logout_query {
    str iss, sid;
};

static err read_query(struct failure *failure, struct arena *arena, str query,
                      struct logout_query *out) {
    struct form form = {0};
    HOLD(failure, logout_query_valid, query.n <= MAX_QUERY);
    HOLD_TRY(failure, logout_query_valid, form_parse(arena, query, &form));
    HOLD_TRY(failure, logout_query_valid, form_unique(&form, S("")));
    out->iss = form_get(&form, S("iss"));
    out->sid = form_get(&form, S("sid"));
    return OK;
}

/* 2: both, or neither. Any page can load ours, so that what does not name the session of this
 * browser must not end it. */
static err check(const struct hk_rp *rp, struct failure *failure, const struct logout_query *query,
                 const hk_session *session) {
    bool required = rp->settings.options.frontchannel_session == FRONTCHANNEL_SESSION_REQUIRE;
    bool named = str_present(query->iss);
    HOLD(failure, logout_query_names_session,
         named == str_present(query->sid) && (named || !required));
    HOLD(failure, logout_iss_matches, !named || str_eq(query->iss, rp->settings.issuer));
    HOLD(failure, logout_session_matches,
         !named || !session ||
             (str_eq(query->iss, session->iss) && str_eq(query->sid, session->sid)));
    return OK;
}

static err look(const struct hk_rp *rp, struct failure *failure, const char *text,
                const hk_session *session) {
    struct logout_query query = {0};
    HOLD(failure, argument_given, rp && text);
    struct arena *arena = arena_new_in(&rp->memory, CEILING);
    REQUIRE(arena, no_memory, "there is no memory to read the query");
    err e = read_query(failure, arena, str_from(text), &query);
    if (!failed(e))
        e = check(rp, failure, &query, session);
    arena_free(arena);
    return e;
}

int hk_frontchannel_logout(hk_rp *rp, const char *query, const hk_session *session, hk_error *e) {
    struct failure failure = {0};
    return failure_report(&failure, look(rp, &failure, query, session), e);
}
