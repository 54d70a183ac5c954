/* DELETE /auth/sessions: every sign-in of the API ends but the one that asks. */
#include "core/endpoints/endpoints.h"

static err end_others(struct tx *tx, void *arg) {
    const struct api_token *token = arg;
    return api_token_end_others(tx, token->user_id, token->family);
}

err sessions_end_others(struct request *rq, struct response *rs) {
    struct api_token of = *endpoints_bearer(rq);
    TRY(db_write(core_of(rq)->db, end_others, &of));
    return endpoints_message(rq, rs, S("Signed out everywhere else"));
}
