/* The way from a page of ours to our own authorization endpoint, and back to that page. */
#ifndef AUTHZ_ACCOUNT_AREA_SIGN_IN_H
#define AUTHZ_ACCOUNT_AREA_SIGN_IN_H

#include "authz/authz.h"
#include "authz/protocol/account.h"

struct area_sign_in {
    const struct account *account; /* who must sign in; NULL: whoever likes */
    str path;                      /* where to go on afterwards: a path of ours, with its query */
    int64_t max_age_s;             /* of the sign-in; -1: any will do */
    str prompt;                    /* or absent */
};

/* 303 to the authorization endpoint. The path goes along sealed, in `state`: a link that others
 * make leads nowhere but to our own pages. */
err area_sign_in(struct request *rq, const struct area_sign_in *in, struct response *rs) MUST_CHECK;

#endif
