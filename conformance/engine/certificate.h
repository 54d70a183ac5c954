/* Certificates that the runner makes for its own servers, and for clients that show one. */
#ifndef CONFORMANCE_ENGINE_CERTIFICATE_H
#define CONFORMANCE_ENGINE_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* An authority of this name, which signs itself. The caller frees. */
X509 *certificate_new_authority(const char *common_name, EVP_PKEY *key);
/* For this host (a name or an IPv4 address), valid from an hour ago for two days, signed by the
 * authority, or by its own key where `issuer` is NULL. The caller frees. */
X509 *certificate_new(const char *host, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);
/* The SHA-256 of its DER, in base64url (RFC 8705 3.1), and its subject (RFC 4514). The caller
 * frees.
 */
char *certificate_thumbprint(X509 *certificate);
char *certificate_subject(X509 *certificate);
/* From PEM files; NULL if they cannot be read. */
X509 *certificate_read(const char *path);
EVP_PKEY *certificate_read_key(const char *path);
/* To PEM files; false if they cannot be written. */
bool certificate_write(const char *path, X509 *certificate);
bool certificate_write_key(const char *path, EVP_PKEY *key);

#endif
