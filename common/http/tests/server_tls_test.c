/* ctest: threads */
/* The server's TLS, against GnuTLS as a client. */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "common/http/server.h"
#include "common/ops/log.h"
#include "server_app_helper.h"
#include "socket_helper.h"

enum { PEM_MAX = 8192, COMMON_NAME_MAX = 64 };

static char folder[] = "/tmp/hitkey-tls-XXXXXX";
static char cert_file[64], key_file[64];
static struct server *server;

/* --- certificates --------------------------------------------------------------------------- */
static void write_file(const char *name, const char *bytes, size_t n) {
    char temporary[80];
    snprintf(temporary, sizeof temporary, "%s.new", name);
    FILE *file = fopen(temporary, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    assert_int_equal(rename(temporary, name), 0);
}

static void self_sign(gnutls_x509_crt_t cert, gnutls_x509_privkey_t key, const char *name) {
    assert_int_equal(gnutls_x509_crt_set_version(cert, 3), 0);
    assert_int_equal(gnutls_x509_crt_set_serial(cert, "\x01", 1), 0);
    assert_int_equal(gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60), 0);
    assert_int_equal(gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600), 0);
    assert_int_equal(
        gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen(name)), 0);
    assert_int_equal(gnutls_x509_crt_set_key(cert, key), 0);
    bool eddsa = gnutls_x509_privkey_get_pk_algorithm(key) == GNUTLS_PK_EDDSA_ED25519;
    gnutls_digest_algorithm_t digest = eddsa ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256;
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, digest, 0), 0);
}

static void make_pair(const char *cert_name, const char *key_name, const char *name,
                      gnutls_pk_algorithm_t algorithm, unsigned bits) {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    char pem[PEM_MAX];
    size_t n = sizeof pem;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(key, algorithm, bits, 0), 0);
    assert_int_equal(gnutls_x509_crt_init(&cert), 0);
    self_sign(cert, key, name);
    assert_int_equal(gnutls_x509_crt_export(cert, GNUTLS_X509_FMT_PEM, pem, &n), 0);
    write_file(cert_name, pem, n);
    n = sizeof pem;
    assert_int_equal(gnutls_x509_privkey_export_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
                                                      GNUTLS_PKCS_PLAIN, pem, &n),
                     0);
    write_file(key_name, pem, n);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

static void make_ec_pair(const char *name) {
    make_pair(cert_file, key_file, name, GNUTLS_PK_ECDSA,
              GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
}

/* --- a client ------------------------------------------------------------------------------- */
struct peer {
    bool connected;
    gnutls_protocol_t version;
    gnutls_kx_algorithm_t exchange;
    char name[COMMON_NAME_MAX]; /* the certificate's common name */
    char answer[4096];
};

static void read_peer_name(gnutls_session_t session, char name[COMMON_NAME_MAX]) {
    unsigned n = 0;
    size_t size = COMMON_NAME_MAX;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
    gnutls_x509_crt_t cert;
    gnutls_x509_crt_init(&cert);
    if (n > 0 && gnutls_x509_crt_import(cert, &chain[0], GNUTLS_X509_FMT_DER) == 0)
        gnutls_x509_crt_get_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size);
    gnutls_x509_crt_deinit(cert);
}

static void ask_over(gnutls_session_t session, struct peer *peer) {
    static const char request[] = "GET /work HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    size_t n = 0;
    ssize_t got;
    gnutls_record_send(session, request, sizeof request - 1);
    while (n < sizeof peer->answer - 1 &&
           (got = gnutls_record_recv(session, peer->answer + n, sizeof peer->answer - 1 - n)) > 0)
        n += (size_t)got;
    peer->answer[n] = '\0';
}

/* The certificate is not verified: it is looked at. */
static struct peer ask(const char *priorities) {
    struct peer peer = {0};
    gnutls_session_t session;
    gnutls_certificate_credentials_t nobody;
    int fd = socket_open(server_port(server)), code;
    gnutls_certificate_allocate_credentials(&nobody);
    gnutls_init(&session, GNUTLS_CLIENT);
    assert_int_equal(gnutls_priority_set_direct(session, priorities, NULL), 0);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, nobody);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, 10000);
    do
        code = gnutls_handshake(session);
    while (code < 0 && !gnutls_error_is_fatal(code));
    peer.connected = code == 0;
    if (peer.connected) {
        peer.version = gnutls_protocol_get_version(session);
        peer.exchange = gnutls_kx_get(session);
        read_peer_name(session, peer.name);
        ask_over(session, &peer);
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(nobody);
    close(fd);
    return peer;
}

static int start(void **state) {
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, 2);
    if (!mkdtemp(folder))
        return 1;
    snprintf(cert_file, sizeof cert_file, "%s/cert.pem", folder);
    snprintf(key_file, sizeof key_file, "%s/key.pem", folder);
    make_ec_pair("first");
    struct server_options options = server_app_options();
    options.tls_cert = str_from(cert_file);
    options.tls_key = str_from(key_file);
    return failed(server_start(&server_app, &options, &server));
}

static int stop(void **state) {
    (void)state;
    server_stop(server, 5);
    unlink(cert_file);
    unlink(key_file);
    return rmdir(folder);
}

static err reload(void) {
    return server_reload_tls(server, str_from(cert_file), str_from(key_file));
}

