#include "authz/protocol/claims.h"

#include "common/base/json_read.h"

enum { CLAIMS_MAX = 64 * 1024 };

enum claim_type { STRING, STRING_OR_NULL, INTEGER, BOOLEAN, OBJECT };

static const struct claim {
    const char *name;
    str scope;
    enum claim_type type;
} claims[] = {
#define CLAIM(name, scope, type) {name, S_INIT(scope), type},
#include "authz/protocol/claims.def"
#undef CLAIM
};

static err put_object(struct json_put *j, struct arena *arena, const struct claim *claim,
                      const json_t *value) {
    str text;
    if (!json_is_object(value) || json_object_size(value) == 0)
        return OK;
    TRY(json_read_dump(arena, value, &text));
    json_put_raw(j, claim->name, text);
    return OK;
}

/* A value of another type than the table's is left out: a client would choke on it. */
static err put_claim(struct json_put *j, struct arena *arena, const struct claim *claim,
                     const json_t *person) {
    str text = json_read_str(person, claim->name);
    int64_t number;
    switch (claim->type) {
    case STRING:
        if (!str_empty(text))
            json_put_str(j, claim->name, text);
        return OK;
    case STRING_OR_NULL:
        json_put_str_or_null(j, claim->name, text);
        return OK;
    case INTEGER:
        if (json_read_int(person, claim->name, &number))
            json_put_int(j, claim->name, number);
        return OK;
    case BOOLEAN:
        if (json_is_boolean(json_object_get(person, claim->name)))
            json_put_bool(j, claim->name, json_read_true(person, claim->name));
        return OK;
    case OBJECT:
        return put_object(j, arena, claim, json_object_get(person, claim->name));
    }
    return OK;
}

str claims_scope_of(str name) {
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        if (str_eq(name, str_from(claims[i].name)))
            return claims[i].scope;
    return STR_ABSENT;
}

err claims_put(struct json_put *j, struct arena *arena, const json_t *person, str scope,
               str names) {
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        if (str_has_word(scope, claims[i].scope) || str_has_word(names, str_from(claims[i].name)))
            TRY(put_claim(j, arena, &claims[i], person));
    return OK;
}

err claims_userinfo(struct arena *arena, const json_t *person, const struct claims_shown *shown,
                    str *json) {
    struct json_put j = json_put_begin(arena, CLAIMS_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", shown->iss);
    json_put_str(&j, "aud", shown->aud);
    json_put_str(&j, "id", shown->sub); /* the HitKey API's name for it */
    json_put_str(&j, "sub", shown->sub);
    TRY(claims_put(&j, arena, person, shown->scope, shown->names));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}
