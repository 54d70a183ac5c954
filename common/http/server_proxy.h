/* Whose word about the client counts: X-Forwarded-For and X-Forwarded-Proto of trusted peers. */
#ifndef COMMON_HTTP_SERVER_PROXY_H
#define COMMON_HTTP_SERVER_PROXY_H

#include "common/http/address.h"
#include "common/http/http.h"

enum { SERVER_PROXY_MAX = 64 };

struct server_proxy {
    struct address_block blocks[SERVER_PROXY_MAX];
    size_t n;
};

/* `list`: CIDRs separated by spaces; absent or empty trusts nobody. E_config. */
err server_proxy_parse(str list, struct server_proxy *out) MUST_CHECK;
bool server_proxy_trusts(const struct server_proxy *proxy, const struct address *peer);
/* The rightmost address of X-Forwarded-For that is not a trusted proxy itself: what stands left of
 * it was written by strangers. `peer` is where the connection comes from. */
struct address server_proxy_client(const struct server_proxy *proxy, const struct request *rq,
                                   struct address peer);
/* Whether the nearest proxy says that the client came by https. */
bool server_proxy_secure(const struct request *rq);

#endif
