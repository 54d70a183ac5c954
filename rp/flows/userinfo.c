#include "rp/flows/userinfo.h"

#include "common/base/form.h"
#include "common/base/json_read.h"
#include "rp/engine/metadata.h"
#include "rp/flows/api_answer.h"
#include "rp/flows/claim_sources.h"
#include "rp/flows/decrypt.h"
#include "rp/flows/provider_jwt.h"
#include "rp/flows/token_headers.h"
#include "rp/protocol/id_token_claims.h"

struct userinfo {
    str url, access_token, sub;
    const struct jwk *dpop_key; /* NULL: a bearer token */
    bool asked_again;
    struct provider_jwt jwt;
    json_t **claims;
};

static const struct options *options_of(const struct hk_op *op) {
    return &op->rp->settings.options;
}

static bool may_be_signed(const struct hk_op *op) {
    return options_of(op)->userinfo_alg != JOSE_NONE ||
           str_present(options_of(op)->userinfo_encryption);
}

static str accept(const struct hk_op *op) {
    return may_be_signed(op) ? S("Accept: application/jwt\r\n") : S("Accept: application/json\r\n");
}

static err request_with_header(struct hk_op *op, const struct userinfo *info,
                               struct op_request *out) {
    const struct token_use use = {.access_token = info->access_token,
                                  .method = S("GET"),
                                  .url = info->url,
                                  .dpop_key = info->dpop_key};
    str token;
    TRY(token_headers(op, &use, &token));
    return STR_JOIN(op->arena, &out->headers, accept(op), token);
}

/* RFC 6750 2.2; a DPoP token has its header only. */
static err request_with_body(struct hk_op *op, const struct userinfo *info,
                             struct op_request *out) {
    const struct form_param params[] = {{S("access_token"), info->access_token, false}};
    out->method = S("POST");
    TRY(STR_JOIN(op->arena, &out->headers, accept(op),
                 S("Content-Type: application/x-www-form-urlencoded\r\n")));
    return form_write(op->arena, params, 1, &out->body);
}

static err answer(struct hk_op *op);

static err ask(struct hk_op *op) {
    struct userinfo *info = op->userinfo;
    struct op_request request = {.client_certificate = metadata_mutual_tls(op)};
    TRY(metadata_endpoint(op, "userinfo_endpoint", &info->url));
    request.url = info->url;
    if (options_of(op)->token_in == TOKEN_IN_BODY && !info->dpop_key)
        TRY(request_with_body(op, info, &request));
    else
        TRY(request_with_header(op, info, &request));
    op_push(op, answer);
    return op_send(op, &request);
}

/* HitKey's older dialect names the user by id. */
static err name_user(const struct hk_op *op, json_t *claims) {
    json_t *id = json_object_get(claims, "id");
    if (options_of(op)->profile != PROFILE_HITKEY_V1 || json_object_get(claims, "sub") || !id)
        return OK;
    REQUIRE(json_object_set(claims, "sub", id) == 0, no_memory,
            "there is no memory for the claims");
    return OK;
}

/* 5.3.2: always, or one user's token would give another's claims. */
static err check_sub(struct hk_op *op, const json_t *claims) {
    const struct userinfo *info = op->userinfo;
    const struct jwt_check check = provider_jwt_check(op);
    str sub = json_read_str(claims, "sub");
    TRY(id_token_sub(&check, claims));
    HOLD(&op->failure, userinfo_sub_matches, !str_present(info->sub) || str_eq(sub, info->sub));
    return OK;
}

static err take(struct hk_op *op, json_t *claims) {
    TRY(name_user(op, claims));
    TRY(check_sub(op, claims));
    TRY(claim_sources_push(op, claims));
    *op->userinfo->claims = claims;
    return OK;
}

static err check_jwt(struct hk_op *op) {
    struct provider_jwt *jwt = &op->userinfo->jwt;
    const struct jwt_check check = provider_jwt_check(op);
    TRY(jwt_typ(&check, jwt->verified.jws.header, STR_ABSENT));
    TRY(jwt_iss(&check, jwt->claims));
    TRY(jwt_aud(&check, jwt->claims));
    TRY(jwt_times(&check, jwt->claims, false));
    return take(op, jwt->claims);
}

/* Encrypted without being signed: 5.3.2 allows it, and the sender is known by TLS. */
static err open_unsigned(struct hk_op *op, str token) {
    str plain;
    json_t *claims;
    TRY(decrypt_token(op, options_of(op)->userinfo_encryption, token, &plain));
    HOLD_TRY(&op->failure, claims_are_an_object, op_json_object(op, plain, &claims));
    return take(op, claims);
}

static err read_jwt(struct hk_op *op) {
    struct userinfo *info = op->userinfo;
    const struct options *options = options_of(op);
    str token = str_trim(op->answer.body);
    if (options->userinfo_alg == JOSE_NONE)
        return open_unsigned(op, token);
    info->jwt = (struct provider_jwt){
        .token = token, .alg = options->userinfo_alg, .encryption = options->userinfo_encryption};
    op_push(op, check_jwt);
    return provider_jwt_push(op, &info->jwt);
}

/* Of the Content-Type, without its parameters. */
static bool is_type(const struct hk_op *op, str type) {
    str header = op_answer_header(&op->answer, S("Content-Type"));
    return str_eq_nocase(str_trim(str_head(header, str_find(header, ';'))), type);
}

static err read_json(struct hk_op *op) {
    json_t *claims;
    HOLD(&op->failure, userinfo_is_json, !is_type(op, S("application/jwt")));
    TRY(op_answer_json(op, &claims));
    return take(op, claims);
}

/* RFC 9449 9: a proof with the API's nonce is tried once. */
static err answer(struct hk_op *op) {
    struct userinfo *info = op->userinfo;
    const struct api_answer given = {info->url, op->answer.status, op->answer.headers};
    bool again;
    TRY(op_answer_came(op));
    TRY(api_judge(op, &given, &again));
    if (again && !info->asked_again) {
        info->asked_again = true;
        return ask(op);
    }
    HOLD(&op->failure, answer_is_success, op->answer.status >= 200 && op->answer.status <= 299);
    if (!may_be_signed(op))
        return read_json(op);
    HOLD(&op->failure, userinfo_is_signed, is_type(op, S("application/jwt")));
    return read_jwt(op);
}

err userinfo_push(struct hk_op *op, str access_token, str token_type, const struct jwk *dpop_key,
                  str sub, json_t **claims) {
    struct userinfo *info = ARENA_NEW(op->arena, struct userinfo);
    REQUIRE(info, no_memory, "the call needs more memory than it may have");
    bool bound = str_eq_nocase(token_type, S("DPoP"));
    HOLD(&op->failure, dpop_token_has_its_key, !bound || dpop_key);
    info->access_token = access_token;
    info->dpop_key = bound ? dpop_key : NULL;
    info->sub = sub;
    info->claims = claims;
    op->userinfo = info;
    op_push(op, ask);
    op_push(op, metadata_need);
    return OK;
}
