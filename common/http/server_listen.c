#include "common/http/server_listen.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/address.h"
#include "common/http/server_unix.h"

enum { BACKLOG = 1024, PORT_MAX = 65535 };

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static err parse(str text, union socket_address *out, socklen_t *size) {
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    struct address address;
    int64_t port;
    err e = colon ? address_parse(str_head(text, colon - 1), &address) : FAIL(config, "");
    if (!failed(e))
        e = str_to_int(str_from_pos(text, colon), PORT_MAX, &port);
    REQUIRE(!failed(e), config,
            "listen is not an IP address and a port, such as 127.0.0.1:9400 or [::1]:9400, nor "
            "unix:/path");
    bool v4 = address_is_v4(&address);
    *size = v4 ? sizeof out->v4 : sizeof out->v6;
    *out = (union socket_address){0};
    if (v4) {
        out->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        memcpy(&out->v4.sin_addr, address.bytes + 12, sizeof out->v4.sin_addr);
        return OK;
    }
    out->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    memcpy(&out->v6.sin6_addr, address.bytes, sizeof out->v6.sin6_addr);
    return OK;
}

static void set(int fd, int level, int option, int value) {
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

static err bind_and_listen(int fd, const union socket_address *address, socklen_t size) {
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address->any.sa_family == AF_INET6)
        set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    REQUIRE(bind(fd, &address->any, size) == 0, config,
            "the listen address cannot be bound: it is in use, foreign or needs a privilege");
    REQUIRE(listen(fd, BACKLOG) == 0, config, "the listen address does not take connections");
    return OK;
}

static int port_of(int fd) {
    union socket_address address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size) != 0)
        return 0;
    bool v6 = address.any.sa_family == AF_INET6;
    return ntohs(v6 ? address.v6.sin6_port : address.v4.sin_port);
}

err server_listen_check(str address) {
    union socket_address where;
    socklen_t size;
    if (server_unix_is(address))
        return server_unix_parse(address, &(struct sockaddr_un){0});
    return parse(address, &where, &size);
}

bool server_listen_is_loopback(str address) {
    union socket_address where;
    socklen_t size;
    if (server_unix_is(address))
        return true;
    if (failed(parse(address, &where, &size)))
        return false;
    if (where.any.sa_family == AF_INET)
        return ntohl(where.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&where.v6.sin6_addr);
}

err server_listen(str address, int *fd, int *port) {
    union socket_address where;
    socklen_t size;
    *port = 0;
    if (server_unix_is(address))
        return server_unix_listen(address, fd);
    TRY(parse(address, &where, &size));
    int made = socket(where.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    REQUIRE(made >= 0, io, "a socket could not be made");
    err e = bind_and_listen(made, &where, size);
    if (failed(e)) {
        close(made);
        return e;
    }
    *fd = made;
    *port = port_of(made);
    return OK;
}
