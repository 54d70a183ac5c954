#include "common/http/address.h"

#include <arpa/inet.h>

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

enum { V6_BITS = 128, V4_BITS = 32, V4_PREFIX_BITS = 96 };

static str without_brackets(str text) {
    bool bracketed = text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']';
    return bracketed ? str_of(text.p + 1, text.n - 2) : text;
}

err address_parse(str text, struct address *out) {
    char copy[ADDRESS_TEXT_MAX];
    text = without_brackets(text);
    REQUIRE(text.n > 0 && text.n < sizeof copy && str_find(text, '\0') == text.n, bad_request,
            "this is not an IP address");
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    if (inet_pton(AF_INET6, copy, out->bytes) == 1)
        return OK;
    memcpy(out->bytes, v4_prefix, sizeof v4_prefix);
    REQUIRE(inet_pton(AF_INET, copy, out->bytes + sizeof v4_prefix) == 1, bad_request,
            "this is not an IP address");
    return OK;
}

bool address_is_v4(const struct address *address) {
    return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

struct address address_of_v4(const void *in_addr) {
    struct address address;
    memcpy(address.bytes, v4_prefix, sizeof v4_prefix);
    memcpy(address.bytes + sizeof v4_prefix, in_addr, 4);
    return address;
}

size_t address_write(const struct address *address, char out[ADDRESS_TEXT_MAX]) {
    bool v4 = address_is_v4(address);
    const uint8_t *bytes = v4 ? address->bytes + sizeof v4_prefix : address->bytes;
    bool written = inet_ntop(v4 ? AF_INET : AF_INET6, bytes, out, ADDRESS_TEXT_MAX);
    return written ? strlen(out) : 0;
}

err address_text(struct arena *arena, const struct address *address, str *out) {
    char text[ADDRESS_TEXT_MAX];
    size_t n = address_write(address, text);
    return str_dup(arena, str_of(text, n), out);
}

static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits) {
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static bool zero_behind(const struct address_block *block) {
    for (unsigned bit = block->bits; bit < V6_BITS; bit++)
        if (block->base.bytes[bit / 8] & (0x80u >> bit % 8))
            return false;
    return true;
}

err address_block_parse(str text, struct address_block *out) {
    size_t slash = str_find(text, '/');
    TRY(address_parse(str_head(text, slash), &out->base));
    bool v4 = address_is_v4(&out->base) && str_find(text, ':') == text.n;
    int64_t bits = v4 ? V4_BITS : V6_BITS;
    if (slash < text.n)
        TRY(str_to_int(str_from_pos(text, slash + 1), bits, &bits));
    out->bits = (unsigned)bits + (v4 ? V4_PREFIX_BITS : 0);
    REQUIRE(zero_behind(out), bad_request, "an address block has bits set behind its prefix");
    return OK;
}

bool address_block_holds(const struct address_block *block, const struct address *address) {
    return bits_equal(block->base.bytes, address->bytes, block->bits);
}
