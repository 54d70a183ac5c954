/* POST /interaction/consent: allow or deny. What counts is what the page showed: that person, that
 * scope, while the person is still signed in. */
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"
#include "authz/store/consent.h"

static err allow(struct request *rq, struct flow *flow, const struct account *account) {
    struct consent consent = {account->user_id, flow->authorization.client.client_id,
                              flow->interaction.scope};
    struct audit_entry audit =
        audit_entry(rq, AUDIT_consent_allowed, consent.user_id, consent.client_id, STR_ABSENT);
    TRY(consent_allow(authz_of(rq)->store, rq->arena, &consent, &audit, rq->now_ms));
    audit_log(&audit);
    flow->allowed = consent.scope;
    return OK;
}

static err deny(struct request *rq, struct flow *flow, struct response *rs) {
    audit_event(rq, AUDIT_consent_denied, flow->interaction.user_id,
                flow->authorization.client.client_id, STR_ABSENT);
    return flow_refuse(rq, flow, FAIL(access_denied, "the person did not allow it"), rs);
}

err interaction_consent(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    struct decision decision;
    TRY(flow_resume(rq, &form, &flow));
    str answer = form_get(&form, S("decision"));
    if (str_eq(answer, S("deny")))
        return deny(rq, &flow, rs);
    TRY(flow_decide(rq, &flow, &decision));
    bool asked = decision.step == DECISION_CONSENT && str_present(flow.interaction.scope) &&
                 str_eq(flow.interaction.user_id, decision.account->user_id);
    if (asked && str_eq(answer, S("allow")))
        TRY(allow(rq, &flow, decision.account));
    return flow_advance(rq, &flow, rs);
}
