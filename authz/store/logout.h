/* The end of sign-ins, and who must be told of it.
 *
 * An account leaves a browser session when its person signs out, when it is not used any more, or
 * when its owner ends it everywhere (a new password). In the same transaction its grants that are
 * not for offline access are revoked (Back-Channel Logout 1.0 2.7), and a notice is kept for each
 * client that it signed into and that asked to be told: delivered by logout_notifier.h. */
#ifndef AUTHZ_STORE_LOGOUT_H
#define AUTHZ_STORE_LOGOUT_H

#include "authz/store/audit.h"
#include "authz/store/client.h"
#include "authz/store/session.h"

/* A client with frontchannel_logout_uri that the sign-in `sid` went into. */
struct front_channel {
    str sid, uri;
    bool session_required;
};

struct logout {
    const str *sids;
    size_t n;
    const struct audit_entry *audit; /* one for each sid, with its person; or NULL */
    int64_t now_ms;
};

/* Ends the sign-ins of a browser; sids that are not there are passed over. `front`: whom the
 * browser must tell itself. */
err logout_sign_out(struct store *store, struct arena *arena, const struct logout *logout,
                    struct front_channel **front, size_t *n) MUST_CHECK;
/* Ends the sign-ins of a person in every browser. */
err logout_person(struct store *store, struct arena *arena, str user_id, int64_t now_ms) MUST_CHECK;
/* Ends sign-ins whose time is over, a bounded batch; *more: there may be others. */
err logout_expired(struct store *store, struct arena *arena, const struct session_limits *limits,
                   int64_t now_ms, bool *more) MUST_CHECK;

/* --- notices ---------------------------------------------------------------------------------- */

struct logout_notice {
    int64_t id;
    str client_id, user_id, sid;
    int64_t attempts;
};

/* The next one whose time has come. */
err logout_notice_next(struct store *store, struct arena *arena, int64_t now_ms,
                       struct logout_notice *out, bool *found) MUST_CHECK;
/* It was delivered, or nobody is there to hear it. */
err logout_notice_done(struct store *store, int64_t id) MUST_CHECK;
err logout_notice_put_off(struct store *store, int64_t id, int64_t next_ms) MUST_CHECK;
/* Whether a notice of these sign-ins has never been tried. */
err logout_notice_fresh(struct store *store, const str *sids, size_t n, bool *out) MUST_CHECK;

#endif
