/* What a signed-in caller of the API asks about the sign-in itself. */
#include "common/http/fields.h"
#include "core/endpoints/endpoints.h"
#include "core/profile.h"

err logout(struct request *rq, struct response *rs) {
    TRY(api_token_end(core_of(rq), endpoints_bearer(rq)->family));
    return endpoints_message(rq, rs, S("Logged out"));
}

struct refreshing {
    str refresh_token;
};

static const struct field refresh_fields[] = {{"refresh_token", FIELD_TEXT, FIELD_REQUIRED, 1, 200,
                                               offsetof(struct refreshing, refresh_token), NULL}};

err token_refresh(struct request *rq, struct response *rs) {
    struct refreshing in = {0};
    struct api_token next = {0};
    TRY(fields_read(rq, refresh_fields, 1, &in));
    TRY(api_token_rotate(core_of(rq), in.refresh_token, rq->now_ms, rq->arena, &next));
    return api_token_answer(rq, rs, &next, NULL);
}

struct self {
    struct arena *arena;
    str id;
    struct user user;
    struct email *emails;
    size_t n;
};

static err read_self(struct tx *tx, void *arg) {
    struct self *self = arg;
    bool found;
    TRY(user_by_id(tx, self->arena, self->id, &self->user, &found));
    REQUIRE(found, unauthorized, "the account is gone");
    return user_emails(tx, self->arena, self->id, &self->emails, &self->n);
}

err me(struct request *rq, struct response *rs) {
    struct self self = {.arena = rq->arena, .id = endpoints_bearer(rq)->user_id};
    str json;
    TRY(db_read(core_of(rq)->db, read_self, &self));
    TRY(profile_api_json(rq->arena, &self.user, self.emails, self.n, &json));
    response_json(rs, 200, json);
    return OK;
}
