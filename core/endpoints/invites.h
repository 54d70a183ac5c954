/* What the endpoints of invites share. */
#ifndef CORE_ENDPOINTS_INVITES_H
#define CORE_ENDPOINTS_INVITES_H

#include "core/endpoints/projects.h"
#include "core/store/invite.h"

enum { REDIRECT_URL_MAX = 2000, INVITE_TOKEN_MAX = 128 };

/* As the project's owner and admins see it; its token is shown to nobody:
 * {id,email,role,redirect_url,invited_by,created_at,expires_at,is_expired} */
err invites_put(struct json_put *j, struct arena *arena, const struct invite *invite,
                int64_t now_ms) MUST_CHECK;
/* The name of whom it is from, or absent. */
err invites_inviter(struct arena *arena, const struct invite *invite, str *name) MUST_CHECK;
/* Inside the transaction, for somebody who has proven the address: uses it up (invite_use), and
 * tells whom it is from. After it: outbox_wake. */
err invites_use(struct tx *tx, struct request *rq, const struct invite *invite,
                str user_id) MUST_CHECK;
/* "project_slug" and "redirect_url": where whoever has accepted it may go. */
void invites_put_destination(struct json_put *j, const struct invite *invite);

#endif
