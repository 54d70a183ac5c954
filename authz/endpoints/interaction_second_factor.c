/* POST /interaction/second-factor: a code of the authenticator, or a recovery code. */
#include "authz/account_call.h"
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"
#include "authz/flow_page.h"

static err refuse(struct request *rq, struct flow *flow, const struct account_answer *answer,
                  struct response *rs) {
    str sentence;
    int status;
    audit_event(rq, AUDIT_second_factor_failed, answer->about, flow->authorization.client.client_id,
                STR_ABSENT);
    TRY(flow_page_status(rq, answer, rs, &status));
    if (account_answer_is(answer, "INVALID_TOKEN")) { /* the first factor is too long ago */
        flow->interaction.challenge_token = STR_ABSENT;
        return flow_page_sign_in_again(rq, flow, status, texts_get(rq, TEXT_took_too_long), rs);
    }
    TRY(account_answer_sentence(rq, answer, &sentence));
    return flow_page_second_factor(rq, flow, status, sentence, rs);
}

err interaction_second_factor(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    struct account_answer answer;
    TRY(flow_resume(rq, &form, &flow));
    str code = str_trim(form_get(&form, S("code")));
    if (!str_present(flow.interaction.challenge_token))
        return flow_advance(rq, &flow, rs);
    if (str_empty(code))
        return flow_page_second_factor(rq, &flow, 422, texts_get(rq, TEXT_type_code), rs);
    TRY(ACCOUNT_CALL(rq, "/internal/second-factor", &answer,
                     ACCOUNT_MEMBER("challenge_token", flow.interaction.challenge_token),
                     ACCOUNT_MEMBER("code", code)));
    if (answer.status == 200)
        return flow_signed_in(rq, &flow, answer.user_id, answer.amr, AUDIT_sign_in, rs);
    return refuse(rq, &flow, &answer, rs);
}
