/* Browser sessions: one cookie a browser, in it the accounts that signed in there. */
#ifndef AUTHZ_STORE_SESSION_H
#define AUTHZ_STORE_SESSION_H

#include "authz/protocol/account.h"
#include "authz/store/audit.h"
#include "authz/store/store.h"

enum { SESSION_ACCOUNTS = 10, SESSION_USED_EVERY_MS = 60 * 1000, SESSION_USER_AGENT_MAX = 512 };

struct session {
    str id_hash;              /* absent: no (valid) session */
    struct account *accounts; /* the last used first */
    size_t n;
};

struct session_limits {
    int64_t idle_ms;     /* an account ends when it is not used for so long, */
    int64_t lifetime_ms; /* or so long after its sign-in */
};

/* No, unknown or expired cookie: OK with an empty session. Reads only; safe on an event loop. */
err session_load(struct store *store, struct arena *arena, str cookie, int64_t now_ms,
                 const struct session_limits *limits, struct session *out) MUST_CHECK;

struct session_start {
    const struct session *old;       /* as loaded, maybe empty */
    const struct account *account;   /* sid is not read */
    const struct audit_entry *audit; /* or NULL */
    str user_agent, address;         /* of the browser, or absent: session_list.h shows them */
    int64_t now_ms, lifetime_ms;
};
/* Signs an account in: the browser gets a new cookie (no fixation), its other accounts come along;
 * an account that was there keeps its sid and gets the new auth_time, acr, amr. At most
 * SESSION_ACCOUNTS; the longest unused goes. Durable. */
err session_sign_in(struct store *store, struct arena *arena, const struct session_start *start,
                    str *new_cookie) MUST_CHECK;
/* Whether session_used has something to write. */
bool session_used_due(const struct account *account, int64_t now_ms);
/* Notes a use of the account. */
err session_used(struct store *store, str sid, int64_t now_ms) MUST_CHECK;
/* Notes, when a code is redeemed, that the account signed into the client: for logout. */
err session_signed_into(struct tx *tx, str sid, str client_id, int64_t now_ms) MUST_CHECK;
/* The same outside of a transaction, for an ID token that no code brought. */
err session_note_client(struct store *store, str sid, str client_id, int64_t now_ms) MUST_CHECK;
/* Whether that was noted. */
err session_has_client(struct store *store, str sid, str client_id, bool *out) MUST_CHECK;

#endif
