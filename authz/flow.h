/* An authorization request on its way from the app to a code: read, decided, shown, answered.
 *
 * The authorization endpoint begins a flow; each form of the pages resumes it with what the person
 * did, and flow_advance() does the next thing. */
#ifndef AUTHZ_FLOW_H
#define AUTHZ_FLOW_H

#include "authz/authorization.h"
#include "authz/interaction.h"
#include "authz/protocol/decision.h"
#include "authz/store/session.h"

struct flow {
    struct authorization authorization;
    struct interaction interaction;
    struct session session;
    str allowed; /* the scope that this very form allowed, or absent */
};

/* For a request that authorization_read() found good. */
err flow_begin(struct request *rq, struct flow *flow) MUST_CHECK;
/* From the form of a page, whose fields are left in `form`. E_seal_broken: interaction_open(), or
 * the client is no longer the one that asked. */
err flow_resume(struct request *rq, struct form *form, struct flow *flow) MUST_CHECK;
err flow_decide(struct request *rq, const struct flow *flow, struct decision *out) MUST_CHECK;
/* The next page, or the answer to the client. */
err flow_advance(struct request *rq, struct flow *flow, struct response *rs) MUST_CHECK;
/* Ends it with an error for the client. */
err flow_refuse(struct request *rq, struct flow *flow, err e, struct response *rs) MUST_CHECK;
/* A person has proven who they are: a new session cookie, and on. `event`: sign_in or signed_up. */
err flow_signed_in(struct request *rq, struct flow *flow, str user_id, str amr,
                   enum audit_event event, struct response *rs) MUST_CHECK;

#endif
