#include "core/member_rules.h"

static const str names[] = {[ROLE_NONE] = {NULL, 0},
                            [ROLE_MEMBER] = S_INIT("member"),
                            [ROLE_ADMIN] = S_INIT("admin"),
                            [ROLE_OWNER] = S_INIT("owner")};

str member_role_name(enum member_role role) {
    return names[role];
}

enum member_role member_role_of(str name) {
    for (int role = ROLE_MEMBER; role <= ROLE_OWNER; role++)
        if (str_eq(name, names[role]))
            return (enum member_role)role;
    return ROLE_NONE;
}

static err check_actor(enum member_role actor) {
    REQUIRE(actor != ROLE_NONE, NOT_PROJECT_MEMBER, "You are not a member of this project");
    REQUIRE(actor >= ROLE_ADMIN, INSUFFICIENT_ROLE, "Only the owner and admins may do this");
    return OK;
}

static err check_role(const struct member_pair *pair, enum member_role role) {
    REQUIRE(!pair->self, CANNOT_EDIT_OWN_ROLE, "You cannot change your own role");
    REQUIRE(pair->target != ROLE_OWNER && role != ROLE_OWNER, CANNOT_CHANGE_OWNER_ROLE,
            "The owner changes only by a transfer of ownership");
    if (pair->actor == ROLE_OWNER)
        return OK;
    REQUIRE(pair->target != ROLE_ADMIN, ADMIN_CANNOT_EDIT_ADMIN,
            "An admin cannot edit another admin: ask the owner");
    return FAIL(ONLY_OWNER_MAKES_ADMINS, "Only the owner makes admins");
}

err member_rules_edit(const struct member_pair *pair, const struct member_change *change) {
    TRY(check_actor(pair->actor));
    if (change->role != ROLE_NONE && change->role != pair->target)
        TRY(check_role(pair, change->role));
    REQUIRE(pair->actor == ROLE_OWNER || pair->self || pair->target == ROLE_MEMBER,
            ADMIN_CANNOT_EDIT_ADMIN, "An admin cannot edit the owner or another admin");
    return OK;
}

err member_rules_remove(const struct member_pair *pair) {
    TRY(check_actor(pair->actor));
    REQUIRE(pair->target != ROLE_OWNER, CANNOT_REMOVE_OWNER,
            "The owner cannot be removed: transfer the ownership first");
    REQUIRE(pair->actor == ROLE_OWNER || pair->self || pair->target == ROLE_MEMBER,
            ADMIN_CANNOT_EDIT_ADMIN, "An admin cannot remove another admin: ask the owner");
    return OK;
}

err member_rules_add(enum member_role actor, enum member_role role) {
    TRY(check_actor(actor));
    REQUIRE(role == ROLE_MEMBER || actor == ROLE_OWNER, ONLY_OWNER_MAKES_ADMINS,
            "Only the owner makes admins");
    return OK;
}
