#include "authz/store/store.h"

#include "authz/store/migrations.h"

err store_open(const char *path, struct store *out) {
    struct db_options options = {
        .path = path, .name = "authz", .migrations = authz_migrations, .n = authz_migration_count};
    return db_open(&options, &out->db);
}

void store_close(struct store *store) {
    db_close(store->db);
    store->db = NULL;
}
