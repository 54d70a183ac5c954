#include "common/base/json_read.h"

#include <math.h>

#include "common/base/buf.h"

/* Depth is checked before jansson recurses: its own limit (2048) is far above ours. */
static bool too_deep(str text) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
        if (depth > JSON_MAX_DEPTH)
            return true;
    }
    return false;
}

err json_read(str text, json_t **out) {
    REQUIRE(text.n > 0, bad_request, "a JSON text is missing");
    REQUIRE(!too_deep(text), bad_request, "the JSON is nested too deeply");
    json_error_t error;
    *out = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (*out)
        return OK;
    enum json_error_code code = json_error_code(&error);
    REQUIRE(code != json_error_out_of_memory, no_memory, "there is no memory left");
    REQUIRE(code != json_error_duplicate_key, bad_request, "the JSON repeats a member");
    REQUIRE(code != json_error_end_of_input_expected, bad_request, "text follows the JSON");
    REQUIRE(code != json_error_invalid_utf8, bad_request, "the JSON is not UTF-8");
    return FAIL(bad_request, "this is not well-formed JSON");
}

err json_read_object(str text, json_t **out) {
    TRY(json_read(text, out));
    if (json_is_object(*out))
        return OK;
    json_decref(*out);
    *out = NULL;
    return FAIL(bad_request, "the JSON must be an object");
}

str json_read_str(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return STR_ABSENT;
    return (str){json_string_value(value), json_string_length(value)};
}

bool json_read_has(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return value && !json_is_null(value);
}

bool json_read_int(const json_t *object, const char *key, int64_t *out) {
    const json_t *value = json_object_get(object, key);
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
        return true;
    }
    double number = json_is_real(value) ? json_real_value(value) : NAN;
    /* 2^63 is the first double past int64; not a number fails every comparison. */
    const double limit = 9223372036854775808.0;
    if (!(fabs(number) < limit) || number != trunc(number))
        return false;
    *out = (int64_t)number;
    return true;
}

bool json_read_true(const json_t *object, const char *key) {
    return json_is_true(json_object_get(object, key));
}

static int add_to_buf(const char *bytes, size_t n, void *user) {
    buf_add(user, str_of(bytes, n));
    return 0;
}

json_t *json_read_members(const json_t *object) {
    union {
        const json_t *given;
        json_t *members;
    } same = {.given = object};
    return same.members;
}

err json_read_dump(struct arena *arena, const json_t *json, str *out) {
    enum { MAX_DUMP = 1 << 20 };
    struct buf buf = buf_in(arena, MAX_DUMP);
    int status = json_dump_callback(json, add_to_buf, &buf, JSON_COMPACT | JSON_ENCODE_ANY);
    REQUIRE(status == 0, no_memory, "the JSON could not be written");
    return buf_str(&buf, out);
}
