#include "common/http/server_proxy.h"

err server_proxy_parse(str list, struct server_proxy *out) {
    str part;
    out->n = 0;
    while (str_next(&list, ' ', &part)) {
        if (part.n == 0)
            continue;
        REQUIRE(out->n < SERVER_PROXY_MAX, config, "there are too many trusted proxies");
        err e = address_block_parse(part, &out->blocks[out->n]);
        REQUIRE(!failed(e), config,
                "a trusted proxy is not an address block such as 10.0.0.0/8 or fd00::/8");
        out->n++;
    }
    return OK;
}

bool server_proxy_trusts(const struct server_proxy *proxy, const struct address *peer) {
    for (size_t i = 0; i < proxy->n; i++)
        if (address_block_holds(&proxy->blocks[i], peer))
            return true;
    return false;
}

/* Takes the part behind the last comma off the end. */
static bool last_part(str *rest, str *part) {
    if (!str_present(*rest))
        return false;
    size_t start = rest->n;
    while (start > 0 && rest->p[start - 1] != ',')
        start--;
    *part = str_trim(str_from_pos(*rest, start));
    *rest = start > 0 ? str_head(*rest, start - 1) : STR_ABSENT;
    return true;
}

/* Walks one header from the right. False: the client is found (or the rest is not to be read). */
static bool walk(const struct server_proxy *proxy, str header, struct address *client) {
    str part;
    while (last_part(&header, &part)) {
        struct address address;
        if (failed(address_parse(part, &address)))
            return false;
        *client = address;
        if (!server_proxy_trusts(proxy, client))
            return false;
    }
    return true;
}

struct address server_proxy_client(const struct server_proxy *proxy, const struct request *rq,
                                   struct address peer) {
    struct address client = peer;
    if (!server_proxy_trusts(proxy, &peer))
        return client;
    for (size_t i = rq->header_count; i > 0; i--) {
        const struct header *header = &rq->headers[i - 1];
        if (str_eq_nocase(header->name, S("X-Forwarded-For")) &&
            !walk(proxy, header->value, &client))
            break;
    }
    return client;
}

bool server_proxy_secure(const struct request *rq) {
    str last = STR_ABSENT;
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, S("X-Forwarded-Proto")))
            last = rq->headers[i].value;
    str part;
    return last_part(&last, &part) && str_eq_nocase(part, S("https"));
}
