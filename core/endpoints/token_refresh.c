/* POST /auth/token/refresh: the refresh token rotates. */
#include "core/endpoints/endpoints.h"
#include "core/store/api_sign_in.h"

struct refresh_body {
    str refresh_token;
};

static const struct field fields[] = {{"refresh_token", FIELD_TEXT, FIELD_REQUIRED, 1, 200,
                                       offsetof(struct refresh_body, refresh_token), NULL}};
FIELD_TABLE(token_refresh_takes, fields);

err token_refresh(struct request *rq, struct response *rs) {
    struct refresh_body body = {0};
    struct sign_in next = {.api = true};
    TRY(fields_read_body(rq, &body));
    api_sign_in_from(rq, &next.token);
    TRY(api_token_rotate(core_of(rq), body.refresh_token, rq->now_ms, rq->arena, &next.token));
    rq->who = next.token.user_id;
    return sign_in_answer(rq, rs, &next);
}
