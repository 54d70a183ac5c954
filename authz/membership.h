/* Who is what in a project of the core store: for the clients that belong to one. Asked each time,
 * nothing is kept: whoever leaves a project is out at once. */
#ifndef AUTHZ_MEMBERSHIP_H
#define AUTHZ_MEMBERSHIP_H

#include <jansson.h>

#include "authz/store/client.h"
#include "common/http/http.h"

struct membership {
    str project_id;
    bool is_public;
    str role; /* "owner", "admin", "member"; absent: no member */
};

/* `project`: its slug or id. E_not_found: there is no such project. E_core_unavailable. E_defer on
 * an event loop if the core store is not in this process. */
err membership_read(struct request *rq, str project, str user_id,
                    struct membership *out) MUST_CHECK;
/* Owner or admin. */
bool membership_manages(const struct membership *membership);
/* Whether the person may sign in to the client: one of a private project lets in its members alone.
 * E_NOT_PROJECT_MEMBER; E_unauthorized_client: the project is gone; those of membership_read. */
err membership_check(struct request *rq, const struct client *client, str user_id) MUST_CHECK;

/* Whose claim is shown to whom, and by which scopes and names (words, or absent). */
struct membership_claim {
    const struct client *client;
    str user_id;
    str scope, names;
};
/* Puts the claim `project` beside the other claims of the person, if it is to be shown, the client
 * belongs to a project, and the person is a member. */
err membership_add_claim(struct request *rq, const struct membership_claim *claim,
                         json_t *person) MUST_CHECK;

#endif
