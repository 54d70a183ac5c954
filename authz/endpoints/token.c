/* POST /oauth/token, RFC 6749 3.2: the client authenticates, its grant type decides, the tokens are
 * signed. A JSON body is the HitKey dialect: the same parameters, errors as {"error","code"} with
 * status 400. */
#include "authz/endpoints/token.h"

#include "authz/access_token.h"
#include "authz/client_auth.h"
#include "authz/client_failures.h"
#include "authz/id_token.h"
#include "authz/membership.h"
#include "authz/token_format.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/ops/metrics.h"

enum { ANSWER_MAX = 128 * 1024 };

/* --- parameters ----------------------------------------------------------------------------- */

static const struct param {
    const char *name;
    size_t offset;
} params[] = {
#define TOKEN_PARAM(name, doc) {#name, offsetof(struct token_request, name)},
#include "authz/endpoints/token_params.def"
#undef TOKEN_PARAM
};
enum { PARAM_COUNT = sizeof params / sizeof params[0] };

static str *param_at(struct token_request *in, size_t i) {
    return (str *)(void *)((char *)in + params[i].offset);
}

static bool is_json(const struct request *rq) {
    return str_eq_nocase(request_media_type(rq), S("application/json"));
}

static err read_form(struct request *rq, struct token_request *in) {
    struct form form;
    TRY(form_parse(rq->arena, rq->body, &form));
    TRY(form_unique(&form, STR_ABSENT)); /* RFC 6749 3.2 */
    for (size_t i = 0; i < PARAM_COUNT; i++)
        *param_at(in, i) = form_get(&form, str_from(params[i].name));
    return OK;
}

/* As in a form, an empty value is an absent one. */
static err read_json(struct request *rq, struct token_request *in) {
    AUTO(json_ref) json = NULL;
    TRY(json_read_object(rq->body, &json));
    for (size_t i = 0; i < PARAM_COUNT; i++) {
        str value = json_read_str(json, params[i].name);
        REQUIRE(str_present(value) || !json_read_has(json, params[i].name), invalid_request,
                "every parameter must be a string");
        if (!str_empty(value))
            TRY(str_dup(rq->arena, value, param_at(in, i)));
    }
    return OK;
}

static err read_params(struct request *rq, struct token_request *in) {
    /* RFC 6749 2.3.1: credentials are never sent in the request URI. */
    REQUIRE(str_empty(rq->query), invalid_request, "parameters belong in the body");
    TRY(is_json(rq) ? read_json(rq, in) : read_form(rq, in));
    REQUIRE(str_present(in->grant_type), invalid_request, "grant_type is missing");
    return OK;
}

/* --- grant types ---------------------------------------------------------------------------- */

static const struct grant_type {
    str name;
    bool waits;
    err (*decide)(struct request *rq, const struct token_request *in, struct token_answer *out);
} grant_types[] = {
#define GRANT_TYPE(id, name, waits) {S_INIT(name), waits, token_##id},
#include "authz/protocol/grant_types.def"
#undef GRANT_TYPE
};

static err find_grant_type(str name, const struct grant_type **out) {
    for (size_t i = 0; i < sizeof grant_types / sizeof grant_types[0]; i++) {
        *out = &grant_types[i];
        if (str_eq(name, grant_types[i].name))
            return OK;
    }
    *out = NULL;
    return FAIL(unsupported_grant_type, "this grant_type is not supported");
}

/* --- the answer ----------------------------------------------------------------------------- */

void token_answer_ref_drop(struct token_answer *answer) {
    json_decref(answer->person);
}

static err sign_id_token(struct request *rq, const struct token_request *in,
                         const struct token_answer *decided, str access_token, str *out) {
    *out = STR_ABSENT;
    if (!str_has_word(decided->scope, S("openid")))
        return OK;
    const struct grant *grant = &decided->grant;
    TRY(membership_add_claim(rq,
                             &(struct membership_claim){.client = &in->client,
                                                        .user_id = grant->user_id,
                                                        .names = grant->id_token_claims},
                             decided->person));
    struct id_token token = {.grant = grant,
                             .client = &in->client,
                             .nonce = decided->nonce,
                             .person = decided->person,
                             .claims = grant->id_token_claims,
                             .access_token = access_token};
    return id_token_make(rq, &token, out);
}

/* RFC 6749 5.1, OIDC Core 3.1.3.3 */
static err respond(struct request *rq, const struct token_request *in,
                   const struct token_answer *decided, struct response *rs) {
    struct access_token_made access_token;
    str id_token, text;
    const struct access_token_plan plan = {&decided->grant, &in->client, decided->scope};
    TRY(access_token_make(authz_of(rq), rq->arena, &plan, rq->now_ms, &access_token));
    TRY(sign_id_token(rq, in, decided, access_token.text, &id_token));
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "access_token", access_token.text);
    json_put_str(&j, "token_type", S("Bearer"));
    json_put_int(&j, "expires_in", access_token.expires_in_s);
    json_put_str(&j, "refresh_token", decided->refresh_token);
    json_put_str(&j, "scope", decided->scope);
    json_put_str(&j, "id_token", id_token);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    response_json(rs, 200, text);
    return OK;
}

err token_check_member(struct request *rq, const struct client *client, str user_id) {
    err e = membership_check(rq, client, user_id);
    REQUIRE(!err_is(e, E_NOT_PROJECT_MEMBER), invalid_grant,
            "the person is no member of the project any more");
    return e;
}

static err authenticate(struct request *rq, struct token_request *in) {
    const struct client_credentials given = {.client_id = in->client_id,
                                             .client_secret = in->client_secret,
                                             .client_assertion_type = in->client_assertion_type,
                                             .client_assertion = in->client_assertion};
    return client_auth_check(rq, &given, &in->client);
}

static err decide(struct request *rq, const struct grant_type *type, const struct token_request *in,
                  struct token_answer *out) {
    const struct token_format format = token_format_id_token(&in->client);
    REQUIRE(str_has_word(in->client.grant_types, type->name), unauthorized_client,
            "the client is not registered for this grant_type");
    TRY(token_format_prepare(rq, &in->client, &format));
    return type->decide(rq, in, out);
}

static err answer(struct request *rq, struct response *rs) {
    struct token_request in = {0};
    AUTO(token_answer_ref) decided = {0};
    const struct grant_type *type;
    TRY(read_params(rq, &in));
    TRY(find_grant_type(in.grant_type, &type));
    if (type->waits)
        TRY(may_block(rq));
    TRY(authenticate(rq, &in));
    TRY(decide(rq, type, &in, &decided));
    TRY(respond(rq, &in, &decided, rs));
    metrics_add(M_tokens, type->name, 1);
    return OK;
}

/* The HitKey API has one answer, with status 400, when the client is not who it says it is. */
err token_post(struct request *rq, struct response *rs) {
    err e = answer(rq, rs);
    if (!err_is(e, E_invalid_client) || !is_json(rq))
        return e;
    client_failures_note(rq, e);
    response_json(rs, 400, S("{\"error\":\"Invalid client_id\",\"code\":\"invalid_client\"}"));
    return OK;
}
