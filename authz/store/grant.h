/* Grants: what a person allowed a client in one sign-in, made when its code is redeemed or when
 * the authorization endpoint issues an access token itself. Every
 * token belongs to a grant and lives no longer than it. */
#ifndef AUTHZ_STORE_GRANT_H
#define AUTHZ_STORE_GRANT_H

#include "authz/store/audit.h"
#include "authz/store/store.h"

struct grant {
    str id, client_id, user_id;
    str sid; /* or absent */
    str scope;
    str userinfo_claims, id_token_claims; /* asked for by name, words; or absent */
    int64_t signed_in_ms;                 /* auth_time, to the millisecond */
    str acr, amr;                         /* or absent; amr: words */
    int64_t created_ms, expires_ms;
    int64_t revoked_ms; /* 0: alive */
};

/* A code that comes to be redeemed. */
struct code_use {
    str hash;
    str front_grant_id; /* of the access token that was issued beside it, or absent */
};

/* What redeeming a code writes. The audit entries may be NULL; the reused one gets the grant's id.
 */
struct redemption {
    const struct grant *grant;
    struct code_use code;
    str refresh_hash; /* the refresh token that the grant starts with; absent: none */
    int64_t refresh_expires_ms;
    const struct audit_entry *made, *reused;
};

/* Uses the code up by making its grant: one transaction, unique by code hash. *won is false when
 * the code had been used: the grant it lost to is revoked and durable by then (RFC 6749 4.1.2), and
 * the one that was made beside the code. */
err grant_redeem(struct store *store, struct arena *arena, const struct redemption *redemption,
                 bool *won) MUST_CHECK;
/* A code came again too late to be redeemed: revokes the grant made from it, if there is one
 * alive, with the one made beside it, and tells `reused` so. Writes only then. */
err grant_revoke_by_code(struct store *store, struct arena *arena, const struct code_use *code,
                         int64_t now_ms, const struct audit_entry *reused) MUST_CHECK;
/* Makes a grant without a code: for an access token of the authorization endpoint. */
err grant_make(struct store *store, const struct grant *grant,
               const struct audit_entry *made) MUST_CHECK;
/* E_not_found also when its client is gone. */
err grant_get(struct store *store, struct arena *arena, str id, struct grant *out) MUST_CHECK;

static inline bool grant_alive(const struct grant *grant, int64_t now_ms) {
    return grant->revoked_ms == 0 && now_ms < grant->expires_ms;
}

/* Columns of a SELECT that starts with a grant, and its reader (for refresh_token.c). */
#define GRANT_COLUMNS                                                                              \
    "g.id, g.client_id, g.user_id, g.sid, g.scope, g.signed_in_ms, g.acr, g.amr, g.created_ms,"    \
    " g.expires_ms, coalesce(g.revoked_ms, 0), g.userinfo_claims, g.id_token_claims"
enum { GRANT_COLUMN_COUNT = 13 };
err grant_from_row(struct db_rows *rows, struct arena *arena, struct grant *out) MUST_CHECK;
/* Inside a transaction. */
err grant_revoke_in(struct tx *tx, str id, int64_t now_ms) MUST_CHECK;

#endif
