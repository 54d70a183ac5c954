/* hk_introspect: what the provider says of a token, as JSON (RFC 7662) or signed (RFC 9701). */
#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/flows/param_list.h"
#include "rp/flows/provider_jwt.h"
#include "rp/flows/token_request.h"

#define SIGNED_TYPE "application/token-introspection+jwt"

struct introspect {
    struct param_list params;
    struct provider_jwt jwt;
};

static enum jose_alg signed_with(const struct hk_op *op) {
    return op->rp->settings.options.introspection_alg;
}

static err give(struct hk_op *op, json_t *answer) {
    HOLD(&op->failure, introspection_says_active,
         json_is_boolean(json_object_get(answer, "active")));
    return doc_new(&op->rp->memory, answer, STR_ABSENT, &op->doc);
}

/* RFC 9701 5: it speaks to us alone, and is no other kind of token. */
static err check(struct hk_op *op) {
    const struct provider_jwt *jwt = &((struct introspect *)op->flow)->jwt;
    const struct jwt_check check = provider_jwt_check(op);
    int64_t iat;
    json_t *answer = json_object_get(jwt->claims, "token_introspection");
    HOLD(&op->failure, introspection_typ_matches,
         str_eq_nocase(jwt->verified.jws.typ, S("token-introspection+jwt")));
    TRY(jwt_iss(&check, jwt->claims));
    TRY(jwt_aud(&check, jwt->claims));
    TRY(jwt_times(&check, jwt->claims, false));
    TRY(jwt_time(&check, jwt->claims, "iat", &iat));
    HOLD(&op->failure, token_iat_present, iat != JWT_TIME_ABSENT);
    HOLD(&op->failure, introspection_says_active, json_is_object(answer));
    return give(op, answer);
}

static bool is_signed(const struct hk_op *op) {
    str type = op_answer_header(&op->answer, S("Content-Type"));
    return str_eq_nocase(str_trim(str_head(type, str_find(type, ';'))), S(SIGNED_TYPE));
}

static err read_signed(struct hk_op *op) {
    struct introspect *flow = op->flow;
    HOLD(&op->failure, introspection_is_signed, is_signed(op));
    flow->jwt = (struct provider_jwt){.token = str_trim(op->answer.body), .alg = signed_with(op)};
    op_push(op, check);
    return provider_jwt_push(op, &flow->jwt);
}

static err look(struct hk_op *op) {
    json_t *answer;
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error(op));
    if (signed_with(op) != JOSE_NONE)
        return read_signed(op);
    TRY(op_answer_json(op, &answer));
    return give(op, answer);
}

static err ask(struct hk_op *op) {
    const struct introspect *flow = op->flow;
    op_push(op, look);
    const struct endpoint_request request = {.member = "introspection_endpoint",
                                             .params = flow->params.list,
                                             .param_count = flow->params.n,
                                             .accept =
                                                 signed_with(op) == JOSE_NONE ? NULL : SIGNED_TYPE};
    return endpoint_push(op, &request);
}

static err start(struct hk_op *op) {
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err keep(struct hk_op *op, const char *token, const char *hint) {
    struct introspect *flow = op->flow;
    TRY(param_add_copy(op, &flow->params, "token", token));
    return param_add_copy(op, &flow->params, "token_type_hint", hint);
}

hk_op *hk_introspect_op(hk_rp *rp, const char *token, const char *hint) {
    if (!token || !*token)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct introspect));
    return op ? op_made(op, keep(op, token, hint)) : NULL;
}

int hk_introspect(hk_rp *rp, const char *token, const char *hint, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_introspect_op(rp, token, hint), out, e);
}
