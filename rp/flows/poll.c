#include "rp/flows/poll.h"

#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/flows/id_token.h"
#include "rp/flows/param_list.h"
#include "rp/flows/token_user.h"
#include "rp/protocol/response_type.h"

enum {
    STANDARD_INTERVAL_S = 5,
    MORE_INTERVAL_MS = 5000,
    MOST_INTERVAL_S = 300,
    MOST_INTERVAL_MS = 300000,
    MOST_LIFE_S = 86400
};

struct poll {
    const struct poll_grant *grant;
    hk_doc *doc;
    struct jwk *key;
    struct token_response tokens;
    json_t *id_claims;
    struct token_user user;
};

/* A whole number of seconds within the limits; absent, `standard` counts (0: it must be there). */
static bool seconds_at(const json_t *answer, const char *member, int64_t standard, int64_t most,
                       int64_t *out) {
    *out = standard;
    if (!json_read_has(answer, member))
        return standard > 0;
    if (!json_read_int(answer, member, out) || *out < 0)
        return false;
    *out = *out < most ? *out : most;
    return true;
}

err poll_begun(struct hk_op *op, const struct poll_grant *grant, const json_t *answer, str scope) {
    int64_t life, interval;
    str code = json_read_str(answer, grant->code);
    HOLD(&op->failure, poll_code_present, !str_empty(code));
    HOLD(&op->failure, poll_times_are_numbers,
         seconds_at(answer, "expires_in", 0, MOST_LIFE_S, &life) &&
             seconds_at(answer, "interval", STANDARD_INTERVAL_S, MOST_INTERVAL_S, &interval));
    TRY(doc_new(&op->rp->memory, json_read_members(answer), STR_ABSENT, &op->doc));
    op->doc->expires = op_now(op) + life;
    op->doc->interval_ms = interval * 1000;
    op->ask_again_ms = (uint32_t)op->doc->interval_ms;
    TRY(str_dup(op->doc->arena, scope, &op->doc->scope));
    return str_dup(op->doc->arena, code, &op->doc->grant_code);
}

/* No session yet: the op ends well, and says when to come again. */
static err not_yet(struct hk_op *op) {
    hk_doc *doc = ((struct poll *)op->flow)->doc;
    doc->next_poll = op_now(op) + (doc->interval_ms + 999) / 1000;
    op->ask_again_ms = (uint32_t)doc->interval_ms;
    return OK;
}

static err slower(struct hk_op *op, int64_t interval_ms) {
    hk_doc *doc = ((struct poll *)op->flow)->doc;
    doc->interval_ms = interval_ms < MOST_INTERVAL_MS ? interval_ms : MOST_INTERVAL_MS;
    return not_yet(op);
}

static err give(struct hk_op *op) {
    const struct poll *flow = op->flow;
    TRY(token_session(op, &flow->tokens, flow->key, &op->session));
    TRY(token_user_fill(&flow->user, op->session));
    return token_told(op, op->session, STR_ABSENT);
}

static err get_userinfo(struct hk_op *op) {
    struct poll *flow = op->flow;
    flow->user = (struct token_user){.tokens = &flow->tokens,
                                     .dpop_key = flow->key,
                                     .scope = flow->doc->scope,
                                     .id_claims = flow->id_claims};
    return token_user_push(op, &flow->user);
}

static err check_id_token(struct hk_op *op) {
    struct poll *flow = op->flow;
    const struct id_token_expected expected = {.access_token = flow->tokens.access_token,
                                               .max_age = -1};
    if (!response_wants_id_token(&op->rp->settings, flow->doc->scope))
        return OK;
    HOLD(&op->failure, id_token_present, str_present(flow->tokens.id_token));
    return id_token_push(op, flow->tokens.id_token, &expected, &flow->id_claims);
}

static err take_tokens(struct hk_op *op) {
    struct poll *flow = op->flow;
    TRY(token_read(op, &flow->tokens));
    op_push(op, give);
    op_push(op, get_userinfo);
    op_push(op, check_id_token);
    return OK;
}

/* RFC 8628 3.5, CIBA Core 11; after a time-out clients must ask less often. */
static err look(struct hk_op *op) {
    const struct hk_doc *doc = ((const struct poll *)op->flow)->doc;
    str code = STR_ABSENT;
    if (op->answer.net_error == HK_E_TIMEOUT)
        return slower(op, doc->interval_ms > 500 ? doc->interval_ms * 2 : 1000);
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error_code(op, &code));
    if (str_eq(code, S("authorization_pending")))
        return not_yet(op);
    if (str_eq(code, S("slow_down")))
        return slower(op, doc->interval_ms + MORE_INTERVAL_MS);
    HOLD(&op->failure, poll_code_is_live, !str_eq(code, S("expired_token")));
    return take_tokens(op);
}

static err ask(struct hk_op *op) {
    struct poll *flow = op->flow;
    struct param_list params = {.n = 0};
    str code;
    TRY(token_key_make(op, &flow->key));
    TRY(str_dup(op->arena, flow->doc->grant_code, &code));
    param_add(&params, "grant_type", flow->grant->grant_type);
    param_add(&params, flow->grant->code, code);
    op_push(op, look);
    const struct endpoint_request request = {.member = "token_endpoint",
                                             .params = params.list,
                                             .param_count = params.n,
                                             .dpop_key = flow->key,
                                             .may_fail = true};
    return endpoint_push(op, &request);
}

/* A program that comes too soon is told to wait, without a request that would slow it down more. */
static err start(struct hk_op *op) {
    const struct hk_doc *doc = ((const struct poll *)op->flow)->doc;
    int64_t wait = doc->next_poll - op_now(op);
    HOLD(&op->failure, poll_code_is_live, op_now(op) < doc->expires);
    if (wait > 0) {
        /* a clock that was set back makes nobody wait longer than between two polls */
        bool sane = wait * 1000 < doc->interval_ms + 1000;
        op->ask_again_ms = (uint32_t)(sane ? wait * 1000 : doc->interval_ms);
        return OK;
    }
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

hk_op *poll_op(hk_rp *rp, const struct poll_grant *grant, hk_doc *doc) {
    bool begun =
        doc && str_present(doc->grant_code) && str_present(json_read_str(doc->json, grant->code));
    if (!begun)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct poll));
    if (op)
        *(struct poll *)op->flow = (struct poll){.grant = grant, .doc = doc};
    return op;
}

int poll_run(hk_op *op, hk_session **out, hk_error *e) {
    int code = run_for_session(op, out, e);
    return code == HK_OK && !*out ? HK_PENDING : code;
}
