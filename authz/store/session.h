/* Browser sessions: one cookie a browser, in it the accounts that signed in there. */
#ifndef AUTHZ_STORE_SESSION_H
#define AUTHZ_STORE_SESSION_H

#include "authz/store/store.h"

struct account {
    str sid; /* in ID tokens; not the cookie */
    str user_id;
    int64_t auth_time_s;
    str acr, amr; /* amr: words */
    int64_t used_ms;
};

struct session {
    str id_hash;              /* absent: no (valid) session */
    struct account *accounts; /* the last used first */
    size_t n;
};

/* No, unknown or expired cookie: OK with an empty session. Reads only; safe on an event loop. */
err session_load(struct store *store, struct arena *arena, str cookie, int64_t now_ms,
                 int64_t idle_ms, struct session *out) MUST_CHECK;
/* Signs an account in: the browser gets a new cookie (no fixation), its other accounts come along;
 * an account that was there keeps its sid and gets the new auth_time, acr, amr. Durable. */
err session_sign_in(struct store *store, struct arena *arena, const struct session *old,
                    const struct account *account, int64_t now_ms, int64_t lifetime_ms,
                    str *new_cookie, str *sid) MUST_CHECK;
/* Notes a use of the account (at most once a minute) and that it signed into the client. */
err session_used(struct store *store, str sid, str client_id, int64_t now_ms) MUST_CHECK;
/* Ends the account's part of the session. */
err session_sign_out(struct store *store, str sid) MUST_CHECK;

#endif
