#include "authz/authorization_response.h"

#include <assert.h>

#include "authz/pages/pages.h"
#include "common/base/url.h"
#include "common/http/render.h"

enum { PARAMS_MAX = 4 };

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

static struct params code_params(const struct request *rq, const struct authorization *a,
                                 str code) {
    struct params params = {.n = 0};
    put(&params, S("code"), code);
    put(&params, S("state"), a->in.state);
    put(&params, S("iss"), authz_of(rq)->issuer);
    return params;
}

/* Appended to what the registered URI has in its query (RFC 6749 3.1.2). */
static err write_url(struct request *rq, const struct authorization *a, const struct params *params,
                     str *url) {
    str query;
    TRY(form_write(rq->arena, params->list, params->n, &query));
    return url_add_query(rq->arena, a->target, query, url);
}

static err send(struct request *rq, const struct authorization *a, const struct params *params,
                struct response *rs) {
    str url;
    if (a->in.form_post)
        return page_form_post(rq, rs, a->target, params->list, params->n);
    TRY(write_url(rq, a, params, &url));
    response_redirect(rs, url);
    return OK;
}

err authorization_response_code(struct request *rq, const struct authorization *authorization,
                                str code, struct response *rs) {
    struct params params = code_params(rq, authorization, code);
    return send(rq, authorization, &params, rs);
}

err authorization_response_url(struct request *rq, const struct authorization *authorization,
                               str code, str *url) {
    struct params params = code_params(rq, authorization, code);
    return write_url(rq, authorization, &params, url);
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
    case E_request_not_supported:
    case E_request_uri_not_supported:
    case E_registration_not_supported:
        return str_from(err_name(e.code));
    default:
        return err_status(e.code) == 503 ? S("temporarily_unavailable") : S("server_error");
    }
}

err authorization_response_error(struct request *rq, const struct authorization *authorization,
                                 err e, struct response *rs) {
    struct params params = {.n = 0};
    e = render_public(e);
    put(&params, S("error"), error_name(e));
    put(&params, S("error_description"), str_from(e.why));
    put(&params, S("state"), authorization->in.state);
    put(&params, S("iss"), authz_of(rq)->issuer);
    return send(rq, authorization, &params, rs);
}
