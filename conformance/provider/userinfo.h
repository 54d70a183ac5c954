/* The person who signs in, and the userinfo endpoint (OIDC Core 5.1, 5.3, 5.4). */
#ifndef CONFORMANCE_PROVIDER_USERINFO_H
#define CONFORMANCE_PROVIDER_USERINFO_H

#include <jansson.h>

#define USERINFO_SUB "person-7c41"

/* The claims of these scopes (standard_claims.def); "sub" is the caller's. */
void userinfo_add_claims(json_t *claims, const char *scope);

#endif
