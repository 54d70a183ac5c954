/* A configuration file: refused with a problem that can be shown, or values of known options, each
 * of which is refused or within its limits. */
#include <assert.h>
#include <stddef.h>

#include "common/ops/config.h"
#include "common/ops/config_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sample {
    str text, choice, list, secret;
    int64_t number, time;
    bool flag;
};

static const struct option rows[] = {
    {.name = "text", .type = OPTION_TEXT, .offset = offsetof(struct sample, text)},
    {.name = "choice",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct sample, choice),
     .choices = "one two"},
    {.name = "list", .type = OPTION_LIST, .offset = offsetof(struct sample, list)},
    {.name = "smtp-password",
     .type = OPTION_TEXT,
     .offset = offsetof(struct sample, secret),
     .secret = true},
    {.name = "number",
     .type = OPTION_INT,
     .offset = offsetof(struct sample, number),
     .min = 1,
     .max = 9},
    {.name = "time",
     .type = OPTION_DURATION,
     .offset = offsetof(struct sample, time),
     .min = 60,
     .max = 86400},
    {.name = "flag", .type = OPTION_BOOL, .offset = offsetof(struct sample, flag)},
};
enum { ROWS = sizeof rows / sizeof *rows, PROBLEM = 512 };
static const struct config_table table = {"fuzz", "a table", "1", rows, ROWS};

static void set(struct arena *arena, const str *values) {
    struct sample sample = {0};
    for (size_t i = 0; i < ROWS; i++) {
        struct buf problem = buf_in(arena, PROBLEM);
        if (!str_present(values[i]))
            continue;
        err e = config_value_set(&rows[i], arena, values[i], &sample, &problem);
        assert(failed(e) == (problem.n > 0));
        if (failed(e))
            return;
        struct buf shown = buf_in(arena, 1 << 20);
        config_value_add(&shown, &rows[i], &sample);
        assert(shown.n > 0 && !shown.failed);
        assert(!rows[i].secret || str_eq(str_of(shown.p, shown.n), S("(set)")));
    }
    assert(!str_present(values[4]) || (sample.number >= 1 && sample.number <= 9));
    assert(!str_present(values[5]) || (sample.time >= 60 && sample.time <= 86400));
    assert(!str_present(sample.choice) || str_has_word(S("one two"), sample.choice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(16 * 1024 * 1024);
    str values[ROWS];
    struct config_problem problem;
    err e = config_parse_file(&table, arena, str_of((const char *)data, size), values, &problem);
    assert(err_is(e, E_ok) || err_is(e, E_config));
    assert(failed(e) == (strlen(problem.text) > 0));
    if (!failed(e))
        set(arena, values);
    arena_free(arena);
    return 0;
}
