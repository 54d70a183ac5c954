#include "core/profile.h"

#include "common/base/clock.h"
#include "common/base/json_read.h"

enum { MAX_PROFILE = 32 * 1024 };

enum shown { IF_SET, ALWAYS };

static const struct {
    const char *name, *claim;
    enum shown shown;
} fields[] = {
#define PROFILE_FIELD(member, name, type, min, max, check, claim, shown) {name, claim, shown},
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Western order puts the given names first; eastern, the surname. */
static err joined_names(struct arena *arena, const json_t *profile, str *out) {
    str given = json_read_str(profile, "givenNames"), surname = json_read_str(profile, "surname");
    bool eastern = str_eq(json_read_str(profile, "preferredOrder"), S("eastern"));
    str first = eastern ? surname : given, second = eastern ? given : surname;
    *out = first.n ? first : second;
    return first.n && second.n ? STR_JOIN(arena, out, first, S(" "), second) : OK;
}

static err full_name(struct arena *arena, const json_t *profile, str *out) {
    TRY(joined_names(arena, profile, out));
    if (out->n == 0)
        *out = json_read_str(profile, "displayName");
    return OK;
}

err profile_display_name(struct arena *arena, const json_t *profile, str *out) {
    *out = json_read_str(profile, "displayName");
    return out->n ? OK : joined_names(arena, profile, out);
}

void profile_put_email(struct json_put *j, const struct email *email) {
    json_put_open(j, '{');
    json_put_str(j, "id", email->id);
    json_put_str(j, "email", email->address);
    json_put_bool(j, "isDefault", email->is_default);
    json_put_bool(j, "isVerified", email->is_verified);
    json_put_close(j, '}');
}

static void put_emails(struct json_put *j, const struct email *emails, size_t n) {
    json_put_open_at(j, "emails", '[');
    for (size_t i = 0; i < n; i++)
        profile_put_email(j, &emails[i]);
    json_put_close(j, ']');
}

static err put_json(struct json_put *j, struct arena *arena, const char *key, const json_t *value) {
    str text;
    TRY(json_read_dump(arena, value, &text));
    json_put_raw(j, key, text);
    return OK;
}

static err put_field(struct json_put *j, struct arena *arena, const json_t *profile, size_t i) {
    const json_t *value = json_object_get(profile, fields[i].name);
    if (value)
        return put_json(j, arena, fields[i].name, value);
    if (fields[i].shown == ALWAYS)
        json_put_null(j, fields[i].name);
    return OK;
}

err profile_api_json(struct arena *arena, const struct user *user, const struct email *emails,
                     size_t n, str *out) {
    AUTO(json_ref) profile = NULL;
    str name, created, updated;
    TRY(json_read_object(user->profile, &profile));
    TRY(full_name(arena, profile, &name));
    TRY(clock_iso8601(arena, user->created_ms, &created));
    TRY(clock_iso8601(arena, user->updated_ms, &updated));
    struct json_put j = json_put_begin(arena, MAX_PROFILE);
    json_put_open(&j, '{');
    json_put_str(&j, "id", user->id);
    json_put_str_or_null(&j, "email", user->email);
    json_put_str_or_null(&j, "name", name.n ? name : STR_ABSENT);
    for (size_t i = 0; i < FIELDS; i++)
        TRY(put_field(&j, arena, profile, i));
    json_put_bool(&j, "emailVerified", user->email_verified);
    json_put_bool(&j, "totpEnabled", str_present(user->totp_secret));
    if (str_present(user->totp_secret))
        json_put_int(&j, "recoveryCodesLeft", user->recovery_codes_left);
    put_emails(&j, emails, n);
    json_put_str(&j, "createdAt", created);
    json_put_str(&j, "updatedAt", updated);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err put_profile_claims(struct json_put *j, struct arena *arena, const json_t *profile) {
    str name;
    TRY(full_name(arena, profile, &name));
    json_put_str(j, "name", name.n ? name : STR_ABSENT);
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].claim[0])
            json_put_str(j, fields[i].claim, json_read_str(profile, fields[i].name));
    if (json_read_has(profile, "phone_number"))
        json_put_bool(j, "phone_number_verified", false);
    const json_t *address = json_object_get(profile, "address");
    return address ? put_json(j, arena, "address", address) : OK;
}

/* OIDC Core 5.3.2: what is not known is left out. */
err profile_claims_json(struct arena *arena, const struct user *user, str *out) {
    AUTO(json_ref) profile = NULL;
    TRY(json_read_object(user->profile, &profile));
    struct json_put j = json_put_begin(arena, MAX_PROFILE);
    json_put_open(&j, '{');
    json_put_str(&j, "sub", user->id);
    TRY(put_profile_claims(&j, arena, profile));
    json_put_str(&j, "email", user->email);
    if (str_present(user->email))
        json_put_bool(&j, "email_verified", user->email_verified);
    json_put_int(&j, "updated_at", user->updated_ms / 1000);
    json_put_int(&j, "signed_out_ms", user->signed_out_ms);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}
