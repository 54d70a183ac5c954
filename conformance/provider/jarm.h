/* JWT Secured Authorization Response Mode (JARM). */
#ifndef CONFORMANCE_PROVIDER_JARM_H
#define CONFORMANCE_PROVIDER_JARM_H

#include "conformance/provider/provider.h"

/* The response's parameters as the one parameter "response". The caller owns. */
json_t *jarm_response(struct provider *provider, const char *client_id, const json_t *parameters);

#endif
