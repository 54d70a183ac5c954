/* What an authorization request needs next: a page, an error for the client, or a code. Pure: the
 * whole policy of prompt, max_age, id_token_hint, several accounts and remembered consent (OIDC
 * Core 3.1.2.1 to 3.1.2.6) is here and in its table of tests. */
#ifndef AUTHZ_PROTOCOL_DECISION_H
#define AUTHZ_PROTOCOL_DECISION_H

#include "authz/protocol/account.h"

enum decision_step {
    DECISION_ISSUE,   /* a code for `account` */
    DECISION_SIGN_IN, /* `account` again, or anybody if it is NULL */
    DECISION_REGISTER,
    DECISION_CHOOSE_ACCOUNT,
    DECISION_CONSENT, /* of `account` */
    DECISION_ERROR
};

struct decision_input {
    /* the request */
    unsigned prompts;  /* PROMPT_… bits */
    int64_t max_age_s; /* -1: not asked for */
    str hint_user_id;  /* of id_token_hint or of a claims request, or absent */
    str scope;         /* what must be allowed, words */
    str acr;           /* classes of which the sign-in must meet one, words; absent: any will do */
    bool known_client; /* its identity is proven by a secret or by where its answers go */
    /* the browser's session */
    const struct account *accounts;
    size_t n;
    /* the progress of this request on the pages */
    str chosen_user_id; /* who was chosen or signed in, or absent */
    bool fresh;         /* by a sign-in or registration since the request came */
    str allowed;        /* the scope that was allowed since then, or absent */
    /* what was allowed in the past by decision_candidate(), or absent */
    str remembered;
    int64_t now_s;
};

struct decision {
    enum decision_step step;
    const struct account *account; /* or NULL */
    err error;                     /* of DECISION_ERROR */
};

/* The account that the request is about, as far as that is settled; NULL: none. */
const struct account *decision_candidate(const struct decision_input *in);
struct decision decision_make(const struct decision_input *in);

#endif
