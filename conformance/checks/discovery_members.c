#include "conformance/checks/discovery_members.h"

#include <ctype.h>
#include <string.h>

enum kind { URL, TEXTS, FLAG, LOCALES, ANY };
enum presence { MUST, SHOULD, MAY };

static const struct member {
    const char *name;
    enum kind kind;
    enum presence presence;
} members[] = {
#define MEMBER(name, kind, presence) {#name, kind, presence},
#include "conformance/checks/discovery_members.def"
#undef MEMBER
};
enum { MEMBERS = sizeof members / sizeof members[0] };

/* RFC 5646 2.1, loosely: subtags of one to eight letters or digits. */
static bool is_language_tag(const char *text) {
    size_t run = 0;
    for (const char *p = text; *p; p++) {
        run = *p == '-' ? 0 : run + 1;
        if ((*p == '-' && (p == text || p[-1] == '-')) || run > 8 ||
            (*p != '-' && !isalnum((unsigned char)*p)))
            return false;
    }
    return run > 0 && isalpha((unsigned char)text[0]);
}

static bool are_texts(const json_t *value, enum kind kind) {
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item) {
        if (!json_is_string(item) || (kind == LOCALES && !is_language_tag(json_string_value(item))))
            return false;
    }
    return json_is_array(value);
}

static bool has_kind(const json_t *value, enum kind kind) {
    switch (kind) {
    case URL:
        return json_is_string(value) && strncmp(json_string_value(value), "https://", 8) == 0;
    case TEXTS:
    case LOCALES:
        return are_texts(value, kind);
    case FLAG:
        return json_is_boolean(value);
    case ANY:
        return true;
    }
    return false;
}

static void check_member(struct run *run, const struct member *member) {
    static const char *const words[] = {[URL] = "an https URL",
                                        [TEXTS] = "an array of texts",
                                        [FLAG] = "true or false",
                                        [LOCALES] = "an array of BCP 47 language tags",
                                        [ANY] = "there"};
    const json_t *value = json_object_get(run->discovery, member->name);
    if (value)
        check(run, FAILURE, "discovery-members-have-their-kinds", "OIDCD-3",
              has_kind(value, member->kind), "%s must be %s", member->name, words[member->kind]);
    else if (member->presence != MAY)
        check(run, member->presence == MUST ? FAILURE : WARNING, "discovery-members-are-there",
              "OIDCD-3", false, "%s is missing", member->name);
}

static bool is_known(const char *name) {
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].name, name) == 0)
            return true;
    /* OIDC Discovery 4.2 and RFC 8414 2.1: human-readable members may carry a language. */
    return strchr(name, '#') != NULL;
}

void check_discovery_members(struct run *run) {
    const char *name;
    json_t *value;
    for (size_t i = 0; i < MEMBERS; i++)
        check_member(run, &members[i]);
    json_object_foreach(run->discovery, name, value) {
        check(run, WARNING, "discovery-members-are-known", "OIDCD-3", is_known(name),
              "%s is no registered member", name);
    }
}
