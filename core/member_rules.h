/* Who may do what to a member of a project: pure rules (docs/api.md, "Projects"). */
#ifndef CORE_MEMBER_RULES_H
#define CORE_MEMBER_RULES_H

#include "common/base/str.h"

enum member_role { ROLE_NONE, ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };

/* "owner"; absent for ROLE_NONE and of what is none. */
str member_role_name(enum member_role role);
enum member_role member_role_of(str name);

/* What PATCH …/members/:id asks for. A role that the member has already is no change. */
struct member_change {
    enum member_role role; /* ROLE_NONE: stays */
    bool permissions;
};
struct member_pair {
    enum member_role actor, target;
    bool self;
};

/* The owner edits role and permissions of the others and permissions of themself; an admin edits
 * permissions of members and of themself; nobody edits their own role; the owner's role changes
 * only by a transfer; only the owner makes admins. */
err member_rules_edit(const struct member_pair *pair,
                      const struct member_change *change) MUST_CHECK;
/* Nobody removes the owner; an admin removes members and themself, as leaving does. */
err member_rules_remove(const struct member_pair *pair) MUST_CHECK;
/* Whether the actor may bring somebody in with that role, at once or by an invite. */
err member_rules_add(enum member_role actor, enum member_role role) MUST_CHECK;

#endif
