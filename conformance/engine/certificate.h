/* Certificates that the runner makes for its own server. */
#ifndef CONFORMANCE_ENGINE_CERTIFICATE_H
#define CONFORMANCE_ENGINE_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/* For this host, valid from an hour ago for two days, signed by the authority, or by its own key
 * where `issuer` is NULL. The caller frees. */
X509 *certificate_new(const char *host, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);
/* From PEM files; NULL if they cannot be read. */
X509 *certificate_read(const char *path);
EVP_PKEY *certificate_read_key(const char *path);

#endif
