#include "core/endpoints/invites.h"

#include "common/base/clock.h"
#include "common/base/json_read.h"
#include "core/endpoints/project_mails.h"
#include "core/profile.h"

err invites_inviter(struct arena *arena, const struct invite *invite, str *name) {
    AUTO(json_ref) profile = NULL;
    TRY(json_read_object(invite->inviter_profile, &profile));
    TRY(profile_display_name(arena, profile, name));
    if (name->n == 0)
        *name = STR_ABSENT;
    return str_dup(arena, *name, name);
}

err invites_put(struct json_put *j, struct arena *arena, const struct invite *invite,
                int64_t now_ms) {
    str created, expires;
    TRY(clock_iso8601(arena, invite->created_ms, &created));
    TRY(clock_iso8601(arena, invite->valid_until_ms, &expires));
    json_put_open(j, '{');
    json_put_str(j, "id", invite->id);
    json_put_str(j, "email", invite->address);
    json_put_str(j, "role", member_role_name(invite->role));
    json_put_str_or_null(j, "redirect_url", invite->redirect_url);
    json_put_str(j, "invited_by", invite->invited_by);
    json_put_str(j, "created_at", created);
    json_put_str(j, "expires_at", expires);
    json_put_bool(j, "is_expired", invite_expired(invite, now_ms));
    json_put_close(j, '}');
    return OK;
}

err invites_use(struct tx *tx, struct request *rq, const struct invite *invite, str user_id) {
    TRY(invite_use(tx, rq, invite, user_id));
    return project_mail_put(tx, rq,
                            &(struct project_mail){.kind = MAIL_invite_accepted,
                                                   .to = invite->invited_by,
                                                   .project = invite->project_name,
                                                   .address = invite->address,
                                                   .cause = invite->id});
}

void invites_put_destination(struct json_put *j, const struct invite *invite) {
    json_put_str(j, "project_slug", invite->project_slug);
    json_put_str_or_null(j, "redirect_url", invite->redirect_url);
}
