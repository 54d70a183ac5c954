/* Authentication context classes (OIDC Core 2, "acr"): how strong a sign-in was. acr_values is a
 * voluntary wish (OIDC Core 5.5.1.1): the answer tells the truth. */
#ifndef AUTHZ_PROTOCOL_ACR_H
#define AUTHZ_PROTOCOL_ACR_H

#include "common/base/str.h"

/* The class of a sign-in by these methods (words); absent if it is of none. Static. */
str acr_of(str amr);

#endif
