/* What the answer of each response type holds (OAuth 2.0 Multiple Response Types, OIDC Core 3), and
 * how each response mode brings it. */
#ifndef RP_PROTOCOL_RESPONSE_TYPE_H
#define RP_PROTOCOL_RESPONSE_TYPE_H

#include "rp/engine/settings.h"

struct response_type_row {
    bool code, id_token, token; /* in the front channel */
};

const struct response_type_row *response_type_row(enum response_type type);
/* HK_VIA_*. */
int response_mode_via(enum response_mode mode, enum response_type type);
/* Whether the mode is one of JARM. */
bool response_mode_is_jwt(enum response_mode mode);
/* Whether an ID token is asked for with that scope. */
bool response_wants_id_token(const struct settings *settings, str scope);

#endif
