/* JSON: what is read, written and read again is equal; any text that is written can be read. */
#include <assert.h>

#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_and_write(struct arena *arena, str text) {
    AUTO(json_ref) json = NULL;
    AUTO(json_ref) again = NULL;
    str dumped;
    err e = json_read(text, &json);
    assert(err_is(e, E_ok) || err_is(e, E_bad_request));
    assert(failed(e) == !json);
    if (!json)
        return;
    e = json_read_dump(arena, json, &dumped);
    assert(!failed(e));
    e = json_read(dumped, &again);
    assert(!failed(e) && json_equal(json, again));
    int64_t number;
    if (json_read_int(json, "n", &number))
        assert(json_is_object(json) && json_read_has(json, "n"));
}

static void write_and_read(struct arena *arena, str value) {
    AUTO(json_ref) json = NULL;
    str text;
    struct json_put j = json_put_begin(arena, value.n * 6 + 64);
    json_put_open(&j, '{');
    json_put_str(&j, "value", value);
    json_put_open_at(&j, "list", '[');
    json_put_item_str(&j, value);
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    /* Twice the text and its escapes do not fit: then it says so. */
    err e = json_put_done(&j, &text);
    if (failed(e))
        return;
    e = json_read_object(text, &json);
    assert(!failed(e) && str_eq(json_read_str(json, "value"), value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(32 * 1024 * 1024);
    str text = str_of((const char *)data, size);
    read_and_write(arena, text);
    if (text.p && utf8_valid(text) && str_find(text, '\0') == text.n)
        write_and_read(arena, text);
    arena_free(arena);
    return 0;
}
