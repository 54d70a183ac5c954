#include "authz/jwks.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/json_read.h"

struct jwks {
    _Atomic int users;
    struct jwk_set *keys;
};

err jwks_new(str text, struct jwks **out) {
    AUTO(json_ref) json = NULL;
    struct jwk_set *keys;
    TRY(json_read_object(text, &json));
    TRY(jwk_set_import(json, &keys));
    struct jwks *jwks = calloc(1, sizeof *jwks);
    if (!jwks) {
        jwk_set_free(keys);
        return FAIL(no_memory, "there is no memory for a client's keys");
    }
    jwks->keys = keys;
    jwks->users = 1;
    *out = jwks;
    return OK;
}

struct jwks *jwks_take(struct jwks *jwks) {
    atomic_fetch_add(&jwks->users, 1);
    return jwks;
}

void jwks_give(struct jwks *jwks) {
    if (!jwks || atomic_fetch_sub(&jwks->users, 1) != 1)
        return;
    jwk_set_free(jwks->keys);
    free(jwks);
}

void jwks_ref_drop(jwks_ref *jwks) {
    jwks_give(*jwks);
}

const struct jwk_set *jwks_keys(const struct jwks *jwks) {
    return jwks->keys;
}
