/* Pushed authorization requests (PAR, RFC 9126): the parameters go to the provider directly, and
 * the browser carries a reference to them. */
#ifndef RP_FLOWS_PUSHED_REQUEST_H
#define RP_FLOWS_PUSHED_REQUEST_H

#include "rp/engine/op.h"

/* Whether this client pushes to this provider. The metadata must be there. */
bool pushed_request_wanted(const struct hk_op *op);
/* A step of hk_begin: pushes begin->params, or the request object that was made of them, and puts
 * the reference in their place. */
err pushed_request_send(struct hk_op *op) MUST_CHECK;

#endif
