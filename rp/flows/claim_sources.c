#include "rp/flows/claim_sources.h"

#include "common/base/json_read.h"
#include "common/base/url.h"
#include "rp/engine/document.h"
#include "rp/flows/provider_jwt.h"
#include "rp/protocol/bearer.h"
#include "rp/protocol/claim_sources.h"
#include "rp/protocol/well_known.h"

struct claim_sources_call {
    json_t *claims;
    struct claim_sources sources;
    size_t at;      /* the source that it is about */
    struct jws jws; /* its token, not verified yet */
    json_t *payload;
    str issuer; /* who is said to have made it */
};

static str setting_of(const struct hk_op *op) {
    return op->rp->settings.options.claim_sources;
}

static const struct claim_source *source_of(const struct hk_op *op) {
    return &op->claim_sources->sources.list[op->claim_sources->at];
}

static err next(struct hk_op *op);

/* What a step of a source came to: a broken rule ends that source, not the op. */
static err settle(struct hk_op *op, err e) {
    if (!err_is(e, E_rule_broken))
        return e;
    const struct rule *rule = rule_row(op->failure.rule);
    client_event(op->rp, &(hk_event){.what = "refused", .code = rule->code, .detail = rule->name});
    op->failure = (struct failure){0};
    op->claim_sources->at++;
    op_push(op, next);
    return OK;
}

/* --- Its token is verified ------------------------------------------------------------------ */
static err judge(struct hk_op *op, const struct jwk_set *keys) {
    struct claim_sources_call *call = op->claim_sources;
    const struct jwt_check check = provider_jwt_check(op);
    const struct jwk *key = NULL;
    HOLD_TRY(&op->failure, token_key_is_known,
             jwk_set_find(keys, call->jws.alg, call->jws.kid, &key));
    if (key)
        HOLD_TRY(&op->failure, token_signature_verifies,
                 jws_verify(&call->jws, call->jws.alg, key));
    TRY(jwt_typ(&check, call->jws.header, STR_ABSENT));
    return jwt_times(&check, call->payload, false);
}

static err take(struct hk_op *op, const struct jwk_set *keys) {
    struct claim_sources_call *call = op->claim_sources;
    TRY(judge(op, keys));
    TRY(claim_sources_add(call->claims, source_of(op)->name, call->payload));
    call->at++;
    op_push(op, next);
    return OK;
}

static err take_with_provider_keys(struct hk_op *op) {
    return settle(op, take(op, op->documents[DOCUMENT_KEYS]->keys));
}

/* --- The keys of a source that is not the provider ------------------------------------------- */
static err try_keys(struct hk_op *op) {
    json_t *json;
    struct jwk_set *keys = NULL;
    TRY(op_answer_json(op, &json));
    HOLD_TRY(&op->failure, keys_are_a_set, jwk_set_import(json, &keys));
    err e = take(op, keys);
    jwk_set_free(keys);
    return e;
}

static err keys_answer(struct hk_op *op) {
    return settle(op, try_keys(op));
}

static err ask(struct hk_op *op, str url, str headers, op_step *then) {
    TRY(op_send(op, &(struct op_request){.url = url, .headers = headers, .may_fail = true}));
    op_push(op, then);
    return OK;
}

static err ask_keys(struct hk_op *op, str url) {
    return ask(op, url, S("Accept: application/jwk-set+json, application/json\r\n"), keys_answer);
}

static err try_metadata(struct hk_op *op) {
    json_t *json;
    TRY(op_answer_json(op, &json));
    HOLD(&op->failure, metadata_issuer_matches,
         str_eq(json_read_str(json, "issuer"), op->claim_sources->issuer));
    str url = json_read_str(json, "jwks_uri");
    HOLD(&op->failure, keys_at_hand, str_present(url));
    return ask_keys(op, url);
}

static err metadata_answer(struct hk_op *op) {
    return settle(op, try_metadata(op));
}

static err ask_metadata(struct hk_op *op) {
    str url;
    TRY(well_known_oidc(op->arena, op->claim_sources->issuer, &url));
    return ask(op, url, S("Accept: application/json\r\n"), metadata_answer);
}

/* --- Its token is there ---------------------------------------------------------------------- */
static void drop_jws(void *jws) {
    jws_ref_drop(jws);
}

