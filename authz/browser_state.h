/* The login state of a browser (OpenID Connect Session Management 1.0): a random word in a cookie
 * that a script of ours can read, another one whenever who is signed in there changes. A client
 * learns session_state, the hash of it for that client alone, and asks our frame from time to time
 * whether it is still the same. Nothing is decided by it here. */
#ifndef AUTHZ_BROWSER_STATE_H
#define AUTHZ_BROWSER_STATE_H

#include "common/http/http.h"

/* Somebody signed in or out: another word. */
err browser_state_change(struct request *rq, struct response *rs) MUST_CHECK;
/* Session Management 3.2: session_state for a client whose answer goes to `target`; makes the
 * browser's word if it has none. */
err browser_state_for(struct request *rq, struct response *rs, str client_id, str target,
                      str *session_state) MUST_CHECK;

#endif
