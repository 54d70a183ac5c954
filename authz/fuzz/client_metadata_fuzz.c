/* The body of a registration (RFC 7591 2). Whatever it is: what is stored of it is checked again
 * without a change, in production and in development, and a refusal is told of in characters that a
 * header may hold. */
#include <assert.h>

#include "authz/client_metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 4 << 20 };

static void check_stored(struct arena *arena, str json, bool development) {
    AUTO(json_ref) stored = NULL;
    str again;
    assert(!failed(json_read_object(json, &stored)));
    assert(!failed(client_metadata_check(arena, stored, development, &again)));
    assert(str_eq(json, again));
    struct json_put echo = json_put_begin(arena, ARENA / 4);
    json_put_open(&echo, '{');
    assert(!failed(client_metadata_put(&echo, arena, stored)));
    json_put_close(&echo, '}');
    assert(!failed(json_put_done(&echo, &again)));
}

static void check(struct arena *arena, const json_t *given, bool development) {
    str json;
    err e = client_metadata_check(arena, given, development, &json);
    if (!failed(e))
        check_stored(arena, json, development);
    for (const char *p = e.why; p && *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(ARENA);
    AUTO(json_ref) given = NULL;
    if (!failed(json_read_object(str_of((const char *)data, size), &given))) {
        check(arena, given, false);
        check(arena, given, true);
    }
    arena_free(arena);
    return 0;
}
