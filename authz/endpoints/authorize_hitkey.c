#include "authz/endpoints/authorize_hitkey.h"

#include "authz/account_call.h"
#include "authz/authorization_response.h"
#include "authz/client_failures.h"
#include "authz/core_link.h"
#include "authz/membership.h"
#include "authz/protocol/acr.h"
#include "authz/protocol/scope.h"
#include "authz/requested_claims.h"
#include "authz/store/consent.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { ANSWER_MAX = 64 * 1024 };

/* The token's owner, who signed in when the core store says, or now. */
static err read_bearer(struct request *rq, struct account *out) {
    AUTO(json_ref) json = NULL;
    struct response answer = {.status = 200};
    const struct core_call call = {.method = HTTP_GET, .path = S_INIT("/internal/bearer")};
    TRY(core_link_call(authz_of(rq)->core, rq, &call, &answer));
    REQUIRE(answer.status != 401, unauthorized, "the API token is not valid");
    REQUIRE(answer.status == 200 && !failed(json_read_object(answer.body, &json)), core_unavailable,
            "the core store gave no answer of use");
    *out = (struct account){.acr = STR_ABSENT};
    TRY(str_dup(rq->arena, json_read_str(json, "user_id"), &out->user_id));
    if (!json_read_int(json, "signed_in_ms", &out->signed_in_ms))
        out->signed_in_ms = rq->now_ms;
    TRY(account_call_amr(rq, json_object_get(json, "amr"), &out->amr));
    out->acr = acr_of(out->amr);
    rq->who = out->user_id;
    return OK;
}

static err remember(struct request *rq, const struct authorization *a, str user_id) {
    struct consent consent = {user_id, a->client.client_id, a->consent};
    struct store *store = authz_of(rq)->store;
    str known;
    TRY(consent_get(store, rq->arena, user_id, consent.client_id, &known));
    if (str_present(known) && scope_within(a->consent, known))
        return OK;
    struct audit_entry audit =
        audit_entry(rq, AUDIT_consent_allowed, user_id, consent.client_id, STR_ABSENT);
    TRY(consent_allow(store, rq->arena, &consent, &audit, rq->now_ms));
    audit_log(&audit);
    return OK;
}

/* OIDC Core 3.1.2.1: this call shows no page, so the token's owner must be the one who is asked
 * for, and have signed in as lately as that. */
static err check_person(struct request *rq, const struct authorization *a,
                        const struct account *account) {
    bool expected;
    TRY(requested_claims_expect(rq, a, account->user_id, &expected));
    REQUIRE(expected, login_required,
            "the API token belongs to another person than id_token_hint or claims names");
    REQUIRE(!a->claims.acr_essential || acr_meets(account->amr, a->acr),
            unmet_authentication_requirements, "the API token comes from a sign-in of another acr");
    REQUIRE(a->in.max_age_s < 0 ||
                rq->now_ms / 1000 - account->signed_in_ms / 1000 <= a->in.max_age_s,
            login_required, "the API token comes from a sign-in longer ago than max_age");
    return OK;
}

static err respond(struct request *rq, str url, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "redirect_url", url);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

static err answer(struct request *rq, struct response *rs) {
    struct authorization a;
    struct account account;
    struct authorization_answer made;
    str url;
    TRY(may_block(rq));
    TRY(read_bearer(rq, &account));
    TRY(authorization_read(rq, rq->query, &a));
    TRY(check_person(rq, &a, &account));
    TRY(membership_check(rq, &a.client, account.user_id));
    TRY(remember(rq, &a, account.user_id));
    TRY(authorization_answer_make(rq, &a, &account, &made));
    TRY(authorization_response_url(rq, &a, &made, &url));
    TRY(respond(rq, url, rs));
    audit_event(rq, AUDIT_authorized, account.user_id, a.client.client_id, STR_ABSENT);
    return OK;
}

err authorize_hitkey(struct request *rq, struct response *rs) {
    err e = answer(rq, rs);
    if (!failed(e) || err_is(e, E_defer))
        return e;
    client_failures_note(rq, e);
    if (err_is(e, E_invalid_client)) /* 400: the API keeps 401 for its Bearer token */
        response_json(rs, 400, S("{\"error\":\"Invalid client_id\",\"code\":\"invalid_client\"}"));
    else
        render_api_error(rq, e, rs);
    return OK;
}
