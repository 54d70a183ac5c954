/* The answer to a sign-in, on its way to a session: the flow of hk_finish. */
#ifndef RP_FLOWS_CALLBACK_H
#define RP_FLOWS_CALLBACK_H

#include "common/base/form.h"
#include "rp/engine/transaction.h"
#include "rp/flows/provider_jwt.h"
#include "rp/flows/token_user.h"

enum { CODE_PARAMS = 4 };

struct callback {
    str params, cookies;
    int via;          /* HK_VIA_* */
    struct form form; /* the parameters of the answer (JARM: those in its JWT) */
    struct provider_jwt jarm;
    struct transaction transaction;
    struct jwk *dpop_key; /* NULL: none */
    struct form_param code_params[CODE_PARAMS];
    struct token_response tokens;
    json_t *front_claims; /* of the ID token in the front channel, or NULL */
    json_t *id_claims;    /* of the one that counts, or NULL */
    struct token_user user;
};

/* A step: reads what JARM's `response` holds into form (JARM 2.4). */
err jarm_open(struct hk_op *op) MUST_CHECK;
/* A step: the answer's parameters against what was asked for; pushes the steps to a session. */
err sign_in_answer(struct hk_op *op) MUST_CHECK;
/* A step: the session of what was verified. */
err sign_in_session(struct hk_op *op) MUST_CHECK;

#endif
