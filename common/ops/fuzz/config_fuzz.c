/* A configuration file: either every value is a text without line ends, or there is a problem that
 * says so. */
#include <assert.h>

#include "common/ops/config.h"
#include "common/ops/config_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct config {
    str url, level, proxies;
    bool fast;
    int64_t threads, life;
};

static const struct option rows[] = {
    {"url", OPTION_TEXT, offsetof(struct config, url), NULL, 0, 0, NULL, "URL", "where", false},
    {"log-level", OPTION_CHOICE, offsetof(struct config, level), "info", 0, 0, "debug info", "L",
     "what to log", false},
    {"trusted-proxy", OPTION_LIST, offsetof(struct config, proxies), NULL, 0, 0, NULL, "CIDR",
     "who is trusted", false},
    {"fast", OPTION_BOOL, offsetof(struct config, fast), "false", 0, 0, NULL, NULL, "hurry", false},
    {"threads", OPTION_INT, offsetof(struct config, threads), "4", 1, 16, NULL, "N", "how many",
     false},
    {"life", OPTION_DURATION, offsetof(struct config, life), "1h", 60, 86400, NULL, "TIME",
     "how long", false},
};
enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct config_table table = {"fuzz", "a table", "1", rows, ROWS, NULL, 0};

static void set_values(struct arena *arena, const str *values) {
    struct config config = {.threads = 4, .life = 3600};
    for (size_t i = 0; i < ROWS; i++) {
        char text[512];
        struct buf problem = {.p = text, .cap = sizeof text, .max = sizeof text - 1};
        assert(str_find(values[i], '\n') == values[i].n);
        if (!str_present(values[i]))
            continue;
        err e = config_value_set(&rows[i], arena, values[i], &config, &problem);
        assert(!failed(e) || problem.n > 0 || err_is(e, E_no_memory));
        assert(failed(e) || (config.threads >= 1 && config.threads <= 16));
        assert(failed(e) || (config.life >= 60 && config.life <= 86400));
        if (failed(e))
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(8 << 20);
    struct config_problem problem;
    str values[ROWS];
    if (!arena)
        return 0;
    err e = config_parse_file(&table, arena, str_of((const char *)data, size), values, &problem);
    assert(str_find(str_from(problem.text), '\0') < sizeof problem.text);
    if (failed(e))
        assert(problem.text[0] || err_is(e, E_no_memory));
    else
        set_values(arena, values);
    arena_free(arena);
    return 0;
}
