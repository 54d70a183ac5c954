/* hk_logout_url: where the browser goes to sign out at the provider (RP-Initiated Logout 1.0, 2).
 */
#include "common/base/json_read.h"
#include "common/base/url.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/flows/param_list.h"
#include "rp/flows/token_request.h"
#include "rp/protocol/safe_url.h"

enum { LONGEST_LANGUAGE = 35 };

struct logout_url {
    const hk_session *session; /* NULL: who is signed in is not known */
    str state;
};

/* The page speaks the language that the provider knows the user to have, if it is a tag of BCP 47.
 */
static str language_of(const hk_session *session) {
    str locale = session ? json_read_str(session->claims, "locale") : STR_ABSENT;
    for (size_t i = 0; i < locale.n; i++) {
        char c = locale.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '-')
            return STR_ABSENT;
    }
    return locale.n <= LONGEST_LANGUAGE ? locale : STR_ABSENT;
}

/* The hint is for the provider that made it. `state` comes back with the browser, so it needs a
 * place to come back to. */
static err write(struct hk_op *op) {
    const struct logout_url *flow = op->flow;
    const struct settings *settings = &op->rp->settings;
    struct param_list params = {.n = 0};
    str endpoint = metadata_str(op, "end_session_endpoint"), back, query;
    HOLD(&op->failure, metadata_has_endpoint, str_present(endpoint));
    HOLD(&op->failure, endpoint_is_https, safe_url(endpoint));
    back = settings->options.post_logout_redirect_uri;
    param_add(&params, "id_token_hint", flow->session ? flow->session->id_token : STR_ABSENT);
    param_add(&params, "client_id", settings->client_id);
    param_add(&params, "post_logout_redirect_uri", back);
    param_add(&params, "state", str_present(back) ? flow->state : STR_ABSENT);
    param_add(&params, "ui_locales", language_of(flow->session));
    TRY(form_write(op->arena, params.list, params.n, &query));
    return url_add_query(op->arena, endpoint, query, &op->text);
}

static err start(struct hk_op *op) {
    const struct logout_url *flow = op->flow;
    if (flow->session)
        TRY(token_session_is_ours(op, flow->session));
    op_push(op, write);
    op_push(op, metadata_need);
    return OK;
}

hk_op *hk_logout_url_op(hk_rp *rp, const hk_session *session, const char *state) {
    struct hk_op *op = op_new(rp, start, sizeof(struct logout_url));
    struct logout_url *flow = op ? op->flow : NULL;
    if (!op)
        return NULL;
    flow->session = session;
    return op_made(op, op_copy(op, state, &flow->state));
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the header's */
int hk_logout_url(hk_rp *rp, const hk_session *session, const char *state, char *buf, size_t cap,
                  hk_error *e) {
    return run_for_text(hk_logout_url_op(rp, session, state), buf, cap, e);
}
