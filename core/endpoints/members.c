#include "core/endpoints/members.h"

#include "common/base/clock.h"
#include "common/base/json_read.h"
#include "core/profile.h"

enum { ANSWER_MAX = 32 * 1024 };

static err put_user(struct json_put *j, struct arena *arena, const struct member *member) {
    AUTO(json_ref) profile = NULL;
    str name;
    TRY(json_read_object(member->profile, &profile));
    TRY(profile_display_name(arena, profile, &name));
    json_put_open_at(j, "user", '{');
    json_put_str(j, "id", member->user_id);
    json_put_str_or_null(j, "email", member->email);
    json_put_str_or_null(j, "display_name", name.n ? name : STR_ABSENT);
    json_put_close(j, '}');
    return OK;
}

err members_put(struct json_put *j, struct arena *arena, const struct member *member) {
    str created;
    TRY(clock_iso8601(arena, member->created_ms, &created));
    json_put_open(j, '{');
    json_put_str(j, "id", member->id);
    json_put_str(j, "user_id", member->user_id);
    json_put_str(j, "role", member_role_name(member->role));
    TRY(put_user(j, arena, member));
    json_put_words(j, "permissions", member->permissions);
    json_put_str(j, "created_at", created);
    json_put_close(j, '}');
    return OK;
}

err members_json(struct tx *tx, struct request *rq, str project_id, str member_id, str *json) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct member member = {0};
    TRY(member_get(tx, rq->arena, project_id, member_id, &member));
    TRY(members_put(&j, rq->arena, &member));
    return json_put_done(&j, json);
}
