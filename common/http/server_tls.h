/* Our certificate, its key, and how we speak TLS (BCP 195, RFC 9325): 1.2 and 1.3, forward secrecy,
 * AEAD. The pair can be replaced while handshakes run. */
#ifndef COMMON_HTTP_SERVER_TLS_H
#define COMMON_HTTP_SERVER_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "common/base/str.h"

#define SERVER_TLS_PRIORITIES                                                                      \
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:"                                      \
    "+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:"                                          \
    "+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"                                             \
    "+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-ECDSA-SHA256:"                \
    "+SIGN-ECDSA-SHA384:+SIGN-EDDSA-ED25519:+SIGN-RSA-PSS-RSAE-SHA256:"                            \
    "+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:"       \
    "+SIGN-RSA-SHA512:+CTYPE-X509:+COMP-NULL:%SERVER_PRECEDENCE"

struct server_tls;

/* Two PEM files: the chain, the end entity first, and its key. E_config says what is wrong. The
 * names end with NUL. */
err server_tls_open(str cert_file, str key_file, struct server_tls **out) MUST_CHECK;
/* Takes over these files, be they others or the same again. The old pair stays if the new one is
 * bad. */
err server_tls_reload(struct server_tls *tls, str cert_file, str key_file) MUST_CHECK;
/* After the last handshake. NULL is allowed. */
void server_tls_close(struct server_tls *tls);
/* The pair in force. It stays valid until server_tls_close. */
void server_tls_current(struct server_tls *tls, gnutls_pcert_st **chain, unsigned *chain_length,
                        gnutls_privkey_t *key);

#endif
