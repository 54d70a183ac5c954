/* The account API: /auth, /users, /projects and /invites are the core store's. */
#include "authz/account_event.h"
#include "authz/authz.h"
#include "authz/core_link.h"
#include "authz/endpoints/endpoints.h"

/* "." and "..", also written %2e: an HTTP client on the way would take them as steps up. */
static bool is_dots(str part) {
    size_t dots = 0;
    while (part.n) {
        bool escaped = str_eq_nocase(str_head(part, 3), S("%2e"));
        if (!escaped && part.p[0] != '.')
            return false;
        part = str_from_pos(part, escaped ? 3 : 1);
        dots++;
    }
    return dots == 1 || dots == 2;
}

static err check_path(str path) {
    str part;
    while (str_next(&path, '/', &part))
        REQUIRE(!is_dots(part), not_found, "there is nothing at this address");
    return OK;
}

err proxy(struct request *rq, struct response *rs) {
    TRY(check_path(rq->path));
    TRY(core_link_forward(authz_of(rq)->core, rq, rs));
    if (str_present(rq->event))
        TRY(may_block(rq));
    account_event_record(rq);
    return OK;
}
