/* What a provider does wrong: one fault at a time, each a row of faults.def. A fault stands at a
 * place where the provider has just made a document, and bends that document. */
#ifndef CONFORMANCE_PROVIDER_FAULT_H
#define CONFORMANCE_PROVIDER_FAULT_H

#include <jansson.h>

struct provider;

/* The documents, each a JSON object; a fault may stand at more than one. */
enum place {
    NOWHERE = 0,
    IN_DISCOVERY = 1 << 0,
    IN_JWKS = 1 << 1,
    IN_AUTHORIZATION_RESPONSE = 1 << 2, /* its parameters */
    IN_TOKEN_RESPONSE = 1 << 3,
    IN_ID_TOKEN = 1 << 4,       /* claims of every ID token of a sign-in */
    IN_FRONT_ID_TOKEN = 1 << 5, /* of the authorization endpoint's alone, after the former */
    IN_REFRESHED_ID_TOKEN = 1 << 6,
    IN_USERINFO = 1 << 7,
    IN_LOGOUT_TOKEN = 1 << 8,
    IN_LOGOUT_RESPONSE = 1 << 9, /* the parameters sent to the post_logout_redirect_uri */
    /* How a token is signed: {"alg", "kid", "key": "ring"|"second"|"stranger", "broken": false}. */
    IN_ID_TOKEN_SIGNATURE = 1 << 10,
    IN_LOGOUT_TOKEN_SIGNATURE = 1 << 11,
    IN_USERINFO_SIGNATURE = 1 << 12,
    IN_JARM = 1 << 13, /* claims of the authorization response as a JWT */
    IN_JARM_SIGNATURE = 1 << 14,
    IN_CHALLENGE = 1 << 15, /* {"scheme": "DPoP"}: of a resource's WWW-Authenticate */
};

struct fault {
    const char *name;
    unsigned places;
    void (*bend)(struct provider *provider, json_t *document, const struct fault *fault);
    const char *member, *value; /* what fault_set and its like put where */
};

enum fault_id {
#define FAULT(id, place, bend, member, value) FAULT_##id,
#include "conformance/provider/faults.def"
#undef FAULT
    FAULTS
};

const struct fault *fault_get(enum fault_id id);
/* Bends the document if the provider's fault stands at this place and is on. */
void fault_bend(struct provider *provider, enum place place, json_t *document);

#endif
