/* One sign-in at the relying party, as far as it goes, and what is expected of it. */
#ifndef CONFORMANCE_RP_RP_SIGN_IN_H
#define CONFORMANCE_RP_RP_SIGN_IN_H

#include "conformance/rp/relying_party.h"

struct rp_sign_in {
    struct relying_party *party;
    size_t from;      /* how many requests the provider had seen before */
    bool returned;    /* the browser came back to the callback */
    long status;      /* of the page where it ended */
    const char *said; /* how that page began */
    long me_status;
    json_t *me; /* what GET /me answers; NULL unless 200 */
};

/* Visits `path` ("/login") in a browser without cookies, and brings the authorization response to
 * the callback as a browser does: a fragment as a form with response_mode=fragment. Then asks /me.
 * Kept by the run. */
struct rp_sign_in *rp_sign_in(struct relying_party *party, const char *path);
/* The requests of this sign-in at an endpoint of the provider (routes.def). */
size_t rp_sign_in_count(const struct rp_sign_in *sign_in, const char *endpoint);
/* The last of them; NULL: there was none. Kept. */
const json_t *rp_sign_in_request(const struct rp_sign_in *sign_in, const char *endpoint);
/* Whether it ended as one that was accepted. */
bool rp_sign_in_succeeded(const struct rp_sign_in *sign_in);
/* It was; everything that belongs to it was done. */
void rp_sign_in_expect_accepted(const struct rp_sign_in *sign_in);
/* It ended as the verdict says. */
void rp_sign_in_expect(const struct rp_sign_in *sign_in, enum verdict verdict);
/* GET /me: whether the browser is signed in. */
bool rp_sign_in_lasts(struct relying_party *party);

#endif
