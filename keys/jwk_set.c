/* Sets of keys (RFC 7517 5), and which key of one is meant. */
#include "common/base/json_read.h"
#include "keys/jwk_internal.h"

enum { MAX_KEYS = 64 };

struct jwk_set {
    struct memory memory;
    struct jwk *keys[MAX_KEYS];
    size_t n;
};

void jwk_set_free(struct jwk_set *set) {
    if (!set)
        return;
    for (size_t i = 0; i < set->n; i++)
        jwk_free(set->keys[i]);
    const struct memory memory = set->memory;
    memory_free(&memory, set);
}

/* RFC 7517 5: what is not understood is ignored. So is what only its owner may know: with a private
 * or symmetric key that was published, anybody signs. */
static err add(struct jwk_set *set, const json_t *json) {
    struct jwk *jwk = NULL;
    err e = jwk_import_in(&set->memory, json, &jwk);
    if (err_is(e, E_no_memory))
        return e;
    if (!failed(e) && !jwk_is_private(jwk))
        set->keys[set->n++] = jwk;
    else
        jwk_free(jwk);
    return OK;
}

static err add_all(struct jwk_set *set, const json_t *keys) {
    for (size_t i = 0; i < json_array_size(keys) && i < MAX_KEYS; i++)
        TRY(add(set, json_array_get(keys, i)));
    return OK;
}

err jwk_set_import_in(const struct memory *memory, const json_t *json, struct jwk_set **out) {
    const json_t *keys = json_object_get(json, "keys");
    REQUIRE(json_is_array(keys), jose_key, "a JWK set must have an array named keys");
    struct jwk_set *set = memory_zeroed(memory, sizeof *set);
    REQUIRE(set, no_memory, "there is no memory for a JWK set");
    set->memory = *memory;
    err e = add_all(set, keys);
    if (failed(e))
        jwk_set_free(set);
    else
        *out = set;
    return e;
}

size_t jwk_set_size(const struct jwk_set *set) {
    return set->n;
}

const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i) {
    return set->keys[i];
}

err jwk_set_find(const struct jwk_set *set, enum jose_alg alg, str kid, const struct jwk **out) {
    const struct jwk *found = NULL;
    for (size_t i = 0; i < set->n; i++) {
        const struct jwk *jwk = set->keys[i];
        if (!jwk_fits(jwk, alg) || !jwk->may_verify ||
            (str_present(kid) && !str_eq(kid, jwk_kid(jwk))))
            continue;
        REQUIRE(!found, jose_key, "more than one key of the set fits: the token must name its kid");
        found = jwk;
    }
    REQUIRE(found, jose_key, "no key of the set fits the token");
    *out = found;
    return OK;
}

err jwk_set_find_encryption(const struct jwk_set *set, enum jwe_alg alg, const struct jwk **out) {
    for (size_t i = 0; i < set->n; i++) {
        if (!set->keys[i]->may_encrypt || !jwk_fits_encryption(set->keys[i], alg))
            continue;
        *out = set->keys[i];
        return OK;
    }
    return FAIL(jose_key, "no key of the set is for encryption with this algorithm");
}
