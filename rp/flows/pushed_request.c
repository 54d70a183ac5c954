#include "rp/flows/pushed_request.h"

#include "common/base/json_read.h"
#include "rp/engine/metadata.h"
#include "rp/flows/authorization_request.h"
#include "rp/flows/endpoint_request.h"

bool pushed_request_wanted(const struct hk_op *op) {
    const struct options *options = &op->rp->settings.options;
    return options->par == PAR_REQUIRE || options->profile == PROFILE_FAPI2 ||
           (options->par == PAR_AUTO && metadata_true(op, "require_pushed_authorization_requests"));
}

/* RFC 9126 4: client_id and request_uri, and nothing else. */
static err use_reference(struct hk_op *op) {
    struct begin *begin = op->flow;
    json_t *json;
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error(op));
    TRY(op_answer_json(op, &json));
    str request_uri = json_read_str(json, "request_uri");
    HOLD(&op->failure, pushed_request_has_uri, !str_empty(request_uri));
    begin->params[0] =
        (struct form_param){.name = S("client_id"), .value = begin->transaction.client_id};
    begin->params[1] = (struct form_param){.name = S("request_uri"), .value = request_uri};
    begin->param_count = 2;
    return OK;
}

/* RFC 9126 3: with a request object, nothing that it holds is repeated beside it. */
static void use_object(struct begin *begin) {
    begin->params[0] = (struct form_param){.name = S("request"), .value = begin->request_object};
    begin->param_count = 1;
}

err pushed_request_send(struct hk_op *op) {
    struct begin *begin = op->flow;
    if (str_present(begin->request_object))
        use_object(begin);
    op_push(op, use_reference);
    return endpoint_push(
        op, &(struct endpoint_request){.member = "pushed_authorization_request_endpoint",
                                       .params = begin->params,
                                       .param_count = begin->param_count});
}
