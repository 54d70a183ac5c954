/* Waiting for a user elsewhere: the token endpoint is asked again and again (RFC 8628 3.4 and 3.5,
 * CIBA Core 10.1 and 11). */
#ifndef RP_FLOWS_POLL_H
#define RP_FLOWS_POLL_H

#include "rp/flows/token_request.h"

/* How the two grants differ. */
struct poll_grant {
    str grant_type;
    const char *code; /* the name of what the first answer gives and the token request takes */
};

/* Makes op->doc of the answer in op->answer that a start got: what is to be shown to the user, and
 * what hk_x_poll goes by. `scope` as asked for. */
err poll_begun(struct hk_op *op, const struct poll_grant *grant, const json_t *answer,
               str scope) MUST_CHECK;
/* An op that asks once for the doc of a start (NULL: an argument is missing). It ends with a
 * session, or without one and with op->ask_again_ms. */
hk_op *poll_op(hk_rp *rp, const struct poll_grant *grant, hk_doc *doc);
/* Runs it: HK_PENDING while there is no session yet. */
int poll_run(hk_op *op, hk_session **out, hk_error *e);

#endif
