/* Members of a project. All inside a transaction. */
#ifndef CORE_STORE_MEMBER_H
#define CORE_STORE_MEMBER_H

#include "core/member_rules.h"
#include "core/world.h"

enum { MEMBERS_MAX = 10000 }; /* of one project */

struct member {
    str id, user_id;
    enum member_role role;
    int64_t created_ms;
    str email, profile; /* the default address, or absent; JSON text */
    str permissions;    /* keys, separated by spaces, or absent */
};

/* Those who came after the member `after` (absent: from the first on), oldest first, for
 * member_read. */
err member_rows(struct tx *tx, str project_id, str after, struct db_rows **out) MUST_CHECK;
err member_read(struct db_rows *rows, struct arena *arena, struct member *out) MUST_CHECK;
/* E_MEMBER_NOT_FOUND: none of this project. */
err member_get(struct tx *tx, struct arena *arena, str project_id, str member_id,
               struct member *out) MUST_CHECK;

struct new_member {
    str project_id, user_id;
    enum member_role role;
    str permissions; /* a JSON list of keys; absent: those that are given to new members */
};
/* Sets *member_id. E_ALREADY_MEMBER, E_LIMIT_REACHED, and of member_permit. */
err member_insert(struct tx *tx, struct request *rq, const struct new_member *member,
                  str *member_id) MUST_CHECK;
/* The member has these permissions and no other. E_validation: a key that the project has not. */
err member_permit(struct tx *tx, struct request *rq, str project_id, str member_id,
                  str keys) MUST_CHECK;
/* Admin or member, and not of the owner. Whoever is no admin any more brings nobody in: the invites
 * that they sent go too. */
err member_set_role(struct tx *tx, const struct member *member, str project_id,
                    enum member_role role) MUST_CHECK;
/* With the invites that they sent. Not the owner. */
err member_remove(struct tx *tx, const struct member *member, str project_id) MUST_CHECK;
/* The owner becomes an admin and the other the owner; projects.owner_id is the caller's business.
 * E_MEMBER_NOT_FOUND: the other is none. E_INSUFFICIENT_ROLE: the first is not the owner. */
err member_transfer(struct tx *tx, str project_id, str from_user_id, str to_user_id) MUST_CHECK;

#endif
