#include "conformance/checks/standard_claims.h"

#include <ctype.h>
#include <string.h>

const struct standard_claim standard_claims[] = {
#define CLAIM(name, kind, scope) {#name, scope, kind},
#include "conformance/checks/standard_claims.def"
#undef CLAIM
};
const size_t standard_claims_n = sizeof standard_claims / sizeof standard_claims[0];

static bool fits(const char *text, const char *pattern) {
    for (; *pattern; pattern++, text++)
        if (*pattern == '9' ? !isdigit((unsigned char)*text) : *text != *pattern)
            return false;
    return *text == '\0';
}

bool is_birthdate(const char *text) {
    return fits(text, "9999-99-99") || fits(text, "9999");
}

static bool blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

static bool has_kind(const json_t *value, enum claim_kind kind) {
    switch (kind) {
    case TEXT:
        return json_is_string(value) && !blank(json_string_value(value));
    case DATE:
        return json_is_string(value) && is_birthdate(json_string_value(value));
    case NUMBER:
        return json_is_number(value);
    case BOOLEAN:
        return json_is_boolean(value);
    case OBJECT:
        return json_is_object(value) && json_object_size(value) > 0;
    }
    return false;
}

static const char *kind_word(enum claim_kind kind) {
    static const char *const words[] = {[TEXT] = "a text that is not blank",
                                        [DATE] = "YYYY-MM-DD, YYYY or 0000-MM-DD",
                                        [NUMBER] = "a number",
                                        [BOOLEAN] = "true or false",
                                        [OBJECT] = "an object with members"};
    return words[kind];
}

void check_claim_types(struct run *run, const json_t *claims) {
    for (size_t i = 0; i < standard_claims_n; i++) {
        const json_t *value = json_object_get(claims, standard_claims[i].name);
        if (value)
            check(run, FAILURE, "standard-claims-have-their-types", "OIDCC-5.1",
                  has_kind(value, standard_claims[i].kind), "%s must be %s",
                  standard_claims[i].name, kind_word(standard_claims[i].kind));
    }
}

void check_claims_of_scope(struct run *run, const json_t *claims, const char *scope) {
    for (size_t i = 0; i < standard_claims_n; i++)
        if (strcmp(standard_claims[i].scope, scope) == 0)
            check(run, WARNING, "the-scope-gives-its-claims", "OIDCC-5.4",
                  json_object_get(claims, standard_claims[i].name) != NULL, "scope %s: %s", scope,
                  standard_claims[i].name);
}

void check_no_unrequested_claims(struct run *run, const json_t *claims, const json_t *requested) {
    for (size_t i = 0; i < standard_claims_n; i++) {
        const char *name = standard_claims[i].name;
        if (json_object_get(claims, name) && !json_object_get(requested, name))
            check(run, WARNING, "no-claim-is-there-unasked", "OIDCC-5.4", false,
                  "%s is in the ID token although it was not asked for there", name);
    }
}
