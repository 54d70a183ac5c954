#include "authz/store/used_jti.h"

struct used {
    str hash;
    int64_t expires_ms;
};

/* The primary key decides between two that come at once. */
static err add_tx(struct tx *tx, void *arg) {
    const struct used *used = arg;
    return DB_RUN(tx, NULL, "INSERT INTO used_jtis (hash, expires_ms) VALUES (?1, ?2)",
                  DB_B(used->hash), DB_I(used->expires_ms));
}

err used_jti_add(struct store *store, str hash, int64_t expires_ms) {
    struct used used = {hash, expires_ms};
    return db_write(store->db, add_tx, &used);
}
