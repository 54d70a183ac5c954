/* An account in a browser session: who signed in there, when and how. */
#ifndef AUTHZ_PROTOCOL_ACCOUNT_H
#define AUTHZ_PROTOCOL_ACCOUNT_H

#include "common/base/str.h"

struct account {
    str sid; /* in ID tokens; not the cookie */
    str user_id;
    int64_t signed_in_ms; /* auth_time, to the millisecond */
    str acr, amr;         /* amr: words */
    int64_t used_ms;
};

#endif
