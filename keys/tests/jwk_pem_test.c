/* Keys from PEM text: what openssl and others write, under the rules of JWK import. */
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "keys/certificate.h"
#include "keys/jwk_internal.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* RFC 8410 10.1 and 10.3, RFC 8705 appendix A. */
#define ED_PUBLIC                                                                                  \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"                               \
    "-----END PUBLIC KEY-----\n"
#define ED_PRIVATE                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"                           \
    "-----END PRIVATE KEY-----\n"
#define CERTIFICATE                                                                                \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx\n"                           \
    "ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG\n"                           \
    "SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ\n"                           \
    "/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID\n"                           \
    "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV\n"                           \
    "bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=\n"                                                       \
    "-----END CERTIFICATE-----\n"
#define CERTIFICATE_KEY                                                                            \
    "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"1yfLHCpXqFjxCeHHHMVDTcLscpb07KUxudBmOMn8C7Q\","     \
    "\"y\":\"8_coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8\"}"
#define ED_X "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"

static void the_examples_of_the_rfcs_are_read(void **state) {
    (void)state;
    static const struct {
        const char *pem, *bare;
        bool is_private;
    } rows[] = {
        {ED_PUBLIC, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" ED_X "\"}", false},
        {ED_PRIVATE, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" ED_X "\"}", true},
        {CERTIFICATE, CERTIFICATE_KEY, false},
        {"Subject: text before\nis passed over\n\n" CERTIFICATE, CERTIFICATE_KEY, false},
        {CERTIFICATE ED_PUBLIC, CERTIFICATE_KEY, false}, /* the first */
        {CERTIFICATE ED_PRIVATE ED_PUBLIC,               /* the private one */
         "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" ED_X "\"}", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct jwk *key;
        str text;
        assert_ok(jwk_from_pem(str_from(rows[i].pem), STR_ABSENT, JOSE_NONE, &key));
        assert_int_equal(jwk_is_private(key), rows[i].is_private);
        assert_int_equal(jwk_alg(key), JOSE_NONE);
        assert_false(str_present(jwk_kid(key)));
        assert_ok(jwk_bare_json(key, arena, &text));
        assert_str(text, rows[i].bare);
        jwk_free(key);
    }
}

static void assert_refused(str pem, enum jose_alg alg, const char *why) {
    struct jwk *jwk = NULL;
    err e = jwk_from_pem(pem, STR_ABSENT, alg, &jwk);
    assert_string_equal(err_name(e.code), "jose_key");
    assert_null(jwk);
    if (!strstr(e.why, why))
        fail_msg("\"%s\" does not say \"%s\"", e.why, why);
    assert_int_equal(ERR_peek_error(), 0);
}

#define ENCRYPTED                                                                                  \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAw\n-----END ENCRYPTED PRIVATE KEY-----\n"
#define OLD_ENCRYPTED                                                                              \
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"        \
    "MAAw\n-----END RSA PRIVATE KEY-----\n"

static void what_is_no_key_is_refused_with_a_reason(void **state) {
    (void)state;
    static const struct {
        const char *pem;
        enum jose_alg alg;
        const char *why;
    } rows[] = {
        {"", JOSE_NONE, "no PEM key"},
        {"secret", JOSE_NONE, "no PEM key"},
        {"{\"kty\":\"OKP\"}", JOSE_NONE, "no PEM key"},
        {ENCRYPTED, JOSE_NONE, "encrypted"},
        {ED_PUBLIC ENCRYPTED, JOSE_NONE, "encrypted"},
        {OLD_ENCRYPTED, JOSE_NONE, "encrypted"},
        {ED_PRIVATE ED_PRIVATE, JOSE_NONE, "more than one private key"},
        {"-----BEGIN PRIVATE KEY-----\nMC4C", JOSE_NONE, "damaged"},
        {"-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PUBLIC KEY-----\n", JOSE_NONE, "damaged"},
        {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", JOSE_NONE, "damaged"},
        {"-----BEGIN PRIVATE KEY-----\nMAAw\n-----END PRIVATE KEY-----\n", JOSE_NONE, "damaged"},
        {"-----BEGIN CERTIFICATE-----\nMAAw\n-----END CERTIFICATE-----\n", JOSE_NONE, "damaged"},
        {ED_PUBLIC "-----BEGIN PRIVATE KEY-----\nMC4C", JOSE_NONE, "damaged"},
        {"-----BEGIN PUBLIC KEY-----\n"
         "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuEAAAA=\n"
         "-----END PUBLIC KEY-----\n",
         JOSE_NONE, "damaged"},
        {"-----BEGIN DH PARAMETERS-----\nMAAw\n-----END DH PARAMETERS-----\n", JOSE_NONE,
         "something else"},
        {"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
         JOSE_NONE, "no PEM key"},
        {"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
         "\n-----END PUBLIC KEY-----\n",
         JOSE_NONE, "small order"},
        {ED_PRIVATE, JOSE_RS256, "not for this algorithm"},
        {ED_PRIVATE, JOSE_ES256, "not for this algorithm"},
        {ED_PRIVATE, JOSE_HS256, "not for this algorithm"},
        {CERTIFICATE, JOSE_ES384, "not for this algorithm"},
        {CERTIFICATE, JOSE_EdDSA, "not for this algorithm"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_refused(str_from(rows[i].pem), rows[i].alg, rows[i].why);
    assert_refused(STR_ABSENT, JOSE_NONE, "no PEM key");
    static char long_text[128 * 1024 + 1];
    assert_refused(str_of(long_text, sizeof long_text), JOSE_NONE, "too long");
}

static void a_bad_kid_is_refused(void **state) {
    (void)state;
    static char text[257];
    memset(text, 'k', sizeof text);
    struct jwk *jwk = NULL;
    assert_err(jwk_from_pem(S(ED_PRIVATE), S(""), JOSE_NONE, &jwk), jose_key);
    assert_err(jwk_from_pem(S(ED_PRIVATE), str_of(text, 257), JOSE_NONE, &jwk), jose_key);
    assert_null(jwk);
    assert_ok(jwk_from_pem(S(ED_PRIVATE), str_of(text, 256), JOSE_NONE, &jwk));
    jwk_free(jwk);
}

/* --- what OpenSSL writes -------------------------------------------------------------------- */

static str written(BIO *bio) {
    char *bytes;
    long n = BIO_get_mem_data(bio, &bytes);
    str out;
    assert_ok(str_dup(arena, str_of(bytes, (size_t)n), &out));
    BIO_free(bio);
    return out;
}

enum form { PKCS8, TRADITIONAL, PUBLIC, RSA_PUBLIC, X509_CERTIFICATE, FORMS };

static int write_certificate(BIO *bio, EVP_PKEY *key) {
    X509 *x509 = X509_new();
    X509_NAME *name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"t", -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 60);
    X509_set_pubkey(x509, key);
    X509_sign(x509, key,
              EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "EC") ? EVP_sha256() : NULL);
    int done = PEM_write_bio_X509(bio, x509);
    X509_free(x509);
    return done;
}

static int write_rsa_public(BIO *bio, EVP_PKEY *key) {
    unsigned char *der = NULL;
    int n = i2d_PublicKey(key, &der);
    int done = PEM_write_bio(bio, PEM_STRING_RSA_PUBLIC, "", der, n) > 0;
    OPENSSL_free(der);
    return done;
}

static str pem_of(EVP_PKEY *key, enum form form) {
    BIO *bio = BIO_new(BIO_s_mem());
    int done = 0;
    if (form == PKCS8)
        done = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    else if (form == TRADITIONAL)
        done = PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
    else if (form == PUBLIC)
        done = PEM_write_bio_PUBKEY(bio, key);
    else if (form == RSA_PUBLIC)
        done = write_rsa_public(bio, key);
    else
        done = write_certificate(bio, key);
    assert_int_equal(done, 1);
    return written(bio);
}

/* The key of the text signs or verifies with the first one. */
static void check_form(const struct jwk *key, enum jose_alg alg, enum form form) {
    struct jwk *read;
    str a, b, token;
    assert_ok(jwk_from_pem(pem_of(key->pkey, form), S("its kid"), alg, &read));
    assert_int_equal(jwk_is_private(read), form == PKCS8 || form == TRADITIONAL);
    assert_int_equal(jwk_alg(read), alg);
    assert_str(jwk_kid(read), "its kid");
    assert_ok(jwk_thumbprint(key, arena, &a));
    assert_ok(jwk_thumbprint(read, arena, &b));
    assert_true(str_eq(a, b));
    const struct jwk *signer = jwk_is_private(read) ? read : key;
    assert_ok(jws_sign(signer, alg, S("JWT"), S("{}"), arena, &token));
    assert_ok(helper_verify(arena, token, alg, read));
    jwk_free(read);
}

static void each_form_of_each_kind_of_key_is_read(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_PS256, JOSE_ES256, JOSE_ES384,
                                         JOSE_ES512, JOSE_EdDSA, JOSE_Ed448};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct jwk *key;
        assert_ok(jwk_generate(algs[i], &key));
        for (enum form form = 0; form < FORMS; form++) {
            bool exists = form == RSA_PUBLIC    ? key->kty == JOSE_KTY_RSA
                          : form == TRADITIONAL ? key->kty != JOSE_KTY_OKP
                                                : true;
            if (exists)
                check_form(key, algs[i], form);
        }
        jwk_free(key);
    }
}

