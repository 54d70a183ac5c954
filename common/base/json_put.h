/* Writing JSON straight into an arena. Commas and escapes are its business, nesting yours:
 *
 *     struct json_put j = json_put_begin(arena, 4096);
 *     json_put_open(&j, '{');
 *     json_put_str(&j, "sub", sub);          absent: the member is left out
 *     json_put_open_at(&j, "roles", '[');
 *     json_put_item_str(&j, S("owner"));
 *     json_put_close(&j, ']');
 *     json_put_close(&j, '}');
 *     TRY(json_put_done(&j, &text));
 */
#ifndef COMMON_BASE_JSON_PUT_H
#define COMMON_BASE_JSON_PUT_H

#include "common/base/buf.h"

struct json_put {
    struct buf buf;
    bool comma; /* the next value needs one before it */
    int depth;
};

struct json_put json_put_begin(struct arena *arena, size_t max);
/* '{' or '['. */
void json_put_open(struct json_put *j, char bracket);
void json_put_open_at(struct json_put *j, const char *key, char bracket);
void json_put_close(struct json_put *j, char bracket);
/* Members of an object. An absent str leaves the member out. */
void json_put_str(struct json_put *j, const char *key, str value);
/* The same, but an absent str is written as null. */
void json_put_str_or_null(struct json_put *j, const char *key, str value);
void json_put_int(struct json_put *j, const char *key, int64_t value);
void json_put_bool(struct json_put *j, const char *key, bool value);
void json_put_null(struct json_put *j, const char *key);
/* Ready JSON text, unchecked. */
void json_put_raw(struct json_put *j, const char *key, str json);
/* A string list from words separated by spaces: "a b" gives ["a","b"]. */
void json_put_words(struct json_put *j, const char *key, str words);
/* Elements of an array. */
void json_put_item_str(struct json_put *j, str value);
void json_put_item_int(struct json_put *j, int64_t value);
void json_put_item_raw(struct json_put *j, str json);
/* E_no_memory past the maximum; asserts that every bracket was closed. */
err json_put_done(struct json_put *j, str *out) MUST_CHECK;

#endif
