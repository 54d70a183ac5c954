/* hk_registration and hk_unregister: what is registered is read, changed and removed (RFC 7592). */
#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/run.h"
#include "rp/flows/registration_answer.h"
#include "rp/protocol/bearer.h"

struct managing {
    str registration; /* JSON, of hk_register */
    str given;        /* the new metadata as JSON; absent: none */
    json_t *registered, *asked;
};

static str member(const struct managing *flow, const char *name) {
    return json_read_str(flow->registered, name);
}

/* RFC 7592 3: the token may be another by now, and one that is not told again is still good. */
static err carry_over(const struct managing *flow, json_t *answer) {
    static const char *const kept[] = {"registration_client_uri", "registration_access_token",
                                       "client_secret"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        json_t *old = json_object_get(flow->registered, kept[i]);
        if (!old || json_object_get(answer, kept[i]))
            continue;
        REQUIRE(json_object_set(answer, kept[i], old) == 0, no_memory,
                "there is no memory for an answer");
    }
    return OK;
}

static err give(struct hk_op *op) {
    const struct managing *flow = op->flow;
    json_t *answer;
    TRY(registration_succeeded(op));
    TRY(op_answer_json(op, &answer));
    TRY(carry_over(flow, answer));
    TRY(registration_check(op, answer));
    HOLD(&op->failure, registration_is_the_same,
         str_eq(json_read_str(answer, "client_id"), member(flow, "client_id")));
    TRY(registration_compare(op, flow->asked, answer));
    return doc_new(&op->rp->memory, answer, STR_ABSENT, &op->doc);
}

/* RFC 7592 2.2: the client names itself, and sends back nothing that the provider says alone. */
static err write_asked(struct hk_op *op) {
    static const char *const told[] = {"registration_access_token", "registration_client_uri",
                                       "client_secret_expires_at", "client_id_issued_at"};
    struct managing *flow = op->flow;
    HOLD_TRY(&op->failure, client_metadata_is_json, op_json_object(op, flow->given, &flow->asked));
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        json_object_del(flow->asked, told[i]);
    json_t *client_id = json_object_get(flow->registered, "client_id");
    REQUIRE(json_object_set(flow->asked, "client_id", client_id) == 0, no_memory,
            "there is no memory for a request");
    return OK;
}

static err read_registration(struct hk_op *op) {
    struct managing *flow = op->flow;
    HOLD_TRY(&op->failure, registration_is_json,
             op_json_object(op, flow->registration, &flow->registered));
    HOLD(&op->failure, registration_can_be_managed,
         !str_empty(member(flow, "client_id")) &&
             !str_empty(member(flow, "registration_client_uri")) &&
             bearer_is_sendable(member(flow, "registration_access_token")));
    return OK;
}

static err ask(struct hk_op *op, str method, op_step *then) {
    const struct managing *flow = op->flow;
    struct op_request request = {.method = method, .url = member(flow, "registration_client_uri")};
    if (flow->asked)
        TRY(json_read_dump(op->arena, flow->asked, &request.body));
    TRY(STR_JOIN(op->arena, &request.headers, S("Accept: application/json\r\n"),
                 flow->asked ? S("Content-Type: application/json\r\n") : S(""),
                 S("Authorization: Bearer "), member(flow, "registration_access_token"),
                 S("\r\n")));
    op_push(op, then);
    return op_send(op, &request);
}

static err start(struct hk_op *op) {
    const struct managing *flow = op->flow;
    TRY(read_registration(op));
    if (str_present(flow->given))
        TRY(write_asked(op));
    return ask(op, flow->asked ? S("PUT") : S("GET"), give);
}

static err start_removing(struct hk_op *op) {
    TRY(read_registration(op));
    return ask(op, S("DELETE"), registration_succeeded);
}

static struct hk_op *managing_op(hk_rp *rp, op_step *first, const char *registration,
                                 const char *metadata) {
    if (!registration)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, first, sizeof(struct managing));
    struct managing *flow = op ? op->flow : NULL;
    if (!op)
        return NULL;
    err e = op_copy(op, registration, &flow->registration);
    if (!failed(e))
        e = op_copy(op, metadata, &flow->given);
    return op_made(op, e);
}

hk_op *hk_registration_op(hk_rp *rp, const char *registration, const char *metadata) {
    return managing_op(rp, start, registration, metadata);
}

int hk_registration(hk_rp *rp, const char *registration, const char *metadata, hk_doc **out,
                    hk_error *e) {
    return run_for_doc(hk_registration_op(rp, registration, metadata), out, e);
}

hk_op *hk_unregister_op(hk_rp *rp, const char *registration) {
    return managing_op(rp, start_removing, registration, NULL);
}

int hk_unregister(hk_rp *rp, const char *registration, hk_error *e) {
    return run_for_nothing(hk_unregister_op(rp, registration), e);
}
