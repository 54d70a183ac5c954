#include "rp/engine/sealed.h"

err sealed_write(const struct settings *settings, str purpose, str plain, struct arena *arena,
                 str *out) {
    const struct seal_slot *newest = &settings->seal_keys[0];
    str text, id;
    TRY(seal(&newest->key, purpose, plain, arena, &text));
    TRY(str_printf(arena, &id, "%u.", (unsigned)newest->id));
    return STR_JOIN(arena, out, id, text);
}

err sealed_read(const struct settings *settings, str purpose, str text, struct arena *arena,
                str *plain) {
    int64_t id;
    size_t dot = str_find(text, '.');
    err opened = FAIL(seal_broken, "it was sealed with a key that is not configured");
    if (failed(str_to_int(str_head(text, dot), UINT32_MAX, &id)))
        return opened;
    for (size_t i = 0; i < settings->seal_key_count; i++) {
        const struct seal_slot *slot = &settings->seal_keys[i];
        if (slot->id != id)
            continue;
        opened = seal_open(&slot->key, purpose, str_from_pos(text, dot + 1), arena, plain);
        if (!err_is(opened, E_seal_broken))
            break;
    }
    return opened;
}
