/* Claims of other providers (OIDC Core 5.6.2): a credit score, in a JWT or to be fetched. */
#ifndef CONFORMANCE_PROVIDER_EXTERNAL_CLAIMS_H
#define CONFORMANCE_PROVIDER_EXTERNAL_CLAIMS_H

#include "conformance/provider/provider.h"

#define EXTERNAL_CLAIM       "credit_score"
#define EXTERNAL_CLAIM_VALUE 650

/* Put _claim_names and _claim_sources into userinfo. */
void external_claims_aggregate(struct provider *provider, json_t *userinfo);
void external_claims_distribute(struct provider *provider, json_t *userinfo);

#endif
