/* Errors of the HitKey API: {"error","code"}, and the array of a 422. */
#include "common/http/render.h"

#include "common/base/json_put.h"

enum { ERROR_MAX = 16 * 1024 };

static err write_error(struct request *rq, err e, str *out) {
    struct json_put j = json_put_begin(rq->arena, ERROR_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "error", str_from(e.why));
    json_put_str(&j, "code", str_from(err_name(e.code)));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err write_field_errors(struct request *rq, str *out) {
    struct json_put j = json_put_begin(rq->arena, ERROR_MAX);
    json_put_open(&j, '{');
    json_put_open_at(&j, "errors", '[');
    for (size_t i = 0; i < rq->field_error_count; i++) {
        const struct field_error *error = &rq->field_errors[i];
        json_put_open(&j, '{');
        json_put_str(&j, "message", str_from(error->message));
        json_put_str(&j, "rule", str_from(error->rule));
        json_put_str(&j, "field", str_from(error->field));
        json_put_close(&j, '}');
    }
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

void render_api_error(struct request *rq, err e, struct response *rs) {
    e = render_public(e);
    bool fields = err_is(e, E_validation) && rq->field_error_count > 0;
    str json;
    err lost = fields ? write_field_errors(rq, &json) : write_error(rq, e, &json);
    if (failed(lost))
        json = S("{\"error\":\"The server is busy, try again\",\"code\":\"overloaded\"}");
    response_json(rs, err_status(e.code), json);
    render_challenge(rq, e, rs);
    render_retry_after(rq, rs);
}
