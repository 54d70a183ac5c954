/* The rules between rows of client metadata. The inside of client_metadata.h. */
#ifndef AUTHZ_CLIENT_METADATA_RULES_H
#define AUTHZ_CLIENT_METADATA_RULES_H

#include "authz/client_metadata.h"

/* `checked`: every row, defaults filled in. E_invalid_client_metadata, E_invalid_redirect_uri. */
err client_metadata_rules(const json_t *checked, bool development) MUST_CHECK;
/* The grant types that these response types need (RFC 7591 2.1), for a client that names none. */
str client_metadata_grant_types(const json_t *response_types);

#endif
