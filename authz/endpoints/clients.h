/* /oauth/clients: a developer's own clients; /projects/:slug/clients: those of a project, for its
 * owner and admins, who then manage each by /oauth/clients/:client_id. All of them need
 * CALLER_API_BEARER; they write, so RUN_WORKER (clients_list and clients_show only read).
 * DIALECT_API. */
#ifndef AUTHZ_ENDPOINTS_CLIENTS_H
#define AUTHZ_ENDPOINTS_CLIENTS_H

#include "common/http/http.h"

handler_fn clients_create; /* POST /oauth/clients, /projects/:slug/clients: {"name","redirect_uri"}
                              or RFC 7591, BODY_JSON */
handler_fn clients_list;   /* GET /oauth/clients, /projects/:slug/clients */
handler_fn clients_show;   /* GET /oauth/clients/:client_id */
handler_fn clients_update; /* PATCH /oauth/clients/:client_id, BODY_JSON */
handler_fn clients_delete; /* DELETE /oauth/clients/:client_id */
handler_fn
    clients_new_secret;     /* POST /oauth/clients/:client_id/secret, BODY_JSON | BODY_OPTIONAL */
handler_fn clients_secrets; /* GET /oauth/clients/:client_id/secret */
handler_fn clients_drop_secrets; /* DELETE of it: all but the newest */

handler_fn clients_failures;  /* GET /oauth/clients/:client_id/failures */
handler_fn clients_check_uri; /* POST /oauth/clients/:client_id/redirect-uri-check */
extern const struct field_table redirect_uri_check_takes;

struct client;
/* The client of the path, if the caller may manage it: who made it, or the owner and admins of its
 * project. E_not_found. */
err clients_load(struct request *rq, struct client *out) MUST_CHECK;

#endif
