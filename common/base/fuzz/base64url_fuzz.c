/* base64url, base64, hex: each text has one meaning and each meaning one text. */
#include <assert.h>

#include "common/base/base32.h"
#include "common/base/base64.h"
#include "common/base/base64url.h"
#include "common/base/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef err convert(struct arena *arena, str in, str *out);

static bool same(str a, str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void there_and_back(struct arena *arena, str bytes, convert *encode, convert *decode) {
    str text, again;
    err e = encode(arena, bytes, &text);
    assert(!failed(e));
    e = decode(arena, text, &again);
    assert(!failed(e) && same(bytes, again));
}

static void back_and_there(struct arena *arena, str text, convert *encode, convert *decode) {
    str bytes, again, lower;
    err e = decode(arena, text, &bytes);
    assert(err_is(e, E_ok) || err_is(e, E_bad_request));
    if (failed(e))
        return;
    e = encode(arena, bytes, &again);
    assert(!failed(e));
    e = str_lower(arena, text, &lower); /* hex is read in either case */
    assert(!failed(e) && (same(text, again) || (encode == hex_encode && same(lower, again))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct {
        convert *encode, *decode;
    } pairs[] = {{base64url_encode, base64url_decode},
                 {base64_encode, base64_decode},
                 {hex_encode, hex_decode}};
    struct arena *arena = arena_new(32 * 1024 * 1024);
    str text = str_of((const char *)data, size), base32;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        there_and_back(arena, text, pairs[i].encode, pairs[i].decode);
        back_and_there(arena, text, pairs[i].encode, pairs[i].decode);
    }
    err e = base32_encode(arena, text, &base32);
    assert(!failed(e) && base32.n == (size * 8 + 4) / 5);
    arena_free(arena);
    return 0;
}
