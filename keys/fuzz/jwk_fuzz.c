/* A key or key set from anybody: what is imported can be shown and imported again as the same key,
 * and its public form has no private member. */
#include <assert.h>

#include "common/base/json_read.h"
#include "keys/jwk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_same_key(struct arena *arena, const struct jwk *key, str text, bool private) {
    AUTO(json_ref) json = NULL;
    struct jwk *again = NULL;
    str a, b;
    err e = json_read_object(text, &json);
    assert(!failed(e));
    e = jwk_import(json, &again);
    /* OpenSSL looks for factors of an RSA modulus by chance: it may find one the second time only.
     */
    if (failed(e) && (jwk_fits(key, JOSE_RS256) || jwk_fits_encryption(key, JWE_RSA_OAEP)))
        return;
    assert(!failed(e) && jwk_is_private(again) == private);
    e = jwk_thumbprint(key, arena, &a);
    assert(!failed(e));
    e = jwk_thumbprint(again, arena, &b);
    assert(!failed(e) && str_eq(a, b) && a.n == 43);
    assert(jwk_alg(again) == jwk_alg(key) && str_eq(jwk_kid(again), jwk_kid(key)));
    assert(private || (!json_object_get(json, "d") && !json_object_get(json, "k")));
    jwk_free(again);
}

static void look_at(struct arena *arena, const struct jwk *key) {
    str text;
    err e = jwk_public_json(key, arena, &text);
    if (!failed(e))
        assert_same_key(arena, key, text, false);
    assert(!failed(e) || err_is(e, E_jose_key)); /* a secret has no public form */
    if (!jwk_is_private(key))
        return;
    e = jwk_private_json(key, arena, &text);
    assert(!failed(e));
    assert_same_key(arena, key, text, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(json_ref) json = NULL;
    struct jwk *key = NULL;
    struct jwk_set *set = NULL;
    if (failed(json_read_object(str_of((const char *)data, size), &json)))
        return 0;
    struct arena *arena = arena_new(1 << 20);
    err e = jwk_import(json, &key);
    assert(failed(e) ? err_is(e, E_jose_key) && !key : key != NULL);
    if (key)
        look_at(arena, key);
    jwk_free(key);
    e = jwk_set_import(json, &set);
    for (size_t i = 0; !failed(e) && i < jwk_set_size(set); i++) {
        const struct jwk *found = NULL;
        err none = jwk_set_find(set, JOSE_ES256, STR_ABSENT, &found);
        assert(failed(none) || jwk_fits(found, JOSE_ES256));
    }
    jwk_set_free(set);
    arena_free(arena);
    return 0;
}
