/* Modules of one sign-in. */
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

/* The row says all: fault and verdict. */
void rp_module_sign_in(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect(rp_sign_in(party, "/login"), party->about->verdict);
    module_passed(run);
}

/* OIDC Core 3.1.2.1: a nonce is a client's choice in the code flow. */
void rp_module_nonce(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    const json_t *request = rp_sign_in_request(sign_in, "authorization");
    if (request && !relying_party_gets(party, "id_token") &&
        !text_of(json_object_get(request, "parameters"), "nonce")[0] &&
        !text_of(json_object_get(request, "parameters"), "request")[0])
        module_skipped(run, "the relying party sends no nonce in the code flow");
    rp_sign_in_expect(sign_in, REFUSES_ID_TOKEN);
    module_passed(run);
}

/* The first token is one of a key of the set, the second one of a key that nobody knows: the
 * first may be refused, as the set does not say which key it is. */
void rp_module_kid_absent(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect(sign_in, rp_sign_in_succeeded(sign_in) ? ACCEPTS : REFUSES_ID_TOKEN);
    provider_set_fault(party->provider, FAULT_two_keys_and_a_stranger);
    rp_sign_in_expect(rp_sign_in(party, "/login"), REFUSES_SIGNATURE);
    module_passed(run);
}

/* One that registered for RS256 must refuse; one that registered for none may accept. */
void rp_module_unsigned(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect(rp_sign_in(party, "/login"), REFUSES_ID_TOKEN);
    relying_party_restart(party, "RP_ID_TOKEN_ALG=none");
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    if (!rp_sign_in_succeeded(sign_in)) {
        rp_sign_in_expect(sign_in, sign_in->returned ? REFUSES_ID_TOKEN : REFUSES_PROVIDER);
        module_skipped(run, "the relying party takes no unsigned ID tokens, not even registered "
                            "ones (RFC 8725 3.2)");
    }
    rp_sign_in_expect_accepted(sign_in);
    module_passed(run);
}

/* OIDC Core 5.4: from userinfo, or the ID token where there is no access token. */
void rp_module_scope_claims(struct run *run) {
    static const char *const wanted[] = {"name", "email", "phone_number", "address"};
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    rp_sign_in_expect_accepted(sign_in);
    const json_t *claims = json_object_get(sign_in->me, "claims");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        check(run, FAILURE, "the-claims-are-shown", "OIDCC-5.4",
              json_object_get(claims, wanted[i]) != NULL, "/me has no claim \"%s\"", wanted[i]);
    module_passed(run);
}

/* OIDC Core 3.1.2.6: the answer to prompt=none is an error where there is a page to show. */
void rp_module_form_post_error(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    const struct rp_sign_in *sign_in = rp_sign_in(party, "/login");
    const json_t *request = rp_sign_in_request(sign_in, "authorization");
    check_same(run, FAILURE, "the-extra-parameters-are-sent", "OIDCC-3.1.2.1",
               text_of(json_object_get(request, "parameters"), "prompt"), "none");
    rp_sign_in_expect(sign_in, REFUSES_RESPONSE);
    module_passed(run);
}
