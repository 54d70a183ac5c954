#include "authz/authorization_response.h"

#include "authz/client_failures.h"
#include <assert.h>

#include "authz/browser_state.h"
#include "authz/pages/pages.h"
#include "common/base/url.h"
#include "common/http/render.h"

enum { PARAMS_MAX = 9 };

struct params {
    struct form_param list[PARAMS_MAX];
    size_t n;
};

static void put(struct params *params, str name, str value) {
    if (!str_present(value))
        return;
    assert(params->n < PARAMS_MAX);
    params->list[params->n++] = (struct form_param){name, value, false};
}

/* RFC 6749 4.1.2 and 4.2.2, OIDC Core 3.2.2.5 */
static err answer_params(struct request *rq, const struct authorization *a,
                         const struct authorization_answer *answer, struct params *out) {
    *out = (struct params){.n = 0};
    put(out, S("code"), answer->code);
    if (str_present(answer->access_token)) {
        str seconds;
        TRY(str_printf(rq->arena, &seconds, "%lld", (long long)answer->expires_in_s));
        put(out, S("access_token"), answer->access_token);
        put(out, S("token_type"), S("Bearer"));
        put(out, S("expires_in"), seconds);
        put(out, S("scope"), answer->scope);
    }
    put(out, S("id_token"), answer->id_token);
    put(out, S("state"), a->in.state);
    put(out, S("iss"), authz_of(rq)->issuer);
    return OK;
}

/* In the query they are appended to what the registered URI has there (RFC 6749 3.1.2); it has no
 * fragment. */
static err write_url(struct request *rq, const struct authorization *a, enum response_mode mode,
                     const struct params *params, str *url) {
    str text;
    TRY(form_write(rq->arena, params->list, params->n, &text));
    if (mode == RESPONSE_MODE_FRAGMENT)
        return STR_JOIN(rq->arena, url, a->target, S("#"), text);
    return url_add_query(rq->arena, a->target, text, url);
}

static err send(struct request *rq, const struct authorization *a, const struct params *params,
                struct response *rs) {
    str url;
    if (a->in.mode == RESPONSE_MODE_FORM_POST)
        return page_form_post(rq, rs, a->target, params->list, params->n);
    TRY(write_url(rq, a, a->in.mode, params, &url));
    response_redirect(rs, url);
    return OK;
}

/* Session Management 1.0 2: only a client that asked who is signed in is told when that changes. */
static err put_session_state(struct request *rq, const struct authorization *a, struct response *rs,
                             struct params *params) {
    str state;
    if (!str_has_word(a->scope, S("openid")))
        return OK;
    TRY(browser_state_for(rq, rs, a->client.client_id, a->target, &state));
    put(params, S("session_state"), state);
    return OK;
}

err authorization_response_send(struct request *rq, const struct authorization *authorization,
                                const struct authorization_answer *answer, struct response *rs) {
    struct params params;
    TRY(answer_params(rq, authorization, answer, &params));
    TRY(put_session_state(rq, authorization, rs, &params));
    return send(rq, authorization, &params, rs);
}

err authorization_response_url(struct request *rq, const struct authorization *authorization,
                               const struct authorization_answer *answer, str *url) {
    struct params params;
    TRY(answer_params(rq, authorization, answer, &params));
    return write_url(rq, authorization, response_mode_default(authorization->in.type->name),
                     &params, url);
}

/* RFC 6749 4.1.2.1, OIDC Core 3.1.2.6. */
static str error_name(err e) {
    switch ((int)e.code) {
    case E_invalid_request:
    case E_unauthorized_client:
    case E_access_denied:
    case E_unsupported_response_type:
    case E_invalid_scope:
    case E_login_required:
    case E_interaction_required:
    case E_account_selection_required:
    case E_consent_required:
    case E_invalid_request_object:
    case E_invalid_request_uri:
    case E_registration_not_supported:
    case E_unmet_authentication_requirements:
        return str_from(err_name(e.code));
    default:
        return err_status(e.code) == 503 ? S("temporarily_unavailable") : S("server_error");
    }
}

err authorization_response_error(struct request *rq, const struct authorization *authorization,
                                 err e, struct response *rs) {
    struct params params = {.n = 0};
    client_failures_note(rq, e);
    e = render_public(e);
    put(&params, S("error"), error_name(e));
    put(&params, S("error_description"), str_from(e.why));
    put(&params, S("state"), authorization->in.state);
    put(&params, S("iss"), authz_of(rq)->issuer);
    return send(rq, authorization, &params, rs);
}