/* `openssl ecparam -genkey` names the curve in a block of its own, before the key. */
static void parameters_before_an_ec_key_are_passed_over(void **state) {
    (void)state;
    struct jwk *key, *read;
    str text;
    assert_ok(jwk_generate(JOSE_ES256, &key));
    assert_ok(STR_JOIN(
        arena, &text,
        S("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"),
        pem_of(key->pkey, TRADITIONAL)));
    assert_ok(jwk_from_pem(text, STR_ABSENT, JOSE_ES256, &read));
    assert_true(jwk_is_private(read));
    jwk_free(read);
    jwk_free(key);
}

static void keys_that_jwk_import_refuses_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *type, *why;
        unsigned bits;
    } rows[] = {{"RSA", "2048 to 8192", 1024}, {"RSA-PSS", "plain RSA key", 2048}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, rows[i].type, NULL);
        EVP_PKEY *key = NULL;
        assert_true(EVP_PKEY_keygen_init(context) == 1 &&
                    EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int)rows[i].bits) == 1 &&
                    EVP_PKEY_generate(context, &key) == 1);
        assert_refused(pem_of(key, PKCS8), JOSE_NONE, rows[i].why);
        assert_refused(pem_of(key, PUBLIC), JOSE_NONE, rows[i].why);
        EVP_PKEY_free(key);
        EVP_PKEY_CTX_free(context);
    }
    static const char *const curves[] = {"secp256k1", "secp224r1", "brainpoolP256r1"};
    for (size_t i = 0; i < COUNT(curves); i++) {
        EVP_PKEY *key = EVP_EC_gen(curves[i]);
        assert_refused(pem_of(key, PKCS8), JOSE_NONE, "P-256, P-384, P-521");
        EVP_PKEY_free(key);
    }
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "X448");
    assert_refused(pem_of(key, PUBLIC), JOSE_NONE, "the key must be RSA");
    EVP_PKEY_free(key);
}

