#include "conformance/checks/jwks.h"

#include <openssl/evp.h>
#include <string.h>

#include "conformance/jose/jwk.h"

const char *jwk_secret_member(const json_t *jwk) {
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (json_object_get(jwk, members[i]))
            return members[i];
    return NULL;
}

static bool kid_is_of_its_own(const json_t *keys, size_t index) {
    const char *kid = text_of(json_array_get(keys, index), "kid");
    for (size_t i = 0; i < index; i++)
        if (strcmp(text_of(json_array_get(keys, i), "kid"), kid) == 0)
            return false;
    return kid[0] != '\0';
}

static bool known_alg(const char *alg) {
    return !alg[0] ||
           word_among(alg, "RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|ES256K|EdDSA|"
                           "Ed25519|RSA1_5|RSA-OAEP|RSA-OAEP-256|RSA-OAEP-384|RSA-OAEP-512|ECDH-ES|"
                           "ECDH-ES+A128KW|ECDH-ES+A192KW|ECDH-ES+A256KW");
}

static void check_key(struct run *run, const json_t *keys, size_t index) {
    const json_t *jwk = json_array_get(keys, index);
    const char *secret = jwk_secret_member(jwk), *type = text_of(jwk, "kty");
    check(run, FAILURE, "every-key-has-a-kid-of-its-own", "OIDCC-10.1",
          kid_is_of_its_own(keys, index), "key %zu: kid \"%s\"", index, text_of(jwk, "kid"));
    check(run, FAILURE, "nothing-secret-is-published", "RFC7518-6.3.2.1", !secret,
          "key %zu has the member %s", index, secret ? secret : "");
    check(run, WARNING, "keys-have-known-types", "RFC7518-6.1", word_among(type, "RSA|EC|OKP"),
          "key %zu: kty \"%s\"", index, type);
    check(run, WARNING, "keys-have-known-algorithms", "RFC7518-3.1", known_alg(text_of(jwk, "alg")),
          "key %zu: alg \"%s\"", index, text_of(jwk, "alg"));
    EVP_PKEY *key = jwk_public_key(jwk);
    bool strong = key && (strcmp(type, "RSA") != 0 || EVP_PKEY_get_bits(key) >= 2048);
    EVP_PKEY_free(key);
    check(run, FAILURE, "keys-can-be-read-and-are-strong", "RFC7518-3.3",
          strong || !word_among(type, "RSA|EC|OKP"),
          "key %zu cannot be read, or is an RSA key below 2048 bits", index);
}

void check_jwks(struct run *run) {
    const char *url = text_of(run->discovery, "jwks_uri");
    check(run, FAILURE, "jwks_uri-is-known", "OIDCD-3", url[0] != '\0',
          "the discovery document has no jwks_uri");
    const struct http_response *response = run_send(run, &(struct http_request){.url = url});
    run->jwks = run_json(run, response);
    const json_t *keys = json_object_get(run->jwks, "keys");
    check(run, FAILURE, "jwks_uri-answers-with-keys", "RFC7517-5",
          response->status == 200 && json_array_size(keys) > 0, "status %ld, %zu keys",
          response->status, json_array_size(keys));
    for (size_t i = 0; i < json_array_size(keys); i++)
        check_key(run, keys, i);
}
