#include "authz/openapi/openapi_words.h"

static const struct member_words members[] = {
#define MEMBER(name, example, about) {name, example, about},
#include "authz/openapi/members.def"
#undef MEMBER
};

static const struct {
    str code;
    const char *text;
} errors[] = {
#define ERROR_TEXT(code, text) {S_INIT(code), text},
#include "authz/openapi/errors.def"
#undef ERROR_TEXT
};

const struct member_words *openapi_member(const char *name) {
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

str openapi_error_text(str code) {
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (str_eq(errors[i].code, code))
            return str_from(errors[i].text);
    return STR_ABSENT;
}
