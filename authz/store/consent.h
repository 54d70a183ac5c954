/* What a person has allowed a client, remembered. */
#ifndef AUTHZ_STORE_CONSENT_H
#define AUTHZ_STORE_CONSENT_H

#include "authz/store/audit.h"
#include "authz/store/store.h"

struct consent {
    str user_id, client_id;
    str scope; /* words */
};

/* The remembered scope words; absent when nothing was ever allowed. */
err consent_get(struct store *store, struct arena *arena, str user_id, str client_id,
                str *scope) MUST_CHECK;
/* Adds words to it. `audit`: a row of the same transaction, or NULL. */
err consent_allow(struct store *store, struct arena *arena, const struct consent *consent,
                  const struct audit_entry *audit, int64_t now_ms) MUST_CHECK;

#endif
