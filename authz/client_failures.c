#include "authz/client_failures.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/http/address.h"
#include "common/ops/log.h"

enum { PENDING = 512, CLIENT_ID_MAX = 64, V6_BYTES_KEPT = 6 };
#define LIFETIME_MS ((int64_t)7 * 24 * 3600 * 1000)

/* Everything but the client and the address is a literal. */
struct pending {
    char client_id[CLIENT_ID_MAX];
    size_t client_id_n;
    int64_t time_ms;
    const char *endpoint, *error, *rule;
    char remote[ADDRESS_TEXT_MAX];
    size_t remote_n;
};

struct client_failures {
    pthread_mutex_t lock;
    struct pending list[PENDING];
    size_t n;
};

err client_failures_new(struct client_failures **out) {
    struct client_failures *failures = calloc(1, sizeof *failures);
    REQUIRE(failures, no_memory, "there is no memory for failed requests");
    pthread_mutex_init(&failures->lock, NULL);
    *out = failures;
    return OK;
}

void client_failures_free(struct client_failures *failures) {
    if (!failures)
        return;
    pthread_mutex_destroy(&failures->lock);
    free(failures);
}

/* --- noting --------------------------------------------------------------------------------- */

/* OIDC Core 3.1.2.6: what prompt=none is answered, and what a person decided. */
static bool is_for_client_to_mend(err e) {
    static const enum err_code others[] = {E_defer,
                                           E_login_required,
                                           E_interaction_required,
                                           E_account_selection_required,
                                           E_consent_required,
                                           E_access_denied,
                                           E_seal_broken,
                                           E_too_many_requests};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (e.code == others[i])
            return false;
    return err_status(e.code) < 500;
}

/* A network, not a host: /24, or /48. */
static size_t shorten(str text, char out[ADDRESS_TEXT_MAX]) {
    struct address address;
    if (failed(address_parse(text, &address)))
        return 0;
    if (address_is_v4(&address))
        address.bytes[15] = 0;
    else
        memset(address.bytes + V6_BYTES_KEPT, 0, sizeof address.bytes - V6_BYTES_KEPT);
    return address_write(&address, out);
}

static bool is_of(const struct pending *pending, str client_id) {
    return str_eq(str_of(pending->client_id, pending->client_id_n), client_id);
}

/* A free place, or the client's own oldest when it has as many as are kept; NULL: none. */
static struct pending *find_place(struct client_failures *failures, str client_id) {
    struct pending *oldest = NULL;
    size_t own = 0;
    for (size_t i = 0; i < failures->n; i++) {
        struct pending *pending = &failures->list[i];
        if (!is_of(pending, client_id))
            continue;
        own++;
        if (!oldest || pending->time_ms < oldest->time_ms)
            oldest = pending;
    }
    if (own >= CLIENT_FAILURES_KEPT)
        return oldest;
    return failures->n < PENDING ? &failures->list[failures->n++] : oldest;
}

static void put(struct client_failures *failures, const struct pending *what) {
    pthread_mutex_lock(&failures->lock);
    struct pending *place = find_place(failures, str_of(what->client_id, what->client_id_n));
    if (place)
        *place = *what;
    pthread_mutex_unlock(&failures->lock);
}

void client_failures_note(struct request *rq, err e) {
    str client_id = rq->client_id;
    if (!str_present(client_id) || client_id.n > CLIENT_ID_MAX || !rq->route ||
        !is_for_client_to_mend(e))
        return;
    struct pending pending = {.client_id_n = client_id.n,
                              .time_ms = rq->now_ms,
                              .endpoint = rq->route->path,
                              .error = err_name(e.code),
                              .rule = rq->rule ? rq->rule : e.why};
    memcpy(pending.client_id, client_id.p, client_id.n);
    pending.remote_n = shorten(rq->remote, pending.remote);
    put(authz_of(rq)->client_failures, &pending);
}

/* --- writing -------------------------------------------------------------------------------- */

static size_t take(struct client_failures *failures, struct pending *out) {
    pthread_mutex_lock(&failures->lock);
    size_t n = failures->n;
    memcpy(out, failures->list, n * sizeof *out);
    failures->n = 0;
    pthread_mutex_unlock(&failures->lock);
    return n;
}

static err write_all(const struct authz *authz, struct arena *arena) {
    struct pending *taken = arena_array(arena, PENDING, sizeof *taken);
    struct client_failure *rows = arena_array(arena, PENDING, sizeof *rows);
    REQUIRE(taken && rows, no_memory, "there is no memory for failed requests");
    size_t n = take(authz->client_failures, taken);
    for (size_t i = 0; i < n; i++)
        rows[i] =
            (struct client_failure){.client_id = str_of(taken[i].client_id, taken[i].client_id_n),
                                    .time_ms = taken[i].time_ms,
                                    .endpoint = str_from(taken[i].endpoint),
                                    .error = str_from(taken[i].error),
                                    .rule = str_from(taken[i].rule),
                                    .remote = str_of(taken[i].remote, taken[i].remote_n)};
    return n ? client_failure_add(authz->store, rows, n, LIFETIME_MS) : OK;
}

static bool is_empty(struct client_failures *failures) {
    pthread_mutex_lock(&failures->lock);
    bool empty = failures->n == 0;
    pthread_mutex_unlock(&failures->lock);
    return empty;
}

/* What cannot be written is lost: it is a help, no record. */
void client_failures_flush(const struct authz *authz) {
    if (is_empty(authz->client_failures))
        return;
    struct arena *arena = arena_new(1 << 20);
    err e = arena ? write_all(authz, arena) : FAIL(no_memory, "no memory for failed requests");
    if (failed(e))
        log_err(LOG_WARN, "failed requests of clients", e);
    arena_free(arena);
}
