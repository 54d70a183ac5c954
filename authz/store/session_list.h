/* In which browsers a person is signed in, for that person to see. */
#ifndef AUTHZ_STORE_SESSION_LIST_H
#define AUTHZ_STORE_SESSION_LIST_H

#include "authz/store/session.h"

enum { SESSION_LIST_MAX = 100 };

struct session_place {
    str sid;                 /* of this person alone, not of the browser's other accounts */
    str user_agent, address; /* as of the last sign-in in that browser, or absent */
    int64_t signed_in_ms, used_ms;
};

struct session_places {
    struct session_place *list;
    size_t n;
};

/* The last used first, at most SESSION_LIST_MAX; what is over is not among them. Reads only. */
err session_list(struct store *store, struct arena *arena, str user_id, int64_t now_ms,
                 const struct session_limits *limits, struct session_places *out) MUST_CHECK;

#endif
