/* Modules of the FAPI 2.0 plans: a sign-in, and where that is accepted, the protected resource. */
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

static bool is_set(const struct relying_party *party, const char *name, const char *value) {
    return text_is(relying_party_setup(party, name), value);
}

/* A fault has nowhere to be in variants without ID tokens, without DPoP. */
static void skip_where_absent(const struct relying_party *party) {
    unsigned places = fault_get(party->about->fault)->places;
    if ((places & (IN_ID_TOKEN | IN_ID_TOKEN_SIGNATURE)) && is_set(party, "RP_PROFILE", "oauth"))
        module_skipped(party->run, "not for this variant: OAuth alone has no ID token");
    bool of_dpop = (places & IN_CHALLENGE) || relying_party_setup(party, "dpop_nonce")[0];
    if (of_dpop && !is_set(party, "RP_SENDER", "dpop"))
        module_skipped(party->run, "not for this variant: tokens are not bound by DPoP");
}

static struct relying_party *start(struct run *run) {
    struct relying_party *party = relying_party_new(run);
    skip_where_absent(party);
    relying_party_start(party);
    return party;
}

static void expect_resource(struct relying_party *party) {
    size_t before = provider_count(party->provider, "resource");
    long status = relying_party_visit(party, "/resource")->status;
    relying_party_check_requests(party);
    check(party->run, FAILURE, "the-resource-is-called", "FAPI2-SP-5.3.4",
          provider_count(party->provider, "resource") > before,
          "GET /resource led to no request at RP_RESOURCE_URL");
    check(party->run, FAILURE, "the-resource-is-used", "FAPI2-SP-5.3.4",
          status >= 200 && status < 300, "/resource ended with status %ld", status);
}

static void expect(const struct rp_sign_in *sign_in) {
    struct relying_party *party = sign_in->party;
    rp_sign_in_expect(sign_in, party->about->verdict);
    if (party->about->verdict == ACCEPTS)
        expect_resource(party);
    module_passed(party->run);
}

void rp_module_fapi(struct run *run) {
    expect(rp_sign_in(start(run), "/login"));
}

/* What the response must give back is a client's choice with PKCE (FAPI 2.0 Security Profile
 * 5.3.3.2): one that sent none cannot miss it. */
static void expect_where_sent(struct run *run, const char *parameter) {
    const struct rp_sign_in *sign_in = rp_sign_in(start(run), "/login");
    const json_t *request = rp_sign_in_request(sign_in, "authorization");
    if (request && !text_of(json_object_get(request, "parameters"), parameter)[0])
        module_skipped(run, "the relying party sends no %s", parameter);
    expect(sign_in);
}

void rp_module_fapi_state(struct run *run) {
    expect_where_sent(run, "state");
}

void rp_module_fapi_nonce(struct run *run) {
    expect_where_sent(run, "nonce");
}

/* The access token of a resource request is the one of the token response before it. */
static const char *token_at_resource(struct relying_party *party) {
    json_t *requests = pool_json(party->run->pool, provider_requests(party->provider, "resource"));
    const json_t *last = json_array_get(requests, json_array_size(requests) - 1);
    return text_of(json_object_get(last, "headers"), "authorization");
}

void rp_module_fapi_refresh(struct run *run) {
    struct relying_party *party = start(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_resource(party);
    const char *first = token_at_resource(party);
    for (int i = 0; i < 2; i++) {
        size_t before = provider_count(party->provider, "token");
        long status = relying_party_visit(party, "/refresh")->status;
        relying_party_check_requests(party);
        check(run, FAILURE, "the-tokens-are-refreshed", "RFC6749-6",
              provider_count(party->provider, "token") > before && status == 200,
              "/refresh ended with status %ld", status);
    }
    expect_resource(party);
    check(run, FAILURE, "the-new-token-is-used", "RFC6749-6",
          !text_is(first, token_at_resource(party)),
          "the resource was asked with the access token from before the refresh");
    module_passed(run);
}