/* Only keys that are public can be told from the outside; "none" is no algorithm. */
static err read_token(struct hk_op *op, str token) {
    struct claim_sources_call *call = op->claim_sources;
    struct jws *jws = ARENA_NEW(op->arena, struct jws);
    REQUIRE(jws, no_memory, "the call needs more memory than it may have");
    TRY(op_defer(op, drop_jws, jws));
    HOLD_TRY(&op->failure, token_is_well_formed, jws_parse(op->arena, token, jws));
    HOLD(&op->failure, claim_source_is_signed, !jose_alg_is_hmac(jws->alg));
    call->jws = *jws;
    HOLD_TRY(&op->failure, claims_are_an_object, op_json_object(op, jws->payload, &call->payload));
    return OK;
}

static err try_token(struct hk_op *op, str token) {
    struct claim_sources_call *call = op->claim_sources;
    str jwks_uri;
    TRY(read_token(op, token));
    call->issuer = json_read_str(call->payload, "iss");
    if (!str_present(call->issuer) || str_eq(call->issuer, op->rp->settings.issuer)) {
        op_push(op, take_with_provider_keys);
        op_push(op, keyset_need);
        return OK;
    }
    HOLD(&op->failure, claim_source_is_trusted,
         claim_sources_trusted(setting_of(op), call->issuer, &jwks_uri));
    return str_present(jwks_uri) ? ask_keys(op, jwks_uri) : ask_metadata(op);
}

/* --- It is fetched --------------------------------------------------------------------------- */
/* Absent: it is no URL, or one with a user name in it. */
static err origin_of(struct hk_op *op, str text, str *out) {
    struct url url;
    *out = STR_ABSENT;
    if (failed(url_parse(text, &url)) || str_present(url.userinfo))
        return OK;
    return url_origin(op->arena, &url, out);
}

static err may_ask(struct hk_op *op, str url, bool *may) {
    str rest = setting_of(op), word = op->rp->settings.issuer, asked, known;
    TRY(origin_of(op, url, &asked));
    do {
        TRY(origin_of(op, str_head(word, str_find(word, '=')), &known));
        *may = str_present(asked) && str_eq(asked, known);
    } while (!*may && str_next(&rest, ' ', &word));
    return OK;
}

static err try_answer(struct hk_op *op) {
    TRY(op_answer_came(op));
    HOLD(&op->failure, answer_is_success, op->answer.status == 200);
    return try_token(op, str_trim(op->answer.body));
}

static err fetched(struct hk_op *op) {
    return settle(op, try_answer(op));
}

/* RFC 6750, with the source's token; without one, without. */
static err fetch(struct hk_op *op, const struct claim_source *source) {
    str headers = S("Accept: application/jwt\r\n");
    bool may;
    TRY(may_ask(op, source->endpoint, &may));
    HOLD(&op->failure, claim_source_host_is_known, may);
    HOLD(&op->failure, access_token_is_sendable,
         !str_present(source->access_token) || bearer_is_sendable(source->access_token));
    if (str_present(source->access_token))
        TRY(STR_JOIN(op->arena, &headers, headers, S("Authorization: Bearer "),
                     source->access_token, S("\r\n")));
    return ask(op, source->endpoint, headers, fetched);
}

static err next(struct hk_op *op) {
    struct claim_sources_call *call = op->claim_sources;
    if (call->at >= call->sources.n) {
        claim_sources_forget(call->claims);
        return OK;
    }
    const struct claim_source *source = source_of(op);
    bool is_there = str_present(source->jwt);
    return settle(op, is_there ? try_token(op, source->jwt) : fetch(op, source));
}

/* Too many of them, and none is asked. */
static err start(struct hk_op *op) {
    struct claim_sources_call *call = op->claim_sources;
    err e = claim_sources_read(&op->failure, call->claims, &call->sources);
    if (failed(e))
        call->sources.n = 0;
    else
        op_push(op, next);
    return settle(op, e);
}

err claim_sources_push(struct hk_op *op, json_t *claims) {
    struct claim_sources_call *call = ARENA_NEW(op->arena, struct claim_sources_call);
    REQUIRE(call, no_memory, "the call needs more memory than it may have");
    call->claims = claims;
    op->claim_sources = call;
    op_push(op, start);
    return OK;
}
