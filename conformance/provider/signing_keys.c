#include "conformance/provider/signing_keys.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jwk.h"

/* Three RSA keys take turns in the ring, one is the second of a set, one the stranger's. */
enum { TURNS = 3, SECOND = TURNS, STRANGER, SHARED };

enum kind { KIND_RSA, KIND_EC, KIND_ED, KINDS };

struct signing_keys {
    unsigned generation;
    EVP_PKEY *keys[KINDS], *strangers[KINDS]; /* RSA: shared, see shared_key */
    char *kids[KINDS], *second_kid;
};

/* Made when it is first asked for, and kept until the program ends. */
static EVP_PKEY *shared_key(unsigned which) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static EVP_PKEY *keys[SHARED];
    pthread_mutex_lock(&lock);
    if (!keys[which])
        keys[which] = jwk_new_key("RSA");
    EVP_PKEY *key = keys[which];
    pthread_mutex_unlock(&lock);
    return key;
}

static char *new_kid(void) {
    return base64url_random(6);
}

static void make(struct signing_keys *keys) {
    keys->keys[KIND_RSA] = shared_key(keys->generation % TURNS);
    keys->keys[KIND_EC] = jwk_new_key("P-256");
    keys->keys[KIND_ED] = jwk_new_key("Ed25519");
    for (int i = 0; i < KINDS; i++)
        keys->kids[i] = new_kid();
}

static void unmake(struct signing_keys *keys) {
    EVP_PKEY_free(keys->keys[KIND_EC]);
    EVP_PKEY_free(keys->keys[KIND_ED]);
    for (int i = 0; i < KINDS; i++)
        free(keys->kids[i]);
}

struct signing_keys *signing_keys_new(void) {
    struct signing_keys *keys = memory_new(1, sizeof *keys);
    keys->strangers[KIND_EC] = jwk_new_key("P-256");
    keys->strangers[KIND_ED] = jwk_new_key("Ed25519");
    keys->second_kid = new_kid();
    make(keys);
    return keys;
}

void signing_keys_free(struct signing_keys *keys) {
    unmake(keys);
    EVP_PKEY_free(keys->strangers[KIND_EC]);
    EVP_PKEY_free(keys->strangers[KIND_ED]);
    free(keys->second_kid);
    free(keys);
}

void signing_keys_rotate(struct signing_keys *keys) {
    unmake(keys);
    keys->generation++;
    make(keys);
}

static json_t *published(EVP_PKEY *key, const char *kid) {
    json_t *jwk = jwk_of_key(key, "sig", NULL);
    json_object_set_new(jwk, "kid", json_string(kid));
    return jwk;
}

json_t *signing_keys_jwks(const struct signing_keys *keys) {
    json_t *set = json_array();
    for (int i = 0; i < KINDS; i++)
        json_array_append_new(set, published(keys->keys[i], keys->kids[i]));
    return json_pack("{s:o}", "keys", set);
}

json_t *signing_keys_jwk(const struct signing_keys *keys, enum which_key which) {
    return which == KEY_SECOND ? published(shared_key(SECOND), keys->second_kid)
                               : published(keys->keys[KIND_RSA], keys->kids[KIND_RSA]);
}

static int kind_of(const char *alg) {
    if (strncmp(alg, "RS", 2) == 0 || strncmp(alg, "PS", 2) == 0)
        return KIND_RSA;
    if (strcmp(alg, "ES256") == 0)
        return KIND_EC;
    return strcmp(alg, "EdDSA") == 0 || strcmp(alg, "Ed25519") == 0 ? KIND_ED : -1;
}

EVP_PKEY *signing_keys_get(const struct signing_keys *keys, const char *alg, enum which_key which) {
    int kind = kind_of(alg);
    if (kind < 0)
        return NULL;
    if (which == KEY_SECOND && kind == KIND_RSA)
        return shared_key(SECOND);
    if (which == KEY_OF_STRANGER)
        return kind == KIND_RSA ? shared_key(STRANGER) : keys->strangers[kind];
    return keys->keys[kind];
}

const char *signing_keys_kid(const struct signing_keys *keys, const char *alg) {
    int kind = kind_of(alg);
    return kind < 0 ? NULL : keys->kids[kind];
}
