/* PEM or DER from anybody: what is read is a key that import takes too, and OpenSSL's queue of
 * errors is empty afterwards. */
#include <assert.h>
#include <openssl/err.h>

#include "common/base/json_read.h"
#include "keys/certificate.h"
#include "keys/jwk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct arena *arena, const struct jwk *key) {
    AUTO(json_ref) json = NULL;
    struct jwk *again = NULL;
    str text, a, b;
    err e = jwk_is_private(key) ? jwk_private_json(key, arena, &text)
                                : jwk_public_json(key, arena, &text);
    assert(!failed(e));
    e = json_read_object(text, &json);
    assert(!failed(e));
    json_object_del(json, "use"); /* a key for ECDH only is told by its curve */
    e = jwk_import(json, &again);
    /* OpenSSL looks for factors of an RSA modulus by chance: it may find one the second time only.
     */
    if (failed(e) && (jwk_fits(key, JOSE_RS256) || jwk_fits_encryption(key, JWE_RSA_OAEP)))
        return;
    assert(!failed(e) && jwk_is_private(again) == jwk_is_private(key));
    e = jwk_thumbprint(key, arena, &a);
    assert(!failed(e));
    e = jwk_thumbprint(again, arena, &b);
    assert(!failed(e) && str_eq(a, b));
    jwk_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(1 << 20);
    struct jwk *key = NULL;
    str text = str_of((const char *)data, size), out;
    err e = jwk_from_pem(text, S("kid"), JOSE_NONE, &key);
    assert(failed(e) ? err_is(e, E_jose_key) && !key : key != NULL);
    if (key)
        look_at(arena, key);
    jwk_free(key);
    e = certificate_thumbprint(text, arena, &out);
    assert(failed(e) ? err_is(e, E_jose_key) : out.n == 43);
    assert(ERR_peek_error() == 0);
    arena_free(arena);
    return 0;
}
