/* GET /auth/emails: the addresses of who asks, the default one first. */
#include "core/endpoints/endpoints.h"
#include "core/profile.h"

enum { ANSWER_MAX = 16 * 1024 };

struct listing {
    struct request *rq;
    struct email *emails;
    size_t n;
};

static err read_emails(struct tx *tx, void *arg) {
    struct listing *in = arg;
    return user_emails(tx, in->rq->arena, endpoints_bearer(in->rq)->user_id, &in->emails, &in->n);
}

err emails_list(struct request *rq, struct response *rs) {
    struct listing in = {.rq = rq};
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    TRY(db_read(core_of(rq)->db, read_emails, &in));
    json_put_open(&j, '[');
    for (size_t i = 0; i < in.n; i++)
        profile_put_email(&j, &in.emails[i]);
    json_put_close(&j, ']');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
