#include "common/base/random.h"

#include <assert.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <stdio.h>

#include "common/base/base64url.h"
#include "common/base/hex.h"

enum { MAX_TOKEN_BYTES = 64, MAX_DIGITS = 9 };

static _Atomic uint64_t test_state; /* 0: the real generator */

/* splitmix64: repeatable, for tests. */
static uint64_t test_next(void) {
    uint64_t z = atomic_fetch_add(&test_state, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

err random_bytes(void *out, size_t n) {
    uint8_t *bytes = out;
    if (atomic_load(&test_state)) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)test_next();
        return OK;
    }
    REQUIRE(n <= INT32_MAX && RAND_priv_bytes(bytes, (int)n) == 1, internal,
            "the random generator failed");
    return OK;
}

static err random_text(struct arena *arena, str prefix, size_t n,
                       err (*encode)(struct arena *, str, str *), str *out) {
    assert(n <= MAX_TOKEN_BYTES);
    char bytes[MAX_TOKEN_BYTES];
    str text;
    TRY(random_bytes(bytes, n));
    TRY(encode(arena, str_of(bytes, n), &text));
    return STR_JOIN(arena, out, prefix, text);
}

err random_token(struct arena *arena, str prefix, size_t n, str *out) {
    return random_text(arena, prefix, n, base64url_encode, out);
}

err random_hex(struct arena *arena, str prefix, size_t n, str *out) {
    return random_text(arena, prefix, n, hex_encode, out);
}

err random_digits(struct arena *arena, int digits, str *out) {
    assert(digits > 0 && digits <= MAX_DIGITS);
    uint64_t range = 1, value;
    for (int i = 0; i < digits; i++)
        range *= 10;
    /* Values in the last, incomplete run of `range` would favour small numbers. */
    do
        TRY(random_bytes(&value, sizeof value));
    while (value >= UINT64_MAX - UINT64_MAX % range);
    return str_printf(arena, out, "%0*llu", digits, (unsigned long long)(value % range));
}

err random_uuid(struct arena *arena, str *out) {
    uint8_t b[16];
    TRY(random_bytes(b, sizeof b));
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    return str_printf(arena, out,
                      "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                      b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                      b[13], b[14], b[15]);
}

void random_seed_for_tests(uint64_t seed) {
    atomic_store(&test_state, seed);
}
