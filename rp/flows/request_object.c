#include "rp/flows/request_object.h"

#include "common/base/json_put.h"
#include "common/base/random.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "rp/engine/document.h"
#include "rp/engine/keyset.h"
#include "rp/flows/authorization_request.h"
#include "rp/protocol/encryption.h"

enum { OBJECT_MAX = 64 * 1024, LIFE_S = 300, EARLY_S = 10, JTI_BYTES = 16, NAME_BYTES = 16 };

static bool is_of(const struct form_param *param, const char *name) {
    return str_eq(param->name, str_from(name));
}

/* Several resources are one array (RFC 8707 2.1). */
static void put_resources(struct json_put *j, const struct begin *begin) {
    bool open = false;
    for (size_t i = 0; i < begin->param_count; i++) {
        if (!is_of(&begin->params[i], "resource"))
            continue;
        if (!open)
            json_put_open_at(j, "resource", '[');
        open = true;
        json_put_item_str(j, begin->params[i].value);
    }
    if (open)
        json_put_close(j, ']');
}

/* RFC 9101 4: numbers as numbers, JSON as JSON, all else as strings. */
static err put_param(struct hk_op *op, struct json_put *j, const struct form_param *param) {
    const char *name;
    if (is_of(param, "resource"))
        return OK;
    TRY(str_to_c(op->arena, param->name, &name));
    bool raw =
        is_of(param, "claims") || is_of(param, "authorization_details") || is_of(param, "max_age");
    if (raw)
        json_put_raw(j, name, param->value);
    else
        json_put_str(j, name, param->value);
    return OK;
}

/* FAPI 2.0 Message Signing 5.3.2: exp and nbf too; nbf in the past, because clocks differ. */
static err write(struct hk_op *op, const struct begin *begin, str *out) {
    str jti;
    int64_t now = op_now(op);
    TRY(random_token(op->arena, STR_ABSENT, JTI_BYTES, &jti));
    struct json_put j = json_put_begin(op->arena, OBJECT_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", begin->transaction.client_id);
    json_put_str(&j, "aud", begin->transaction.issuer);
    json_put_int(&j, "iat", now);
    json_put_int(&j, "nbf", now - EARLY_S);
    json_put_int(&j, "exp", now + LIFE_S);
    json_put_str(&j, "jti", jti);
    for (size_t i = 0; i < begin->param_count; i++)
        TRY(put_param(op, &j, &begin->params[i]));
    put_resources(&j, begin);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err sign(struct hk_op *op, str payload, str *out) {
    const struct settings *settings = &op->rp->settings;
    enum jose_alg alg = settings_request_object_alg(settings);
    const str typ = S("oauth-authz-req+jwt"); /* RFC 9101 10.8 */
    if (!jose_alg_is_hmac(alg))
        return jws_sign(settings->private_key, alg, typ, payload, op->arena, out);
    struct jwk *key = NULL;
    TRY(jwk_from_secret_in(&op->rp->memory, secret_of(settings->client_secret), alg, &key));
    err e = jws_sign(key, alg, typ, payload, op->arena, out);
    jwk_free(key);
    return e;
}

static err encrypt_with(struct hk_op *op, const struct jwk *key, const struct encryption *how) {
    str *object = &((struct begin *)op->flow)->request_object;
    return jwe_encrypt(key, how->alg, how->enc, S("JWT"), *object, op->arena, object);
}

static err encrypt_with_secret(struct hk_op *op, const struct encryption *how) {
    struct jwk *key = NULL;
    secret shared = secret_of(op->rp->settings.client_secret);
    TRY(jwe_key_from_client_secret(shared, how->alg, how->enc, &key));
    err e = encrypt_with(op, key, how);
    jwk_free(key);
    return e;
}

static struct encryption how_of(const struct hk_op *op) {
    struct encryption how = {JWE_ALG_NONE, JWE_ENC_NONE};
    encryption_read(op->rp->settings.options.request_object_encryption, &how);
    return how;
}

/* OIDC Core 10.2: to a key that the provider publishes. */
static err encrypt_to_provider(struct hk_op *op) {
    const struct encryption how = how_of(op);
    const struct jwk *key = NULL;
    HOLD_TRY(&op->failure, encryption_key_is_published,
             jwk_set_find_encryption(op->documents[DOCUMENT_KEYS]->keys, how.alg, &key));
    return encrypt_with(op, key, &how);
}

static err encrypt_object(struct hk_op *op) {
    const struct encryption how = how_of(op);
    if (jwe_alg_is_symmetric(how.alg))
        return encrypt_with_secret(op, &how);
    op_push(op, encrypt_to_provider);
    op_push(op, keyset_need);
    return OK;
}

err request_object_make(struct hk_op *op) {
    struct begin *begin = op->flow;
    str payload;
    if (op->rp->settings.options.request_object == OBJECT_OFF)
        return OK;
    TRY(write(op, begin, &payload));
    TRY(sign(op, payload, &begin->request_object));
    return str_present(op->rp->settings.options.request_object_encryption) ? encrypt_object(op)
                                                                           : OK;
}

/* OIDC Core 6.1: beside the object stays what OAuth and OpenID Connect ask of every request; RFC
 * 9101 5.2: a request_uri is our own, and of one request. */
err request_object_refer(struct hk_op *op) {
    const struct options *options = &op->rp->settings.options;
    struct begin *begin = op->flow;
    bool by_reference = options->request_object == OBJECT_REFERENCE;
    size_t kept = 0;
    if (!str_present(begin->request_object))
        return OK;
    if (by_reference)
        TRY(random_token(op->arena, options->request_uri, NAME_BYTES, &begin->request_uri));
    for (size_t i = 0; i < begin->param_count; i++)
        if (str_has_word(S("client_id response_type scope"), begin->params[i].name))
            begin->params[kept++] = begin->params[i];
    begin->params[kept++] =
        by_reference ? (struct form_param){.name = S("request_uri"), .value = begin->request_uri}
                     : (struct form_param){.name = S("request"), .value = begin->request_object};
    begin->param_count = kept;
    return OK;
}
