/* What the provider fetches of the relying party: request objects, keys. */
#ifndef CONFORMANCE_PROVIDER_FETCH_H
#define CONFORMANCE_PROVIDER_FETCH_H

#include "conformance/provider/provider.h"

/* The body of an answer with 200; NULL: there was none. The caller frees. */
char *fetch(struct provider *provider, const char *url);

#endif
