#include "authz/tests/document_server_helper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "common/http/server.h"

enum { PEM_MAX = 8192, WORKERS = 8 };

static char folder[64], ca_file[96], cert_file[96], key_file[96];
static struct server *server;
static struct {
    pthread_mutex_t lock;
    int status, delay_ms, requests;
    const char *body, *location;
    char posted[8192];
} document = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- certificates --------------------------------------------------------------------------- */

static void write_file(const char *path, const char *bytes, size_t n) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static gnutls_x509_privkey_t new_key(void) {
    gnutls_x509_privkey_t key;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(
                         key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    return key;
}

static gnutls_x509_crt_t new_cert(gnutls_x509_privkey_t key, const char *name, const char *serial) {
    gnutls_x509_crt_t cert;
    assert_int_equal(gnutls_x509_crt_init(&cert), 0);
    assert_int_equal(gnutls_x509_crt_set_version(cert, 3), 0);
    assert_int_equal(gnutls_x509_crt_set_serial(cert, serial, 1), 0);
    assert_int_equal(gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60), 0);
    assert_int_equal(gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600), 0);
    assert_int_equal(
        gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen(name)), 0);
    assert_int_equal(gnutls_x509_crt_set_key(cert, key), 0);
    return cert;
}

static void write_cert(gnutls_x509_crt_t cert, const char *path) {
    char pem[PEM_MAX];
    size_t n = sizeof pem;
    assert_int_equal(gnutls_x509_crt_export(cert, GNUTLS_X509_FMT_PEM, pem, &n), 0);
    write_file(path, pem, n);
}

static void make_certificates(void) {
    static const unsigned char loopback[4] = {127, 0, 0, 1};
    gnutls_x509_privkey_t ca_key = new_key(), key = new_key();
    gnutls_x509_crt_t ca = new_cert(ca_key, "Test CA", "\x01"),
                      cert = new_cert(key, "Test", "\x02");
    char pem[PEM_MAX];
    size_t n = sizeof pem;
    assert_int_equal(gnutls_x509_crt_set_basic_constraints(ca, 1, -1), 0);
    assert_int_equal(gnutls_x509_crt_sign2(ca, ca, ca_key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, loopback,
                                                          sizeof loopback, GNUTLS_FSAN_SET),
                     0);
    assert_int_equal(gnutls_x509_crt_sign2(cert, ca, ca_key, GNUTLS_DIG_SHA256, 0), 0);
    write_cert(ca, ca_file);
    write_cert(cert, cert_file);
    assert_int_equal(gnutls_x509_privkey_export_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
                                                      GNUTLS_PKCS_PLAIN, pem, &n),
                     0);
    write_file(key_file, pem, n);
    gnutls_x509_crt_deinit(ca);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(ca_key);
    gnutls_x509_privkey_deinit(key);
}

/* --- the server ----------------------------------------------------------------------------- */

static err publish(struct request *rq, struct response *rs) {
    pthread_mutex_lock(&document.lock);
    int status = document.status, delay_ms = document.delay_ms;
    str body = str_from(document.body), location = str_from(document.location);
    document.requests++;
    if (rq->method == HTTP_POST)
        snprintf(document.posted, sizeof document.posted, "%.*s", STR_FMT(rq->body));
    pthread_mutex_unlock(&document.lock);
    usleep((useconds_t)delay_ms * 1000);
    response_json(rs, status, body);
    if (str_present(location))
        response_header(rs, "Location", location);
    return OK;
}

static const struct route routes[] = {
    {.methods = HTTP_GET, .path = "/*", .handler = publish, .run = RUN_WORKER},
    {.methods = HTTP_POST,
     .path = "/*",
     .handler = publish,
     .body = BODY_FORM,
     .body_cap = sizeof document.posted - 1,
     .run = RUN_WORKER}};
static const struct app app = {.name = "documents", .routes = routes, .n = COUNT(routes)};

void document_server_start(void) {
    snprintf(folder, sizeof folder, "/tmp/hitkey-documents-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    snprintf(cert_file, sizeof cert_file, "%s/cert.pem", folder);
    snprintf(key_file, sizeof key_file, "%s/key.pem", folder);
    make_certificates();
    struct server_options options = {.listen = S("127.0.0.1:0"),
                                     .tls_cert = str_from(cert_file),
                                     .tls_key = str_from(key_file),
                                     .event_loops = 1,
                                     .workers = WORKERS};
    document_server_answer(404, "{}", NULL);
    assert_ok(server_start(&app, &options, &server));
}

void document_server_stop(void) {
    server_stop(server, 5);
    unlink(ca_file);
    unlink(cert_file);
    unlink(key_file);
    rmdir(folder);
}

const char *document_server_ca(void) {
    return ca_file;
}

const char *document_server_url(const char *path) {
    static char url[256];
    snprintf(url, sizeof url, "https://127.0.0.1:%d%s", server_port(server), path);
    return url;
}

void document_server_answer(int status, const char *body, const char *location) {
    pthread_mutex_lock(&document.lock);
    document.status = status;
    document.body = body;
    document.location = location;
    document.delay_ms = 0;
    document.requests = 0;
    pthread_mutex_unlock(&document.lock);
}

void document_server_delay(int ms) {
    pthread_mutex_lock(&document.lock);
    document.delay_ms = ms;
    pthread_mutex_unlock(&document.lock);
}

int document_server_requests(void) {
    pthread_mutex_lock(&document.lock);
    int n = document.requests;
    pthread_mutex_unlock(&document.lock);
    return n;
}

void document_server_posted(char out[8192]) {
    pthread_mutex_lock(&document.lock);
    snprintf(out, 8192, "%s", document.posted);
    pthread_mutex_unlock(&document.lock);
}
