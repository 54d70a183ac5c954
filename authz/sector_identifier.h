/* Sector identifiers (OIDC Core 8.1, OIDC Registration 5): the document at sector_identifier_uri
 * says which redirect URIs share pairwise subjects. */
#ifndef AUTHZ_SECTOR_IDENTIFIER_H
#define AUTHZ_SECTOR_IDENTIFIER_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* Fetches the client's document, if it named one: it must list every redirect URI. Blocks.
 * E_invalid_client_metadata; E_overloaded: too many documents are fetched just now. */
err sector_identifier_check(struct request *rq, const struct client *client) MUST_CHECK;

#endif
