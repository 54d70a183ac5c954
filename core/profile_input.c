#include "core/profile_input.h"

#include <ctype.h>

#include "common/base/json_read.h"
#include "common/base/url.h"
#include "common/base/utf8.h"

typedef bool check_fn(str value);

static check_fn profile_check_web, profile_check_birthdate, profile_check_zoneinfo,
    profile_check_locale, profile_check_phone, profile_check_address;

static const struct field table[] = {
#define PROFILE_FIELD(member, name, type, min, max, check, claim)                                  \
    {name,                                                                                         \
     FIELD_##type,                                                                                 \
     FIELD_NULLABLE,                                                                               \
     min,                                                                                          \
     max,                                                                                          \
     offsetof(struct profile_input, member),                                                       \
     "western eastern"},
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};

static const struct {
    check_fn *check;
    const char *rule, *message;
} checks[] = {
#define PROFILE_FIELD(member, name, type, min, max, check, claim)                                  \
    {check, "regex", "The " name " field format is invalid"},
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};

static bool all(str s, int (*is)(int), const char *also) {
    for (size_t i = 0; i < s.n; i++)
        if (!is((unsigned char)s.p[i]) && (s.p[i] == '\0' || !strchr(also, s.p[i])))
            return false;
    return s.n > 0;
}

static bool profile_check_web(str value) {
    struct url url;
    return !failed(url_parse(value, &url)) && url.host.n > 0 && !str_present(url.userinfo) &&
           (str_eq(url.scheme, S("https")) || str_eq(url.scheme, S("http")));
}

/* OIDC Core 5.1: YYYY-MM-DD, 0000-MM-DD without the year, or YYYY alone. */
static bool profile_check_birthdate(str value) {
    int64_t month, day;
    if (value.n == 4)
        return all(value, isdigit, "");
    if (value.n != 10 || value.p[4] != '-' || value.p[7] != '-' ||
        !all(str_head(value, 4), isdigit, ""))
        return false;
    return !failed(str_to_int(str_head(str_from_pos(value, 5), 2), 12, &month)) && month >= 1 &&
           !failed(str_to_int(str_from_pos(value, 8), 31, &day)) && day >= 1;
}

/* A name of the IANA database: Europe/Paris, America/Los_Angeles. */
static bool profile_check_zoneinfo(str value) {
    return all(value, isalnum, "/_+-");
}

/* BCP 47, in either spelling (OIDC Core 5.1 lets en_US be). */
static bool profile_check_locale(str value) {
    return isalpha((unsigned char)value.p[0]) && all(value, isalnum, "-_");
}

/* E.164. */
static bool profile_check_phone(str value) {
    return value.p[0] == '+' && all(str_from_pos(value, 1), isdigit, "");
}

/* OIDC Core 5.1.1. */
static bool profile_check_address(str value) {
    static const char *const members[] = {"formatted", "street_address", "locality",
                                          "region",    "postal_code",    "country"};
    AUTO(json_ref) address = NULL;
    if (failed(json_read_object(value, &address)))
        return false;
    size_t known = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        known += json_read_str(address, members[i]).n > 0;
    return known > 0 && known == json_object_size(address);
}

static err check_one(struct request *rq, size_t i, str value) {
    bool text = table[i].type == FIELD_TEXT;
    bool clean = !text || (!utf8_has_control(value) && str_trim(value).n == value.n);
    if (clean && (!checks[i].check || checks[i].check(value)))
        return OK;
    return request_field_error(rq, table[i].name, checks[i].rule, checks[i].message);
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

err profile_input_apply(struct request *rq, json_t *profile, struct profile_input *in) {
    enum field_state states[PROFILE_FIELDS];
    TRY(fields_read_states(rq, table, PROFILE_FIELDS, in, states));
    err bad = OK;
    for (size_t i = 0; i < PROFILE_FIELDS; i++) {
        str value;
        memcpy(&value, (const char *)in + table[i].offset, sizeof value);
        if (states[i] == FIELD_NULL)
            json_object_del(profile, table[i].name);
        err e = states[i] == FIELD_SET ? check_one(rq, i, value) : OK;
        if (failed(e))
            bad = e;
        else if (states[i] == FIELD_SET)
            TRY(set_one(profile, i, value));
    }
    return bad;
}
