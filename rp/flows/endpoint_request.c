#include "rp/flows/endpoint_request.h"

#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "keys/dpop.h"
#include "rp/engine/metadata.h"
#include "rp/engine/server_nonce.h"
#include "rp/flows/client_auth.h"

enum { BODY_MAX = 256 * 1024, JTI_BYTES = 16 };

struct endpoint_call {
    struct endpoint_request request;
    str url;
    bool with_nonce; /* it was sent again because of one */
};

str endpoint_sent(const struct hk_op *op, str name) {
    const struct endpoint_request *request = &op->endpoint->request;
    for (size_t i = 0; i < request->param_count; i++)
        if (str_eq(request->params[i].name, name))
            return request->params[i].value;
    return STR_ABSENT;
}

bool endpoint_sent_proof(const struct hk_op *op) {
    return op->endpoint->request.dpop_key != NULL;
}

/* The caller's parameters, and those of ours that it did not give (client_id is one of a pushed
 * authorization request). */
static err all_params(struct hk_op *op, const struct client_auth_parts *auth,
                      struct form_param **out, size_t *n) {
    const struct endpoint_request *request = &op->endpoint->request;
    size_t most = request->param_count + auth->param_count;
    *out = arena_array(op->arena, most, sizeof **out);
    REQUIRE(*out, no_memory, "the call needs more memory than it may have");
    *n = 0;
    for (size_t i = 0; i < request->param_count; i++)
        (*out)[(*n)++] = request->params[i];
    for (size_t i = 0; i < auth->param_count; i++)
        if (!str_present(endpoint_sent(op, auth->params[i].name)))
            (*out)[(*n)++] = auth->params[i];
    return OK;
}

/* HitKey's older dialect is JSON, at the token endpoint alone. */
static bool is_dialect(const struct hk_op *op) {
    return op->rp->settings.options.profile == PROFILE_HITKEY_V1 &&
           strcmp(op->endpoint->request.member, "token_endpoint") == 0;
}

static err write_json(struct hk_op *op, const struct form_param *params, size_t n, str *out) {
    struct json_put j = json_put_begin(op->arena, BODY_MAX);
    json_put_open(&j, '{');
    for (size_t i = 0; i < n; i++) {
        const char *name;
        TRY(str_to_c(op->arena, params[i].name, &name));
        json_put_str(&j, name, params[i].value);
    }
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err write_body(struct hk_op *op, const struct client_auth_parts *auth, str *out) {
    struct form_param *params;
    size_t n;
    TRY(all_params(op, auth, &params, &n));
    return is_dialect(op) ? write_json(op, params, n, out) : form_write(op->arena, params, n, out);
}

static err proof_line(struct hk_op *op, str *out) {
    const struct jwk *key = op->endpoint->request.dpop_key;
    struct dpop_request proof = {.method = S("POST"), .url = op->endpoint->url, .now = op_now(op)};
    str text;
    *out = S("");
    if (!key)
        return OK;
    TRY(random_token(op->arena, S(""), JTI_BYTES, &proof.jti));
    TRY(server_nonce_get(op, NONCE_OF_SERVER, op->endpoint->url, &proof.nonce));
    TRY(dpop_proof(key, op->rp->settings.options.dpop_alg, &proof, op->arena, &text));
    return STR_JOIN(op->arena, out, S("DPoP: "), text, S("\r\n"));
}

static err write_headers(struct hk_op *op, const struct client_auth_parts *auth, str *out) {
    const char *accept = op->endpoint->request.accept;
    str proof;
    TRY(proof_line(op, &proof));
    return STR_JOIN(op->arena, out, S("Content-Type: "),
                    is_dialect(op) ? S("application/json") : S("application/x-www-form-urlencoded"),
                    S("\r\nAccept: "), accept ? str_from(accept) : S("application/json"), S("\r\n"),
                    auth->headers, proof);
}

static err look(struct hk_op *op);

static err send(struct hk_op *op) {
    struct client_auth_parts auth;
    struct op_request request = {.method = S("POST"),
                                 .url = op->endpoint->url,
                                 .client_certificate = metadata_mutual_tls(op),
                                 .may_fail = op->endpoint->request.may_fail};
    TRY(client_auth_make(op, &auth));
    TRY(write_body(op, &auth, &request.body));
    TRY(write_headers(op, &auth, &request.headers));
    op_push(op, look);
    return op_send(op, &request);
}

err endpoint_error_code(struct hk_op *op, str *out) {
    json_t *json = NULL;
    *out = STR_ABSENT;
    err e = op_json_object(op, op->answer.body, &json);
    if (!failed(e))
        *out = json_read_str(json, is_dialect(op) ? "code" : "error");
    return err_is(e, E_no_memory) ? e : OK;
}

/* RFC 9449 8: a nonce may come with any answer, and counts for what is sent next. */
static err look(struct hk_op *op) {
    struct endpoint_call *call = op->endpoint;
    str nonce = op_answer_header(&op->answer, S("DPoP-Nonce")), code = STR_ABSENT;
    if (!call->request.dpop_key || op->answer.net_error || str_empty(nonce))
        return OK;
    TRY(server_nonce_keep(op, NONCE_OF_SERVER, call->url, nonce));
    if (op->answer.status == 400 || op->answer.status == 401)
        TRY(endpoint_error_code(op, &code));
    if (call->with_nonce || !str_eq(code, S("use_dpop_nonce")))
        return OK;
    call->with_nonce = true;
    client_event(op->rp, &(hk_event){.what = "retry",
                                     .http_status = op->answer.status,
                                     .detail = "the provider asks for a DPoP nonce"});
    op_push(op, send);
    return OK;
}

err endpoint_push(struct hk_op *op, const struct endpoint_request *request) {
    struct endpoint_call *call = ARENA_NEW(op->arena, struct endpoint_call);
    struct form_param *params =
        arena_array(op->arena, request->param_count, sizeof *request->params);
    REQUIRE(call && params, no_memory, "the call needs more memory than it may have");
    for (size_t i = 0; i < request->param_count; i++)
        params[i] = request->params[i];
    call->request = *request;
    call->request.params = params;
    TRY(metadata_endpoint(op, request->member, &call->url));
    op->endpoint = call;
    op_push(op, send);
    return OK;
}

err endpoint_error(struct hk_op *op) {
    str code;
    bool refreshing = str_eq(endpoint_sent(op, S("grant_type")), S("refresh_token"));
    TRY(op_answer_came(op));
    TRY(endpoint_error_code(op, &code));
    HOLD(&op->failure, answer_is_success, str_present(code));
    failure_oauth(&op->failure, code);
    HOLD(&op->failure, user_refused, !str_eq(code, S("access_denied")));
    HOLD(&op->failure, grant_is_valid, !refreshing || !str_eq(code, S("invalid_grant")));
    HOLD(&op->failure, client_is_accepted, !str_eq(code, S("invalid_client")));
    HOLD(&op->failure, server_refused, false);
    return OK;
}
