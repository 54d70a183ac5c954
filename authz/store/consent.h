/* What a person has allowed a client, remembered. */
#ifndef AUTHZ_STORE_CONSENT_H
#define AUTHZ_STORE_CONSENT_H

#include "authz/store/store.h"

/* The remembered scope words; empty when there is none. */
err consent_get(struct store *store, struct arena *arena, str user_id, str client_id,
                str *scope) MUST_CHECK;
/* Adds words to it. */
err consent_allow(struct store *store, struct arena *arena, str user_id, str client_id, str scope,
                  int64_t now_ms) MUST_CHECK;

#endif
