#include "common/net/private_address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const struct range4 {
    uint32_t net;
    int bits;
} ranges4[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
               {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
               {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24},
               {0xe0000000, 4},  {0xf0000000, 4},  {0xc0586300, 24}};

static const struct range6 {
    uint8_t net[16];
    int bits;
} ranges6[] = {
    {{0}, 64},                         /* ::, ::1, IPv4-compatible, IPv4-translated */
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48}, /* local translation, RFC 8215 */
    {{0x20, 0x01, 0}, 32},             /* Teredo: hides an IPv4 address */
    {{0x3f, 0xff}, 20},                /* documentation, RFC 9637 */
    {{0xfe, 0xc0}, 10},                /* site-local, RFC 3879 */
    {{0x01}, 64},                      /* discard only, RFC 6666 */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},    /* documentation */
    {{0x20, 0x02}, 16},                /* 6to4: hides an IPv4 address */
    {{0xfc}, 7},                       /* unique local */
    {{0xfe, 0x80}, 10},                /* link-local */
    {{0xff}, 8},                       /* multicast */
};

static bool private4(uint32_t address) {
    for (size_t i = 0; i < sizeof ranges4 / sizeof ranges4[0]; i++)
        if ((address ^ ranges4[i].net) >> (32 - ranges4[i].bits) == 0)
            return true;
    return false;
}

static bool in_range(const uint8_t *address, const uint8_t *net, int bits) {
    int whole = bits / 8, rest = bits % 8;
    if (memcmp(address, net, (size_t)whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ net[whole]) >> (8 - rest) == 0;
}

static uint32_t last_four(const uint8_t *a) {
    return (uint32_t)a[12] << 24 | (uint32_t)a[13] << 16 | (uint32_t)a[14] << 8 | a[15];
}

/* ::ffff:a.b.c.d and 64:ff9b::a.b.c.d (RFC 6052) carry an IPv4 address. */
static bool private6(const uint8_t *address) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (memcmp(address, mapped, 12) == 0 || memcmp(address, nat64, 12) == 0)
        return private4(last_four(address));
    for (size_t i = 0; i < sizeof ranges6 / sizeof ranges6[0]; i++)
        if (in_range(address, ranges6[i].net, ranges6[i].bits))
            return true;
    return false;
}

bool private_address(const struct sockaddr *address) {
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof in);
        return private4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        return private6(in6.sin6_addr.s6_addr);
    }
    return true;
}
