/* Userinfo: how it is asked (RFC 6750 2), and claims of other sources (OIDC Core 5.6.2). */
#include <strings.h>

#include "conformance/provider/external_claims.h"
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

static bool came_by_header(const struct rp_sign_in *sign_in) {
    const json_t *request = rp_sign_in_request(sign_in, "userinfo");
    const char *header = text_of(json_object_get(request, "headers"), "authorization");
    return strncasecmp(header, "Bearer ", 7) == 0;
}

void rp_module_bearer_header(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect_accepted(sign_in);
    check(run, FAILURE, "the-token-comes-by-the-header", "RFC6750-2.1", came_by_header(sign_in),
          "the userinfo request had no Authorization header with the scheme Bearer");
    module_passed(run);
}

/* RFC 6750 2: the header is the way that all must know; the form is a choice. */
void rp_module_bearer_body(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect_accepted(sign_in);
    if (came_by_header(sign_in))
        module_skipped(run,
                       "the relying party sends the access token in the header, as RFC 6750 2.1 "
                       "recommends");
    module_passed(run);
}

static void expect_external_claim(struct run *run, const struct rp_sign_in *sign_in) {
    const json_t *claims = json_object_get(sign_in->me, "claims");
    json_int_t found = json_integer_value(json_object_get(claims, EXTERNAL_CLAIM));
    check(run, FAILURE, "the-claim-of-another-source-is-shown", run->module->spec,
          found == EXTERNAL_CLAIM_VALUE, "the claim " EXTERNAL_CLAIM " of /me is not %d",
          EXTERNAL_CLAIM_VALUE);
}

void rp_module_aggregated(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect_accepted(sign_in);
    expect_external_claim(run, sign_in);
    module_passed(run);
}

void rp_module_distributed(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect_accepted(sign_in);
    check(run, FAILURE, "the-claims-are-fetched", "OIDCC-5.6.2.2",
          rp_sign_in_count(sign_in, "claims") > 0, "no request came to the claims endpoint");
    expect_external_claim(run, sign_in);
    module_passed(run);
}
