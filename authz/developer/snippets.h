/* Programs that sign people in with this very app, ready to be copied. */
#ifndef AUTHZ_DEVELOPER_SNIPPETS_H
#define AUTHZ_DEVELOPER_SNIPPETS_H

#include "authz/developer/developer_page.h"

/* Adds what the templates snippet_*.html need of the client `app` (GET /oauth/clients/:client_id):
 * snippet_issuer, snippet_client_id, snippet_redirect_uri, also percent-encoded, and how the client
 * authenticates. A redirect URI goes into programs only if none of its characters means anything in
 * any of their languages: else a placeholder stands there. The secret is never in a snippet: each
 * reads it from the environment. */
err snippets_add(struct request *rq, const json_t *app, json_t *doc) MUST_CHECK;

#endif
