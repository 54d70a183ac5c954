#include "authz/store/client.h"

#include <assert.h>

#include "common/base/json_read.h"

/* The columns of every SELECT below, in order. */
#define COLUMNS                                                                                    \
    "client_id, id, owner_id, dialect, metadata, created_ms, updated_ms, registration_hash,"       \
    " project_id"

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
    TRY(db_get_str(rows, 7, arena, &client.registration_hash));
    TRY(db_get_str(rows, 8, arena, &client.project_id));
    client.hitkey = str_eq(dialect, S("hitkey"));
    AUTO(json_ref) json = NULL;
    REQUIRE(!failed(json_read_object(client.metadata, &json)), internal,
            "stored client metadata is damaged");
    TRY(client_from_metadata(arena, json, &client));
    *out = client;
    return OK;
}

/* --- reading -------------------------------------------------------------------------------- */

struct get {
    struct arena *arena;
    str client_id;
    struct client *out;
};

err client_get_in(struct tx *tx, struct arena *arena, str client_id, struct client *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT " COLUMNS " FROM clients WHERE client_id = ?1",
                 DB_T(client_id)));
    TRY(db_next(rows, &row));
    REQUIRE(row, not_found, "no such client");
    return from_row(rows, arena, out);
}

static err get_tx(struct tx *tx, void *arg) {
    struct get *get = arg;
    return client_get_in(tx, get->arena, get->client_id, get->out);
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

struct held {
    str client_id;
    struct client_secrets_held *out;
};

static err held_tx(struct tx *tx, void *arg) {
    const struct held *held = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT count(*), count(sealed) FROM client_secrets WHERE client_id = ?1",
                 DB_T(held->client_id)));
    TRY(db_next(rows, &row));
    held->out->live = db_get_int(rows, 0);
    held->out->sealed = db_get_int(rows, 1);
    return OK;
}

err client_secrets_held(struct store *store, str client_id, struct client_secrets_held *out) {
    struct held held = {client_id, out};
    return db_read(store->db, held_tx, &held);
}

struct sealed {
    struct arena *arena;
    str client_id;
    str *out; /* of two */
    size_t n;
};

