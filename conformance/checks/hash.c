#include "conformance/checks/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"

char *hash_half(const char *alg, const char *value) {
    const char *name = jws_digest(alg);
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t size = 0;
    if (!name)
        return NULL;
    if (EVP_Q_digest(NULL, name, NULL, value, strlen(value), digest, &size) != 1)
        abort();
    return base64url_encode(digest, size / 2);
}
