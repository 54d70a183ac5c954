/* Internet addresses as 16 bytes: an IPv4 address is its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2),
 * so that both spellings are one address. */
#ifndef COMMON_HTTP_ADDRESS_H
#define COMMON_HTTP_ADDRESS_H

#include "common/base/str.h"

struct address {
    uint8_t bytes[16];
};

/* A block of addresses: the first `bits` bits of `base` (of all 128). */
struct address_block {
    struct address base;
    unsigned bits;
};

enum { ADDRESS_TEXT_MAX = 46 };

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; no port, no zone. */
err address_parse(str text, struct address *out) MUST_CHECK;
/* `in_addr`: 4 bytes in network order. */
struct address address_of_v4(const void *in_addr);
bool address_is_v4(const struct address *address);
/* The shortest form; IPv4-mapped addresses as IPv4. */
err address_text(struct arena *arena, const struct address *address, str *out) MUST_CHECK;
/* The same into a buffer; returns its length. */
size_t address_write(const struct address *address, char out[ADDRESS_TEXT_MAX]);
/* "10.0.0.0/8", "fd00::/8"; a lone address is a block of one. Bits set behind the prefix are
 * refused: they hide a mistake. */
err address_block_parse(str text, struct address_block *out) MUST_CHECK;
bool address_block_holds(const struct address_block *block, const struct address *address);

#endif
