#include "core/store/member.h"

#include <assert.h>

#include "common/base/random.h"

#define MEMBER_SELECT                                                                              \
    "SELECT m.id, m.user_id, m.role, m.created_ms, d.address, u.profile,"                          \
    " (SELECT group_concat(key, ' ') FROM (SELECT p.key FROM member_permissions mp"                \
    "   JOIN project_permissions p ON p.id = mp.permission_id"                                     \
    "   WHERE mp.member_id = m.id ORDER BY p.key))"                                                \
    " FROM project_members m JOIN users u ON u.id = m.user_id"                                     \
    " LEFT JOIN emails d ON d.user_id = u.id AND d.is_default = 1"

err member_read(struct db_rows *rows, struct arena *arena, struct member *out) {
    str role;
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->user_id));
    TRY(db_get_str(rows, 2, arena, &role));
    out->role = member_role_of(role);
    out->created_ms = db_get_int(rows, 3);
    TRY(db_get_str(rows, 4, arena, &out->email));
    TRY(db_get_str(rows, 5, arena, &out->profile));
    return db_get_str(rows, 6, arena, &out->permissions);
}

err member_rows(struct tx *tx, str project_id, str after, struct db_rows **out) {
    return DB_QUERY(tx, out,
                    MEMBER_SELECT
                    " WHERE m.project_id = ?1 AND (?2 IS NULL OR (m.created_ms, m.id) >"
                    " (SELECT created_ms, id FROM project_members"
                    "  WHERE id = ?2 AND project_id = ?1))"
                    " ORDER BY m.created_ms, m.id",
                    DB_T(project_id), DB_T(after));
}

err member_get(struct tx *tx, struct arena *arena, str project_id, str member_id,
               struct member *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows, MEMBER_SELECT " WHERE m.id = ?1 AND m.project_id = ?2", DB_T(member_id),
                 DB_T(project_id)));
    TRY(db_next(rows, &found));
    REQUIRE(found, MEMBER_NOT_FOUND, "There is no such member in this project");
    return member_read(rows, arena, out);
}

static err check_room(struct tx *tx, str project_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM project_members WHERE project_id = ?1",
                 DB_T(project_id)));
    TRY(db_next(rows, &row));
    REQUIRE(db_get_int(rows, 0) < MEMBERS_MAX, LIMIT_REACHED,
            "A project has at most 10000 members: remove one first");
    return OK;
}

static err give_defaults(struct tx *tx, str project_id, str member_id) {
    return DB_RUN(
        tx, NULL,
        "INSERT INTO member_permissions(member_id, permission_id)"
        " SELECT ?1, id FROM project_permissions WHERE project_id = ?2 AND is_default = 1",
        DB_T(member_id), DB_T(project_id));
}

err member_insert(struct tx *tx, struct request *rq, const struct new_member *member,
                  str *member_id) {
    assert(member->role != ROLE_NONE && member->role != ROLE_OWNER);
    TRY(check_room(tx, member->project_id));
    TRY(random_uuid(rq->arena, member_id));
    err e = DB_RUN(tx, NULL,
                   "INSERT INTO project_members(id, project_id, user_id, role, created_ms)"
                   " VALUES (?1, ?2, ?3, ?4, ?5)",
                   DB_T(*member_id), DB_T(member->project_id), DB_T(member->user_id),
                   DB_T(member_role_name(member->role)), DB_I(rq->now_ms));
    REQUIRE(!err_is(e, E_conflict), ALREADY_MEMBER, "This person is a member already");
    TRY(e);
    if (str_present(member->permissions))
        return member_permit(tx, rq, member->project_id, *member_id, member->permissions);
    return give_defaults(tx, member->project_id, *member_id);
}

static err check_keys(struct tx *tx, struct request *rq, str project_id, str keys) {
    AUTO(db_rows_ref) rows = NULL;
    bool unknown;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM json_each(?1) WHERE value NOT IN"
                 " (SELECT key FROM project_permissions WHERE project_id = ?2) LIMIT 1",
                 DB_T(keys), DB_T(project_id)));
    TRY(db_next(rows, &unknown));
    if (!unknown)
        return OK;
    return request_field_error(rq, "permissions", "enum",
                               "The permissions field must hold only keys of the project's "
                               "permissions");
}

err member_permit(struct tx *tx, struct request *rq, str project_id, str member_id, str keys) {
    TRY(check_keys(tx, rq, project_id, keys));
    TRY(DB_RUN(tx, NULL, "DELETE FROM member_permissions WHERE member_id = ?1", DB_T(member_id)));
    return DB_RUN(tx, NULL,
                  "INSERT INTO member_permissions(member_id, permission_id)"
                  " SELECT ?1, id FROM project_permissions"
                  " WHERE project_id = ?2 AND key IN (SELECT value FROM json_each(?3))",
                  DB_T(member_id), DB_T(project_id), DB_T(keys));
}

/* A person below admin has no invites out. */
static err withdraw_invites(struct tx *tx, str project_id, str user_id) {
    return DB_RUN(tx, NULL, "DELETE FROM invites WHERE project_id = ?1 AND invited_by = ?2",
                  DB_T(project_id), DB_T(user_id));
}

err member_set_role(struct tx *tx, const struct member *member, str project_id,
                    enum member_role role) {
    int64_t changed;
    assert(role == ROLE_MEMBER || role == ROLE_ADMIN);
    TRY(DB_RUN(tx, &changed,
               "UPDATE project_members SET role = ?2 WHERE id = ?1 AND role <> 'owner'",
               DB_T(member->id), DB_T(member_role_name(role))));
    REQUIRE(changed == 1, CANNOT_CHANGE_OWNER_ROLE,
            "The owner changes only by a transfer of ownership");
    return role == ROLE_MEMBER ? withdraw_invites(tx, project_id, member->user_id) : OK;
}

err member_remove(struct tx *tx, const struct member *member, str project_id) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM project_members WHERE id = ?1 AND role <> 'owner'",
               DB_T(member->id)));
    REQUIRE(changed == 1, CANNOT_REMOVE_OWNER,
            "The owner cannot be removed: transfer the ownership first");
    return withdraw_invites(tx, project_id, member->user_id);
}

err member_transfer(struct tx *tx, str project_id, str from_user_id, str to_user_id) {
    int64_t from, to;
    TRY(DB_RUN(tx, &from,
               "UPDATE project_members SET role = 'admin'"
               " WHERE project_id = ?1 AND user_id = ?2 AND role = 'owner'",
               DB_T(project_id), DB_T(from_user_id)));
    TRY(DB_RUN(tx, &to,
               "UPDATE project_members SET role = 'owner' WHERE project_id = ?1 AND user_id = ?2",
               DB_T(project_id), DB_T(to_user_id)));
    REQUIRE(to == 1, MEMBER_NOT_FOUND, "The new owner must be a member of this project");
    REQUIRE(from == 1, INSUFFICIENT_ROLE, "Only the owner may do this");
    return OK;
}
