/* GET and POST /oauth/userinfo (OIDC Core 5.3). */
#ifndef AUTHZ_ENDPOINTS_USERINFO_H
#define AUTHZ_ENDPOINTS_USERINFO_H

#include "common/http/http.h"

/* RUN_INLINE_FIRST, BODY_FORM | BODY_OPTIONAL, DIALECT_OAUTH, CORS_ANY. It reads the access token
 * itself (access_token_of): admit() of a CALLER_OAUTH_TOKEN route has nothing to do for it. */
handler_fn userinfo;

#endif
