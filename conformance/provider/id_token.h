/* ID tokens of a grant (OIDC Core 2, 3.1.3.6, 3.3.2.11). */
#ifndef CONFORMANCE_PROVIDER_ID_TOKEN_H
#define CONFORMANCE_PROVIDER_ID_TOKEN_H

#include "conformance/provider/provider.h"

/* What stands beside it in the answer; NULL: is not there. */
struct id_token_beside {
    const char *code, *access_token;
};

/* The caller frees them. From the authorization endpoint: */
char *id_token_front(struct provider *provider, const json_t *grant,
                     const struct id_token_beside *beside);
/* From the token endpoint, for a code … */
char *id_token_back(struct provider *provider, const json_t *grant, const char *access_token);
/* … or for a refresh token (OIDC Core 12.2). */
char *id_token_refreshed(struct provider *provider, const json_t *grant, const char *access_token);

#endif
