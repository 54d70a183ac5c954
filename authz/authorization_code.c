#include "authz/authorization_code.h"

#include "authz/config.h"
#include "authz/protocol/acr.h"
#include "authz/store/stored_request.h"
#include "common/base/base64url.h"
#include "common/base/random.h"
#include "keys/digest.h"

/* A name is shorter than any sealed text, and only a name has this length. */
enum { ID_BYTES = 16, NAME_BYTES = 32, NAME_CHARS = 43 };

/* The store holds no code, only the hash of its name. */
static err row_of(struct request *rq, str name, str *id) {
    struct sha256 hash = sha256(name);
    return base64url_encode(rq->arena, sha256_str(&hash), id);
}

static err store_code(struct request *rq, const struct code *code, str sealed, str *text) {
    str id;
    TRY(may_block(rq));
    TRY(random_token(rq->arena, STR_ABSENT, NAME_BYTES, text));
    TRY(row_of(rq, *text, &id));
    return stored_request_put(authz_of(rq)->store, id, sealed, code->expires_ms);
}

err authorization_code_plan(struct request *rq, const struct authorization *authorization,
                            const struct account *account, struct code *out) {
    const struct authorization_request *in = &authorization->in;
    *out = (struct code){.client_id = authorization->client.client_id,
                         .user_id = account->user_id,
                         .sid = account->sid,
                         .signed_in_ms = account->signed_in_ms,
                         .acr = acr_choose(account->amr, authorization->acr),
                         .amr = account->amr,
                         .scope = authorization->scope,
                         .userinfo_claims = authorization->claims.userinfo,
                         .id_token_claims = authorization->claims.id_token,
                         .redirect_uri = authorization->target,
                         .redirect_uri_given = str_present(in->redirect_uri),
                         .nonce = in->nonce,
                         .challenge = in->code_challenge};
    out->expires_ms = rq->now_ms + authz_of(rq)->config->code_lifetime * 1000;
    return random_token(rq->arena, STR_ABSENT, ID_BYTES, &out->id);
}

err authorization_code_write(struct request *rq, const struct code *code, str *text) {
    str sealed;
    TRY(code_seal(&authz_of(rq)->code_key, rq->arena, code, &sealed));
    *text = sealed;
    return sealed.n > AUTHORIZATION_CODE_MAX ? store_code(rq, code, sealed, text) : OK;
}

err authorization_code_grant(struct request *rq, const struct code *code, int64_t life_s,
                             struct grant *out) {
    *out = (struct grant){.client_id = code->client_id,
                          .user_id = code->user_id,
                          .sid = code->sid,
                          .scope = code->scope,
                          .userinfo_claims = code->userinfo_claims,
                          .id_token_claims = code->id_token_claims,
                          .signed_in_ms = code->signed_in_ms,
                          .acr = code->acr,
                          .amr = code->amr,
                          .created_ms = rq->now_ms,
                          .expires_ms = rq->now_ms + life_s * 1000};
    return random_uuid(rq->arena, &out->id);
}

err authorization_code_open(struct request *rq, str text, struct code *out) {
    const struct authz *authz = authz_of(rq);
    str sealed = text, id;
    if (text.n == NAME_CHARS) {
        TRY(row_of(rq, text, &id));
        err e = stored_request_get(authz->store, rq->arena, id, &sealed);
        REQUIRE(!err_is(e, E_not_found), invalid_grant, "Invalid or expired authorization code");
        TRY(e);
    }
    return code_open(&authz->code_key, rq->arena, sealed, out);
}
