/* POST /interaction/forgot: a link by mail. The answer is the same for every address. */
#include "authz/account_call.h"
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"
#include "authz/flow_page.h"
#include "common/http/email.h"

static err send(struct request *rq, struct flow *flow, struct response *rs) {
    struct account_answer answer;
    str sentence;
    int status;
    TRY(ACCOUNT_CALL(rq, "/auth/password/forgot", &answer,
                     ACCOUNT_MEMBER("email", flow->interaction.email)));
    if (answer.status == 200) {
        audit_event(rq, AUDIT_password_forgotten, STR_ABSENT, flow->authorization.client.client_id,
                    STR_ABSENT);
        return flow_page_forgot(rq, flow, true, 200, STR_ABSENT, rs);
    }
    TRY(account_answer_sentence(rq, &answer, &sentence));
    TRY(flow_page_status(rq, &answer, rs, &status));
    return flow_page_forgot(rq, flow, false, status, sentence, rs);
}

err interaction_forgot(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    TRY(flow_resume(rq, &form, &flow));
    interaction_set_email(&flow.interaction, form_get(&form, S("email")));
    if (!str_eq(form_get(&form, S("step")), S("send"))) /* from the sign-in page */
        return flow_page_forgot(rq, &flow, false, 200, STR_ABSENT, rs);
    if (!email_valid(flow.interaction.email))
        return flow_page_forgot(rq, &flow, false, 422, texts_get(rq, TEXT_email_not_whole), rs);
    return send(rq, &flow, rs);
}
