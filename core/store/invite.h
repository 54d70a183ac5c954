/* Invites to a project: a link mailed to an address, which works once. All inside a transaction. */
#ifndef CORE_STORE_INVITE_H
#define CORE_STORE_INVITE_H

#include "core/member_rules.h"
#include "core/world.h"

enum { INVITES_MAX = 100 }; /* of one project */

struct invite {
    str id, project_id, address, redirect_url; /* redirect_url may be absent */
    enum member_role role;
    str invited_by, inviter_profile; /* a user's id, and JSON text */
    str project_name, project_slug;
    int64_t created_ms, valid_until_ms;
};

static inline bool invite_expired(const struct invite *invite, int64_t now_ms) {
    return invite->valid_until_ms <= now_ms;
}

/* Oldest first, behind the invite `after` (absent: from the first on), for invite_read. */
err invite_rows(struct tx *tx, str project_id, str after, struct db_rows **out) MUST_CHECK;
err invite_read(struct db_rows *rows, struct arena *arena, struct invite *out) MUST_CHECK;
/* By the hash of its token (core_token_hash). E_INVITE_NOT_FOUND. */
err invite_by_token(struct tx *tx, struct arena *arena, str token_hash,
                    struct invite *out) MUST_CHECK;
/* The same, and still good. E_INVITE_EXPIRED. */
err invite_live(struct tx *tx, struct request *rq, str token_hash, struct invite *out) MUST_CHECK;
/* What is in `invite` up to created_ms and valid_until_ms; an expired one for the same address
 * makes room. E_INVITE_ALREADY_EXISTS, E_ALREADY_MEMBER: members are shown with this address.
 * E_LIMIT_REACHED. */
err invite_insert(struct tx *tx, const struct invite *invite, str token_hash) MUST_CHECK;
/* E_INVITE_NOT_FOUND: none of this project. */
err invite_delete(struct tx *tx, str project_id, str id) MUST_CHECK;
/* Uses a live one up for somebody who has proven the address: a member. E_INVITE_NOT_FOUND: used
 * already; and of member_insert. */
err invite_use(struct tx *tx, struct request *rq, const struct invite *invite,
               str user_id) MUST_CHECK;

#endif
