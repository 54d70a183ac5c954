#include "authz/software_statement.h"

#include <stdio.h>

#include "authz/client_metadata.h"
#include "keys/jws.h"

enum { FILE_MAX = 64 * 1024 };

err software_statement_keys(struct arena *arena, str path, struct jwks **out) {
    FILE *file = fopen(path.p, "re");
    REQUIRE(file, config, "the file of software-statement-jwks cannot be read");
    char *text = arena_alloc(arena, FILE_MAX);
    size_t n = text ? fread(text, 1, FILE_MAX, file) : 0;
    fclose(file);
    REQUIRE(text, no_memory, "no memory for the keys of software statements");
    REQUIRE(n < FILE_MAX && !failed(jwks_new(str_of(text, n), out)), config,
            "the file of software-statement-jwks is not a JWK set of at most 64 KiB");
    if (jwk_set_size(jwks_keys(*out)) > 0)
        return OK;
    jwks_give(*out);
    *out = NULL;
    return FAIL(config, "the file of software-statement-jwks holds no key of use");
}

/* --- the JWT ---------------------------------------------------------------------------------- */

static err check_signature(const struct request *rq, const struct jws *jws) {
    const struct jwks *trusted = authz_of(rq)->software_statement_keys;
    const struct jwk *key;
    REQUIRE(trusted, unapproved_software_statement,
            "this server trusts nobody to make software statements");
    REQUIRE(!failed(jwk_set_find(jwks_keys(trusted), jws->alg, jws->kid, &key)),
            unapproved_software_statement,
            "no key of a trusted signer is the one of the software statement");
    REQUIRE(!failed(jws_verify(jws, jws->alg, key)), invalid_software_statement,
            "the signature of the software statement is wrong");
    return OK;
}

/* RFC 7519 4.1.3: one that names its audience is for nobody else. */
static bool is_for_us(const json_t *aud, str issuer) {
    size_t i;
    json_t *item;
    if (!aud)
        return true;
    if (json_is_string(aud))
        return str_eq(str_of(json_string_value(aud), json_string_length(aud)), issuer);
    json_array_foreach(aud, i, item) {
        if (str_eq(str_of(json_string_value(item), json_string_length(item)), issuer))
            return true;
    }
    return false;
}

static bool is_in_time(const json_t *claims, int64_t now_s) {
    int64_t exp = INT64_MAX, nbf = INT64_MIN;
    if (json_object_get(claims, "exp") && !json_read_int(claims, "exp", &exp))
        return false;
    if (json_object_get(claims, "nbf") && !json_read_int(claims, "nbf", &nbf))
        return false;
    return nbf <= now_s && now_s < exp;
}

/* RFC 7591 2.3: the claim iss is required. */
static err check_claims(const struct request *rq, const json_t *claims) {
    REQUIRE(!str_empty(json_read_str(claims, "iss")), invalid_software_statement,
            "the software statement does not say who made it (iss)");
    REQUIRE(is_for_us(json_object_get(claims, "aud"), authz_of(rq)->issuer),
            invalid_software_statement, "the software statement is for another server (aud)");
    REQUIRE(is_in_time(claims, rq->now_ms / 1000), invalid_software_statement,
            "the software statement has expired, or is not valid yet");
    REQUIRE(!json_object_get(claims, "software_statement"), invalid_software_statement,
            "a software statement must not hold another one");
    return OK;
}

err software_statement_apply(const struct request *rq, json_t *metadata) {
    str statement = json_read_str(metadata, "software_statement");
    AUTO(jws_ref) jws = {0};
    AUTO(json_ref) claims = NULL;
    if (!json_read_has(metadata, "software_statement"))
        return OK;
    REQUIRE(!failed(jws_parse(rq->arena, statement, &jws)) &&
                !failed(json_read_object(jws.payload, &claims)),
            invalid_software_statement, "the software statement is not a signed JWT of claims");
    TRY(check_signature(rq, &jws));
    TRY(check_claims(rq, claims));
    return client_metadata_merge(metadata, claims);
}
