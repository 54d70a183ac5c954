/* A line of trusted proxies, then X-Forwarded-For and X-Forwarded-Proto: a client that is not the
 * peer itself is never taken from behind a stranger. */
#include <assert.h>

#include "common/http/server_proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str rest = str_of((const char *)data, size), list = S(""), value = S("");
    struct address peer, client;
    struct server_proxy proxy;
    (void)str_next(&rest, '\n', &list);
    (void)str_next(&rest, '\n', &value);
    struct header headers[] = {{S("X-Forwarded-For"), value},
                               {S("X-Forwarded-For"), rest},
                               {S("X-Forwarded-Proto"), value}};
    struct request rq = {.headers = headers, .header_count = 3};
    if (failed(address_parse(S("10.0.0.1"), &peer)) || failed(server_proxy_parse(list, &proxy)))
        return 0;
    client = server_proxy_client(&proxy, &rq, peer);
    bool same = memcmp(&client, &peer, sizeof peer) == 0;
    assert(same || server_proxy_trusts(&proxy, &peer));
    (void)server_proxy_secure(&rq);
    return 0;
}
