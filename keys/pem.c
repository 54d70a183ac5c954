#include "keys/pem.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

static void forget_block(struct pem *pem) {
    OPENSSL_free(pem->label);
    OPENSSL_free(pem->header);
    OPENSSL_clear_free(pem->der, (size_t)pem->n);
    pem->label = pem->header = NULL;
    pem->der = NULL;
    pem->n = 0;
}

void pem_ref_drop(struct pem *pem) {
    forget_block(pem);
    BIO_free(pem->bio);
}

err pem_open(str text, struct pem *out) {
    REQUIRE(text.n <= PEM_MAX, jose_key, "the PEM text is too long");
    out->bio = BIO_new_mem_buf(text.p ? text.p : "", (int)text.n);
    REQUIRE(out->bio, no_memory, "there is no memory for a key");
    return OK;
}

err pem_next(struct pem *pem) {
    forget_block(pem);
    if (PEM_read_bio(pem->bio, &pem->label, &pem->header, &pem->der, &pem->n) == 1)
        return OK;
    forget_block(pem);
    REQUIRE(ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE, jose_key,
            "the PEM text is damaged");
    return OK;
}
