#include "common/net/upstream_private.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>

#include "common/base/clock.h"
#include "common/base/scope.h"
#include "common/base/url.h"
#include "common/ops/log.h"

enum { ARENA = 4096, RESOLVE_EVERY_MS = 30 * 1000, SECOND_US = 1000 * 1000 };

typedef struct addrinfo *addrinfo_ref;
static void addrinfo_ref_drop(struct addrinfo **list) {
    if (*list)
        freeaddrinfo(*list);
}

/* What was known stays if the name cannot be resolved. */
static bool resolve(struct upstream *upstream, int flags) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
    AUTO(addrinfo_ref) list = NULL;
    if (getaddrinfo(upstream->host, upstream->port, &hints, &list) != 0)
        return false;
    pthread_mutex_lock(&upstream->lock);
    upstream->n = 0;
    for (const struct addrinfo *a = list; a && upstream->n < UPSTREAM_ADDRESSES; a = a->ai_next) {
        struct upstream_address *to = &upstream->addresses[upstream->n++];
        to->size = a->ai_addrlen;
        memcpy(&to->address, a->ai_addr, a->ai_addrlen);
    }
    pthread_mutex_unlock(&upstream->lock);
    return true;
}

/* Every so often, and when there is a doubt; once a second at most. */
static void look_again(void *arg) {
    struct upstream *upstream = arg;
    int64_t now_us = clock_monotonic_us();
    if (now_us - upstream->resolved_us < SECOND_US)
        return;
    upstream->resolved_us = now_us;
    if (!resolve(upstream, 0))
        LOG(LOG_WARN, "upstream_not_resolved", LOG_STR("host", str_from(upstream->host)));
}

static err find(struct upstream *upstream) {
    if (resolve(upstream, AI_NUMERICHOST))
        return OK;
    look_again(upstream);
    return ticker_start(RESOLVE_EVERY_MS, look_again, upstream, &upstream->resolver);
}

static err set_up_unix(struct upstream *upstream, str path) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    REQUIRE(path.n > 1 && path.n < sizeof name.sun_path, config,
            "the path of the Unix socket is longer than 107 characters, or there is none");
    memcpy(name.sun_path, path.p, path.n);
    memcpy(&upstream->addresses[0].address, &name, sizeof name);
    upstream->addresses[0].size = sizeof name;
    upstream->n = 1;
    upstream->authority = S("localhost");
    upstream->base = S("");
    return OK;
}

static err set_up(struct upstream *upstream, str text, str ca_file) {
    struct url url;
    upstream->arena = arena_new(ARENA);
    REQUIRE(upstream->arena, no_memory, "there is no memory for the upstream");
    if (str_starts(text, S("unix:/")))
        return set_up_unix(upstream, str_from_pos(text, strlen("unix:")));
    bool good = !failed(url_parse(text, &url)) && url.host.n > 0 && !str_present(url.query) &&
                (str_eq(url.scheme, S("http")) || str_eq(url.scheme, S("https")));
    REQUIRE(good, config, "the upstream must be http(s)://host:port or unix:/path");
    bool tls = str_eq(url.scheme, S("https"));
    bool v6 = str_find(url.host, ':') < url.host.n;
    str port = url.port, path = url.path;
    while (str_ends(path, S("/")))
        path.n--;
    if (!str_present(port) || port.n == 0)
        port = tls ? S("443") : S("80");
    TRY(str_to_c(upstream->arena, url.host, &upstream->host));
    TRY(str_to_c(upstream->arena, port, &upstream->port));
    TRY(str_dup(upstream->arena, path, &upstream->base));
    TRY(STR_JOIN(upstream->arena, &upstream->authority, v6 ? S("[") : S(""), url.host,
                 v6 ? S("]:") : S(":"), port));
    if (tls)
        TRY(upstream_trust_new(ca_file, &upstream->trust));
    return find(upstream);
}

err upstream_new(str url, str ca_file, struct upstream **out) {
    struct upstream *upstream = calloc(1, sizeof *upstream);
    REQUIRE(upstream, no_memory, "there is no memory for the upstream");
    pthread_mutex_init(&upstream->lock, NULL);
    err e = set_up(upstream, url, ca_file);
    if (failed(e))
        upstream_free(upstream);
    else
        *out = upstream;
    return e;
}

void upstream_free(struct upstream *upstream) {
    if (!upstream)
        return;
    ticker_stop(upstream->resolver);
    upstream_trust_free(upstream->trust);
    pthread_mutex_destroy(&upstream->lock);
    arena_free(upstream->arena);
    free(upstream);
}

str upstream_authority(const struct upstream *upstream) {
    return upstream->authority;
}

str upstream_base(const struct upstream *upstream) {
    return upstream->base;
}

size_t upstream_addresses(struct upstream *upstream,
                          struct upstream_address out[UPSTREAM_ADDRESSES]) {
    pthread_mutex_lock(&upstream->lock);
    size_t n = upstream->n;
    memcpy(out, upstream->addresses, n * sizeof *out);
    pthread_mutex_unlock(&upstream->lock);
    return n;
}

void upstream_doubt(struct upstream *upstream) {
    if (upstream->resolver)
        ticker_wake(upstream->resolver);
}
