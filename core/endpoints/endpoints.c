#include "core/endpoints/endpoints.h"

#include "common/base/json_put.h"
#include "common/http/fields.h"

enum { ANSWER_MAX = 1024 };

err endpoints_message(struct request *rq, struct response *rs, str text) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "message", text);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

struct email_body {
    str email;
};

static const struct field email_fields[] = {FIELD_ROW_EMAIL(struct email_body)};
FIELD_TABLE(email_takes, email_fields);

err endpoints_read_email(struct request *rq, str *email) {
    struct email_body body = {0};
    TRY(fields_read_body(rq, &body));
    *email = body.email;
    return OK;
}

err endpoints_check_new_password(struct request *rq, str password, str email) {
    if (password_is_common(password, email))
        return request_field_error(rq, "password", "common",
                                   "The password is too common: choose another one");
    return OK;
}

err endpoints_new_password(struct request *rq, str password, str email, str *hash) {
    TRY(endpoints_check_new_password(rq, password, email));
    return password_hash(core_of(rq)->hasher, secret_of(password), rq->arena, hash);
}
