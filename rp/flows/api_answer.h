/* What an API's answer says about the access token (RFC 6750 3, RFC 9449 8.2 and 9, RFC 9470 3). */
#ifndef RP_FLOWS_API_ANSWER_H
#define RP_FLOWS_API_ANSWER_H

#include "rp/engine/op.h"

struct api_answer {
    str url; /* that was asked */
    int status;
    str headers; /* lines */
};

/* OK: the API took the token, or with *again asks for a proof with the nonce that it gave, which is
 * kept. Else a rule is broken, with the API's error code in the failure and what it asks for in
 * op->refusal. */
err api_judge(struct hk_op *op, const struct api_answer *answer, bool *again) MUST_CHECK;

#endif
