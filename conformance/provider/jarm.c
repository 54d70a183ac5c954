#include "conformance/provider/jarm.h"

#include <stdlib.h>
#include <time.h>

#include "conformance/provider/signed_token.h"

enum { LIFETIME_S = 300 };

/* JARM 2.1. */
json_t *jarm_response(struct provider *provider, const char *client_id, const json_t *parameters) {
    json_t *claims = json_deep_copy(parameters);
    json_object_update_new(claims,
                           json_pack("{s:s, s:s, s:I}", "iss", provider->issuer, "aud", client_id,
                                     "exp", (json_int_t)time(NULL) + LIFETIME_S));
    fault_bend(provider, IN_JARM, claims);
    char *token = signed_token(provider, IN_JARM_SIGNATURE,
                               provider_setup(provider, "RP_ID_TOKEN_ALG"), NULL, claims, NULL);
    json_t *response = json_pack("{s:s}", "response", token);
    free(token);
    return response;
}
