/* Client metadata (RFC 7591 2, OIDC Dynamic Client Registration 2): checked, defaulted and echoed
 * by one table, client_metadata.def. */
#ifndef AUTHZ_CLIENT_METADATA_H
#define AUTHZ_CLIENT_METADATA_H

#include "common/base/json_put.h"
#include "common/base/json_read.h"

/* Checks what a client says about itself and writes the metadata to store: every row that is given
 * or has a default. Members that are not in the table are ignored, null counts as not given.
 * `development`: http on a loopback host may be registered by any client.
 * E_invalid_client_metadata, E_invalid_redirect_uri. */
err client_metadata_check(struct arena *arena, const json_t *given, bool development,
                          str *json) MUST_CHECK;
/* Whether any member of `given` is a row of the table. */
bool client_metadata_has(const json_t *given);
/* Lays the rows that `changes` holds over `stored`; null takes one away. To be checked again. */
err client_metadata_merge(json_t *stored, const json_t *changes) MUST_CHECK;
/* Echoes stored metadata into an object that is being written (RFC 7591 3.2.1). */
err client_metadata_put(struct json_put *j, struct arena *arena, const json_t *stored) MUST_CHECK;
/* The words a row may hold, for discovery: client_metadata_choices("grant_types"). */
str client_metadata_choices(const char *name);

#endif
