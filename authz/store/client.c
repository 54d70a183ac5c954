#include "authz/store/client.h"

#include <assert.h>

#include "common/base/json_read.h"

/* The columns of every SELECT below, in order. */
#define COLUMNS "client_id, id, owner_id, dialect, metadata, created_ms, updated_ms"

static err from_row(struct db_rows *rows, struct arena *arena, struct client *out) {
    struct client client = {0};
    str dialect;
    TRY(db_get_str(rows, 0, arena, &client.client_id));
    TRY(db_get_str(rows, 1, arena, &client.id));
    TRY(db_get_str(rows, 2, arena, &client.owner_id));
    TRY(db_get_str(rows, 3, arena, &dialect));
    TRY(db_get_str(rows, 4, arena, &client.metadata));
    client.created_ms = db_get_int(rows, 5);
    client.updated_ms = db_get_int(rows, 6);
    client.hitkey = str_eq(dialect, S("hitkey"));
    AUTO(json_ref) json = NULL;
    REQUIRE(!failed(json_read_object(client.metadata, &json)), internal,
            "stored client metadata is damaged");
    TRY(client_from_metadata(arena, json, &client));
    *out = client;
    return OK;
}

/* --- reading
 * --------------------------------------------------------------------------------------- */

struct get {
    struct arena *arena;
    str client_id;
    struct client *out;
};

static err get_tx(struct tx *tx, void *arg) {
    struct get *get = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT " COLUMNS " FROM clients WHERE client_id = ?1",
                 DB_T(get->client_id)));
    TRY(db_next(rows, &row));
    REQUIRE(row, not_found, "no such client");
    return from_row(rows, get->arena, get->out);
}

err client_get(struct store *store, struct arena *arena, str client_id, struct client *out) {
    struct get get = {arena, client_id, out};
    return db_read(store->db, get_tx, &get);
}

struct match {
    struct arena *arena;
    str client_id, hash;
    bool found;
};

