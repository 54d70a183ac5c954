/* The pages of a flow: pages.h with what the flow knows. `error` (a sentence, or absent) stands
 * above the form.
 *
 * A form that was refused comes back with 422, a throttled one with 429: not 401, which promises a
 * WWW-Authenticate challenge (RFC 9110 15.5.2), and not 200, which tells password managers that the
 * password was right. */
#ifndef AUTHZ_FLOW_PAGE_H
#define AUTHZ_FLOW_PAGE_H

#include "authz/account_call.h"
#include "authz/flow.h"
#include "authz/pages/pages.h"

/* `account`: who is expected, or NULL. */
err flow_page_sign_in(struct request *rq, struct flow *flow, const struct account *account,
                      struct response *rs) MUST_CHECK;
err flow_page_sign_in_again(struct request *rq, struct flow *flow, int status, str error,
                            struct response *rs) MUST_CHECK;
err flow_page_second_factor(struct request *rq, struct flow *flow, int status, str error,
                            struct response *rs) MUST_CHECK;
err flow_page_register(struct request *rq, struct flow *flow, enum register_step step, int status,
                       str error, struct response *rs) MUST_CHECK;
err flow_page_forgot(struct request *rq, struct flow *flow, bool sent, int status, str error,
                     struct response *rs) MUST_CHECK;
err flow_page_choose_account(struct request *rq, struct flow *flow, struct response *rs) MUST_CHECK;
err flow_page_consent(struct request *rq, struct flow *flow, const struct account *account,
                      struct response *rs) MUST_CHECK;
/* The account is no member of the client's private project: 403. */
err flow_page_not_member(struct request *rq, struct flow *flow, const struct account *account,
                         struct response *rs) MUST_CHECK;
/* The status of a form that the account API refused, with Retry-After if it is 429. */
err flow_page_status(struct request *rq, const struct account_answer *answer, struct response *rs,
                     int *status) MUST_CHECK;

#endif
