#include "core/store/invite.h"

#include "core/store/member.h"

/* How long an expired invite is still told of as that. */
#define EXPIRED_MEMORY_MS (INT64_C(30) * 24 * 60 * MINUTE_MS)

#define INVITE_SELECT                                                                              \
    "SELECT i.id, i.project_id, i.address, i.redirect_url, i.role, i.invited_by, u.profile,"       \
    " p.name, p.slug, i.created_ms, i.valid_until_ms FROM invites i"                               \
    " JOIN projects p ON p.id = i.project_id JOIN users u ON u.id = i.invited_by"

err invite_read(struct db_rows *rows, struct arena *arena, struct invite *out) {
    str role;
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->project_id));
    TRY(db_get_str(rows, 2, arena, &out->address));
    TRY(db_get_str(rows, 3, arena, &out->redirect_url));
    TRY(db_get_str(rows, 4, arena, &role));
    out->role = member_role_of(role);
    TRY(db_get_str(rows, 5, arena, &out->invited_by));
    TRY(db_get_str(rows, 6, arena, &out->inviter_profile));
    TRY(db_get_str(rows, 7, arena, &out->project_name));
    TRY(db_get_str(rows, 8, arena, &out->project_slug));
    out->created_ms = db_get_int(rows, 9);
    out->valid_until_ms = db_get_int(rows, 10);
    return OK;
}

err invite_rows(struct tx *tx, str project_id, str after, struct db_rows **out) {
    return DB_QUERY(tx, out,
                    INVITE_SELECT
                    " WHERE i.project_id = ?1 AND (?2 IS NULL OR (i.created_ms, i.id) >"
                    " (SELECT created_ms, id FROM invites WHERE id = ?2 AND project_id = ?1))"
                    " ORDER BY i.created_ms, i.id",
                    DB_T(project_id), DB_T(after));
}

err invite_by_token(struct tx *tx, struct arena *arena, str token_hash, struct invite *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows, INVITE_SELECT " WHERE i.token_hash = ?1", DB_B(token_hash)));
    TRY(db_next(rows, &found));
    REQUIRE(found, INVITE_NOT_FOUND, "There is no such invite: it was used or taken back");
    return invite_read(rows, arena, out);
}

err invite_live(struct tx *tx, struct request *rq, str token_hash, struct invite *out) {
    TRY(invite_by_token(tx, rq->arena, token_hash, out));
    REQUIRE(!invite_expired(out, rq->now_ms), INVITE_EXPIRED,
            "The invite has expired: ask for another");
    return OK;
}

static err check_room(struct tx *tx, str project_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM invites WHERE project_id = ?1",
                 DB_T(project_id)));
    TRY(db_next(rows, &row));
    REQUIRE(db_get_int(rows, 0) < INVITES_MAX, LIMIT_REACHED,
            "A project has at most 100 invites: delete one first");
    return OK;
}

/* Only by the address that members see: another one of theirs is nobody's business. */
static err check_member(struct tx *tx, str project_id, str address) {
    AUTO(db_rows_ref) rows = NULL;
    bool member;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT 1 FROM emails e JOIN project_members m ON m.user_id = e.user_id"
                 " WHERE e.address = ?2 AND e.is_verified = 1 AND e.is_default = 1"
                 " AND m.project_id = ?1",
                 DB_T(project_id), DB_T(address)));
    TRY(db_next(rows, &member));
    REQUIRE(!member, ALREADY_MEMBER, "This person is a member already");
    return OK;
}

err invite_insert(struct tx *tx, const struct invite *invite, str token_hash) {
    TRY(check_member(tx, invite->project_id, invite->address));
    TRY(DB_RUN(tx, NULL,
               "DELETE FROM invites WHERE project_id = ?1 AND address = ?2"
               " AND valid_until_ms <= ?3",
               DB_T(invite->project_id), DB_T(invite->address), DB_I(invite->created_ms)));
    TRY(check_room(tx, invite->project_id));
    err e = DB_RUN(tx, NULL,
                   "INSERT INTO invites(id, token_hash, project_id, address, role, redirect_url,"
                   " invited_by, created_ms, valid_until_ms, expires_ms)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                   DB_T(invite->id), DB_B(token_hash), DB_T(invite->project_id),
                   DB_T(invite->address), DB_T(member_role_name(invite->role)),
                   DB_T(invite->redirect_url), DB_T(invite->invited_by), DB_I(invite->created_ms),
                   DB_I(invite->valid_until_ms), DB_I(invite->valid_until_ms + EXPIRED_MEMORY_MS));
    REQUIRE(!err_is(e, E_conflict), INVITE_ALREADY_EXISTS,
            "This email is invited already: delete that invite to send another");
    return e;
}

err invite_delete(struct tx *tx, str project_id, str id) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM invites WHERE id = ?1 AND project_id = ?2", DB_T(id),
               DB_T(project_id)));
    REQUIRE(changed == 1, INVITE_NOT_FOUND, "There is no such invite in this project");
    return OK;
}

err invite_use(struct tx *tx, struct request *rq, const struct invite *invite, str user_id) {
    int64_t changed;
    str member_id;
    TRY(DB_RUN(tx, &changed, "DELETE FROM invites WHERE id = ?1", DB_T(invite->id)));
    REQUIRE(changed == 1, INVITE_NOT_FOUND, "There is no such invite: it was used or taken back");
    const struct new_member member = {
        .project_id = invite->project_id, .user_id = user_id, .role = invite->role};
    return member_insert(tx, rq, &member, &member_id);
}
