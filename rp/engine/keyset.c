#include "rp/engine/keyset.h"

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "rp/engine/document.h"
#include "rp/engine/metadata.h"

/* The tokens that are being verified, the innermost first: steps have no arguments. */
struct verifying {
    struct signed_token *token;
    struct verifying *outer;
};

static const struct jwk_set *keys_of(const struct hk_op *op) {
    const struct document *document = op->documents[DOCUMENT_KEYS];
    return document ? document->keys : NULL;
}

static err store(struct hk_op *op) {
    json_t *json;
    struct jwk_set *keys = NULL;
    TRY(op_answer_json(op, &json));
    HOLD_TRY(&op->failure, keys_are_a_set, jwk_set_import(json, &keys));
    return document_store(op, DOCUMENT_KEYS, json, keys);
}

static err answer(struct hk_op *op) {
    err e = store(op);
    return failed(e) ? document_failed(op, DOCUMENT_KEYS, e) : OK;
}

/* After an unknown kid no cache on the way may answer (RFC 9111 5.2.1.4). */
static err fetch(struct hk_op *op, bool anew) {
    str url = metadata_str(op, "jwks_uri");
    HOLD(&op->failure, keys_at_hand,
         str_present(url) && op->rp->settings.options.jwks_mode == JWKS_FETCH);
    str headers = anew ? S("Accept: application/jwk-set+json, application/json\r\n"
                           "Cache-Control: no-cache\r\n")
                       : S("Accept: application/jwk-set+json, application/json\r\n");
    op_push(op, answer);
    return op_send(op, &(struct op_request){.url = url, .headers = headers, .may_fail = true});
}

/* A flight that could not even begin must not leave a failure unremembered. */
static err fetch_or_fail(struct hk_op *op, bool anew) {
    err e = fetch(op, anew);
    return failed(e) ? document_failed(op, DOCUMENT_KEYS, e) : OK;
}

err keyset_need(struct hk_op *op) {
    enum document_turn turn;
    TRY(document_look(op, DOCUMENT_KEYS, op->rp->settings.options.jwks_ttl_s, keyset_need, &turn));
    return turn == DOCUMENT_FETCH ? fetch_or_fail(op, false) : OK;
}

static err need_again(struct hk_op *op) {
    enum document_turn turn;
    TRY(document_look_again(op, DOCUMENT_KEYS, need_again, &turn));
    return turn == DOCUMENT_FETCH ? fetch_or_fail(op, true) : OK;
}

err keyset_given(struct hk_rp *rp, struct failure *failure) {
    if (!rp->settings.jwks)
        return OK;
    struct jwk_set *keys = NULL;
    HOLD_TRY(failure, keys_are_a_set, jwk_set_import(rp->settings.jwks, &keys));
    return document_given(rp, DOCUMENT_KEYS, rp->settings.jwks, keys);
}

static err verify(struct hk_op *op, struct signed_token *token, const struct jwk *key) {
    if (key)
        HOLD_TRY(&op->failure, token_signature_verifies, jws_verify(&token->jws, token->alg, key));
    op->verifying = op->verifying->outer;
    return OK;
}

static err verify_with_set(struct hk_op *op) {
    struct signed_token *token = op->verifying->token;
    const struct jwk *key = NULL;
    err e = jwk_set_find(keys_of(op), token->alg, token->jws.kid, &key);
    bool may_look =
        failed(e) && !token->looked_again && op->rp->settings.options.jwks_mode == JWKS_FETCH;
    if (may_look) {
        token->looked_again = true;
        op_push(op, verify_with_set);
        op_push(op, need_again);
        return OK;
    }
    HOLD_TRY(&op->failure, token_key_is_known, e);
    return verify(op, token, key);
}

/* OIDC Core 10.1: the octets of the client secret are the key. */
static err verify_with_secret(struct hk_op *op, struct signed_token *token) {
    struct jwk *key = NULL;
    secret shared = secret_of(op->rp->settings.client_secret);
    HOLD_TRY(&op->failure, secret_is_long_enough,
             jwk_from_secret_in(&op->rp->memory, shared, token->alg, &key));
    err e = verify(op, token, key);
    jwk_free(key);
    return e;
}

static void drop_jws(void *jws) {
    jws_ref_drop(jws);
}

#ifdef HITKEY_RP_SABOTEUR
/* What a client without the rule would do: take the token's word for its algorithm, and one that is
 * not signed for one that is. */
static err believe(struct hk_op *op, struct signed_token *token, bool is_signed, bool *done) {
    *done = false;
    if (rule_stands(RULE_token_alg_matches))
        return OK;
    if (is_signed) {
        token->alg = token->jws.alg;
        return OK;
    }
    *done = true;
    token->jws.alg = token->alg; /* whose hash at_hash is then taken for */
    str payload = str_from_pos(token->token, str_find(token->token, '.') + 1);
    op->verifying = op->verifying->outer;
    return base64url_decode(op->arena, str_head(payload, str_find(payload, '.')),
                            &token->jws.payload);
}
#endif

/* RFC 7515 3.1: nothing behind the second dot is alg "none", whatever the header says. */
static err parse(struct hk_op *op) {
    struct signed_token *token = op->verifying->token;
    TRY(op_defer(op, drop_jws, &token->jws));
    err e = jws_parse(op->arena, token->token, &token->jws);
    bool is_signed = !err_is(e, E_jose_algorithm) && !str_ends(token->token, S("."));
    HOLD(&op->failure, token_alg_matches, is_signed);
#ifdef HITKEY_RP_SABOTEUR
    bool done;
    TRY(believe(op, token, is_signed, &done));
    if (done)
        return OK;
#endif
    HOLD_TRY(&op->failure, token_is_well_formed, e);
    if (token->alg == JOSE_NONE && str_has_word(token->algs, jose_alg_name(token->jws.alg)))
        token->alg = token->jws.alg;
    HOLD(&op->failure, token_alg_matches, token->jws.alg == token->alg);
    if (jose_alg_is_hmac(token->alg))
        return verify_with_secret(op, token);
    op_push(op, verify_with_set);
    op_push(op, keyset_need);
    return OK;
}

err keyset_push_verify(struct hk_op *op, struct signed_token *signed_token) {
    struct verifying *verifying = ARENA_NEW(op->arena, struct verifying);
    REQUIRE(verifying, no_memory, "the call needs more memory than it may have");
    *verifying = (struct verifying){signed_token, op->verifying};
    op->verifying = verifying;
    op_push(op, parse);
    return OK;
}
