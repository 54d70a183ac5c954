/* What several endpoints answer or ask. */
#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"
#include "core/password.h"

enum { MAX_ANSWER = 2048 };

err endpoints_message(struct request *rq, struct response *rs, str text) {
    struct json_put j = json_put_begin(rq->arena, MAX_ANSWER);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "message", text);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err endpoints_signed_in(struct request *rq, struct response *rs, str user_id, str amr) {
    struct json_put j = json_put_begin(rq->arena, MAX_ANSWER);
    str json;
    json_put_open(&j, '{');
    json_put_str(&j, "user_id", user_id);
    json_put_words(&j, "amr", amr);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

struct issuing {
    struct api_token token;
    int64_t now_ms;
};

static err put(struct tx *tx, void *arg) {
    const struct issuing *issuing = arg;
    return api_token_put(tx, &issuing->token, issuing->now_ms);
}

err endpoints_issue(struct request *rq, struct response *rs, str user_id, str amr,
                    const char *message) {
    struct issuing issuing = {
        .token = {.user_id = user_id, .amr = amr, .signed_in_ms = rq->now_ms},
        .now_ms = rq->now_ms,
    };
    TRY(api_token_make(rq->arena, &issuing.token));
    TRY(db_write(core_of(rq)->db, put, &issuing));
    return api_token_answer(rq, rs, &issuing.token, message);
}

err endpoints_new_password(struct request *rq, str password, str email, str *hash) {
    if (password_is_common(password, email))
        return request_field_error(rq, "password", "common",
                                   "The password is too common: choose another one");
    return password_hash(core_of(rq)->hasher, secret_of(password), rq->arena, hash);
}
