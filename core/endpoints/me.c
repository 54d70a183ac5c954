/* GET /auth/me: the profile of who asks. */
#include "core/endpoints/endpoints.h"
#include "core/profile.h"
#include "core/store/second_factor.h"

struct asking {
    struct request *rq;
    str json;
};

err endpoints_me_json(struct tx *tx, struct request *rq, str *json) {
    struct user user = {0};
    struct email *emails;
    size_t n;
    TRY(user_get(tx, rq->arena, endpoints_bearer(rq)->user_id, &user));
    if (str_present(user.totp_secret))
        TRY(second_factor_codes_left(tx, user.id, &user.recovery_codes_left));
    TRY(user_emails(tx, rq->arena, user.id, &emails, &n));
    return profile_api_json(rq->arena, &user, emails, n, json);
}

static err read_me(struct tx *tx, void *arg) {
    struct asking *in = arg;
    return endpoints_me_json(tx, in->rq, &in->json);
}

err me(struct request *rq, struct response *rs) {
    struct asking in = {.rq = rq};
    TRY(db_read(core_of(rq)->db, read_me, &in));
    response_json(rs, 200, in.json);
    return OK;
}
