#include "core/store/project.h"

#include "core/slug.h"
#include "core/store/api_token.h"
#include "core/store/member.h"

#define COLUMNS                                                                                    \
    "p.id, p.name, p.slug, p.description, p.is_public, p.owner_id, p.created_ms, m.id, m.role"

enum { SLUG_TRIES = 2 * SLUG_NUMBERED };

err project_read(struct db_rows *rows, struct arena *arena, struct standing *out) {
    str role;
    TRY(db_get_str(rows, 0, arena, &out->project.id));
    TRY(db_get_str(rows, 1, arena, &out->project.name));
    TRY(db_get_str(rows, 2, arena, &out->project.slug));
    TRY(db_get_str(rows, 3, arena, &out->project.description));
    out->project.is_public = db_get_int(rows, 4);
    TRY(db_get_str(rows, 5, arena, &out->project.owner_id));
    out->project.created_ms = db_get_int(rows, 6);
    TRY(db_get_str(rows, 7, arena, &out->member_id));
    TRY(db_get_str(rows, 8, arena, &role));
    out->role = member_role_of(role);
    return OK;
}

err project_find(struct tx *tx, struct arena *arena, str project, str user_id, struct standing *out,
                 bool *found) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " COLUMNS " FROM projects p LEFT JOIN project_members m"
                 " ON m.project_id = p.id AND m.user_id = ?2 WHERE p.slug = ?1 OR p.id = ?1",
                 DB_T(project), DB_T(user_id)));
    TRY(db_next(rows, found));
    return *found ? project_read(rows, arena, out) : OK;
}

err project_enter(struct tx *tx, struct request *rq, enum member_role least, struct standing *out) {
    const struct api_token *caller = rq->caller;
    bool found;
    *out = (struct standing){0};
    TRY(project_find(tx, rq->arena, rq->args[0], caller->user_id, out, &found));
    REQUIRE(found && (out->role != ROLE_NONE || out->project.is_public), PROJECT_NOT_FOUND,
            "There is no such project");
    REQUIRE(least == ROLE_NONE || out->role != ROLE_NONE, NOT_PROJECT_MEMBER,
            "You are not a member of this project");
    REQUIRE(out->role >= least || least != ROLE_OWNER, INSUFFICIENT_ROLE,
            "Only the owner may do this");
    REQUIRE(out->role >= least, INSUFFICIENT_ROLE, "Only the owner and admins may do this");
    return OK;
}

static err check_owned(struct tx *tx, str owner_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM projects WHERE owner_id = ?1", DB_T(owner_id)));
    TRY(db_next(rows, &row));
    REQUIRE(db_get_int(rows, 0) < PROJECTS_OWNED_MAX, LIMIT_REACHED,
            "One person owns at most 100 projects: delete one or give it to somebody");
    return OK;
}

/* The unique index decides who has a slug. */
static err insert_as(struct tx *tx, const struct project *project, bool *won) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "INSERT INTO projects(id, name, slug, description, is_public, owner_id, created_ms,"
               " updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT(slug) DO NOTHING",
               DB_T(project->id), DB_T(project->name), DB_T(project->slug),
               DB_T(project->description), DB_I(project->is_public), DB_T(project->owner_id),
               DB_I(project->created_ms)));
    *won = changed == 1;
    return OK;
}

static err insert_with_slug(struct tx *tx, struct arena *arena, struct project *project) {
    bool won = false;
    str base;
    TRY(slug_base(arena, project->name, &base));
    for (int n = 1; n <= SLUG_TRIES && !won; n++) {
        TRY(slug_try(arena, base, n, &project->slug));
        if (str_present(project->slug))
            TRY(insert_as(tx, project, &won));
    }
    REQUIRE(won, busy, "No short name is free for this project just now: try again");
    return OK;
}

err project_insert(struct tx *tx, struct arena *arena, struct project *project, str member_id) {
    TRY(check_owned(tx, project->owner_id));
    TRY(insert_with_slug(tx, arena, project));
    return DB_RUN(tx, NULL,
                  "INSERT INTO project_members(id, project_id, user_id, role, created_ms)"
                  " VALUES (?1, ?2, ?3, 'owner', ?4)",
                  DB_T(member_id), DB_T(project->id), DB_T(project->owner_id),
                  DB_I(project->created_ms));
}

err project_rows(struct tx *tx, str user_id, str after, struct db_rows **out) {
    return DB_QUERY(tx, out,
                    "SELECT " COLUMNS " FROM project_members m JOIN projects p"
                    " ON p.id = m.project_id WHERE m.user_id = ?1"
                    " AND (?2 IS NULL OR (m.created_ms, m.id) < (SELECT created_ms, id"
                    "  FROM project_members WHERE user_id = ?1 AND project_id = ?2))"
                    " ORDER BY m.created_ms DESC, m.id DESC",
                    DB_T(user_id), DB_T(after));
}

err project_update(struct tx *tx, const struct project *project, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "UPDATE projects SET name = ?2, description = ?3, is_public = ?4, updated_ms = ?5"
                  " WHERE id = ?1",
                  DB_T(project->id), DB_T(project->name), DB_T(project->description),
                  DB_I(project->is_public), DB_I(now_ms));
}

err project_delete(struct tx *tx, str project_id) {
    return DB_RUN(tx, NULL, "DELETE FROM projects WHERE id = ?1", DB_T(project_id));
}

err project_transfer(struct tx *tx, const struct project *project, str new_owner_id,
                     int64_t now_ms) {
    TRY(member_transfer(tx, project->id, project->owner_id, new_owner_id));
    TRY(check_owned(tx, new_owner_id));
    return DB_RUN(tx, NULL, "UPDATE projects SET owner_id = ?2, updated_ms = ?3 WHERE id = ?1",
                  DB_T(project->id), DB_T(new_owner_id), DB_I(now_ms));
}
