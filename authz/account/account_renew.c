#include "authz/account/account_renew.h"

#include "authz/browser_session.h"
#include "authz/browser_state.h"
#include "authz/config.h"
#include "authz/person.h"
#include "authz/protocol/acr.h"
#include "authz/session_cookie.h"

static const struct account *find(const struct session *session, str user_id) {
    for (size_t i = 0; i < session->n; i++)
        if (str_eq(session->accounts[i].user_id, user_id))
            return &session->accounts[i];
    return NULL;
}

static err adopt(struct request *rq, struct area *area, str cookie, str user_id,
                 struct response *rs) {
    int64_t life_s = authz_of(rq)->config->session_lifetime;
    TRY(session_cookie_set(rq, rs, COOKIE_SESSION, cookie, life_s));
    TRY(browser_state_change(rq, rs));
    TRY(browser_session_load(rq, cookie, &area->session));
    area->account = find(&area->session, user_id);
    REQUIRE(area->account, core_unavailable, "the sign-in was ended in this moment");
    return session_cookie_set(rq, rs, COOKIE_ACCOUNT, area->account->sid, life_s);
}

/* Later than what the core store has ended, by its own clock. */
static err sign_in(struct request *rq, struct area *area, const struct account *who,
                   struct response *rs) {
    const struct authz *authz = authz_of(rq);
    struct account account = *who;
    int64_t ended_ms;
    str cookie;
    TRY(person_signed_out(rq, who->user_id, &ended_ms));
    account.signed_in_ms = ended_ms < rq->now_ms ? rq->now_ms : ended_ms + 1;
    struct audit_entry audit = audit_entry(rq, AUDIT_sign_in, who->user_id, STR_ABSENT, STR_ABSENT);
    const struct session_start start = {.old = &area->session,
                                        .account = &account,
                                        .audit = &audit,
                                        .user_agent = request_header(rq, S("User-Agent")),
                                        .address = rq->remote,
                                        .now_ms = rq->now_ms,
                                        .lifetime_ms = authz->config->session_lifetime * 1000};
    TRY(session_sign_in(authz->store, rq->arena, &start, &cookie));
    audit_log(&audit);
    return adopt(rq, area, cookie, account.user_id, rs);
}

err account_renew(struct request *rq, struct area *area, struct response *rs) {
    return sign_in(rq, area, area->account, rs);
}

err account_begin(struct request *rq, struct area *area, str user_id, str amr,
                  struct response *rs) {
    const struct account account = {.user_id = user_id, .acr = acr_of(amr), .amr = amr};
    REQUIRE(str_present(user_id) && str_present(account.acr), core_unavailable,
            "the core store gave no answer of use");
    return sign_in(rq, area, &account, rs);
}
