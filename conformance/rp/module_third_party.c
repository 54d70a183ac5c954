/* Initiating login from a third party (OIDC Core 4). */
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

static void check_registration(struct relying_party *party) {
    json_t *requests =
        pool_json(party->run->pool, provider_requests(party->provider, "registration"));
    if (json_array_size(requests) == 0)
        return;
    json_t *metadata = pool_json(party->run->pool,
                                 json_loads(text_of(json_array_get(requests, 0), "body"), 0, NULL));
    check_same(party->run, FAILURE, "initiate_login_uri-is-registered", "OIDCR-2",
               text_of(metadata, "initiate_login_uri"), relying_party_url(party, "/login"));
}

/* OIDC Core 4: the issuer must be one that the relying party knows, and the hint is passed on. */
void rp_module_third_party(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect(rp_sign_in(party, "/login?iss=https%3A%2F%2Fanother-issuer.example"),
                      REFUSES_PROVIDER);
    json_t *query =
        pool_json(run->pool, json_pack("{s:s, s:s, s:s}", "iss", party->provider->issuer,
                                       "login_hint", "ada@person.example", "target_link_uri",
                                       relying_party_url(party, "/me")));
    const char *path = pool_text(run->pool, parameters_url("/login", query));
    const struct rp_sign_in *sign_in = rp_sign_in(party, path);
    rp_sign_in_expect_accepted(sign_in);
    const json_t *request = rp_sign_in_request(sign_in, "authorization");
    check_same(run, FAILURE, "the-login-hint-is-passed-on", "OIDCC-4",
               text_of(json_object_get(request, "parameters"), "login_hint"), "ada@person.example");
    check_registration(party);
    module_passed(run);
}
