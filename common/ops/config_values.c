#include "common/ops/config_values.h"

static const struct {
    char unit;
    int64_t seconds;
} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

static err bad(const struct option *row, struct buf *problem, const char *must) {
    buf_addf(problem, "%s must be %s", row->name, must);
    return FAIL(config, "a value of the configuration is not acceptable");
}

static err out_of_range(const struct option *row, struct buf *problem) {
    const char *unit = row->type == OPTION_DURATION ? " seconds" : "";
    buf_addf(problem, "%s must be between %lld and %lld%s", row->name, (long long)row->min,
             (long long)row->max, unit);
    return FAIL(config, "a value of the configuration is out of range");
}

static err set_int(const struct option *row, str text, int64_t *member, struct buf *problem) {
    if (failed(str_to_int(text, INT64_MAX, member)))
        return bad(row, problem, "a whole number");
    return *member < row->min || *member > row->max ? out_of_range(row, problem) : OK;
}

static err set_duration(const struct option *row, str text, int64_t *member, struct buf *problem) {
    int64_t unit = 1;
    for (size_t i = 0; text.n && i < sizeof units / sizeof units[0]; i++) {
        if (text.p[text.n - 1] != units[i].unit)
            continue;
        unit = units[i].seconds;
        text.n--;
        break;
    }
    if (failed(str_to_int(text, INT32_MAX, member)))
        return bad(row, problem, "a time such as 90s, 15m, 8h or 30d");
    *member *= unit;
    return *member < row->min || *member > row->max ? out_of_range(row, problem) : OK;
}

static err set_bool(const struct option *row, str text, bool *member, struct buf *problem) {
    *member = str_eq(text, S("true"));
    return *member || str_eq(text, S("false")) ? OK : bad(row, problem, "true or false");
}

static err set_text(const struct option *row, struct arena *arena, str text, str *member,
                    struct buf *problem) {
    if (row->type == OPTION_CHOICE && !str_has_word(str_from(row->choices), text)) {
        buf_addf(problem, "%s must be one of: %s", row->name, row->choices);
        return FAIL(config, "a value of the configuration is not acceptable");
    }
    if (text.n == 0)
        return bad(row, problem, "given a value, or left out");
    if (str_find(text, '\0') < text.n)
        return bad(row, problem, "text without a NUL");
    if (row->type == OPTION_LIST && member->n)
        return STR_JOIN(arena, member, *member, S(" "), text);
    return str_dup(arena, text, member);
}

err config_value_set(const struct option *row, struct arena *arena, str text, void *config,
                     struct buf *problem) {
    void *member = (char *)config + row->offset;
    switch (row->type) {
    case OPTION_INT:
        return set_int(row, text, member, problem);
    case OPTION_DURATION:
        return set_duration(row, text, member, problem);
    case OPTION_BOOL:
        return set_bool(row, text, member, problem);
    case OPTION_TEXT:
    case OPTION_CHOICE:
    case OPTION_LIST:
        return set_text(row, arena, text, member, problem);
    }
    return FAIL(internal, "an option has no type");
}

void config_value_add(struct buf *out, const struct option *row, const void *config) {
    const void *member = (const char *)config + row->offset;
    if (row->type == OPTION_BOOL) {
        buf_add(out, *(const bool *)member ? S("true") : S("false"));
        return;
    }
    if (row->type == OPTION_INT || row->type == OPTION_DURATION) {
        buf_addf(out, "%lld", (long long)*(const int64_t *)member);
        return;
    }
    const str *text = member;
    buf_add(out, row->secret && text->n ? S("(set)") : *text);
}
