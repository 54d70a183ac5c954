#include "conformance/rp/rp_material.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/engine/certificate.h"
#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jwk.h"

static char *file_in(const struct rp_material *material, const char *name) {
    return memory_format("%s/%s", material->folder, name);
}

static json_t *public_jwk(EVP_PKEY *key, const char *kid) {
    json_t *jwk = jwk_of_key(key, "sig", NULL);
    json_object_set_new(jwk, "kid", json_string(kid));
    return jwk;
}

static bool make_client_keys(struct rp_material *material) {
    EVP_PKEY *rsa = jwk_new_key("RSA"), *ec = jwk_new_key("P-256");
    bool ok = certificate_write_key(material->rsa, rsa) && certificate_write_key(material->ec, ec);
    material->jwks =
        json_pack("{s:[o, o]}", "keys", public_jwk(rsa, "client-rsa"), public_jwk(ec, "client-ec"));
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    return ok;
}

static void describe(struct rp_material *material, X509 *certificate) {
    material->thumbprint = certificate_thumbprint(certificate);
    material->subject = certificate_subject(certificate);
}

static bool make_certificates(struct rp_material *material) {
    EVP_PKEY *ca_key = jwk_new_key("P-256"), *key = jwk_new_key("P-256");
    X509 *ca = certificate_new_authority("Conformance authority", ca_key);
    X509 *client = certificate_new("relying-party", key, ca, ca_key);
    bool ok = certificate_write(material->ca, ca) &&
              certificate_write_key(material->ca_key, ca_key) &&
              certificate_write(material->tls_cert, client) &&
              certificate_write_key(material->tls_key, key);
    describe(material, client);
    X509_free(client);
    X509_free(ca);
    EVP_PKEY_free(key);
    EVP_PKEY_free(ca_key);
    return ok;
}

struct rp_material *rp_material_new(void) {
    struct rp_material *material = memory_new(1, sizeof *material);
    const char *temporary = getenv("TMPDIR");
    material->folder = memory_format("%s/conformance-rp-XXXXXX", temporary ? temporary : "/tmp");
    bool ok = mkdtemp(material->folder) != NULL;
    material->ca = file_in(material, "ca.pem");
    material->ca_key = file_in(material, "ca.key");
    material->rsa = file_in(material, "client-rsa.pem");
    material->ec = file_in(material, "client-ec.pem");
    material->tls_cert = file_in(material, "client-tls.pem");
    material->tls_key = file_in(material, "client-tls.key");
    if (ok && make_client_keys(material) && make_certificates(material))
        return material;
    fprintf(stderr, "hitkey-conformance rp: no files can be written to %s\n", material->folder);
    rp_material_free(material);
    return NULL;
}

static void remove_folder(const char *folder) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char *path = memory_format("%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
        free(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

void rp_material_free(struct rp_material *material) {
    char **const texts[] = {&material->folder,  &material->ca,         &material->ca_key,
                            &material->rsa,     &material->ec,         &material->tls_cert,
                            &material->tls_key, &material->thumbprint, &material->subject};
    remove_folder(material->folder);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(*texts[i]);
    json_decref(material->jwks);
    free(material);
}
