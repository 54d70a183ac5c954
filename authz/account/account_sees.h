/* What words of a scope let a client see of a person, in plain words and with the values. */
#ifndef AUTHZ_ACCOUNT_ACCOUNT_SEES_H
#define AUTHZ_ACCOUNT_ACCOUNT_SEES_H

#include <jansson.h>

#include "authz/account/rows.h"

/* Rows {title, facts: {label, value}}: a scope each, in the order of the consent page; `person`
 * holds the claims (person.h). A claim that was asked for alone is of the scope that shows it. */
err account_sees(struct request *rq, str scope, const json_t *person, struct rows *out) MUST_CHECK;

#endif
