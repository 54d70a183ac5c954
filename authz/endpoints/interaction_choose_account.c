/* POST /interaction/choose-account: one of the accounts that are signed in here, or another. */
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"
#include "authz/flow_page.h"

static bool is_signed_in(const struct session *session, str user_id) {
    for (size_t i = 0; i < session->n; i++)
        if (str_eq(session->accounts[i].user_id, user_id))
            return true;
    return false;
}

err interaction_choose_account(struct request *rq, struct response *rs) {
    struct form form;
    struct flow flow;
    TRY(flow_resume(rq, &form, &flow));
    str user_id = form_get(&form, S("account"));
    if (str_eq(user_id, S("another")))
        return flow_page_sign_in(rq, &flow, NULL, rs);
    if (is_signed_in(&flow.session, user_id)) {
        flow.interaction.fresh &= str_eq(flow.interaction.user_id, user_id);
        flow.interaction.user_id = user_id;
    }
    return flow_advance(rq, &flow, rs);
}
