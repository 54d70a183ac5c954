/* PEM text (RFC 7468, and RFC 1421 4.4 for its old headers), block by block. For the files of this
 * folder, whose callers hold ossl_errors. */
#ifndef KEYS_PEM_H
#define KEYS_PEM_H

#include <openssl/bio.h>

#include "common/base/scope.h"
#include "common/base/str.h"

enum { PEM_MAX = 128 * 1024 }; /* a longer text is refused unread */

struct pem {
    BIO *bio; /* reads the caller's text */
    /* The block: borrowed until the next one, wiped then. The label is NULL past the last. */
    char *label, *header;
    unsigned char *der;
    long n;
};
typedef struct pem pem_ref;
void pem_ref_drop(struct pem *pem);

/* E_jose_key: too long. Hold it in AUTO(pem_ref). */
err pem_open(str text, struct pem *out) MUST_CHECK;
/* E_jose_key: a block is damaged. */
err pem_next(struct pem *pem) MUST_CHECK;

#endif
