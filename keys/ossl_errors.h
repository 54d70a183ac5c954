/* OpenSSL notes each failure in a queue of the thread, which the program that we are part of uses
 * for its own connections too (SSL_get_error reads it). What is noted between here and the end of
 * the scope is forgotten:
 *
 *     AUTO(ossl_errors) errors = ossl_errors_begin();
 */
#ifndef KEYS_OSSL_ERRORS_H
#define KEYS_OSSL_ERRORS_H

#include <openssl/err.h>

#include "common/base/scope.h"

typedef struct {
    int marked; /* 0: the queue was empty */
} __attribute__((unused)) ossl_errors;
static inline ossl_errors ossl_errors_begin(void) {
    return (ossl_errors){ERR_set_mark()};
}
static inline void ossl_errors_drop(const ossl_errors *errors) {
    if (errors->marked)
        ERR_pop_to_mark();
    else
        ERR_clear_error();
}

#endif
