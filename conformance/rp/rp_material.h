/* Keys and certificates of one call of the runner, as PEM files in a folder of their own: the
 * authority of the provider's certificates, and what the relying party proves itself with. */
#ifndef CONFORMANCE_RP_RP_MATERIAL_H
#define CONFORMANCE_RP_RP_MATERIAL_H

#include <jansson.h>

struct rp_material {
    char *folder, *ca, *ca_key; /* files */
    char *rsa, *ec;           /* the client's private keys, with kid "client-rsa" and "client-ec" */
    char *tls_cert, *tls_key; /* its certificate for mutual TLS, from the authority */
    char *thumbprint, *subject; /* of that: RFC 8705 3.1, RFC 4514 */
    json_t *jwks;               /* of the public keys */
};

/* NULL, with a message, where no files can be written. */
struct rp_material *rp_material_new(void);
/* Removes the folder. */
void rp_material_free(struct rp_material *material);

#endif
