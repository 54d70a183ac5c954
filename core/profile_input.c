#include "core/profile_input.h"

#include "common/base/json_read.h"
#include "common/base/utf8.h"
#include "core/claim_format.h"

enum { USERNAME_MIN = 3, USERNAME_MAX = 30 };

static const struct field table[] = {
#define PROFILE_FIELD(member, name, type, min, max, check, claim, shown)                           \
    {name,                                                                                         \
     FIELD_##type,                                                                                 \
     FIELD_NULLABLE,                                                                               \
     min,                                                                                          \
     max,                                                                                          \
     offsetof(struct profile_input, values) + PROFILE_##member * sizeof(str),                      \
     "western eastern"},
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};
FIELD_TABLE(profile_takes, table);

static const struct {
    bool (*good)(str value); /* NULL: any */
    const char *message;
} checks[] = {
#define PROFILE_FIELD(member, name, type, min, max, check, claim, shown)                           \
    {check, "The " name " field format is invalid"},
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};

static const str reserved[] = {
#define RESERVED_USERNAME(name) S_INIT(name),
#include "core/reserved_usernames.def"
#undef RESERVED_USERNAME
};

/* [A-Za-z0-9_], 3 to 30 of them. */
static bool is_username(str name) {
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return name.n >= USERNAME_MIN && name.n <= USERNAME_MAX;
}

static err check_username(str name) {
    REQUIRE(is_username(name), USERNAME_INVALID,
            "A username has 3 to 30 letters, digits and underscores");
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        REQUIRE(!str_eq_nocase(name, reserved[i]), USERNAME_RESERVED, "This username is reserved");
    return OK;
}

static err check_one(struct request *rq, struct profile_input *in, size_t i) {
    str *value = &in->values[i];
    if (in->states[i] != FIELD_SET)
        return OK;
    bool text = table[i].type == FIELD_TEXT;
    *value = text ? str_trim(*value) : *value;
    if (value->n == 0)
        in->states[i] = FIELD_NULL;
    bool clean = !text || !utf8_has_control(*value);
    if (value->n == 0 || (clean && (!checks[i].good || checks[i].good(*value))))
        return OK;
    return request_field_error(rq, table[i].name, "regex", checks[i].message);
}

err profile_input_read(struct request *rq, struct profile_input *out) {
    *out = (struct profile_input){0};
    TRY(fields_read_body_states(rq, out, out->states));
    err first = OK;
    for (size_t i = 0; i < PROFILE_FIELDS; i++) {
        err e = check_one(rq, out, i);
        first = failed(first) ? first : e;
    }
    TRY(first);
    bool named = out->states[PROFILE_username] == FIELD_SET;
    return named ? check_username(out->values[PROFILE_username]) : OK;
}

static err set_one(json_t *profile, size_t i, str value) {
    AUTO(json_ref) json = NULL;
    if (table[i].type == FIELD_OBJECT)
        TRY(json_read_object(value, &json));
    else
        json = json_stringn(value.p, value.n);
    REQUIRE(json && json_object_set(profile, table[i].name, json) == 0, no_memory,
            "the profile needs more memory than it may have");
    return OK;
}

err profile_input_merge(const struct profile_input *in, json_t *profile) {
    for (size_t i = 0; i < PROFILE_FIELDS; i++) {
        if (in->states[i] == FIELD_NULL)
            json_object_del(profile, table[i].name);
        if (in->states[i] == FIELD_SET)
            TRY(set_one(profile, i, in->values[i]));
    }
    return OK;
}