/* --- certificates --------------------------------------------------------------------------- */

static void a_certificate_has_the_thumbprint_of_the_example(void **state) {
    (void)state;
    str der, thumbprint;
    assert_ok(certificate_thumbprint(S(CERTIFICATE), arena, &thumbprint));
    assert_str(thumbprint, "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
    assert_ok(certificate_der(S(ED_PRIVATE CERTIFICATE), arena, &der));
    assert_ok(certificate_thumbprint(der, arena, &thumbprint));
    assert_str(thumbprint, "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
}

static void what_is_no_certificate_is_refused(void **state) {
    (void)state;
    str der, longer;
    assert_ok(certificate_der(S(CERTIFICATE), arena, &der));
    assert_ok(STR_JOIN(arena, &longer, der, S("\0")));
    const str bad[] = {
        STR_ABSENT,
        S(""),
        S("0"),
        S("text"),
        S(ED_PUBLIC),
        S("-----BEGIN CERTIFICATE-----\nMAAw\n-----END CERTIFICATE-----\n"),
        S("-----BEGIN CERTIFICATE-----\nMIIB"),
        str_head(der, der.n - 1),
        str_from_pos(der, 1),
        longer,
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        str out;
        assert_err(certificate_thumbprint(bad[i], arena, &out), jose_key);
        assert_int_equal(ERR_peek_error(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_key_is_refused_with_a_reason),
        cmocka_unit_test(a_bad_kid_is_refused),
        cmocka_unit_test(keys_that_jwk_import_refuses_are_refused),
        cmocka_unit_test(what_is_no_certificate_is_refused),
        cmocka_unit_test(the_examples_of_the_rfcs_are_read),
        cmocka_unit_test(each_form_of_each_kind_of_key_is_read),
        cmocka_unit_test(parameters_before_an_ec_key_are_passed_over),
        cmocka_unit_test(a_certificate_has_the_thumbprint_of_the_example),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
