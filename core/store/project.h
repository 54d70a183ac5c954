/* Projects, and the standing of a person in one. */
#ifndef CORE_STORE_PROJECT_H
#define CORE_STORE_PROJECT_H

#include "core/member_rules.h"
#include "core/world.h"

enum { PROJECTS_OWNED_MAX = 100 }; /* of one person; others may add them to more */

struct project {
    str id, name, slug, description, owner_id; /* description may be absent */
    bool is_public;
    int64_t created_ms;
};

/* A project, and who is asking: ROLE_NONE and an absent member_id for outsiders. */
struct standing {
    struct project project;
    str member_id;
    enum member_role role;
};

/* Inside a transaction, like all below. `project` is its slug or its id. */
err project_find(struct tx *tx, struct arena *arena, str project, str user_id, struct standing *out,
                 bool *found) MUST_CHECK;
/* The project of the route's first argument, for the caller with at least that role.
 * E_PROJECT_NOT_FOUND: there is none, or it is private and the caller an outsider: neither can be
 * told from the other. E_NOT_PROJECT_MEMBER: it is public. E_INSUFFICIENT_ROLE. */
err project_enter(struct tx *tx, struct request *rq, enum member_role least,
                  struct standing *out) MUST_CHECK;
/* Stores it with its owner as the member `member_id`; sets the slug, the first free one for the
 * name. E_LIMIT_REACHED. */
err project_insert(struct tx *tx, struct arena *arena, struct project *project,
                   str member_id) MUST_CHECK;

/* What the caller belongs to, newest membership first, behind the project `after` (absent: from the
 * first on), for project_read. */
err project_rows(struct tx *tx, str user_id, str after, struct db_rows **out) MUST_CHECK;
err project_read(struct db_rows *rows, struct arena *arena, struct standing *out) MUST_CHECK;
/* Name, description and whether it is public, as they stand in `project`. */
err project_update(struct tx *tx, const struct project *project, int64_t now_ms) MUST_CHECK;
/* With its members, permissions and invites. */
err project_delete(struct tx *tx, str project_id) MUST_CHECK;
/* To another member; the owner becomes an admin. E_LIMIT_REACHED, and of member_transfer. */
err project_transfer(struct tx *tx, const struct project *project, str new_owner_id,
                     int64_t now_ms) MUST_CHECK;

#endif
