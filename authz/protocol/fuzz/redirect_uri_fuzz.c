/* The first line is the registered URI, the rest the requested one. Whatever they are: a match is
 * the registered string, or a loopback literal of a native client. */
#include <assert.h>

#include "authz/protocol/redirect_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *arena, const struct redirect_uri_rules *rules, str registered,
                  str requested) {
    str target;
    if (failed(redirect_uri_check(registered, rules)))
        return;
    if (failed(redirect_uri_find(arena, rules, &registered, 1, requested, &target)))
        return;
    assert(str_eq(target, registered) || rules->native);
    assert(!failed(redirect_uri_check(target, rules)));
    assert(rules->normalise || rules->native || str_eq(requested, registered));
    assert(!failed(redirect_uri_repeat(arena, rules, target, target)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = str_of((const char *)data, size);
    size_t line = str_find(text, '\n');
    str registered = str_head(text, line), requested = str_from_pos(text, line + 1);
    struct arena *arena = arena_new(1 << 20);
    check(arena, &(struct redirect_uri_rules){0}, registered, requested);
    check(arena, &(struct redirect_uri_rules){.normalise = true, .loopback_http = true}, registered,
          requested);
    check(arena, &(struct redirect_uri_rules){.native = true}, registered, requested);
    arena_free(arena);
    return 0;
}