static err sealed_tx(struct tx *tx, void *arg) {
    struct sealed *sealed = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT sealed FROM client_secrets WHERE client_id = ?1 AND sealed IS NOT NULL"
                 " ORDER BY created_ms DESC LIMIT 2",
                 DB_T(sealed->client_id)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(db_get_str(rows, 0, sealed->arena, &sealed->out[sealed->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err client_secrets_sealed(struct store *store, struct arena *arena, str client_id, str sealed[2],
                          size_t *n) {
    struct sealed found = {arena, client_id, sealed, 0};
    TRY(db_read(store->db, sealed_tx, &found));
    *n = found.n;
    return OK;
}

struct list {
    struct arena *arena;
    str owner_id, project_id; /* one of them */
    struct client_summary *out;
    size_t n;
};

static err summary_from_row(struct db_rows *rows, struct arena *arena, struct client_summary *out) {
    TRY(db_get_str(rows, 0, arena, &out->client_id));
    TRY(db_get_str(rows, 1, arena, &out->id));
    TRY(db_get_str(rows, 2, arena, &out->owner_id));
    TRY(db_get_str(rows, 3, arena, &out->name));
    TRY(db_get_str(rows, 4, arena, &out->redirect_uri));
    out->created_ms = db_get_int(rows, 5);
    out->updated_ms = db_get_int(rows, 6);
    return OK;
}

#define SUMMARIES                                                                                  \
    "SELECT client_id, id, owner_id, coalesce(metadata ->> '$.client_name', client_id),"           \
    " metadata ->> '$.redirect_uris[0]', created_ms, updated_ms FROM clients WHERE "
#define OLDEST_FIRST " ORDER BY created_ms, client_id LIMIT ?2"

static err query_list(struct tx *tx, const struct list *list, struct db_rows **rows) {
    if (str_present(list->project_id))
        return DB_QUERY(tx, rows, SUMMARIES "project_id = ?1" OLDEST_FIRST, DB_T(list->project_id),
                        DB_I(CLIENTS_OF_ONE_PROJECT));
    return DB_QUERY(tx, rows, SUMMARIES "owner_id = ?1 AND project_id IS NULL" OLDEST_FIRST,
                    DB_T(list->owner_id), DB_I(CLIENTS_OF_ONE_OWNER));
}

static err list_tx(struct tx *tx, void *arg) {
    struct list *list = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    list->out = arena_array(list->arena, CLIENTS_OF_ONE_OWNER, sizeof *list->out);
    REQUIRE(list->out, no_memory, "too many clients for one answer");
    TRY(query_list(tx, list, &rows));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(summary_from_row(rows, list->arena, &list->out[list->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

static err read_list(struct store *store, struct list *list, struct client_summary **out,
                     size_t *n) {
    TRY(db_read(store->db, list_tx, list));
    *out = list->out;
    *n = list->n;
    return OK;
}

err client_list(struct store *store, struct arena *arena, str owner_id, struct client_summary **out,
                size_t *n) {
    return read_list(store, &(struct list){.arena = arena, .owner_id = owner_id}, out, n);
}

err client_list_of_project(struct store *store, struct arena *arena, str project_id,
                           struct client_summary **out, size_t *n) {
    return read_list(store, &(struct list){.arena = arena, .project_id = project_id}, out, n);
}

/* --- writing -------------------------------------------------------------------------------- */

struct secret_row {
    str client_id;
    const struct client_secret *secret;
    int64_t now_ms;
};

static err insert_secret(struct tx *tx, const struct secret_row *row) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO client_secrets (client_id, hash, sealed, created_ms)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  DB_T(row->client_id), DB_B(row->secret->hash), DB_T(row->secret->sealed),
                  DB_I(row->now_ms));
}

/* One more; the oldest of three goes. */
static err add_secret(struct tx *tx, const struct secret_row *row) {
    TRY(insert_secret(tx, row));
    return DB_RUN(tx, NULL,
                  "DELETE FROM client_secrets WHERE client_id = ?1 AND hash NOT IN"
                  " (SELECT hash FROM client_secrets WHERE client_id = ?1"
                  "  ORDER BY hash = ?2 DESC, created_ms DESC LIMIT 2)",
                  DB_T(row->client_id), DB_B(row->secret->hash));
}

struct create {
    const struct client *client;
    const struct client_secret *secret;
};

static err create_tx(struct tx *tx, void *arg) {
    const struct create *create = arg;
    const struct client *client = create->client;
    int64_t made;
    TRY(DB_RUN(
        tx, &made,
        "INSERT INTO clients (" COLUMNS ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?8, ?9"
        " WHERE CASE WHEN ?9 IS NULL"
        " THEN (SELECT count(*) FROM clients WHERE owner_id = ?3 AND project_id IS NULL) < ?7"
        " ELSE (SELECT count(*) FROM clients WHERE project_id = ?9) < ?10 END",
        DB_T(client->client_id), DB_T(client->id), DB_T(client->owner_id),
        DB_T(client->hitkey ? S("hitkey") : S("standard")), DB_T(client->metadata),
        DB_I(client->created_ms), DB_I(CLIENTS_OF_ONE_OWNER), DB_B(client->registration_hash),
        DB_T(client->project_id), DB_I(CLIENTS_OF_ONE_PROJECT)));
    REQUIRE(made == 1, conflict, "there are as many clients as one owner or project may have");
    if (!create->secret || !str_present(create->secret->hash))
        return OK;
    return insert_secret(
        tx, &(struct secret_row){client->client_id, create->secret, client->created_ms});
}

err client_create(struct store *store, const struct client *client,
                  const struct client_secret *stored) {
    assert(str_present(client->client_id) && str_present(client->id));
    assert(str_present(client->metadata));
    struct create create = {client, stored};
    return db_write(store->db, create_tx, &create);
}

struct update {
    const struct client *client;
    const struct client_secrets_change *secrets; /* or NULL */
};

static err update_tx(struct tx *tx, void *arg) {
    const struct update *update = arg;
    const struct client *client = update->client;
    const struct client_secrets_change *secrets = update->secrets;
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "UPDATE clients SET metadata = ?3, updated_ms = ?4"
               " WHERE client_id = ?1 AND owner_id IS ?2",
               DB_T(client->client_id), DB_T(client->owner_id), DB_T(client->metadata),
               DB_I(client->updated_ms)));
    REQUIRE(changed == 1, not_found, "no such client");
    if (secrets && secrets->drop)
        TRY(DB_RUN(tx, NULL, "DELETE FROM client_secrets WHERE client_id = ?1",
                   DB_T(client->client_id)));
    if (!secrets || !str_present(secrets->fresh.hash))
        return OK;
    return add_secret(tx,
                      &(struct secret_row){client->client_id, &secrets->fresh, client->updated_ms});
}

err client_update(struct store *store, const struct client *client,
                  const struct client_secrets_change *secrets) {
    struct update update = {client, secrets};
    return db_write(store->db, update_tx, &update);
}

struct owned {
    str client_id, owner_id;
};

static err delete_tx(struct tx *tx, void *arg) {
    const struct owned *owned = arg;
    int64_t changed;
    TRY(DB_RUN(tx, &changed, "DELETE FROM clients WHERE client_id = ?1 AND owner_id IS ?2",
               DB_T(owned->client_id), DB_T(owned->owner_id)));
    REQUIRE(changed == 1, not_found, "no such client");
    /* Secrets and failures go with the row, refresh tokens with their grant: ON DELETE CASCADE. */
    TRY(DB_RUN(tx, NULL, "DELETE FROM grants WHERE client_id = ?1", DB_T(owned->client_id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM session_clients WHERE client_id = ?1",
               DB_T(owned->client_id)));
    return DB_RUN(tx, NULL, "DELETE FROM consents WHERE client_id = ?1", DB_T(owned->client_id));
}

#define OF_PROJECT " WHERE client_id IN (SELECT client_id FROM clients WHERE project_id = ?1)"

static err delete_project_tx(struct tx *tx, void *arg) {
    const str *project_id = arg;
    TRY(DB_RUN(tx, NULL, "DELETE FROM grants" OF_PROJECT, DB_T(*project_id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM session_clients" OF_PROJECT, DB_T(*project_id)));
    TRY(DB_RUN(tx, NULL, "DELETE FROM consents" OF_PROJECT, DB_T(*project_id)));
    return DB_RUN(tx, NULL, "DELETE FROM clients WHERE project_id = ?1", DB_T(*project_id));
}

err client_delete_project(struct store *store, str project_id) {
    return db_write(store->db, delete_project_tx, &project_id);
}

err client_delete(struct store *store, str client_id, str owner_id) {
    struct owned owned = {client_id, owner_id};
    return db_write(store->db, delete_tx, &owned);
}

struct secret_add {
    struct secret_row row;
    str owner_id;
};

static err secret_add_tx(struct tx *tx, void *arg) {
    const struct secret_add *add = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool found;
    TRY(DB_QUERY(tx, &rows, "SELECT 1 FROM clients WHERE client_id = ?1 AND owner_id IS ?2",
                 DB_T(add->row.client_id), DB_T(add->owner_id)));
    TRY(db_next(rows, &found));
    REQUIRE(found, not_found, "no such client");
    return add_secret(tx, &add->row);
}

err client_secret_add(struct store *store, const struct client *client,
                      const struct client_secret *stored, int64_t now_ms) {
    struct secret_add add = {{client->client_id, stored, now_ms}, client->owner_id};
    return db_write(store->db, secret_add_tx, &add);
}
