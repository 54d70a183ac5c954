#include "core/store/user_search.h"

#define BY_KEYS                                                                                    \
    "SELECT u.id, u.profile, NULL FROM users u WHERE u.username_key = ?1"                          \
    " UNION ALL SELECT u.id, u.profile, NULL FROM users u WHERE u.name_key = ?1"

/* Every branch reads one index. */
static err everywhere(struct tx *tx, str text, struct db_rows **rows) {
    return DB_QUERY(
        tx, rows,
        "SELECT u.id, u.profile, e.address FROM emails e JOIN users u ON u.id = e.user_id"
        "  WHERE e.address = ?1 AND e.is_verified = 1"
        " UNION ALL " BY_KEYS " LIMIT 30",
        DB_T(text));
}

/* instr, not LIKE: a text has no wildcards. */
static err in_project(struct tx *tx, const struct user_search *search, struct db_rows **rows) {
    return DB_QUERY(
        tx, rows,
        "SELECT u.id, u.profile, e.address FROM project_members m JOIN users u ON u.id = m.user_id"
        "  LEFT JOIN emails e ON e.user_id = u.id AND e.is_default = 1"
        " WHERE m.project_id = ?2 AND (instr(u.username_key, ?1) = 1 OR instr(u.name_key, ?1) = 1"
        "  OR instr(e.address, ?1) = 1)"
        " ORDER BY (u.username_key IS ?1 OR u.name_key IS ?1 OR e.address IS ?1) DESC, "
        "m.created_ms,"
        "  m.id LIMIT 10",
        DB_T(search->text), DB_T(search->project_id));
}

static bool is_there(const struct user_found *list, size_t n, str id) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].id, id))
            return true;
    return false;
}

/* One may be found by more than one key. */
static err add(struct db_rows *rows, struct arena *arena, struct user_found *out, size_t *n) {
    struct user_found one;
    TRY(db_get_str(rows, 0, arena, &one.id));
    TRY(db_get_str(rows, 1, arena, &one.profile));
    TRY(db_get_str(rows, 2, arena, &one.email));
    if (!is_there(out, *n, one.id))
        out[(*n)++] = one;
    return OK;
}

err user_search(struct tx *tx, struct arena *arena, const struct user_search *search,
                struct user_found *out, size_t *n) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *n = 0;
    TRY(str_present(search->project_id) ? in_project(tx, search, &rows)
                                        : everywhere(tx, search->text, &rows));
    TRY(db_next(rows, &row));
    while (row && *n < USER_SEARCH_MOST) {
        TRY(add(rows, arena, out, n));
        TRY(db_next(rows, &row));
    }
    return OK;
}
