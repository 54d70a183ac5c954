#include "authz/flow.h"

#include "authz/authorization_response.h"
#include "authz/browser_session.h"
#include "authz/browser_state.h"
#include "authz/config.h"
#include "authz/flow_page.h"
#include "authz/membership.h"
#include "authz/person.h"
#include "authz/protocol/acr.h"
#include "authz/protocol/prompt.h"
#include "authz/requested_claims.h"
#include "authz/session_cookie.h"
#include "authz/store/consent.h"

err flow_begin(struct request *rq, struct flow *flow) {
    flow->interaction =
        (struct interaction){.params = flow->authorization.params, .started_ms = rq->now_ms};
    return browser_session(rq, &flow->session);
}

err flow_resume(struct request *rq, struct form *form, struct flow *flow) {
    TRY(form_parse(rq->arena, rq->body, form));
    TRY(form_unique(form, STR_ABSENT));
    *flow = (struct flow){.allowed = STR_ABSENT};
    TRY(interaction_open(rq, form_get(form, S("interaction")), &flow->interaction));
    err e = authorization_read(rq, flow->interaction.params, &flow->authorization);
    REQUIRE(!failed(e) || err_status(e.code) >= 500, seal_broken,
            "the client has changed meanwhile");
    TRY(e);
    return browser_session(rq, &flow->session);
}

/* --- deciding ------------------------------------------------------------------------------- */

/* The person whom id_token_hint or the claims request names, if signed in here, and rather the one
 * who was chosen; else a name that nobody here has. Absent: anybody will do. */
static err find_expected(struct request *rq, const struct flow *flow, str *user_id) {
    const struct authorization *a = &flow->authorization;
    *user_id = a->claims.sub_count ? a->claims.subs[0] : STR_ABSENT;
    for (size_t i = 0; i < flow->session.n && a->claims.sub_count; i++) {
        str id = flow->session.accounts[i].user_id;
        bool expected;
        TRY(requested_claims_expect(rq, a, id, &expected));
        if (expected)
            *user_id = id;
        if (str_eq(*user_id, flow->interaction.user_id))
            break;
    }
    return OK;
}

err flow_decide(struct request *rq, const struct flow *flow, struct decision *out) {
    const struct authorization *a = &flow->authorization;
    struct decision_input in = {.prompts = a->in.prompts,
                                .max_age_s = a->in.max_age_s,
                                .scope = a->consent,
                                .acr = a->claims.acr_essential ? a->acr : STR_ABSENT,
                                .known_client = authorization_client_is_known(a),
                                .accounts = flow->session.accounts,
                                .n = flow->session.n,
                                .chosen_user_id = flow->interaction.user_id,
                                .fresh = flow->interaction.fresh,
                                .allowed = flow->allowed,
                                .now_s = rq->now_ms / 1000};
    TRY(find_expected(rq, flow, &in.hint_user_id));
    const struct account *account = decision_candidate(&in);
    if (a->client.first_party)
        in.remembered = a->consent;
    else if (account)
        TRY(consent_get(authz_of(rq)->store, rq->arena, account->user_id, a->client.client_id,
                        &in.remembered));
    *out = decision_make(&in);
    return OK;
}

/* --- issuing -------------------------------------------------------------------------------- */

static err note_use(struct request *rq, const struct account *account) {
    if (!session_used_due(account, rq->now_ms))
        return OK;
    TRY(may_block(rq));
    return session_used(authz_of(rq)->store, account->sid, rq->now_ms);
}

err flow_refuse(struct request *rq, struct flow *flow, err e, struct response *rs) {
    TRY(interaction_finish(rq, rs, &flow->interaction));
    return authorization_response_error(rq, &flow->authorization, e, rs);
}

