/* A sign-in begins. */
#ifndef RP_FLOWS_SIGN_IN_H
#define RP_FLOWS_SIGN_IN_H

#include "rp/flows/authorization_request.h"

/* A step: from the auth of op->flow, a struct begin, to op->login. */
err sign_in_begin(struct hk_op *op) MUST_CHECK;

#endif
