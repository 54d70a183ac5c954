/* PATCH /auth/profile: what is given is set, null clears, the rest stays. */
#include "common/base/json_read.h"
#include "core/endpoints/endpoints.h"
#include "core/fold.h"
#include "core/profile_input.h"

struct update {
    struct request *rq;
    struct profile_input in;
    str json;
};

/* What the person is found by, beside the profile itself. */
struct keys {
    str username, name;
};

static err merge(struct update *update, const struct user *user, str *text, struct keys *keys) {
    AUTO(json_ref) profile = NULL;
    TRY(json_read_object(user->profile, &profile));
    TRY(profile_input_merge(&update->in, profile));
    TRY(str_lower(update->rq->arena, json_read_str(profile, "username"), &keys->username));
    TRY(fold(update->rq->arena, json_read_str(profile, "displayName"), &keys->name));
    return json_read_dump(update->rq->arena, profile, text);
}

/* Read, changed and written in one transaction: of two at once neither is lost. */
static err write_profile(struct tx *tx, void *arg) {
    struct update *update = arg;
    struct request *rq = update->rq;
    struct user user = {0};
    struct keys keys;
    str text;
    TRY(user_get(tx, rq->arena, endpoints_bearer(rq)->user_id, &user));
    TRY(merge(update, &user, &text, &keys));
    err e =
        DB_RUN(tx, NULL,
               "UPDATE users SET profile = ?2, username_key = ?3, name_key = ?4, updated_ms = ?5"
               " WHERE id = ?1",
               DB_T(user.id), DB_T(text), DB_T(keys.username),
               DB_T(keys.name.n ? keys.name : STR_ABSENT), DB_I(rq->now_ms));
    REQUIRE(!err_is(e, E_conflict), USERNAME_TAKEN, "This username is taken");
    TRY(e);
    return endpoints_me_json(tx, rq, &update->json);
}

err profile_update(struct request *rq, struct response *rs) {
    struct update update = {.rq = rq};
    TRY(profile_input_read(rq, &update.in));
    TRY(db_write(core_of(rq)->db, write_profile, &update));
    response_json(rs, 200, update.json);
    return OK;
}
