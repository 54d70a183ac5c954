/* Calls of the token endpoint by clients that authenticate with a JWT. A client that is known gets
 * invalid_grant for the code that it makes up. */
#ifndef AUTHZ_TESTS_CLIENT_ASSERTION_HELPER_H
#define AUTHZ_TESTS_CLIENT_ASSERTION_HELPER_H

#include "authz/tests/client_jwt_helper.h"

#define TYPE   "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define ISSUER "https://id.example"
#define FORM   "application/x-www-form-urlencoded"

/* Good claims of `client` with a jti of their own, `more` members behind; JSON with ' for ", static
 * until the next call. */
const char *assertion_claims(const char *client, const char *more);
/* Those, signed with the key "ec". */
const char *assertion_good(const char *client);

struct told {
    int status;
    char error[64], why[256];
};

/* `authorization` may be NULL. */
struct told assertion_call(const char *type, const char *body, const char *authorization);
/* A form with the assertion and `more` ("&name=value"). */
struct told assertion_send(const char *assertion, const char *more);
void assertion_told(struct told told, int status, const char *error);
/* The client was known by it; it was not. */
void assertion_known(const char *assertion);
void assertion_refused(const char *assertion);

#endif
