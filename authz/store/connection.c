#include "authz/store/connection.h"

#include "authz/protocol/scope.h"

struct listing {
    struct arena *arena;
    str user_id;
    int64_t now_ms;
    struct connection *out;
    size_t n;
};

static err from_row(struct db_rows *rows, struct arena *arena, struct connection *out) {
    str allowed, granted;
    TRY(db_get_str(rows, 0, arena, &out->client_id));
    TRY(db_get_str(rows, 1, arena, &allowed));
    TRY(db_get_str(rows, 2, arena, &granted));
    out->since_ms = db_get_int(rows, 3);
    out->used_ms = db_get_int(rows, 4);
    TRY(scope_union(arena, allowed, granted, &out->scope));
    if (!str_present(out->scope))
        out->scope = S("");
    return OK;
}

/* A grant without a remembered consent is of a client that cannot be known again (RFC 8252 8.6), or
 * to whom the API gave it. */
static err list_tx(struct tx *tx, void *arg) {
    struct listing *in = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    in->n = 0;
    TRY(DB_QUERY(tx, &rows,
                 "WITH living AS (SELECT g.client_id, group_concat(g.scope, ' ') AS scope,"
                 "     min(g.created_ms) AS first_ms, max(g.created_ms) AS last_ms,"
                 "     max((SELECT max(t.created_ms) FROM refresh_tokens t"
                 "           WHERE t.grant_id = g.id)) AS refreshed_ms"
                 "   FROM grants g WHERE g.user_id = ?1 AND g.revoked_ms IS NULL"
                 "    AND g.expires_ms > ?2 GROUP BY g.client_id)"
                 " SELECT c.client_id, o.scope, l.scope,"
                 "   min(coalesce(l.first_ms, o.updated_ms), coalesce(o.updated_ms, l.first_ms)),"
                 "   max(coalesce(l.last_ms, o.updated_ms), coalesce(l.refreshed_ms, 0)) AS used_ms"
                 "  FROM clients c LEFT JOIN living l ON l.client_id = c.client_id"
                 "  LEFT JOIN consents o ON o.client_id = c.client_id AND o.user_id = ?1"
                 " WHERE c.client_id IN (SELECT client_id FROM living UNION"
                 "        SELECT client_id FROM consents WHERE user_id = ?1)"
                 " ORDER BY used_ms DESC, c.client_id LIMIT ?3",
                 DB_T(in->user_id), DB_I(in->now_ms), DB_I(CONNECTIONS_SHOWN)));
    TRY(db_next(rows, &row));
    while (row) {
        TRY(from_row(rows, in->arena, &in->out[in->n++]));
        TRY(db_next(rows, &row));
    }
    return OK;
}

err connection_list(struct store *store, struct arena *arena, str user_id, int64_t now_ms,
                    struct connection **out, size_t *n) {
    struct listing in = {.arena = arena, .user_id = user_id, .now_ms = now_ms};
    in.out = arena_array(arena, CONNECTIONS_SHOWN, sizeof *in.out);
    REQUIRE(in.out, no_memory, "no memory for the apps");
    TRY(db_read(store->db, list_tx, &in));
    *out = in.out;
    *n = in.n;
    return OK;
}

struct removal {
    const struct consent *whose;
    const struct audit_entry *audit;
    int64_t now_ms;
};

static err remove_tx(struct tx *tx, void *arg) {
    const struct removal *in = arg;
    const struct consent *whose = in->whose;
    int64_t consents, grants;
    TRY(DB_RUN(tx, &consents, "DELETE FROM consents WHERE user_id = ?1 AND client_id = ?2",
               DB_T(whose->user_id), DB_T(whose->client_id)));
    TRY(DB_RUN(tx, &grants,
               "UPDATE grants SET revoked_ms = ?3 WHERE user_id = ?1 AND client_id = ?2"
               " AND revoked_ms IS NULL AND expires_ms > ?3",
               DB_T(whose->user_id), DB_T(whose->client_id), DB_I(in->now_ms)));
    REQUIRE(consents + grants > 0, not_found, "the app has no access");
    return audit_in(tx, in->audit);
}

err connection_remove(struct store *store, const struct consent *whose,
                      const struct audit_entry *audit, int64_t now_ms) {
    struct removal in = {whose, audit, now_ms};
    TRY(db_write(store->db, remove_tx, &in));
    if (audit)
        audit_log(audit);
    return OK;
}
