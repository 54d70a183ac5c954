/* Dynamic client registration (RFC 7591, OIDC Dynamic Client Registration 1.0) and its management
 * (RFC 7592). RUN_WORKER, DIALECT_OAUTH; the tokens are checked here. */
#ifndef AUTHZ_ENDPOINTS_REGISTRATION_H
#define AUTHZ_ENDPOINTS_REGISTRATION_H

#include "common/http/http.h"

handler_fn registration_create;  /* POST /oauth/register, BODY_JSON */
handler_fn registration_show;    /* GET /oauth/register/:client_id */
handler_fn registration_replace; /* PUT /oauth/register/:client_id, BODY_JSON */
handler_fn registration_delete;  /* DELETE /oauth/register/:client_id */

#endif
