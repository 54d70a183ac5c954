/* Which forms of ours a browser was given: random ids in a cookie, the newest first. A form that
 * carries (sealed) an id that is not there came to another browser, or is finished. */
#ifndef AUTHZ_BROWSER_BINDING_H
#define AUTHZ_BROWSER_BINDING_H

#include "common/http/http.h"

enum { BROWSER_BINDINGS = 6 };

/* A new id, first in the cookie; the oldest beyond BROWSER_BINDINGS goes. */
err browser_binding_add(struct request *rq, struct response *rs, str *id) MUST_CHECK;
/* Whether this browser was given the id; where the form was sent from is admit()'s to check. */
bool browser_binding_has(const struct request *rq, str id);
err browser_binding_remove(struct request *rq, struct response *rs, str id) MUST_CHECK;

#endif
