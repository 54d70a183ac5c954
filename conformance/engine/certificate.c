#include "conformance/engine/certificate.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"

enum { HOUR = 3600, LIFETIME = 48 * HOUR };

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer ? issuer : certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension || X509_add_ext(certificate, extension, -1) != 1)
        abort();
    X509_EXTENSION_free(extension);
}

static void set_serial(X509 *certificate) {
    unsigned char bytes[8];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        abort();
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
}

static X509 *begin(const char *common_name, EVP_PKEY *key, X509 *issuer) {
    X509 *certificate = X509_new();
    X509_NAME *name = certificate ? X509_get_subject_name(certificate) : NULL;
    if (!name || X509_set_version(certificate, X509_VERSION_3) != 1 ||
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name,
                                   -1, -1, 0) != 1)
        abort();
    set_serial(certificate);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR);
    X509_gmtime_adj(X509_getm_notAfter(certificate), LIFETIME);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : name);
    X509_set_pubkey(certificate, key);
    return certificate;
}

static void sign(X509 *certificate, EVP_PKEY *key) {
    if (X509_sign(certificate, key, EVP_sha256()) == 0)
        abort();
}

X509 *certificate_new_authority(const char *common_name, EVP_PKEY *key) {
    X509 *certificate = begin(common_name, key, NULL);
    add_extension(certificate, NULL, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, NULL, NID_key_usage, "critical,keyCertSign");
    add_extension(certificate, NULL, NID_subject_key_identifier, "hash");
    sign(certificate, key);
    return certificate;
}

X509 *certificate_new(const char *host, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key) {
    X509 *certificate = begin(host, key, issuer);
    bool address = strspn(host, "0123456789.") == strlen(host);
    char *names = memory_format("%s:%s,IP:127.0.0.1,IP:::1", address ? "IP" : "DNS", host);
    add_extension(certificate, issuer, NID_subject_alt_name, names);
    add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
    free(names);
    sign(certificate, issuer ? issuer_key : key);
    return certificate;
}

char *certificate_thumbprint(X509 *certificate) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &n) != 1)
        abort();
    return base64url_encode(digest, n);
}

char *certificate_subject(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    long size = BIO_get_mem_data(bio, &bytes);
    char *text = memory_copy(bytes, (size_t)size);
    BIO_free(bio);
    return text;
}

X509 *certificate_read(const char *path) {
    FILE *file = fopen(path, "rb");
    X509 *certificate = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    if (file)
        fclose(file);
    return certificate;
}

EVP_PKEY *certificate_read_key(const char *path) {
    FILE *file = fopen(path, "rb");
    EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
    if (file)
        fclose(file);
    return key;
}

bool certificate_write(const char *path, X509 *certificate) {
    FILE *file = fopen(path, "wb");
    bool ok = file && PEM_write_X509(file, certificate) == 1;
    return (!file || fclose(file) == 0) && ok;
}

bool certificate_write_key(const char *path, EVP_PKEY *key) {
    FILE *file = fopen(path, "wb");
    bool ok = file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    return (!file || fclose(file) == 0) && ok;
}
