/* A signed authorization request (JAR, RFC 9101): the parameters in a JWT that nobody on the way
 * can change, or, encrypted, read. */
#ifndef RP_FLOWS_REQUEST_OBJECT_H
#define RP_FLOWS_REQUEST_OBJECT_H

#include "rp/engine/op.h"

/* A step of hk_begin: makes the object of begin->params, where the settings ask for one. */
err request_object_make(struct hk_op *op) MUST_CHECK;
/* What goes to the authorization endpoint instead of the parameters that are in the object. */
err request_object_refer(struct hk_op *op) MUST_CHECK;

#endif