static err issue(struct request *rq, struct flow *flow, const struct account *account,
                 struct response *rs) {
    const struct authorization *a = &flow->authorization;
    struct authorization_answer answer;
    TRY(note_use(rq, account));
    err e = authorization_answer_make(rq, a, account, &answer);
    if (err_is(e, E_invalid_request)) /* the client's to mend, not the person's */
        return flow_refuse(rq, flow, e, rs);
    TRY(e);
    TRY(interaction_finish(rq, rs, &flow->interaction));
    TRY(authorization_response_send(rq, a, &answer, rs));
    audit_event(rq, AUDIT_authorized, account->user_id, a->client.client_id, STR_ABSENT);
    return OK;
}

/* --- the next step -------------------------------------------------------------------------- */

/* Where nothing may be shown the client alone is told (OIDC Core 3.1.2.6); a person learns whom to
 * ask, and may be somebody else here. */
static err turn_away(struct request *rq, struct flow *flow, const struct account *account, err e,
                     struct response *rs) {
    if (err_is(e, E_unauthorized_client))
        return flow_refuse(rq, flow, e, rs);
    if (!err_is(e, E_NOT_PROJECT_MEMBER))
        return e;
    if (flow->authorization.in.prompts & PROMPT_NONE)
        return flow_refuse(rq, flow, FAIL(access_denied, "the person is no member of the project"),
                           rs);
    return flow_page_not_member(rq, flow, account, rs);
}

/* Before consent is asked for, and again before anything is issued. */
static err check_member(struct request *rq, const struct flow *flow,
                        const struct decision *decision) {
    if (decision->step != DECISION_ISSUE && decision->step != DECISION_CONSENT)
        return OK;
    return membership_check(rq, &flow->authorization.client, decision->account->user_id);
}

err flow_advance(struct request *rq, struct flow *flow, struct response *rs) {
    struct decision decision;
    TRY(flow_decide(rq, flow, &decision));
    err member = check_member(rq, flow, &decision);
    if (failed(member))
        return turn_away(rq, flow, decision.account, member, rs);
    switch (decision.step) {
    case DECISION_ISSUE:
        return issue(rq, flow, decision.account, rs);
    case DECISION_SIGN_IN:
        return flow_page_sign_in(rq, flow, decision.account, rs);
    case DECISION_REGISTER:
        return flow_page_register(rq, flow, REGISTER_EMAIL, 200, STR_ABSENT, rs);
    case DECISION_CHOOSE_ACCOUNT:
        return flow_page_choose_account(rq, flow, rs);
    case DECISION_CONSENT:
        return flow_page_consent(rq, flow, decision.account, rs);
    case DECISION_ERROR:
        break;
    }
    return flow_refuse(rq, flow, decision.error, rs);
}

err flow_signed_in(struct request *rq, struct flow *flow, str user_id, str amr,
                   enum audit_event event, struct response *rs) {
    const struct authz *authz = authz_of(rq);
    struct account account = {
        .user_id = user_id, .signed_in_ms = rq->now_ms, .acr = acr_of(amr), .amr = amr};
    struct audit_entry audit =
        audit_entry(rq, event, user_id, flow->authorization.client.client_id, STR_ABSENT);
    struct session_start start = {.old = &flow->session,
                                  .account = &account,
                                  .audit = &audit,
                                  .user_agent = request_header(rq, S("User-Agent")),
                                  .address = rq->remote,
                                  .now_ms = rq->now_ms,
                                  .lifetime_ms = authz->config->session_lifetime * 1000};
    str cookie;
    REQUIRE(str_present(account.user_id) && str_present(account.acr), core_unavailable,
            "the core store gave no answer of use");
    TRY(session_sign_in(authz->store, rq->arena, &start, &cookie));
    audit_log(&audit);
    TRY(session_cookie_set(rq, rs, COOKIE_SESSION, cookie, authz->config->session_lifetime));
    TRY(browser_state_change(rq, rs));
    TRY(browser_session_load(rq, cookie, &flow->session));
    flow->interaction.user_id = user_id;
    flow->interaction.fresh = true;
    flow->interaction.challenge_token = STR_ABSENT;
    return flow_advance(rq, flow, rs);
}
