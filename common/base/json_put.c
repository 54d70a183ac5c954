#include "common/base/json_put.h"

#include <assert.h>

struct json_put json_put_begin(struct arena *arena, size_t max) {
    return (struct json_put){.buf = buf_in(arena, max)};
}

/* RFC 8259 7: quote, backslash and the control characters are escaped. '<', '>' and '&' too, so
 * that the text is harmless inside a page. */
static void add_quoted(struct buf *buf, str s) {
    buf_add_c(buf, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
        if (plain)
            continue;
        buf_add(buf, str_of(s.p + from, i - from));
        if (c == '"' || c == '\\')
            buf_addf(buf, "\\%c", c);
        else
            buf_addf(buf, "\\u%04x", c);
        from = i + 1;
    }
    if (from < s.n)
        buf_add(buf, str_of(s.p + from, s.n - from));
    buf_add_c(buf, '"');
}

static void before_value(struct json_put *j) {
    if (j->comma)
        buf_add_c(&j->buf, ',');
    j->comma = true;
}

static void key_of(struct json_put *j, const char *key) {
    before_value(j);
    add_quoted(&j->buf, str_from(key));
    buf_add_c(&j->buf, ':');
}

static void open_bracket(struct json_put *j, char bracket) {
    assert(bracket == '{' || bracket == '[');
    buf_add_c(&j->buf, bracket);
    j->comma = false;
    j->depth++;
}

void json_put_open(struct json_put *j, char bracket) {
    before_value(j);
    open_bracket(j, bracket);
}

void json_put_open_at(struct json_put *j, const char *key, char bracket) {
    key_of(j, key);
    open_bracket(j, bracket);
}

void json_put_close(struct json_put *j, char bracket) {
    assert(j->depth > 0 && (bracket == '}' || bracket == ']'));
    buf_add_c(&j->buf, bracket);
    j->comma = true;
    j->depth--;
}

void json_put_raw(struct json_put *j, const char *key, str json) {
    key_of(j, key);
    buf_add(&j->buf, json);
}

void json_put_null(struct json_put *j, const char *key) {
    json_put_raw(j, key, S("null"));
}

void json_put_str(struct json_put *j, const char *key, str value) {
    if (!str_present(value))
        return;
    key_of(j, key);
    add_quoted(&j->buf, value);
}

void json_put_str_or_null(struct json_put *j, const char *key, str value) {
    if (str_present(value))
        json_put_str(j, key, value);
    else
        json_put_null(j, key);
}

void json_put_int(struct json_put *j, const char *key, int64_t value) {
    key_of(j, key);
    buf_addf(&j->buf, "%lld", (long long)value);
}

void json_put_bool(struct json_put *j, const char *key, bool value) {
    json_put_raw(j, key, value ? S("true") : S("false"));
}

void json_put_words(struct json_put *j, const char *key, str words) {
    str word;
    json_put_open_at(j, key, '[');
    while (str_next(&words, ' ', &word))
        if (word.n)
            json_put_item_str(j, word);
    json_put_close(j, ']');
}

void json_put_item_str(struct json_put *j, str value) {
    before_value(j);
    add_quoted(&j->buf, value);
}

void json_put_item_int(struct json_put *j, int64_t value) {
    before_value(j);
    buf_addf(&j->buf, "%lld", (long long)value);
}

void json_put_item_raw(struct json_put *j, str json) {
    before_value(j);
    buf_add(&j->buf, json);
}

err json_put_done(struct json_put *j, str *out) {
    assert(j->depth == 0);
    return buf_str(&j->buf, out);
}
