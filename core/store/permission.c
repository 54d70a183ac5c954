#include "core/store/permission.h"

#define PERMISSION_SELECT                                                                          \
    "SELECT id, key, display_name, description, is_default, created_ms FROM project_permissions"   \
    " WHERE project_id = ?1"

err permission_rows(struct tx *tx, str project_id, str after, struct db_rows **out) {
    return DB_QUERY(tx, out,
                    PERMISSION_SELECT
                    " AND (?2 IS NULL OR key > (SELECT key FROM project_permissions"
                    "  WHERE id = ?2 AND project_id = ?1)) ORDER BY key",
                    DB_T(project_id), DB_T(after));
}

err permission_read(struct db_rows *rows, struct arena *arena, struct permission *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->key));
    TRY(db_get_str(rows, 2, arena, &out->display_name));
    TRY(db_get_str(rows, 3, arena, &out->description));
    out->is_default = db_get_int(rows, 4);
    out->created_ms = db_get_int(rows, 5);
    return OK;
}

err permission_get(struct tx *tx, struct arena *arena, str project_id, str id,
                   struct permission *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows, PERMISSION_SELECT " AND id = ?2", DB_T(project_id), DB_T(id)));
    TRY(db_next(rows, &found));
    REQUIRE(found, PERMISSION_NOT_FOUND, "There is no such permission in this project");
    return permission_read(rows, arena, out);
}

static err check_room(struct tx *tx, str project_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM project_permissions WHERE project_id = ?1",
                 DB_T(project_id)));
    TRY(db_next(rows, &row));
    REQUIRE(db_get_int(rows, 0) < PERMISSIONS_MAX, LIMIT_REACHED,
            "A project has at most 100 permissions: delete one first");
    return OK;
}

static err taken(err e) {
    REQUIRE(!err_is(e, E_conflict), PERMISSION_KEY_TAKEN,
            "The project has a permission of this key already");
    return e;
}

err permission_insert(struct tx *tx, str project_id, const struct permission *permission) {
    TRY(check_room(tx, project_id));
    return taken(DB_RUN(tx, NULL,
                        "INSERT INTO project_permissions(id, project_id, key, display_name,"
                        " description, is_default, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        DB_T(permission->id), DB_T(project_id), DB_T(permission->key),
                        DB_T(permission->display_name), DB_T(permission->description),
                        DB_I(permission->is_default), DB_I(permission->created_ms)));
}

err permission_update(struct tx *tx, const struct permission *permission) {
    return taken(DB_RUN(tx, NULL,
                        "UPDATE project_permissions SET key = ?2, display_name = ?3,"
                        " description = ?4, is_default = ?5 WHERE id = ?1",
                        DB_T(permission->id), DB_T(permission->key), DB_T(permission->display_name),
                        DB_T(permission->description), DB_I(permission->is_default)));
}

err permission_delete(struct tx *tx, str id) {
    return DB_RUN(tx, NULL, "DELETE FROM project_permissions WHERE id = ?1", DB_T(id));
}
