#include "authz/browser_session.h"

#include "authz/config.h"
#include "authz/person.h"
#include "authz/session_cookie.h"

/* Who is gone, or was signed out everywhere since, is not signed in here either. */
static err drop_ended(struct request *rq, struct session *session) {
    size_t kept = 0;
    for (size_t i = 0; i < session->n; i++) {
        struct account account = session->accounts[i];
        err e = person_check(rq, account.user_id, account.signed_in_ms);
        if (err_is(e, E_not_found))
            continue;
        TRY(e);
        session->accounts[kept++] = account;
    }
    session->n = kept;
    return OK;
}

err browser_session_load(struct request *rq, str cookie, struct session *out) {
    const struct authz *authz = authz_of(rq);
    struct session_limits limits = {.idle_ms = authz->config->session_idle * 1000,
                                    .lifetime_ms = authz->config->session_lifetime * 1000};
    TRY(session_load(authz->store, rq->arena, cookie, rq->now_ms, &limits, out));
    return drop_ended(rq, out);
}

err browser_session(struct request *rq, struct session *out) {
    return browser_session_load(rq, session_cookie_get(rq, COOKIE_SESSION), out);
}
