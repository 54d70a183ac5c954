/* Refused requests of clients, so that whoever owns one sees which rule refused it: when, where, by
 * which rule, from about where. Never a value of the request: no secret, token, code or address of
 * a person.
 *
 * Noted in memory, in a table of fixed size, and written together once a second: a flood of refused
 * requests costs no more than that, and of one client it displaces only the client's own. */
#ifndef AUTHZ_CLIENT_FAILURES_H
#define AUTHZ_CLIENT_FAILURES_H

#include "authz/authz.h"
#include "authz/store/client_failure.h"

struct client_failures;

err client_failures_new(struct client_failures **out) MUST_CHECK;
void client_failures_free(struct client_failures *failures);

/* Whether the rule holds; if not, this is what the owner of the client is told of it, where the
 * caller is told less:
 *
 *     REQUIRE(client_failures_rule(rq, fits, "the code has expired"), invalid_grant, INVALID);
 */
static inline bool client_failures_rule(struct request *rq, bool holds, const char *rule) {
    if (!holds)
        rq->rule = rule;
    return holds;
}

/* Notes that the request was refused, if its client is known (rq->client_id) and the refusal is the
 * client's to mend: no trouble of ours, and not what a person decided or must do first. */
void client_failures_note(struct request *rq, err e);
/* Writes what was noted. On a worker or the ticker. */
void client_failures_flush(const struct authz *authz);

#endif
