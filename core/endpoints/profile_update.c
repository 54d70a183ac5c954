/* PATCH /auth/profile: what is given is set, null clears, the rest stays. */
#include <ctype.h>

#include "common/base/json_read.h"
#include "core/endpoints/endpoints.h"
#include "core/profile.h"
#include "core/profile_input.h"

enum { USERNAME_MIN = 3, USERNAME_MAX = 30 };

static const str reserved[] = {
#define RESERVED_USERNAME(name) S_INIT(name),
#include "core/reserved_usernames.def"
#undef RESERVED_USERNAME
};

static err check_username(str name) {
    bool good = name.n >= USERNAME_MIN && name.n <= USERNAME_MAX;
    for (size_t i = 0; good && i < name.n; i++)
        good = name.p[i] == '_' || (isascii(name.p[i]) && isalnum((unsigned char)name.p[i]));
    REQUIRE(good, USERNAME_INVALID, "A username has 3 to 30 letters, digits and underscores");
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        REQUIRE(!str_eq_nocase(name, reserved[i]), USERNAME_RESERVED, "This username is reserved");
    return OK;
}

struct update {
    struct request *rq;
    str username_key;
    struct user user;
    struct email *emails;
    size_t n;
};

static err change(struct update *update) {
    AUTO(json_ref) profile = NULL;
    struct profile_input in = {0};
    struct request *rq = update->rq;
    TRY(json_read_object(update->user.profile, &profile));
    rq->field_error_count = 0;
    TRY(profile_input_apply(rq, profile, &in));
    str username = json_read_str(profile, "username");
    if (str_present(in.username))
        TRY(check_username(in.username));
    TRY(str_lower(rq->arena, username, &update->username_key));
    return json_read_dump(rq->arena, profile, &update->user.profile);
}

/* Read, changed and written in one transaction: two at once lose nothing of each other. */
static err write_profile(struct tx *tx, void *arg) {
    struct update *update = arg;
    struct request *rq = update->rq;
    bool found;
    TRY(user_by_id(tx, rq->arena, endpoints_bearer(rq)->user_id, &update->user, &found));
    REQUIRE(found, unauthorized, "the account is gone");
    TRY(change(update));
    update->user.updated_ms = rq->now_ms;
    err e = DB_RUN(
        tx, NULL, "UPDATE users SET profile = ?2, username_key = ?3, updated_ms = ?4 WHERE id = ?1",
        DB_T(update->user.id), DB_T(update->user.profile), DB_T(update->username_key),
        DB_I(rq->now_ms));
    REQUIRE(!err_is(e, E_conflict), USERNAME_TAKEN, "This username is taken");
    TRY(e);
    return user_emails(tx, rq->arena, update->user.id, &update->emails, &update->n);
}

err profile_update(struct request *rq, struct response *rs) {
    struct update update = {.rq = rq};
    str json;
    TRY(db_write(core_of(rq)->db, write_profile, &update));
    TRY(profile_api_json(rq->arena, &update.user, update.emails, update.n, &json));
    response_json(rs, 200, json);
    return OK;
}