/* --- tests ---------------------------------------------------------------------------------- */
static void both_versions_are_spoken(void **state) {
    (void)state;
    struct peer peer = ask("NORMAL");
    assert_int_equal(peer.version, GNUTLS_TLS1_3);
    assert_string_equal(peer.name, "first");
    assert_memory_equal(peer.answer, "HTTP/1.1 200", 12);
    assert_non_null(strstr(peer.answer, "Strict-Transport-Security: "));
    peer = ask("NORMAL:-VERS-ALL:+VERS-TLS1.2");
    assert_int_equal(peer.version, GNUTLS_TLS1_2);
    assert_int_equal(peer.exchange, GNUTLS_KX_ECDHE_ECDSA);
    assert_memory_equal(peer.answer, "HTTP/1.1 200", 12);
}

static void old_versions_and_weak_suites_are_refused(void **state) {
    (void)state;
    static const char *const priorities[] = {
        "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT",
        "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1:+SHA256",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CCM",
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE2048",
    };
    for (size_t i = 0; i < COUNT(priorities); i++)
        assert_false(ask(priorities[i]).connected);
}

static void plain_http_gets_no_answer(void **state) {
    (void)state;
    struct answer *answer = malloc(sizeof *answer);
    assert_non_null(answer);
    socket_ask(server_port(server), "GET /inline HTTP/1.1\r\nHost: a\r\n\r\n", answer);
    assert_int_equal(answer->status, 0);
    free(answer);
}

static void reload_takes_files_of_other_names_but_turns_tls_neither_on_nor_off(void **state) {
    (void)state;
    assert_err(server_reload_tls(server, STR_ABSENT, STR_ABSENT), config);
    assert_err(server_reload_tls(server, S("/nonexistent"), str_from(key_file)), config);
    assert_true(ask("NORMAL").connected);
    char moved_cert[sizeof cert_file + 8], moved_key[sizeof key_file + 8];
    snprintf(moved_cert, sizeof moved_cert, "%s.moved", cert_file);
    snprintf(moved_key, sizeof moved_key, "%s.moved", key_file);
    make_ec_pair("moved");
    assert_int_equal(rename(cert_file, moved_cert), 0);
    assert_int_equal(rename(key_file, moved_key), 0);
    make_ec_pair("first");
    assert_ok(server_reload_tls(server, str_from(moved_cert), str_from(moved_key)));
    assert_string_equal(ask("NORMAL").name, "moved");
    assert_ok(reload());
    assert_string_equal(ask("NORMAL").name, "first");
    unlink(moved_cert);
    unlink(moved_key);
}

static void reload_takes_the_new_certificate(void **state) {
    (void)state;
    make_ec_pair("second");
    assert_string_equal(ask("NORMAL").name, "first");
    assert_ok(reload());
    assert_string_equal(ask("NORMAL").name, "second");
    make_pair(cert_file, key_file, "rsa", GNUTLS_PK_RSA, 2048);
    assert_ok(reload());
    struct peer peer = ask("NORMAL:-VERS-ALL:+VERS-TLS1.2");
    assert_string_equal(peer.name, "rsa");
    assert_int_equal(peer.exchange, GNUTLS_KX_ECDHE_RSA);
    make_pair(cert_file, key_file, "ed25519", GNUTLS_PK_EDDSA_ED25519, 0);
    assert_ok(reload());
    assert_string_equal(ask("NORMAL").name, "ed25519");
}

static void bad_files_leave_the_old_certificate(void **state) {
    (void)state;
    char other[80];
    make_ec_pair("good");
    assert_ok(reload());

    write_file(cert_file, "no certificate", 14);
    assert_err(reload(), config);
    assert_string_equal(ask("NORMAL").name, "good");

    snprintf(other, sizeof other, "%s/other.pem", folder);
    make_pair(cert_file, other, "mismatch", GNUTLS_PK_ECDSA,
              GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    assert_err(reload(), config);
    write_file(key_file, "", 0);
    assert_err(reload(), config);
    unlink(key_file);
    assert_err(reload(), config);
    unlink(other);
    assert_string_equal(ask("NORMAL").name, "good");
    make_ec_pair("mended");
    assert_ok(reload());
    assert_string_equal(ask("NORMAL").name, "mended");
}

enum { CLIENTS = 8, EACH = 20 };

static void *ask_many(void *arg) {
    int *good = arg;
    for (int i = 0; i < EACH; i++) {
        struct peer peer = ask("NORMAL");
        *good += peer.connected && strncmp(peer.answer, "HTTP/1.1 200", 12) == 0;
    }
    return NULL;
}

static void handshakes_survive_reloads(void **state) {
    (void)state;
    pthread_t threads[CLIENTS];
    int good[CLIENTS] = {0};
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &good[i]), 0);
    for (int i = 0; i < 20; i++) {
        make_ec_pair(i % 2 ? "odd" : "even");
        assert_ok(reload());
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(good[i], EACH);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_versions_are_spoken),
        cmocka_unit_test(old_versions_and_weak_suites_are_refused),
        cmocka_unit_test(plain_http_gets_no_answer),
        cmocka_unit_test(reload_takes_files_of_other_names_but_turns_tls_neither_on_nor_off),
        cmocka_unit_test(reload_takes_the_new_certificate),
        cmocka_unit_test(bad_files_leave_the_old_certificate),
        cmocka_unit_test(handshakes_survive_reloads),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
