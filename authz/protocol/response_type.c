#include "authz/protocol/response_type.h"

static const struct response_type types[] = {
#define RESPONSE_TYPE(name, issues, needs_nonce, grant_types)                                      \
    {S_INIT(name), issues, needs_nonce, S_INIT(grant_types)},
#include "authz/protocol/response_types.def"
#undef RESPONSE_TYPE
};

static const struct {
    str name;
    enum response_mode mode;
} modes[] = {
#define RESPONSE_MODE(id, name) {S_INIT(name), RESPONSE_MODE_##id},
#include "authz/protocol/response_modes.def"
#undef RESPONSE_MODE
};

static unsigned bit_of(str word) {
    static const struct {
        str word;
        unsigned bit;
    } bits[] = {{S_INIT("code"), RESPONSE_CODE},
                {S_INIT("id_token"), RESPONSE_ID_TOKEN},
                {S_INIT("token"), RESPONSE_TOKEN}};
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (str_eq(word, bits[i].word))
            return bits[i].bit;
    return 0;
}

const struct response_type *response_type_find(str words) {
    unsigned issues = 0;
    str word;
    while (str_next(&words, ' ', &word)) {
        unsigned bit = bit_of(word);
        if (!bit || issues & bit)
            return NULL;
        issues |= bit;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].issues == issues)
            return &types[i];
    return NULL;
}

bool response_type_in(const struct response_type *type, str list) {
    str name;
    while (str_next(&list, ',', &name))
        if (response_type_find(name) == type)
            return true;
    return false;
}

err response_mode_parse(str name, enum response_mode *out) {
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        *out = modes[i].mode;
        if (str_eq(name, modes[i].name))
            return OK;
    }
    return FAIL(invalid_request, "response_mode must be query, fragment or form_post");
}

enum response_mode response_mode_default(str response_type) {
    bool tokens =
        str_has_word(response_type, S("id_token")) || str_has_word(response_type, S("token"));
    return tokens ? RESPONSE_MODE_FRAGMENT : RESPONSE_MODE_QUERY;
}
