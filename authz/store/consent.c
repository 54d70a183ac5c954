#include "authz/store/consent.h"

#include "authz/protocol/scope.h"

struct get {
    struct arena *arena;
    str user_id, client_id;
    str scope;
};

static err get_tx(struct tx *tx, void *arg) {
    struct get *get = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT scope FROM consents WHERE user_id = ?1 AND client_id = ?2",
                 DB_T(get->user_id), DB_T(get->client_id)));
    TRY(db_next(rows, &row));
    get->scope = STR_ABSENT;
    return row ? db_get_str(rows, 0, get->arena, &get->scope) : OK;
}

err consent_get(struct store *store, struct arena *arena, str user_id, str client_id, str *scope) {
    struct get get = {arena, user_id, client_id, STR_ABSENT};
    TRY(db_read(store->db, get_tx, &get));
    *scope = get.scope;
    return OK;
}

struct allow {
    struct arena *arena;
    const struct consent *consent;
    const struct audit_entry *audit;
    int64_t now_ms;
};

static err allow_tx(struct tx *tx, void *arg) {
    const struct allow *allow = arg;
    const struct consent *consent = allow->consent;
    struct get known = {allow->arena, consent->user_id, consent->client_id, STR_ABSENT};
    str scope;
    TRY(get_tx(tx, &known));
    TRY(scope_union(allow->arena, known.scope, consent->scope, &scope));
    if (!str_present(scope))
        scope = S("");
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO consents (user_id, client_id, scope, updated_ms)"
               " VALUES (?1, ?2, ?3, ?4)"
               " ON CONFLICT (user_id, client_id) DO UPDATE SET scope = ?3, updated_ms = ?4",
               DB_T(consent->user_id), DB_T(consent->client_id), DB_T(scope), DB_I(allow->now_ms)));
    return audit_in(tx, allow->audit);
}

err consent_allow(struct store *store, struct arena *arena, const struct consent *consent,
                  const struct audit_entry *audit, int64_t now_ms) {
    struct allow allow = {arena, consent, audit, now_ms};
    return db_write(store->db, allow_tx, &allow);
}
