/* id_token_hint: an ID token that we made, as a hint about the person (OIDC Core 3.1.2.1). Its time
 * may be over; its signature, issuer and audience must be right. */
#ifndef AUTHZ_ID_TOKEN_HINT_H
#define AUTHZ_ID_TOKEN_HINT_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* The subject it names, as the client knows it. E_invalid_request: it is not an ID token of ours
 * for this client. E_jose_key: it cannot be told, the key that it names is no longer here. */
err id_token_hint_read(const struct authz *authz, struct arena *arena, const struct client *client,
                       str hint, str *sub) MUST_CHECK;

#endif
