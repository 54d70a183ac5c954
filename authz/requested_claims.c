#include "authz/requested_claims.h"

#include "authz/id_token_hint.h"
#include "authz/protocol/acr.h"
#include "authz/protocol/scope.h"
#include "authz/subject.h"

/* Without openid this is plain OAuth, which knows no such parameter. */
static err read_parameter(struct request *rq, struct authorization *a) {
    if (!str_present(a->in.claims) || !str_has_word(a->scope, S("openid")))
        return OK;
    return claims_request_parse(rq->arena, a->in.claims, &a->claims);
}

/* OIDC Core 5.4: where nothing is fetched from the userinfo endpoint, its claims come in the ID
 * token. */
static err without_userinfo(struct request *rq, struct authorization *a) {
    struct claims_request *claims = &a->claims;
    if (a->in.type->issues != RESPONSE_ID_TOKEN)
        return OK;
    TRY(scope_union(rq->arena, claims->id_token, claims->userinfo, &claims->id_token));
    claims->userinfo = STR_ABSENT;
    return OK;
}

static err list_consent(struct request *rq, struct authorization *a) {
    str words;
    TRY(claims_request_consent(rq->arena, &a->claims, a->scope, &words));
    a->consent = a->scope;
    return str_present(words) ? scope_union(rq->arena, a->scope, words, &a->consent) : OK;
}

/* OIDC Core 5.5.1.1: the claims request goes before acr_values, and that before what the client
 * registered. */
static err choose_acr(struct authorization *a) {
    a->acr = a->client.default_acr_values;
    if (str_present(a->in.acr_values))
        a->acr = a->in.acr_values;
    if (str_present(a->claims.acr))
        a->acr = a->claims.acr;
    REQUIRE(!a->claims.acr_essential || acr_known(a->acr), unmet_authentication_requirements,
            "the server has no such acr");
    return OK;
}

static bool may_be(const struct claims_request *claims, str sub) {
    bool found = claims->sub_count == 0;
    for (size_t i = 0; i < claims->sub_count; i++)
        found |= str_eq(claims->subs[i], sub);
    return found;
}

/* A hint leaves one person of those that the claims request allows. Whoever a hint of a key that is
 * gone means, nobody can be shown to be that person (OIDC Core 3.1.2.1). */
static err read_hint(struct request *rq, struct authorization *a) {
    str sub;
    if (!str_present(a->in.id_token_hint))
        return OK;
    err e = id_token_hint_read(authz_of(rq), rq->arena, &a->client, a->in.id_token_hint, &sub);
    REQUIRE(!err_is(e, E_jose_key), login_required,
            "id_token_hint is signed with a key that is no longer known");
    TRY(e);
    REQUIRE(may_be(&a->claims, sub), login_required,
            "id_token_hint and claims name different people");
    a->claims.subs[0] = sub;
    a->claims.sub_count = 1;
    return OK;
}

err requested_claims_expect(struct request *rq, const struct authorization *authorization,
                            str user_id, bool *out) {
    str sub;
    TRY(subject_of(authz_of(rq), rq->arena, &authorization->client, user_id, &sub));
    *out = may_be(&authorization->claims, sub);
    return OK;
}

err requested_claims_read(struct request *rq, struct authorization *authorization) {
    TRY(read_parameter(rq, authorization));
    TRY(without_userinfo(rq, authorization));
    TRY(list_consent(rq, authorization));
    TRY(choose_acr(authorization));
    return read_hint(rq, authorization);
}
