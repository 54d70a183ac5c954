#include "core/store/user.h"

#define USER_COLUMNS                                                                               \
    "u.id, u.password, u.profile, u.totp_secret, u.totp_pending, u.totp_step, u.created_ms, "      \
    "u.updated_ms, u.signed_out_ms, d.address, d.is_verified"

static err read_user(struct db_rows *rows, struct arena *arena, struct user *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    TRY(db_get_str(rows, 1, arena, &out->password));
    TRY(db_get_str(rows, 2, arena, &out->profile));
    TRY(db_get_str(rows, 3, arena, &out->totp_secret));
    TRY(db_get_str(rows, 4, arena, &out->totp_pending));
    out->totp_step = db_get_int(rows, 5);
    out->created_ms = db_get_int(rows, 6);
    out->updated_ms = db_get_int(rows, 7);
    out->signed_out_ms = db_get_int(rows, 8);
    out->email_verified = db_get_int(rows, 10);
    return db_get_str(rows, 9, arena, &out->email);
}

err user_by_address(struct tx *tx, struct arena *arena, str address, struct user *out,
                    bool *found) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " USER_COLUMNS
                 ", e.is_verified FROM emails e JOIN users u ON u.id = e.user_id"
                 " LEFT JOIN emails d ON d.user_id = u.id AND d.is_default = 1 WHERE e.address = ?1"
                 " ORDER BY e.is_verified DESC, e.created_ms LIMIT 1",
                 DB_T(address)));
    TRY(db_next(rows, found));
    if (!*found)
        return OK;
    out->address_verified = db_get_int(rows, 11);
    return read_user(rows, arena, out);
}

err user_by_id(struct tx *tx, struct arena *arena, str id, struct user *out, bool *found) {
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " USER_COLUMNS " FROM users u"
                 " LEFT JOIN emails d ON d.user_id = u.id AND d.is_default = 1 WHERE u.id = ?1",
                 DB_T(id)));
    TRY(db_next(rows, found));
    return *found ? read_user(rows, arena, out) : OK;
}

err user_get(struct tx *tx, struct arena *arena, str id, struct user *out) {
    bool found;
    TRY(user_by_id(tx, arena, id, out, &found));
    REQUIRE(found, not_found, "there is no such user");
    return OK;
}

static err read_email(struct db_rows *rows, struct arena *arena, struct email *out) {
    TRY(db_get_str(rows, 0, arena, &out->id));
    out->is_default = db_get_int(rows, 2);
    out->is_verified = db_get_int(rows, 3);
    return db_get_str(rows, 1, arena, &out->address);
}

err user_email(struct tx *tx, struct arena *arena, str user_id, str id, str address,
               struct email *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, address, is_default, is_verified FROM emails WHERE user_id = ?1"
                 " AND (id = ?2 OR address = ?3)",
                 DB_T(user_id), DB_T(id), DB_T(address)));
    TRY(db_next(rows, &found));
    REQUIRE(found, EMAIL_NOT_FOUND, "You have no such email");
    return read_email(rows, arena, out);
}

err user_emails(struct tx *tx, struct arena *arena, str user_id, struct email **out, size_t *n) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    *n = 0;
    *out = arena_array(arena, USER_EMAILS_MAX, sizeof **out);
    REQUIRE(*out, no_memory, "the request needs more memory than it may have");
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, address, is_default, is_verified FROM emails WHERE user_id = ?1"
                 " ORDER BY is_default DESC, created_ms, id LIMIT ?2",
                 DB_T(user_id), DB_I(USER_EMAILS_MAX)));
    TRY(db_next(rows, &row));
    for (; row; ++*n) {
        TRY(read_email(rows, arena, &(*out)[*n]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err user_insert(struct tx *tx, const struct user *user, str email_id) {
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO users(id, password, profile, created_ms, updated_ms)"
               " VALUES (?1, ?2, ?3, ?4, ?4)",
               DB_T(user->id), DB_T(user->password), DB_T(user->profile), DB_I(user->created_ms)));
    return DB_RUN(tx, NULL,
                  "INSERT INTO emails(id, user_id, address, is_default, is_verified, created_ms)"
                  " VALUES (?1, ?2, ?3, 1, 1, ?4)",
                  DB_T(email_id), DB_T(user->id), DB_T(user->email), DB_I(user->created_ms));
}

struct reading {
    struct arena *arena;
    str id;
    struct user *out;
};

static err read_one(struct tx *tx, void *arg) {
    const struct reading *reading = arg;
    return user_get(tx, reading->arena, reading->id, reading->out);
}

err user_read(struct db *db, struct arena *arena, str id, struct user *out) {
    return db_read(db, read_one, &(struct reading){arena, id, out});
}
