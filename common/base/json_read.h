/* Reading JSON strictly: objects with unique keys, bounded depth, valid UTF-8, no NUL, nothing
 * behind the end. A `json` is owned by jansson: hold it in AUTO(json_ref). */
#ifndef COMMON_BASE_JSON_READ_H
#define COMMON_BASE_JSON_READ_H

#include <jansson.h>

#include "common/base/scope.h"
#include "common/base/str.h"

static inline void json_ref_drop(json_t **json) {
    json_decref(*json);
}
/* Scope-bound ownership: AUTO(json_ref) doc = NULL; */
typedef json_t *json_ref;

enum { JSON_MAX_DEPTH = 32 };

/* E_bad_request with what is wrong. Takes any JSON value; integers past int64 and reals past double
 * are refused. */
err json_read(str text, json_t **out) MUST_CHECK;
/* The same, and it must be an object. */
err json_read_object(str text, json_t **out) MUST_CHECK;

/* Borrowed from `object`; absent if it is missing, null or of another type. */
str json_read_str(const json_t *object, const char *key);
/* Whether the member is there and not null. */
bool json_read_has(const json_t *object, const char *key);
/* False if missing or not an integer (a real with an integral value inside int64 counts). */
bool json_read_int(const json_t *object, const char *key, int64_t *out);
bool json_read_true(const json_t *object, const char *key);
/* The same object, for json_object_foreach: it asks for one that may change, and changes nothing.
 */
json_t *json_read_members(const json_t *object);
/* Compact text in the arena, keys in insertion order. */
err json_read_dump(struct arena *arena, const json_t *json, str *out) MUST_CHECK;

#endif
