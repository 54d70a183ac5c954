/* Errors of the OAuth endpoints: RFC 6749 5.2. */
#include "common/http/render.h"

#include "common/base/json_put.h"

enum { ERROR_MAX = 2048 };

/* The engine's own errors under a name that OAuth clients know. */
static const char *oauth_name(err e) {
    switch ((int)e.code) {
    case E_bad_request:
    case E_not_found:
    case E_method_not_allowed:
    case E_payload_too_large:
    case E_unsupported_media_type:
    case E_validation:
    case E_conflict:
        return "invalid_request";
    case E_forbidden:
        return "access_denied";
    case E_internal:
    case E_not_implemented:
    case E_bad_gateway:
    case E_gateway_timeout:
        return "server_error";
    case E_too_many_requests:
    case E_overloaded:
    case E_core_unavailable:
        return "temporarily_unavailable";
    default:
        return err_name(e.code);
    }
}

static err write_error(struct request *rq, err e, str *out) {
    struct json_put j = json_put_begin(rq->arena, ERROR_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "error", str_from(oauth_name(e)));
    json_put_str(&j, "error_description", str_from(e.why));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

void render_oauth_error(struct request *rq, err e, struct response *rs) {
    e = render_public(e);
    str json;
    if (failed(write_error(rq, e, &json)))
        json = S("{\"error\":\"temporarily_unavailable\"}");
    response_json(rs, err_status(e.code), json);
    render_challenge(rq, e, rs);
    render_retry_after(rq, rs);
}
