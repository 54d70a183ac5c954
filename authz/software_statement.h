/* Software statements (RFC 7591 2.3): a JWT by which somebody whom the operator trusts
 * (--software-statement-jwks) vouches for what a client says about itself. */
#ifndef AUTHZ_SOFTWARE_STATEMENT_H
#define AUTHZ_SOFTWARE_STATEMENT_H

#include "authz/authz.h"
#include "authz/jwks.h"
#include "common/base/json_read.h"

/* The trusted signers' keys from a file. E_config. */
err software_statement_keys(struct arena *arena, str path, struct jwks **out) MUST_CHECK;
/* Lays the claims of metadata's software_statement, if there is one, over the other members: what
 * is vouched for wins. E_unapproved_software_statement: no trusted signer made it.
 * E_invalid_software_statement: it is no JWT, its signature is wrong, or its time is over. */
err software_statement_apply(const struct request *rq, json_t *metadata) MUST_CHECK;

#endif
