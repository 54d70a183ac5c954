/* The bytes as a code, and as the plain text of one that was sealed here: the layout is parsed past
 * the seal too. */
#include <assert.h>

#include "authz/protocol/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct seal_key key = {{7}};
    struct arena *arena = arena_new(1 << 20);
    str text = str_of((const char *)data, size), sealed;
    struct code code;
    assert(failed(code_open(&key, arena, text, &code)));
    if (size <= CODE_PLAIN_MAX &&
        !failed(seal(&key, S("authorization code"), text, arena, &sealed)) &&
        !failed(code_open(&key, arena, sealed, &code)) && code.id.n >= 16)
        assert(!failed(code_seal(&key, arena, &code, &sealed)));
    arena_free(arena);
    return 0;
}
