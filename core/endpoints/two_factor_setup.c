/* GET /auth/2fa/setup: a fresh secret for the authenticator app, not in force yet. */
#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"
#include "core/qr.h"
#include "core/store/second_factor.h"
#include "core/totp.h"

enum { ANSWER_MAX = 128 * 1024 };

struct setting_up {
    struct request *rq;
    str user_id, base32, sealed;
    struct user user;
};

static err set_up(struct tx *tx, void *arg) {
    struct setting_up *in = arg;
    TRY(user_get(tx, in->rq->arena, in->user_id, &in->user));
    return second_factor_set_up(tx, in->user_id, in->sealed);
}

static err answer(struct request *rq, const struct setting_up *in, struct response *rs) {
    str url, svg, json;
    TRY(totp_url(rq->arena, in->user.email, in->base32, &url));
    TRY(qr_svg(rq->arena, url, &svg));
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "secret", in->base32);
    json_put_str(&j, "qrCodeUrl", url);
    json_put_str(&j, "qrCodeSvg", svg);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

err two_factor_setup(struct request *rq, struct response *rs) {
    struct setting_up in = {.rq = rq, .user_id = endpoints_bearer(rq)->user_id};
    TRY(second_factor_make(rq, in.user_id, &in.base32, &in.sealed));
    TRY(db_write(core_of(rq)->db, set_up, &in));
    return answer(rq, &in, rs);
}
