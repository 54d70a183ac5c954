/* Authentication context classes (OIDC Core 2, "acr"): how strong a sign-in was. acr_values is a
 * voluntary wish (OIDC Core 5.5.1.1): the answer tells the truth. */
#ifndef AUTHZ_PROTOCOL_ACR_H
#define AUTHZ_PROTOCOL_ACR_H

#include "common/base/str.h"

/* Whether the server has any of these classes (words). */
bool acr_known(str wanted);
/* Whether a sign-in by the methods `amr` (words) is of any of these classes. */
bool acr_meets(str amr, str wanted);
/* Of such a sign-in: the first of the classes wanted that it is of, or else its own. Static. */
str acr_choose(str amr, str wanted);
/* The class of a sign-in by these methods (words); absent if it is of none. Static. */
str acr_of(str amr);

#endif
