/* hk_register: the client registers itself (RFC 7591, OIDC Registration 3). */
#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/flows/client_metadata.h"
#include "rp/flows/registration_answer.h"
#include "rp/protocol/bearer.h"

struct registering {
    str given; /* metadata as JSON; absent: what the settings say */
    str token; /* the initial access token, or absent */
    json_t *asked;
};

static err give(struct hk_op *op) {
    const struct registering *flow = op->flow;
    json_t *registered;
    TRY(registration_succeeded(op));
    TRY(op_answer_json(op, &registered));
    TRY(registration_check(op, registered));
    TRY(registration_compare(op, flow->asked, registered));
    return doc_new(&op->rp->memory, registered, op->answer.body, &op->doc);
}

static err write_headers(struct hk_op *op, str token, str *out) {
    const str json = S("Content-Type: application/json\r\nAccept: application/json\r\n");
    *out = json;
    if (str_empty(token))
        return OK;
    HOLD(&op->failure, access_token_is_sendable, bearer_is_sendable(token));
    return STR_JOIN(op->arena, out, json, S("Authorization: Bearer "), token, S("\r\n"));
}

static err ask(struct hk_op *op) {
    const struct registering *flow = op->flow;
    struct op_request request = {.method = S("POST"),
                                 .client_certificate = metadata_mutual_tls(op)};
    TRY(metadata_endpoint(op, "registration_endpoint", &request.url));
    TRY(write_headers(op, flow->token, &request.headers));
    TRY(json_read_dump(op->arena, flow->asked, &request.body));
    op_push(op, give);
    return op_send(op, &request);
}

static err start(struct hk_op *op) {
    struct registering *flow = op->flow;
    if (str_present(flow->given))
        HOLD_TRY(&op->failure, client_metadata_is_json,
                 op_json_object(op, flow->given, &flow->asked));
    else
        TRY(client_metadata(op, &flow->asked));
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err keep(struct hk_op *op, const char *metadata, const char *token) {
    struct registering *flow = op->flow;
    TRY(op_copy(op, metadata, &flow->given));
    return op_copy(op, token, &flow->token);
}

hk_op *hk_register_op(hk_rp *rp, const char *metadata, const char *token) {
    struct hk_op *op = op_new(rp, start, sizeof(struct registering));
    return op ? op_made(op, keep(op, metadata, token)) : NULL;
}

int hk_register(hk_rp *rp, const char *metadata, const char *token, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_register_op(rp, metadata, token), out, e);
}
