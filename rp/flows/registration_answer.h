/* What a provider answers about a registration (RFC 7591 3.2, RFC 7592 3). */
#ifndef RP_FLOWS_REGISTRATION_ANSWER_H
#define RP_FLOWS_REGISTRATION_ANSWER_H

#include "rp/engine/op.h"

/* Breaks registration_is_accepted, with the provider's error code, unless it is a success. */
err registration_succeeded(struct hk_op *op) MUST_CHECK;
/* Whether it is a client that can be used, and managed where it says so. */
err registration_check(struct hk_op *op, const json_t *registered) MUST_CHECK;
/* RFC 7591 3.2.1: a provider may register other values than were asked for. They are the ones that
 * count; the event hook is told of each. */
err registration_compare(struct hk_op *op, const json_t *asked,
                         const json_t *registered) MUST_CHECK;

#endif
