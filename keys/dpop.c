#include "keys/dpop.h"

#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/url.h"
#include "keys/digest.h"
#include "keys/jws.h"

#define TYP S("dpop+jwt")

/* RFC 9449 4.3, rule 9: compared after RFC 3986 6.2.2 and 6.2.3, without query and fragment. */
static err target_uri(str url, struct arena *arena, str *out) {
    str bare = str_head(url, str_find(url, '#'));
    bare = str_head(bare, str_find(bare, '?'));
    TRY(url_normalize(arena, bare, out));
    REQUIRE(str_starts(*out, S("https://")) || str_starts(*out, S("http://")), bad_request,
            "a DPoP proof is for an http or https URL");
    return OK;
}

/* --- making one ----------------------------------------------------------------------------- */

static err write_claims(const struct dpop_request *request, struct arena *arena, str *out) {
    struct json_put j = json_put_begin(arena, DPOP_MAX);
    str htu, ath = STR_ABSENT;
    REQUIRE(request->method.n > 0 && request->jti.n > 0, bad_request,
            "a DPoP proof needs a method and a jti");
    TRY(target_uri(request->url, arena, &htu));
    if (str_present(request->access_token))
        TRY(sha256_base64url(request->access_token, arena, &ath));
    json_put_open(&j, '{');
    json_put_str(&j, "jti", request->jti);
    json_put_str(&j, "htm", request->method);
    json_put_str(&j, "htu", htu);
    json_put_int(&j, "iat", request->now);
    json_put_str(&j, "ath", ath);
    json_put_str(&j, "nonce", request->nonce);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err dpop_proof(const struct jwk *key, enum jose_alg alg, const struct dpop_request *request,
               struct arena *arena, str *out) {
    struct jws_header header = {.alg = alg, .typ = TYP};
    str claims;
    TRY(jwk_bare_json(key, arena, &header.jwk));
    TRY(write_claims(request, arena, &claims));
    return jws_sign_header(key, &header, claims, arena, out);
}

/* --- verifying one -------------------------------------------------------------------------- */

struct check {
    const struct dpop_expected *expected;
    struct arena *arena;
    struct jws jws;
    struct jwk *key;
    json_t *claims;
    struct dpop proof;
};
typedef struct check check_ref;
static void check_ref_drop(struct check *check) {
    json_decref(check->claims);
    jwk_free(check->key);
    jws_ref_drop(&check->jws);
}

/* The rule that was broken stays in the sentence; the code is that of RFC 9449 5. */
static err as_invalid_proof(err e) {
    if (failed(e) && !err_is(e, E_no_memory))
        e.code = E_invalid_dpop_proof;
    return e;
}

/* Rules 2 and 4. */
static err check_form(str token, struct check *c) {
    REQUIRE(token.n <= DPOP_MAX, invalid_dpop_proof, "the DPoP proof is too long");
    TRY(jws_parse(c->arena, token, &c->jws));
    REQUIRE(str_eq(c->jws.typ, TYP), invalid_dpop_proof,
            "the typ of the DPoP proof must be dpop+jwt");
    return OK;
}

/* Rule 5. */
static err check_alg(struct check *c) {
    str algs = c->expected->algs, name = jose_alg_name(c->jws.alg);
    REQUIRE(!jose_alg_is_hmac(c->jws.alg), invalid_dpop_proof,
            "the alg of the DPoP proof must be asymmetric");
    REQUIRE(!str_present(algs) || str_has_word(algs, name), invalid_dpop_proof,
            "the alg of the DPoP proof is not accepted here");
    return OK;
}

/* Rule 7, before any arithmetic. */
static err check_public(const json_t *jwk) {
    static const char *const secrets[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    REQUIRE(json_is_object(jwk), invalid_dpop_proof,
            "the header of the DPoP proof must have a public key as jwk");
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        REQUIRE(!json_object_get(jwk, secrets[i]), invalid_dpop_proof,
                "the jwk of the DPoP proof must not be a private or symmetric key");
    return OK;
}

/* Rules 6 and 7. */
static err check_signature(struct check *c) {
    const json_t *jwk = json_object_get(c->jws.header, "jwk");
    TRY(check_public(jwk));
    TRY(jwk_import_in(arena_memory(c->arena), jwk, &c->key));
    return jws_verify(&c->jws, c->jws.alg, c->key);
}

/* A NumericDate may have a fraction (RFC 7519 2); past 2^53 it is no date. */
static bool read_date(const json_t *claims, const char *name, int64_t *out) {
    const double limit = 9007199254740992.0;
    const json_t *value = json_object_get(claims, name);
    double seconds = json_number_value(value);
    if (!json_is_number(value) || !(seconds > -limit && seconds < limit))
        return false;
    *out = (int64_t)seconds;
    return true;
}

/* Rule 11. exp and nbf are no claims of a proof, but who writes them means them (RFC 7519 4.1). */
static err check_time(struct check *c) {
    const struct dpop_expected *e = c->expected;
    int64_t date;
    REQUIRE(read_date(c->claims, "iat", &c->proof.iat), invalid_dpop_proof,
            "the iat of the DPoP proof must be a number of seconds");
    REQUIRE(c->proof.iat >= e->now - e->max_age, invalid_dpop_proof, "the DPoP proof is too old");
    REQUIRE(c->proof.iat <= e->now + e->leeway, invalid_dpop_proof,
            "the iat of the DPoP proof is in the future");
    REQUIRE(!json_object_get(c->claims, "exp") ||
                (read_date(c->claims, "exp", &date) && date > e->now - e->leeway),
            invalid_dpop_proof, "the DPoP proof has expired");
    REQUIRE(!json_object_get(c->claims, "nbf") ||
                (read_date(c->claims, "nbf", &date) && date <= e->now + e->leeway),
            invalid_dpop_proof, "the DPoP proof is not valid yet");
    return OK;
}

/* Rules 3, 8 and 9. */
static err check_target(struct check *c) {
    str htu, expected;
    c->proof.jti = json_read_str(c->claims, "jti");
    REQUIRE(c->proof.jti.n > 0 && c->proof.jti.n <= DPOP_MAX_JTI, invalid_dpop_proof,
            "the jti of the DPoP proof must be a text of 1 to 256 bytes");
    REQUIRE(str_present(c->expected->method) &&
                str_eq(json_read_str(c->claims, "htm"), c->expected->method),
            invalid_dpop_proof, "the htm of the DPoP proof is not the method of the request");
    err e = target_uri(json_read_str(c->claims, "htu"), c->arena, &htu);
    REQUIRE(!failed(e) || err_is(e, E_no_memory), invalid_dpop_proof,
            "the htu of the DPoP proof must be an http or https URL");
    TRY(e);
    TRY(target_uri(c->expected->url, c->arena, &expected));
    REQUIRE(str_eq(htu, expected), invalid_dpop_proof,
            "the htu of the DPoP proof is not the URL of the request");
    return OK;
}

/* Rule 12. A good proof with another key is the token's error, as in the example of 7.1. */
static err check_binding(struct check *c) {
    str token = c->expected->access_token, jkt = c->expected->jkt, ath;
    TRY(jwk_thumbprint(c->key, c->arena, &c->proof.jkt));
    REQUIRE(!str_present(jkt) || secret_eq(secret_of(jkt), secret_of(c->proof.jkt)), invalid_token,
            "the token is bound to another key than that of the DPoP proof");
    if (!str_present(token))
        return OK;
    TRY(sha256_base64url(token, c->arena, &ath));
    REQUIRE(secret_eq(secret_of(ath), secret_of(json_read_str(c->claims, "ath"))),
            invalid_dpop_proof, "the ath of the DPoP proof is not the hash of the access token");
    return OK;
}

/* Rule 10, last: a proof that is asked for again is right in all else. */
static err check_nonce(struct check *c) {
    str rest = c->expected->nonces, nonce;
    c->proof.nonce = json_read_str(c->claims, "nonce");
    REQUIRE(str_present(c->proof.nonce) || !json_object_get(c->claims, "nonce"), invalid_dpop_proof,
            "the nonce of the DPoP proof must be a text");
    bool found = !str_present(rest);
    while (str_next(&rest, ' ', &nonce))
        found |= secret_eq(secret_of(nonce), secret_of(c->proof.nonce));
    REQUIRE(found, use_dpop_nonce, "the DPoP proof must have the nonce that this server gives");
    return OK;
}

static err hand_out(struct check *c, struct dpop *out) {
    *out = c->proof;
    out->alg = c->jws.alg;
    TRY(str_dup(c->arena, c->proof.nonce, &out->nonce));
    return str_dup(c->arena, c->proof.jti, &out->jti);
}

err dpop_verify(str proof, const struct dpop_expected *expected, struct arena *arena,
                struct dpop *out) {
    AUTO(check_ref) c = {.expected = expected, .arena = arena};
    *out = (struct dpop){0};
    TRY(as_invalid_proof(check_form(proof, &c)));
    TRY(check_alg(&c));
    TRY(as_invalid_proof(check_signature(&c)));
    TRY(as_invalid_proof(json_read_object(c.jws.payload, &c.claims)));
    TRY(check_target(&c));
    TRY(check_time(&c));
    TRY(check_binding(&c));
    TRY(check_nonce(&c));
    return hand_out(&c, out);
}
