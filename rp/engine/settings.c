#include "rp/engine/settings.h"

#include "common/base/json_read.h"
#include "common/base/utf8.h"

enum option_type { TYPE_INT, TYPE_CHOICE, TYPE_ALG, TYPE_TEXT };

/* A row of options.def as data. */
static const struct option {
    str name;
    enum option_type type;
    size_t offset;
    int64_t standard, least, most;
    str choices;
} rows[] = {
#define AT(name) offsetof(struct options, name)
#define OPTION_INT(name, standard, least, most, doc)                                               \
    {S_INIT(#name), TYPE_INT, AT(name), standard, least, most, {NULL, 0}},
#define OPTION_CHOICE(name, choices, doc)                                                          \
    {S_INIT(#name), TYPE_CHOICE, AT(name), 0, 0, 0, S_INIT(choices)},
#define OPTION_ALG(name, standard, doc)                                                            \
    {S_INIT(#name), TYPE_ALG, AT(name), JOSE_##standard, 0, 0, {NULL, 0}},
#define OPTION_TEXT(name, doc) {S_INIT(#name), TYPE_TEXT, AT(name), 0, 0, 0, {NULL, 0}},
#include "rp/options.def"
#undef OPTION_INT
#undef OPTION_CHOICE
#undef OPTION_ALG
#undef OPTION_TEXT
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void *place(struct options *options, const struct option *row) {
    return (char *)options + row->offset;
}

void settings_defaults(struct settings *settings) {
    settings->scopes = S("openid");
    for (size_t i = 0; i < ROWS; i++) {
        void *at = place(&settings->options, &rows[i]);
        if (rows[i].type == TYPE_INT)
            *(int64_t *)at = rows[i].standard;
        if (rows[i].type == TYPE_ALG)
            *(enum jose_alg *)at = (enum jose_alg)rows[i].standard;
    }
}

static const struct option *row_named(str name) {
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq(rows[i].name, name))
            return &rows[i];
    return NULL;
}

str settings_choice(const char *name, int index) {
    const struct option *row = row_named(str_from(name));
    str rest = row ? row->choices : STR_ABSENT, word = STR_ABSENT;
    for (int i = 0; i <= index; i++)
        if (!str_next(&rest, '|', &word))
            return STR_ABSENT;
    return word;
}

static bool set_int(const struct option *row, str value, int64_t *out) {
    int64_t n;
    if (failed(str_to_int(value, row->most, &n)) || n < row->least)
        return false;
    *out = n;
    return true;
}

static bool set_choice(const struct option *row, str value, int *out) {
    str rest = row->choices, word;
    for (int i = 0; str_next(&rest, '|', &word); i++) {
        if (!str_eq(word, value))
            continue;
        *out = i;
        return true;
    }
    return false;
}

static bool set_alg(str value, enum jose_alg *out) {
    *out = jose_alg_from(value);
    return *out != JOSE_NONE;
}

/* It may go into a header, or into JSON. */
static bool is_line(str value) {
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return false;
    return str_present(value) && utf8_valid(value);
}

err settings_set(struct settings *settings, struct arena *arena, str name, str value,
                 struct failure *failure) {
    const struct option *row = row_named(name);
    HOLD(failure, setting_known, row);
    HOLD(failure, setting_valid, is_line(value));
    void *at = place(&settings->options, row);
    bool valid = true;
    switch (row->type) {
    case TYPE_INT:
        valid = set_int(row, value, at);
        break;
    case TYPE_CHOICE:
        valid = set_choice(row, value, at);
        break;
    case TYPE_ALG:
        valid = set_alg(value, at);
        break;
    case TYPE_TEXT:
        return str_dup(arena, value, at);
    }
    HOLD(failure, setting_valid, valid);
    return OK;
}

enum jose_alg settings_request_object_alg(const struct settings *settings) {
    enum jose_alg alg = settings->options.request_object_alg;
    return alg == JOSE_NONE ? settings->private_alg : alg;
}

void settings_drop(struct settings *settings) {
    jwk_free(settings->private_key);
    for (size_t i = 0; i < settings->decryption_key_count; i++)
        jwk_free(settings->decryption_keys[i]);
    json_decref(settings->metadata);
    json_decref(settings->jwks);
}
