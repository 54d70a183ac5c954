/* hk_refresh: new tokens for a session (RFC 6749 6, OIDC Core 12).
 *
 * A refresh token may work only once (RFC 9700 4.14.2), so all that hold the same one make one
 * request: one op asks, the others wait and take what it got, or how it failed. */
#include "rp/flows/refresh.h"

#include "common/base/json_read.h"
#include "rp/engine/flight.h"
#include "rp/engine/metadata.h"
#include "rp/engine/refreshed.h"
#include "rp/engine/run.h"
#include "rp/engine/session.h"
#include "rp/flows/id_token.h"
#include "rp/flows/param_list.h"
#include "rp/flows/token_request.h"
#include "rp/protocol/response_type.h"

struct refresh {
    hk_session *session;
    struct sha256 key; /* of the refresh token */
    bool waited, asking;
    struct param_list params;
    struct token_response response;
    json_t *id_claims; /* of the new ID token, or NULL */
    struct refreshed got;
};

static str key_of(const struct refresh *flow) {
    return sha256_str(&flow->key);
}

static err fill_texts(const struct refresh *flow, hk_session *fresh) {
    const struct hk_session *old = flow->session;
    const struct refreshed *got = &flow->got;
    TRY(session_text(fresh, old->iss, &fresh->iss));
    TRY(session_text(fresh, old->client_id, &fresh->client_id));
    TRY(session_text(fresh, old->sub, &fresh->sub));
    TRY(session_text(fresh, old->sid, &fresh->sid));
    TRY(session_text(fresh, old->return_to, &fresh->return_to));
    TRY(session_text(fresh, old->end_cookie, &fresh->end_cookie));
    TRY(session_text(fresh, got->access_token, &fresh->access_token));
    TRY(session_text(fresh, got->token_type, &fresh->token_type));
    fresh->access_expires = got->expires_at;
    return OK;
}

/* What the provider did not say anew stays (RFC 6749 6: the refresh token, the scope). */
static err fill_kept(const struct refresh *flow, hk_session *fresh) {
    const struct hk_session *old = flow->session;
    const struct refreshed *got = &flow->got;
#define NEW_OR_OLD(name)                                                                           \
    TRY(session_text(fresh, str_present(got->name) ? got->name : old->name, &fresh->name))
    NEW_OR_OLD(refresh_token);
    NEW_OR_OLD(id_token);
    NEW_OR_OLD(scope);
    NEW_OR_OLD(authorization_details);
#undef NEW_OR_OLD
    return OK;
}

static err fill_claims(struct hk_op *op, const struct refresh *flow, hk_session *fresh) {
    json_t *id_claims = flow->session->id_claims;
    if (str_present(flow->got.id_claims))
        TRY(op_json_object(op, flow->got.id_claims, &id_claims));
    fresh->id_claims = json_incref(id_claims);
    bool changed = id_claims != flow->session->id_claims;
    REQUIRE(json_object_update(fresh->claims, flow->session->claims) == 0 &&
                (!changed || json_object_update(fresh->claims, id_claims) == 0),
            no_memory, "there is no memory for the claims");
    return session_claims_done(fresh);
}

static err fill(struct hk_op *op, hk_session *fresh) {
    const struct refresh *flow = op->refresh;
    TRY(fill_texts(flow, fresh));
    TRY(fill_kept(flow, fresh));
    TRY(fill_claims(op, flow, fresh));
    return token_told(op, fresh, flow->session->refresh_token);
}

/* The program hears of the new tokens before the old ones go; its key is the session's, whoever
 * has it in the end. */
static err apply(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    hk_session *fresh = NULL;
    TRY(session_new(&op->rp->memory, &fresh));
    fresh->dpop_key = flow->session->dpop_key;
    err e = fill(op, fresh);
    if (failed(e)) {
        fresh->dpop_key = NULL;
        hk_session_free(fresh);
        return e;
    }
    flow->session->dpop_key = NULL;
    session_replace(flow->session, fresh);
    return OK;
}

static err share(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    const struct token_response *response = &flow->response;
    flow->got = (struct refreshed){.access_token = response->access_token,
                                   .token_type = response->token_type,
                                   .refresh_token = response->refresh_token,
                                   .scope = response->scope,
                                   .expires_at = response->expires_at,
                                   .problem = OK};
    if (response->authorization_details)
        TRY(json_read_dump(op->arena, response->authorization_details,
                           &flow->got.authorization_details));
    if (flow->id_claims) {
        flow->got.id_token = response->id_token;
        TRY(json_read_dump(op->arena, flow->id_claims, &flow->got.id_claims));
    }
    TRY(refreshed_keep(op, &flow->key, &flow->got));
    flow->asking = false;
    flight_leave(op, FLIGHT_REFRESH);
    return apply(op);
}

