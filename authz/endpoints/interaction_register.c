/* POST /interaction/register…: an account in three steps. The address is typed once; from then on
 * it is the sealed interaction that carries it, and that the mailed code was right. So only the
 * browser that knew the code comes to the password: the core store is told the interaction's id. */
#include "authz/endpoints/interaction_register.h"

#include "authz/account_call.h"
#include "authz/endpoints/endpoints.h"
#include "authz/flow_page.h"
#include "common/base/buf.h"
#include "common/http/email.h"

static err again(struct request *rq, struct flow *flow, enum register_step step,
                 const struct account_answer *answer, struct response *rs) {
    str sentence;
    int status;
    TRY(account_answer_sentence(rq, answer, &sentence));
    TRY(flow_page_status(rq, answer, rs, &status));
    return flow_page_register(rq, flow, step, status, sentence, rs);
}

static err ask_email(struct request *rq, struct flow *flow, struct response *rs) {
    return flow_page_register(rq, flow, REGISTER_EMAIL, 200, STR_ABSENT, rs);
}

/* --- the address ---------------------------------------------------------------------------- */

err interaction_register_begin(struct request *rq, struct flow *flow, struct response *rs) {
    struct account_answer answer;
    TRY(ACCOUNT_CALL(rq, "/auth/register/start", &answer,
                     ACCOUNT_MEMBER("email", flow->interaction.email)));
    if (answer.status == 200)
        return flow_page_register(rq, flow, REGISTER_CODE, 200, STR_ABSENT, rs);
    if (account_answer_is(&answer, "COOLDOWN")) /* a code is on its way already */
        return again(rq, flow, REGISTER_CODE, &answer, rs);
    return again(rq, flow, REGISTER_EMAIL, &answer, rs);
}

err interaction_register(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    TRY(flow_resume(rq, &form, &flow));
    interaction_set_email(&flow.interaction, form_get(&form, S("email")));
    if (!str_eq(form_get(&form, S("step")), S("email"))) /* from another page */
        return ask_email(rq, &flow, rs);
    if (!email_valid(flow.interaction.email))
        return flow_page_register(rq, &flow, REGISTER_EMAIL, 422,
                                  texts_get(rq, TEXT_email_not_whole), rs);
    return interaction_register_begin(rq, &flow, rs);
}

/* --- the code ------------------------------------------------------------------------------- */

/* People type "123 456" as it stands in the mail. */
static err without_spaces(struct request *rq, str text, str *out) {
    struct buf digits = buf_in(rq->arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ')
            buf_add_c(&digits, text.p[i]);
    return buf_str(&digits, out);
}

err interaction_register_code(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    struct account_answer answer;
    str code;
    TRY(flow_resume(rq, &form, &flow));
    if (!str_present(flow.interaction.email))
        return ask_email(rq, &flow, rs);
    TRY(without_spaces(rq, form_get(&form, S("code")), &code));
    if (str_empty(code))
        return flow_page_register(rq, &flow, REGISTER_CODE, 422, texts_get(rq, TEXT_type_code), rs);
    TRY(ACCOUNT_CALL(rq, "/internal/register/verify", &answer,
                     ACCOUNT_MEMBER("email", flow.interaction.email), ACCOUNT_MEMBER("code", code),
                     ACCOUNT_MEMBER("binding", flow.interaction.id)));
    if (answer.status == 422) /* not six digits */
        answer.code = S("INVALID_CODE");
    if (answer.status != 200)
        return again(rq, &flow, REGISTER_CODE, &answer, rs);
    flow.interaction.email_proven = true;
    return flow_page_register(rq, &flow, REGISTER_PASSWORD, 200, STR_ABSENT, rs);
}

err interaction_register_resend(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    struct account_answer answer;
    TRY(flow_resume(rq, &form, &flow));
    if (!str_present(flow.interaction.email))
        return ask_email(rq, &flow, rs);
    TRY(ACCOUNT_CALL(rq, "/auth/register/resend", &answer,
                     ACCOUNT_MEMBER("email", flow.interaction.email)));
    if (answer.status != 200)
        return again(rq, &flow, REGISTER_CODE, &answer, rs);
    return flow_page_register(rq, &flow, REGISTER_CODE, 200, STR_ABSENT, rs);
}

/* --- the password --------------------------------------------------------------------------- */

err interaction_register_password(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    struct account_answer answer;
    TRY(flow_resume(rq, &form, &flow));
    if (!flow.interaction.email_proven)
        return ask_email(rq, &flow, rs);
    str password = form_get(&form, S("password"));
    if (!str_present(password))
        return flow_page_register(rq, &flow, REGISTER_PASSWORD, 422,
                                  texts_get(rq, TEXT_choose_password), rs);
    TRY(ACCOUNT_CALL(
        rq, "/internal/register", &answer, ACCOUNT_MEMBER("email", flow.interaction.email),
        ACCOUNT_MEMBER("password", password), ACCOUNT_MEMBER("binding", flow.interaction.id)));
    if (account_answer_is(&answer, "EMAIL_UNVERIFIED")) { /* the code is too long ago */
        flow.interaction.email_proven = false;
        return again(rq, &flow, REGISTER_EMAIL, &answer, rs);
    }
    if (answer.status != 200)
        return again(rq, &flow, REGISTER_PASSWORD, &answer, rs);
    return flow_signed_in(rq, &flow, answer.user_id, answer.amr, AUDIT_signed_up, rs);
}
