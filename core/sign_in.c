#include "core/sign_in.h"

#include "common/base/json_read.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "core/event.h"
#include "core/profile.h"
#include "core/store/api_sign_in.h"

enum { ANSWER_MAX = 4096 };

err sign_in_prepare(struct request *rq, str user_id, str amr, struct sign_in *out) {
    out->token = (struct api_token){.user_id = user_id, .amr = amr, .signed_in_ms = rq->now_ms};
    api_sign_in_from(rq, &out->token);
    rq->who = user_id;
    return out->api ? api_token_make(rq->arena, &out->token) : OK;
}

err sign_in_store(struct tx *tx, const struct sign_in *sign_in, int64_t now_ms) {
    return sign_in->api ? api_token_put(tx, &sign_in->token, now_ms) : OK;
}

static err put_user(struct request *rq, struct json_put *j, str user_id) {
    struct user user = {0};
    AUTO(json_ref) profile = NULL;
    str name;
    TRY(user_read(core_of(rq)->db, rq->arena, user_id, &user));
    TRY(json_read_object(user.profile, &profile));
    TRY(profile_display_name(rq->arena, profile, &name));
    json_put_open_at(j, "user", '{');
    json_put_str(j, "id", user.id);
    json_put_str(j, "email", user.email);
    json_put_str_or_null(j, "displayName", name);
    json_put_close(j, '}');
    return OK;
}

static err put_tokens(struct request *rq, struct json_put *j, const struct sign_in *sign_in) {
    json_put_str(j, "message", str_from(sign_in->message));
    json_put_str(j, "type", S("bearer"));
    json_put_str(j, "token", sign_in->token.token);
    json_put_str(j, "refresh_token", sign_in->token.refresh_token);
    json_put_int(j, "expires_in", API_TOKEN_LIFE_MS / 1000);
    return put_user(rq, j, sign_in->token.user_id);
}

static err put_answer(struct request *rq, struct json_put *j, const struct sign_in *sign_in) {
    if (str_present(sign_in->challenge)) {
        json_put_bool(j, "totp_required", true);
        json_put_str(j, "challenge_token", sign_in->challenge);
        return OK;
    }
    if (sign_in->api)
        return put_tokens(rq, j, sign_in);
    json_put_str(j, "user_id", sign_in->token.user_id);
    json_put_words(j, "amr", sign_in->token.amr);
    return OK;
}

err sign_in_answer(struct request *rq, struct response *rs, const struct sign_in *sign_in) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    json_put_open(&j, '{');
    TRY(put_answer(rq, &j, sign_in));
    if (sign_in->put_more)
        sign_in->put_more(&j, sign_in->more);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, str_present(sign_in->challenge) ? 202 : 200, json);
    return OK;
}

err sign_in_note(struct request *rq, const char *result, const char *event, str user_id) {
    metrics_add(M_sign_ins, str_from(result), 1);
    LOG(LOG_INFO, "sign-in", LOG_STR("result", str_from(result)), LOG_STR("user", user_id),
        LOG_STR("remote", rq->remote), LOG_STR("id", rq->id));
    return event ? event_note(rq, event, user_id) : OK;
}
