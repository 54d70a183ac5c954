/* /oauth/clients: a developer's own clients. All of them need CALLER_API_BEARER; they write, so
 * RUN_WORKER (clients_list and clients_show only read). DIALECT_API. */
#ifndef AUTHZ_ENDPOINTS_CLIENTS_H
#define AUTHZ_ENDPOINTS_CLIENTS_H

#include "common/http/http.h"

handler_fn clients_create; /* POST /oauth/clients: {"name","redirect_uri"} or RFC 7591, BODY_JSON */
handler_fn clients_list;   /* GET /oauth/clients */
handler_fn clients_show;   /* GET /oauth/clients/:client_id */
handler_fn clients_update; /* PATCH /oauth/clients/:client_id, BODY_JSON */
handler_fn clients_delete; /* DELETE /oauth/clients/:client_id */
handler_fn
    clients_new_secret; /* POST /oauth/clients/:client_id/secret, BODY_JSON | BODY_OPTIONAL */

#endif
