#include "authz/protocol/authorization_request.h"

#include "authz/protocol/pkce.h"
#include "authz/protocol/prompt.h"
#include "authz/protocol/scope.h"

static const struct param {
    str name;
    size_t offset;
    bool kept;
} params[] = {
#define AUTHORIZATION_PARAM(name, kept, doc)                                                       \
    {S_INIT(#name), offsetof(struct authorization_request, name), kept},
#include "authz/protocol/authorization_params.def"
#undef AUTHORIZATION_PARAM
};
enum { PARAM_COUNT = sizeof params / sizeof params[0], MAX_AGE_MAX = INT32_MAX, NONCE_MAX = 2000 };

static const str *param_of(const struct authorization_request *rq, const struct param *param) {
    return (const str *)(const void *)((const char *)rq + param->offset);
}

static str *param_at(struct authorization_request *rq, const struct param *param) {
    return (str *)(void *)((char *)rq + param->offset);
}

static str single_value(const struct form *form, str name) {
    for (size_t i = 0; i < form->n; i++)
        if (str_eq(form->list[i].name, name))
            return form->list[i].repeated ? STR_ABSENT : form->list[i].value;
    return STR_ABSENT;
}

void authorization_request_read(const struct form *form, struct authorization_request *out) {
    *out = (struct authorization_request){.max_age_s = -1};
    for (size_t i = 0; i < PARAM_COUNT; i++)
        *param_at(out, &params[i]) = single_value(form, params[i].name);
}

/* OAuth 2.0 Multiple Response Type Encoding Practices 2.1 and 5: tokens never travel in a query,
 * which ends up in logs. */
static err read_mode(struct authorization_request *rq) {
    enum response_mode asked;
    rq->mode = response_mode_default(rq->response_type);
    if (!str_present(rq->response_mode))
        return OK;
    TRY(response_mode_parse(rq->response_mode, &asked));
    REQUIRE(asked != RESPONSE_MODE_QUERY || rq->mode == RESPONSE_MODE_QUERY, invalid_request,
            "response_mode=query must not carry tokens");
    rq->mode = asked;
    return OK;
}

/* RFC 6749 3.1.1 */
static err read_type(struct authorization_request *rq) {
    REQUIRE(str_present(rq->response_type), invalid_request, "response_type is missing");
    rq->type = response_type_find(rq->response_type);
    REQUIRE(rq->type, unsupported_response_type, "the server has no such response_type");
    return OK;
}

/* OIDC Core 3.2.2.1, 3.3.2.11: required where an ID token comes through the browser. */
static err check_nonce(const struct authorization_request *rq) {
    REQUIRE(rq->nonce.n <= NONCE_MAX, invalid_request, "nonce is too long");
    REQUIRE(str_present(rq->nonce) || !rq->type->needs_nonce, invalid_request,
            "nonce is missing: this response_type needs one");
    return OK;
}

/* OIDC Core 3.1.2.6, for what 7.2.1 would bring. */
static err check_unsupported(const struct authorization_request *rq) {
    REQUIRE(!str_present(rq->registration), registration_not_supported,
            "registration is not supported");
    return OK;
}

/* RFC 9700 2.1.1: public clients MUST use PKCE, where there is a code to protect. */
static err check_pkce(const struct authorization_request *rq, bool public_client) {
    TRY(pkce_check_challenge(rq->code_challenge, rq->code_challenge_method));
    bool needed = public_client && rq->type->issues & RESPONSE_CODE;
    REQUIRE(str_present(rq->code_challenge) || !needed, invalid_request,
            "code_challenge is missing: a public client must use PKCE");
    return OK;
}

static err read_max_age(struct authorization_request *rq) {
    if (!str_present(rq->max_age))
        return OK;
    REQUIRE(!failed(str_to_int(rq->max_age, MAX_AGE_MAX, &rq->max_age_s)), invalid_request,
            "max_age must be a number of seconds");
    return OK;
}

err authorization_request_check(const struct form *form, bool public_client,
                                struct authorization_request *rq) {
    err mode = read_mode(rq);
    TRY(form_unique(form, S("resource"))); /* RFC 6749 3.1, RFC 8707 2 */
    TRY(mode);
    TRY(read_type(rq));
    TRY(check_unsupported(rq));
    TRY(check_pkce(rq, public_client));
    TRY(prompt_parse(rq->prompt, &rq->prompts));
    TRY(check_nonce(rq));
    return read_max_age(rq);
}

err authorization_request_scope(struct arena *arena, const struct authorization_request *rq,
                                str allowed, str *scope) {
    if (!str_present(rq->scope)) { /* RFC 6749 3.3: a pre-defined default value */
        *scope = str_present(allowed) ? allowed : S("");
        return OK;
    }
    TRY(scope_check(rq->scope));
    TRY(scope_intersect(arena, rq->scope, allowed, scope));
    REQUIRE(!str_empty(*scope), invalid_scope, "the client may have none of this scope");
    return OK;
}

err authorization_request_write(struct arena *arena, const struct authorization_request *rq,
                                str *text) {
    struct form_param list[PARAM_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < PARAM_COUNT; i++)
        if (params[i].kept)
            list[n++] = (struct form_param){params[i].name, *param_of(rq, &params[i]), false};
    TRY(form_write(arena, list, n, text));
    REQUIRE(text->n <= AUTHORIZATION_REQUEST_MAX, invalid_request, "the request is too large");
    return OK;
}