static err match_tx(struct tx *tx, void *arg) {
    struct match *match = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT hash FROM client_secrets WHERE client_id = ?1",
                 DB_T(match->client_id)));
    TRY(db_next(rows, &row));
    while (row) {
        str hash;
        TRY(db_get_str(rows, 0, match->arena, &hash));
        match->found |= secret_eq(secret_of(hash), secret_of(match->hash));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err client_secret_matches(struct store *store, struct arena *arena, str client_id, str hash,
                          bool *out) {
    struct match match = {arena, client_id, hash, false};
    TRY(db_read(store->db, match_tx, &match));
    *out = match.found;
    return OK;
}

struct list {
    struct arena *arena;
    str owner_id;
    struct client *out;
    size_t n;
};

static err list_tx(struct tx *tx, void *arg) {
    struct list *list = arg;
    AUTO(db_rows_ref) count = NULL, rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &count, "SELECT count(*) FROM clients WHERE owner_id = ?1",
                 DB_T(list->owner_id)));
    TRY(db_next(count, &row));
    size_t most = (size_t)db_get_int(count, 0);
    list->out = arena_array(list->arena, most, sizeof *list->out);
    REQUIRE(list->out, no_memory, "too many clients for one answer");
    TRY(DB_QUERY(tx, &rows,
                 "SELECT " COLUMNS
                 " FROM clients WHERE owner_id = ?1 ORDER BY created_ms, client_id",
                 DB_T(list->owner_id)));
    TRY(db_next(rows, &row));
    while (row && list->n < most) {
        TRY(from_row(rows, list->arena, &list->out[list->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err client_list(struct store *store, struct arena *arena, str owner_id, struct client **out,
                size_t *n) {
    struct list list = {arena, owner_id, NULL, 0};
    TRY(db_read(store->db, list_tx, &list));
    *out = list.out;
    *n = list.n;
    return OK;
}

/* --- writing
 * --------------------------------------------------------------------------------------- */

struct create {
    const struct client *client;
    str secret_hash;
};

static err create_tx(struct tx *tx, void *arg) {
    const struct create *create = arg;
    const struct client *client = create->client;
    int64_t made;
    TRY(DB_RUN(tx, &made,
               "INSERT INTO clients (" COLUMNS ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6"
               " WHERE (SELECT count(*) FROM clients WHERE owner_id = ?3) < ?7",
               DB_T(client->client_id), DB_T(client->id), DB_T(client->owner_id),
               DB_T(client->hitkey ? S("hitkey") : S("standard")), DB_T(client->metadata),
               DB_I(client->created_ms), DB_I(CLIENTS_OF_ONE_OWNER)));
    REQUIRE(made == 1, conflict, "nobody may have more clients than you have");
    if (!str_present(create->secret_hash))
        return OK;
    return DB_RUN(tx, NULL,
                  "INSERT INTO client_secrets (client_id, hash, created_ms) VALUES (?1, ?2, ?3)",
                  DB_T(client->client_id), DB_B(create->secret_hash), DB_I(client->created_ms));
}

err client_create(struct store *store, const struct client *client, str secret_hash) {
    assert(str_present(client->client_id) && str_present(client->id));
    assert(str_present(client->metadata));
    struct create create = {client, secret_hash};
    return db_write(store->db, create_tx, &create);
}

static err update_tx(struct tx *tx, void *arg) {
    const struct client *client = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "UPDATE clients SET metadata = ?3, updated_ms = ?4"
               " WHERE client_id = ?1 AND owner_id = ?2",
               DB_T(client->client_id), DB_T(client->owner_id), DB_T(client->metadata),
               DB_I(client->updated_ms)));
    REQUIRE(changed == 1, not_found, "no such client");
    return OK;
}

err client_update(struct store *store, const struct client *client) {
    struct client copy = *client;
    return db_write(store->db, update_tx, &copy);
}

struct owned {
    str client_id, owner_id, hash;
    int64_t now_ms;
};

static err delete_tx(struct tx *tx, void *arg) {
    const struct owned *owned = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM clients WHERE client_id = ?1 AND owner_id = ?2",
               DB_T(owned->client_id), DB_T(owned->owner_id)));
    REQUIRE(changed == 1, not_found, "no such client");
    /* Secrets go with the row, refresh tokens with their grant: ON DELETE CASCADE. */
    TRY(DB_RUN(tx, NULL, "DELETE FROM grants WHERE client_id = ?1", DB_T(owned->client_id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM session_clients WHERE client_id = ?1",
               DB_T(owned->client_id)));
    return DB_RUN(tx, NULL, "DELETE FROM consents WHERE client_id = ?1", DB_T(owned->client_id));
}

err client_delete(struct store *store, str client_id, str owner_id) {
    struct owned owned = {client_id, owner_id, STR_ABSENT, 0};
    return db_write(store->db, delete_tx, &owned);
}

static err secret_add_tx(struct tx *tx, void *arg) {
    const struct owned *owned = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "INSERT INTO client_secrets (client_id, hash, created_ms)"
               " SELECT client_id, ?3, ?4 FROM clients WHERE client_id = ?1 AND owner_id = ?2",
               DB_T(owned->client_id), DB_T(owned->owner_id), DB_B(owned->hash),
               DB_I(owned->now_ms)));
    REQUIRE(changed == 1, not_found, "no such client");
    return DB_RUN(tx, NULL,
                  "DELETE FROM client_secrets WHERE client_id = ?1 AND hash NOT IN"
                  " (SELECT hash FROM client_secrets WHERE client_id = ?1"
                  "  ORDER BY hash = ?2 DESC, created_ms DESC LIMIT 2)",
                  DB_T(owned->client_id), DB_B(owned->hash));
}

err client_secret_add(struct store *store, str client_id, str owner_id, str hash, int64_t now_ms) {
    struct owned owned = {client_id, owner_id, hash, now_ms};
    return db_write(store->db, secret_add_tx, &owned);
}