/* OIDC Core 12.2: a new ID token is of the same user, for the same client, of the same sign-in. */
static err check_id_token(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    const struct hk_session *session = flow->session;
    struct id_token_expected expected = {
        .access_token = flow->response.access_token,
        .max_age = -1,
        .same_iss = op->rp->settings.issuer, /* the session's, and ours: start */
        .same_aud_client = op->rp->settings.client_id,
    };
    /* another op may renew the session while this one waits for keys */
    TRY(str_dup(op->arena, session->sub, &expected.same_sub));
    TRY(str_dup(op->arena, json_read_str(session->id_claims, "nonce"), &expected.nonce));
    (void)json_read_int(session->id_claims, "auth_time", &expected.same_auth_time);
    if (!str_present(flow->response.id_token) ||
        !response_wants_id_token(&op->rp->settings, session->scope))
        return OK;
    return id_token_push(op, flow->response.id_token, &expected, &flow->id_claims);
}

static err ask(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    str refresh_token;
    TRY(str_dup(op->arena, flow->session->refresh_token, &refresh_token));
    param_add(&flow->params, "grant_type", S("refresh_token"));
    param_add(&flow->params, "refresh_token", refresh_token);
    op_push(op, share);
    op_push(op, check_id_token);
    const struct endpoint_request request = {.member = "token_endpoint",
                                             .params = flow->params.list,
                                             .param_count = flow->params.n,
                                             .dpop_key = flow->session->dpop_key};
    return token_push(op, &request, &flow->response);
}

/* Those that waited must not ask in turn, each for itself, what cannot be had. */
static void tell_failure(struct hk_op *op, err result) {
    const struct refresh *flow = op->refresh;
    const struct refreshed none = {.problem = result, .failure = op->failure};
    if (!flow->asking || !err_is(result, E_rule_broken))
        return;
    err kept = refreshed_keep(op, &flow->key, &none);
    (void)kept; /* without memory they ask themselves */
}

/* Another op of the same session got what this one waited for. */
static bool has_it_now(const struct refresh *flow) {
    const struct sha256 now = sha256(flow->session->refresh_token);
    return flow->waited && memcmp(&now, &flow->key, sizeof now) != 0;
}

/* A failure is for those alone that waited for it. Tokens that the session has already are not what
 * it asks for. */
static bool is_of_use(const struct refresh *flow, const struct refreshed *got) {
    if (failed(got->problem))
        return flow->waited;
    return !secret_eq(secret_of(got->access_token), secret_of(flow->session->access_token));
}

static err turn(struct hk_op *op);

static err take(struct hk_op *op, const struct refreshed *got) {
    struct refresh *flow = op->refresh;
    op->failure = got->failure;
    TRY(got->problem);
    TRY(refreshed_copy(op, got, &flow->got));
    op_push(op, apply);
    return OK;
}

static err ask_or_wait(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    bool mine = false;
    TRY(flight_enter(op, FLIGHT_REFRESH, key_of(flow), &mine));
    if (!mine) {
        flow->waited = true;
        op_push(op, turn);
        return OK;
    }
    refreshed_forget(op->rp, &flow->key);
    flow->asking = true;
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}

static err turn(struct hk_op *op) {
    const struct refresh *flow = op->refresh;
    if (has_it_now(flow))
        return OK;
    pthread_mutex_lock(&op->rp->lock);
    const struct refreshed *got = refreshed_find(op, &flow->key);
    err e = got && is_of_use(flow, got) ? take(op, got) : ask_or_wait(op);
    pthread_mutex_unlock(&op->rp->lock);
    return e;
}

static err start(struct hk_op *op) {
    struct refresh *flow = op->refresh;
    const struct hk_session *session = flow->session;
    TRY(token_session_is_ours(op, session));
    HOLD(&op->failure, session_has_refresh_token, !str_empty(session->refresh_token));
    flow->key = sha256(session->refresh_token);
    op->on_end = tell_failure;
    op_push(op, turn);
    return OK;
}

err refresh_push(struct hk_op *op, hk_session *session) {
    op->refresh = ARENA_NEW(op->arena, struct refresh);
    REQUIRE(op->refresh, no_memory, "the call needs more memory than it may have");
    op->refresh->session = session;
    op_push(op, start);
    return OK;
}

struct refresh_call {
    hk_session *session;
};

static err refresh(struct hk_op *op) {
    return refresh_push(op, ((const struct refresh_call *)op->flow)->session);
}

hk_op *hk_refresh_op(hk_rp *rp, hk_session *session) {
    if (!session)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, refresh, sizeof(struct refresh_call));
    if (op)
        ((struct refresh_call *)op->flow)->session = session;
    return op;
}

int hk_refresh(hk_rp *rp, hk_session *session, hk_error *e) {
    return run_for_nothing(hk_refresh_op(rp, session), e);
}
