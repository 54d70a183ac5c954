#include "keys/seal.h"

#include <openssl/evp.h>

#include "common/base/base64url.h"
#include "common/base/random.h"
#include "common/base/scope.h"

enum { IV = 12, TAG = 16, MAX_SEALED = 1 << 20, MAX_SEALED_TEXT = 2 << 20 };

typedef EVP_CIPHER_CTX *cipher_ref;
static void cipher_ref_drop(cipher_ref *context) {
    EVP_CIPHER_CTX_free(*context);
}

/* IV, ciphertext, tag, all in `out`. */
static bool encrypt_to(const struct seal_key *key, str aad, str plain, uint8_t *out) {
    AUTO(cipher_ref) context = EVP_CIPHER_CTX_new();
    int n = 0, end = 0;
    return context && EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key->bytes, out, NULL) == 1 &&
           EVP_EncryptUpdate(context, NULL, &n, (const uint8_t *)aad.p, (int)aad.n) == 1 &&
           EVP_EncryptUpdate(context, out + IV, &n, (const uint8_t *)plain.p, (int)plain.n) == 1 &&
           EVP_EncryptFinal_ex(context, out + IV + n, &end) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, out + IV + plain.n) == 1;
}

static bool decrypt_to(const struct seal_key *key, str aad, uint8_t *sealed, size_t plain_size,
                       uint8_t *out) {
    AUTO(cipher_ref) context = EVP_CIPHER_CTX_new();
    int n = 0, end = 0;
    return context &&
           EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), key->bytes, sealed, NULL) == 1 &&
           EVP_DecryptUpdate(context, NULL, &n, (const uint8_t *)aad.p, (int)aad.n) == 1 &&
           EVP_DecryptUpdate(context, out, &n, sealed + IV, (int)plain_size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, sealed + IV + plain_size) == 1 &&
           EVP_DecryptFinal_ex(context, out + n, &end) == 1;
}

err seal(const struct seal_key *key, str aad, str plain, struct arena *arena, str *out) {
    REQUIRE(plain.n < MAX_SEALED, internal, "a text could not be sealed");
    size_t size = IV + plain.n + TAG;
    uint8_t *bytes = arena_alloc(arena, size);
    REQUIRE(bytes, no_memory, "the request needs more memory than it may have");
    TRY(random_bytes(bytes, IV));
    str present = plain.p ? plain : S("");
    REQUIRE(encrypt_to(key, aad, present, bytes), no_memory, "there is no memory to seal a text");
    return base64url_encode(arena, str_of((const char *)bytes, size), out);
}

err seal_open(const struct seal_key *key, str aad, str sealed, struct arena *arena, str *out) {
    str raw;
    bool decoded = sealed.n < MAX_SEALED_TEXT && !failed(base64url_decode(arena, sealed, &raw));
    REQUIRE(decoded && raw.n >= IV + TAG, seal_broken, "this is not text that was sealed here");
    size_t size = raw.n - IV - TAG;
    uint8_t *bytes = arena_alloc(arena, raw.n), *plain = arena_alloc(arena, size + 1);
    REQUIRE(bytes && plain, no_memory, "the request needs more memory than it may have");
    memcpy(bytes, raw.p, raw.n);
    REQUIRE(decrypt_to(key, aad, bytes, size, plain), seal_broken,
            "sealed text was altered, or is for another purpose");
    *out = str_of((const char *)plain, size);
    return OK;
}
