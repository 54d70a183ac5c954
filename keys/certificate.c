#include "keys/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/ossl_errors.h"
#include "keys/pem.h"

static bool is_certificate(str der) {
    const uint8_t *end = (const uint8_t *)der.p;
    X509 *x509 = d2i_X509(NULL, &end, (long)der.n);
    bool whole = x509 && end == (const uint8_t *)der.p + der.n;
    X509_free(x509);
    return whole;
}

static err from_pem(str text, struct arena *arena, str *out) {
    AUTO(pem_ref) pem = {0};
    TRY(pem_open(text, &pem));
    do
        TRY(pem_next(&pem));
    while (pem.label && strcmp(pem.label, PEM_STRING_X509) != 0);
    REQUIRE(pem.label, jose_key,
            "there is no certificate: in PEM it begins with -----BEGIN CERTIFICATE-----");
    return str_dup(arena, str_of((const char *)pem.der, (size_t)pem.n), out);
}

err certificate_der(str text, struct arena *arena, str *out) {
    AUTO(ossl_errors) errors = ossl_errors_begin();
    str der = text;
    REQUIRE(text.n <= PEM_MAX, jose_key, "the certificate is too long");
    if (!text.n || text.p[0] != 0x30) /* SEQUENCE, with which each certificate in DER begins */
        TRY(from_pem(text, arena, &der));
    REQUIRE(is_certificate(der), jose_key, "the certificate is damaged");
    *out = der;
    return OK;
}

err certificate_thumbprint(str text, struct arena *arena, str *out) {
    str der;
    TRY(certificate_der(text, arena, &der));
    return sha256_base64url(der, arena, out);
}
