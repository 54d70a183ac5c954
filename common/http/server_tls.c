#include "common/http/server_tls.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd_ref.h"

enum { CHAIN_MAX = 10, FILE_MAX = 256 * 1024, ARENA_MAX = 3 * FILE_MAX, KEY_ID_SIZE = 32 };

/* A chain and its key. Old pairs are kept until the end, for the handshakes that may still read
 * them: a reload is rare, and a pair is small. */
struct pair {
    struct pair *older;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned chain_length;
    gnutls_privkey_t key;
};

struct server_tls {
    pthread_mutex_t reload;
    _Atomic(struct pair *) current;
};

typedef struct arena *arena_ref;
static void arena_ref_drop(struct arena **arena) {
    arena_free(*arena);
}

static void pair_free(struct pair *pair) {
    for (unsigned i = 0; i < pair->chain_length; i++)
        gnutls_pcert_deinit(&pair->chain[i]);
    if (pair->key)
        gnutls_privkey_deinit(pair->key);
    free(pair);
}

static err read_file(struct arena *arena, const char *name, gnutls_datum_t *out) {
    AUTO(fd_ref) fd = open(name, O_RDONLY | O_CLOEXEC);
    struct stat status;
    REQUIRE(fd >= 0 && fstat(fd, &status) == 0, config,
            "the TLS certificate or key file cannot be read");
    REQUIRE(status.st_size > 0 && status.st_size < FILE_MAX, config,
            "the TLS certificate or key file is empty or too large");
    size_t size = (size_t)status.st_size;
    unsigned char *bytes = arena_alloc(arena, size);
    REQUIRE(bytes, no_memory, "there is no memory for the TLS certificate");
    REQUIRE(read(fd, bytes, size) == status.st_size, config,
            "the TLS certificate or key file cannot be read");
    *out = (gnutls_datum_t){bytes, (unsigned)size};
    return OK;
}

static err import_chain(struct arena *arena, const char *name, struct pair *pair) {
    gnutls_datum_t pem;
    unsigned n = CHAIN_MAX;
    TRY(read_file(arena, name, &pem));
    int code = gnutls_pcert_list_import_x509_raw(pair->chain, &n, &pem, GNUTLS_X509_FMT_PEM, 0);
    REQUIRE(code >= 0 && n > 0, config, "the TLS certificate is not a PEM certificate chain");
    pair->chain_length = n;
    return OK;
}

static err import_key(struct arena *arena, const char *name, struct pair *pair) {
    gnutls_datum_t pem;
    TRY(read_file(arena, name, &pem));
    REQUIRE(gnutls_privkey_init(&pair->key) >= 0, no_memory, "there is no memory for the TLS key");
    int code = gnutls_privkey_import_x509_raw(pair->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    REQUIRE(code >= 0, config, "the TLS key is not an unencrypted PEM private key");
    return OK;
}

typedef gnutls_pubkey_t public_key;
static void public_key_drop(const public_key *key) {
    if (*key)
        gnutls_pubkey_deinit(*key);
}

static bool key_id(gnutls_pubkey_t key, unsigned char id[KEY_ID_SIZE]) {
    size_t n = KEY_ID_SIZE;
    return key && gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, &n) >= 0;
}

static err check_match(const struct pair *pair) {
    unsigned char certified[KEY_ID_SIZE] = {0}, own[KEY_ID_SIZE] = {1};
    AUTO(public_key) mine = NULL;
    bool known = gnutls_pubkey_init(&mine) >= 0 &&
                 gnutls_pubkey_import_privkey(mine, pair->key, 0, 0) >= 0 && key_id(mine, own) &&
                 key_id(pair->chain[0].pubkey, certified);
    REQUIRE(known && memcmp(certified, own, KEY_ID_SIZE) == 0, config,
            "the TLS key does not belong to the certificate");
    return OK;
}

static err import_pair(str cert_file, str key_file, struct pair *pair) {
    AUTO(arena_ref) arena = arena_new(ARENA_MAX);
    REQUIRE(arena, no_memory, "there is no memory for the TLS certificate");
    TRY(import_chain(arena, cert_file.p, pair));
    TRY(import_key(arena, key_file.p, pair));
    return check_match(pair);
}

static err load(str cert_file, str key_file, struct pair **out) {
    struct pair *pair = calloc(1, sizeof *pair);
    REQUIRE(pair, no_memory, "there is no memory for the TLS certificate");
    err e = import_pair(cert_file, key_file, pair);
    if (failed(e)) {
        pair_free(pair);
        return e;
    }
    *out = pair;
    return OK;
}

err server_tls_open(str cert_file, str key_file, struct server_tls **out) {
    struct server_tls *tls = calloc(1, sizeof *tls);
    REQUIRE(tls, no_memory, "there is no memory for the TLS certificate");
    pthread_mutex_init(&tls->reload, NULL);
    err e = server_tls_reload(tls, cert_file, key_file);
    if (failed(e)) {
        server_tls_close(tls);
        return e;
    }
    *out = tls;
    return OK;
}

err server_tls_reload(struct server_tls *tls, str cert_file, str key_file) {
    struct pair *pair;
    pthread_mutex_lock(&tls->reload);
    err e = load(cert_file, key_file, &pair);
    if (!failed(e)) {
        pair->older = atomic_load(&tls->current);
        atomic_store(&tls->current, pair);
    }
    pthread_mutex_unlock(&tls->reload);
    return e;
}

void server_tls_close(struct server_tls *tls) {
    if (!tls)
        return;
    struct pair *pair = atomic_load(&tls->current);
    while (pair) {
        struct pair *older = pair->older;
        pair_free(pair);
        pair = older;
    }
    pthread_mutex_destroy(&tls->reload);
    free(tls);
}

void server_tls_current(struct server_tls *tls, gnutls_pcert_st **chain, unsigned *chain_length,
                        gnutls_privkey_t *key) {
    struct pair *pair = atomic_load(&tls->current);
    *chain = pair->chain;
    *chain_length = pair->chain_length;
    *key = pair->key;
}
