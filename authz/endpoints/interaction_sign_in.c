/* POST /interaction/sign-in: e-mail and password, or the way back to their page from another. */
#include "authz/account_call.h"
#include "authz/endpoints/endpoints.h"
#include "authz/endpoints/interaction_register.h"
#include "authz/flow.h"
#include "authz/flow_page.h"

static err refuse(struct request *rq, struct flow *flow, const struct account_answer *answer,
                  struct response *rs) {
    struct account_answer shown = *answer;
    str sentence;
    int status;
    if (answer->status == 422) /* not an address, or longer than any password may be */
        shown.code = S("INVALID_CREDENTIALS");
    audit_event(rq, AUDIT_sign_in_failed, answer->about, flow->authorization.client.client_id,
                STR_ABSENT);
    TRY(account_answer_sentence(rq, &shown, &sentence));
    TRY(flow_page_status(rq, answer, rs, &status));
    return flow_page_sign_in_again(rq, flow, status, sentence, rs);
}

static err submit(struct request *rq, struct flow *flow, str password, struct response *rs) {
    struct account_answer answer;
    TRY(ACCOUNT_CALL(rq, "/internal/sign-in", &answer,
                     ACCOUNT_MEMBER("email", flow->interaction.email),
                     ACCOUNT_MEMBER("password", password)));
    if (answer.status == 200)
        return flow_signed_in(rq, flow, answer.user_id, answer.amr, AUDIT_sign_in, rs);
    if (answer.status == 202) {
        flow->interaction.challenge_token = answer.challenge_token;
        return flow_page_second_factor(rq, flow, 200, STR_ABSENT, rs);
    }
    if (account_answer_is(&answer, "EMAIL_NOT_VERIFIED"))
        return interaction_register_begin(rq, flow, rs);
    return refuse(rq, flow, &answer, rs);
}

err interaction_sign_in(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    TRY(flow_resume(rq, &form, &flow));
    str password = form_get(&form, S("password"));
    interaction_set_email(&flow.interaction, form_get(&form, S("email")));
    if (str_present(password) && str_present(flow.interaction.email))
        return submit(rq, &flow, password, rs);
    return flow_page_sign_in_again(rq, &flow, 200, STR_ABSENT, rs);
}
