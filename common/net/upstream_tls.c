/* TLS to the upstream, with GnuTLS: the certificate must lead to an authority that is trusted, and
 * be for the host of the URL (RFC 9110 4.3.4). */
#include "common/net/upstream_private.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

struct upstream_trust {
    gnutls_certificate_credentials_t credentials;
};

struct upstream_tls {
    gnutls_session_t session;
    int fd;
};

static err load(struct upstream_trust *trust, str ca_file) {
    REQUIRE(gnutls_certificate_allocate_credentials(&trust->credentials) >= 0, no_memory,
            "there is no memory for certificate authorities");
    (void)gnutls_certificate_set_x509_system_trust(trust->credentials);
    if (!str_present(ca_file))
        return OK;
    int n =
        gnutls_certificate_set_x509_trust_file(trust->credentials, ca_file.p, GNUTLS_X509_FMT_PEM);
    REQUIRE(n > 0, config, "the file of certificate authorities cannot be read");
    return OK;
}

err upstream_trust_new(str ca_file, struct upstream_trust **out) {
    struct upstream_trust *trust = calloc(1, sizeof *trust);
    REQUIRE(trust, no_memory, "there is no memory for certificate authorities");
    err e = load(trust, ca_file);
    if (failed(e))
        upstream_trust_free(trust);
    else
        *out = trust;
    return e;
}

void upstream_trust_free(struct upstream_trust *trust) {
    if (!trust)
        return;
    if (trust->credentials)
        gnutls_certificate_free_credentials(trust->credentials);
    free(trust);
}

bool upstream_is_tls(const struct upstream *upstream) {
    return upstream->trust != NULL;
}

static bool set_up(const struct upstream *upstream, gnutls_session_t session, int fd) {
    static const char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    gnutls_transport_set_int(session, fd);
    gnutls_session_set_verify_cert(session, upstream->host, 0);
    /* RFC 6066 3: a name, never an address; GnuTLS leaves addresses out. */
    return gnutls_priority_set_direct(session, priorities, NULL) >= 0 &&
           gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, upstream->trust->credentials) >=
               0 &&
           gnutls_server_name_set(session, GNUTLS_NAME_DNS, upstream->host,
                                  strlen(upstream->host)) >= 0;
}

struct upstream_tls *upstream_tls_new(const struct upstream *upstream, int fd) {
    struct upstream_tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        return NULL;
    tls->fd = fd;
    if (gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) >= 0 &&
        set_up(upstream, tls->session, fd))
        return tls;
    upstream_tls_free(tls);
    return NULL;
}

void upstream_tls_free(struct upstream_tls *tls) {
    if (!tls)
        return;
    if (tls->session)
        gnutls_deinit(tls->session);
    free(tls);
}

static bool is_again(ssize_t code) {
    return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED;
}

int upstream_tls_handshake(struct upstream_tls *tls) {
    int code;
    do
        code = gnutls_handshake(tls->session);
    while (code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (code >= 0)
        return 1;
    return is_again(code) ? 0 : -1;
}

static ssize_t as_errno(ssize_t code) {
    if (code >= 0)
        return code;
    errno = is_again(code) ? EAGAIN : ECONNRESET;
    return -1;
}

ssize_t upstream_tls_send(struct upstream_tls *tls, const void *bytes, size_t n) {
    return as_errno(gnutls_record_send(tls->session, bytes, n));
}

static bool has_more(const struct upstream_tls *tls) {
    char byte;
    return recv(tls->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

/* TLS 1.3 hands tickets out behind the handshake: they are no bytes of ours. GnuTLS says AGAIN
 * after each, though more may be there, of which the socket would not tell again. */
ssize_t upstream_tls_recv(struct upstream_tls *tls, void *to, size_t n) {
    ssize_t code;
    do
        code = gnutls_record_recv(tls->session, to, n);
    while (code == GNUTLS_E_WARNING_ALERT_RECEIVED || (is_again(code) && has_more(tls)));
    return as_errno(code);
}
