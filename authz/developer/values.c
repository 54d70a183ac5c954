#include "authz/developer/values.h"

#include "common/base/json_read.h"

struct writing {
    struct arena *arena;
    struct template_value *values;
    size_t n;
};

static size_t count(const json_t *object) {
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach(json_read_members(object), key, value) {
        (void)key;
        n += json_is_object(value) ? count(value) : 1;
    }
    return n;
}

/* "2024-01-01T12:00:00.000Z" (common/base/clock.h) */
static bool is_time(str text) {
    return text.n == 24 && text.p[10] == 'T' && text.p[19] == '.' && text.p[23] == 'Z';
}

static err put_text(struct arena *arena, const json_t *value, str *out) {
    str text = str_of(json_string_value(value), json_string_length(value));
    if (is_time(text))
        return STR_JOIN(arena, out, str_head(text, 10), S(" "), str_head(str_from_pos(text, 11), 5),
                        S(" UTC"));
    return str_dup(arena, text, out);
}

static err put_item(struct arena *arena, const json_t *item, struct template_scope *row) {
    if (json_is_object(item))
        return values_of(arena, item, row);
    struct template_value *value = ARENA_NEW(arena, struct template_value);
    REQUIRE(value, no_memory, "the page needs more memory than it may have");
    value->name = "item";
    *row = (struct template_scope){value, 1, NULL};
    return put_text(arena, item, &value->text);
}

static err put_list(struct arena *arena, const json_t *list, struct template_value *out) {
    size_t n = json_array_size(list), i;
    const json_t *item;
    struct template_scope *rows = arena_array(arena, n, sizeof *rows);
    REQUIRE(rows, no_memory, "the page needs more memory than it may have");
    json_array_foreach(list, i, item) TRY(put_item(arena, item, &rows[i]));
    out->rows = rows;
    out->row_count = n;
    return OK;
}

/* Also what is null is there, so that none of the same name outside is taken for it. */
static err put_value(struct arena *arena, const json_t *value, struct template_value *out) {
    out->text = S("");
    if (json_is_string(value))
        return put_text(arena, value, &out->text);
    if (json_is_integer(value))
        return str_printf(arena, &out->text, "%lld", (long long)json_integer_value(value));
    if (json_is_array(value))
        return put_list(arena, value, out);
    if (json_is_true(value))
        out->text = S("yes");
    return OK;
}

static err put_members(struct writing *w, str prefix, const json_t *object);

static err put_member(struct writing *w, str name, const json_t *value) {
    if (json_is_object(value))
        return put_members(w, name, value);
    struct template_value *out = &w->values[w->n++];
    out->name = name.p;
    return put_value(w->arena, value, out);
}

static err put_members(struct writing *w, str prefix, const json_t *object) {
    const char *key;
    json_t *value;
    json_object_foreach(json_read_members(object), key, value) {
        str name;
        TRY(STR_JOIN(w->arena, &name, prefix, str_empty(prefix) ? S("") : S("_"), str_from(key)));
        TRY(put_member(w, name, value));
    }
    return OK;
}

err values_of(struct arena *arena, const json_t *object, struct template_scope *out) {
    struct writing w = {.arena = arena};
    w.values = arena_array(arena, count(object), sizeof *w.values);
    REQUIRE(w.values, no_memory, "the page needs more memory than it may have");
    TRY(put_members(&w, S(""), object));
    *out = (struct template_scope){w.values, w.n, NULL};
    return OK;
}
