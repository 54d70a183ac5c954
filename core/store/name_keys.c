#include "core/store/name_keys.h"

#include "core/fold.h"

enum { BATCH = 200, ARENA = 1024 * 1024 };

struct name {
    str id, text;
};

struct batch {
    struct arena *arena;
    struct name names[BATCH];
    size_t n;
};

static err read_names(struct tx *tx, struct batch *in) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, profile ->> '$.displayName' FROM users WHERE name_key = '' LIMIT ?1",
                 DB_I(BATCH)));
    TRY(db_next(rows, &row));
    for (in->n = 0; row && in->n < BATCH; in->n++) {
        TRY(db_get_str(rows, 0, in->arena, &in->names[in->n].id));
        TRY(db_get_str(rows, 1, in->arena, &in->names[in->n].text));
        TRY(db_next(rows, &row));
    }
    return OK;
}

static err fold_batch(struct tx *tx, void *arg) {
    struct batch *in = arg;
    str key;
    TRY(read_names(tx, in));
    for (size_t i = 0; i < in->n; i++) {
        TRY(fold(in->arena, in->names[i].text, &key));
        TRY(DB_RUN(tx, NULL, "UPDATE users SET name_key = ?2 WHERE id = ?1", DB_T(in->names[i].id),
                   DB_T(key.n ? key : STR_ABSENT)));
    }
    return OK;
}

static err fill(struct db *db, struct batch *in) {
    do {
        arena_reset(in->arena);
        TRY(db_write(db, fold_batch, in));
    } while (in->n == BATCH);
    return OK;
}

err name_keys_fill(struct db *db) {
    struct batch in = {.arena = arena_new(ARENA)};
    REQUIRE(in.arena, no_memory, "there is no memory for the names");
    err e = fill(db, &in);
    arena_free(in.arena);
    return e;
}
