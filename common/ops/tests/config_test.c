#include "common/base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/ops/config.h"

struct config {
    str url, level, proxies, password;
    bool fast;
    int64_t threads, life;
};

static const struct option rows[] = {
    {"url", OPTION_TEXT, offsetof(struct config, url), NULL, 0, 0, NULL, "URL", "where", false},
    {"log-level", OPTION_CHOICE, offsetof(struct config, level), "info", 0, 0, "debug info", "L",
     "what to log", false},
    {"trusted-proxy", OPTION_LIST, offsetof(struct config, proxies), NULL, 0, 0, NULL, "CIDR",
     "who is trusted", false},
    {"smtp", OPTION_TEXT, offsetof(struct config, password), NULL, 0, 0, NULL, "URL", "mail", true},
    {"fast", OPTION_BOOL, offsetof(struct config, fast), "false", 0, 0, NULL, NULL, "hurry", false},
    {"threads", OPTION_INT, offsetof(struct config, threads), "4", 1, 16, NULL, "N", "how many",
     false},
    {"life", OPTION_DURATION, offsetof(struct config, life), "1h", 60, 86400, NULL, "TIME",
     "how long", false},
};
static const struct option_group groups[] = {{"url", "Places"}, {"threads", "Numbers"}};
static const struct config_table table = {
    "hitkey-test", "a table for tests", "1.2.3", rows, COUNT(rows), groups, COUNT(groups)};

enum { WORDS = 6, VARIABLES = 3 };

struct loaded {
    struct arena *arena;
    struct config config;
    enum config_action action;
    struct config_problem problem;
    err e;
};

static char *copy(struct arena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    char *p = arena_alloc(arena, size);
    assert_non_null(p);
    return memcpy(p, text, size);
}

static struct loaded load(const char *const words[WORDS], const char *const variables[VARIABLES]) {
    struct loaded l = {.arena = arena_new(1 << 20), .action = CONFIG_RUN};
    char *argv[WORDS + 2] = {copy(l.arena, "hitkey-test")}, *environment[VARIABLES + 1] = {NULL};
    int argc = 1;
    for (int i = 0; i < WORDS && words && words[i]; i++)
        argv[argc++] = copy(l.arena, words[i]);
    for (int i = 0; i < VARIABLES && variables && variables[i]; i++)
        environment[i] = copy(l.arena, variables[i]);
    const struct config_input input = {&table, l.arena, argc, argv, environment};
    l.e = config_load(&input, &l.config, &l.action, &l.problem);
    return l;
}

static void assert_problem(const struct loaded *l, const char *part) {
    assert_err(l->e, config);
    if (!strstr(l->problem.text, part))
        fail_msg("\"%s\" does not say \"%s\"", l->problem.text, part);
}

static void make_file(char path[32], const char *text, size_t n) {
    snprintf(path, 32, "/tmp/hitkey-config-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

/* --- what is refused ------------------------------------------------------------------------ */

static const struct {
    const char *words[WORDS], *variables[VARIABLES];
    const char *problem;
} bad[] = {
    {{"--isue=1"}, {0}, "unknown option \"isue\" on the command line"},
    {{"--log-levl=info"}, {0}, "did you mean \"log-level\"?"},
    {{"--trusted_proxy", "x"}, {0}, "did you mean \"trusted-proxy\"?"},
    {{0}, {"HITKEY_LOG_LEVLE=info"}, "unknown option \"log-levle\" in the environment"},
    {{0}, {"HITKEY_=x"}, "in the environment"},
    {{"--url"}, {0}, "--url needs a value"},
    {{"--config"}, {0}, "--config needs a value"},
    {{"--url="}, {0}, "url must be given a value, or left out"},
    {{0}, {"HITKEY_URL="}, "url must be given a value, or left out"},
    {{"stray"}, {0}, "\"stray\" is not an option: options start with --"},
    {{"-url=x"}, {0}, "\"-url\" is not an option"},
    {{"--"}, {0}, "unknown option \"\""},
    {{"--=x"}, {0}, "unknown option \"\""},
    {{"--help=yes"}, {0}, "unknown option \"help\""},
    {{"--fast=yes"}, {0}, "fast must be true or false"},
    {{"--fast=TRUE"}, {0}, "fast must be true or false"},
    {{"--threads=0"}, {0}, "threads must be between 1 and 16"},
    {{"--threads=17"}, {0}, "threads must be between 1 and 16"},
    {{"--threads=-1"}, {0}, "threads must be a whole number"},
    {{"--threads=4.0"}, {0}, "threads must be a whole number"},
    {{"--threads=99999999999999999999"}, {0}, "threads must be a whole number"},
    {{"--threads= 4"}, {0}, "threads must be a whole number"},
    {{"--life=59"}, {0}, "life must be between 60 and 86400 seconds"},
    {{"--life=2d"}, {0}, "life must be between 60 and 86400 seconds"},
    {{"--life=9999999999d"}, {0}, "life must be a time such as"},
    {{"--life=1w"}, {0}, "life must be a time such as"},
    {{"--life=h"}, {0}, "life must be a time such as"},
    {{"--life=1h30m"}, {0}, "life must be a time such as"},
    {{"--life=-1h"}, {0}, "life must be a time such as"},
    {{"--log-level=loud"}, {0}, "log-level must be one of: debug info"},
    {{"--log-level=debug info"}, {0}, "log-level must be one of: debug info"},
    {{"--log-level="}, {0}, "log-level must be one of"},
    {{"--config=/nowhere/at/all"}, {0}, "/nowhere/at/all cannot be read"},
    {{"--config=/tmp"}, {0}, "/tmp cannot be read"},
    {{0}, {"HITKEY_CONFIG=/nowhere/at/all"}, "/nowhere/at/all cannot be read"},
};

static void bad_options_are_refused_with_a_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct loaded l = load(bad[i].words, bad[i].variables);
        assert_problem(&l, bad[i].problem);
        arena_free(l.arena);
    }
}

static const struct {
    str text;
    const char *problem;
} bad_files[] = {
    {S_INIT("url\n"), "line 1 of the file must read \"name = value\""},
    {S_INIT("# good\n\nurl = a\nlife\n"), "line 4 of the file must read"},
    {S_INIT("urll = x\n"), "unknown option \"urll\" in the file; did you mean \"url\"?"},
    {S_INIT("config = other\n"), "unknown option \"config\" in the file"},
    {S_INIT("url = a\nfast = true\nurl = b\n"), "url stands twice in the file: line 3"},
    {S_INIT("url = a\0b\n"), "is not a text"},
    {S_INIT("= x\n"), "unknown option \"\" in the file"},
    {S_INIT("fast =\n"), "fast must be true or false"},
    {S_INIT("smtp = \n"), "smtp must be given a value"},
};

static void bad_files_are_refused_with_a_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad_files); i++) {
        char path[32], flag[64];
        make_file(path, bad_files[i].text.p, bad_files[i].text.n);
        snprintf(flag, sizeof flag, "--config=%s", path);
        struct loaded l = load((const char *[WORDS]){flag}, NULL);
        assert_problem(&l, bad_files[i].problem);
        arena_free(l.arena);
        unlink(path);
    }
}

static void a_file_past_its_maximum_is_refused(void **state) {
    (void)state;
    enum { LARGE = 300 * 1024 };
    char path[32], flag[64], *text = test_malloc(LARGE);
    memset(text, '#', LARGE);
    make_file(path, text, LARGE);
    snprintf(flag, sizeof flag, "--config=%s", path);
    struct loaded l = load((const char *[WORDS]){flag}, NULL);
    assert_problem(&l, "is too large");
    arena_free(l.arena);
    test_free(text);
    unlink(path);
}

/* A password may stand in any value, also in one that landed in the wrong place. */
static void no_problem_repeats_a_value(void **state) {
    (void)state;
    static const char *const words[][WORDS] = {
        {"--smtp"},         {"--smpt=hunter2"},    {"-smtp=hunter2"},  {"smtp=hunter2"},
        {"--fast=hunter2"}, {"--threads=hunter2"}, {"--life=hunter2"}, {"--log-level=hunter2"},
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        struct loaded l = load(words[i], NULL);
        assert_err(l.e, config);
        assert_null(strstr(l.problem.text, "hunter2"));
        arena_free(l.arena);
    }
}

/* --- what is taken -------------------------------------------------------------------------- */

static void defaults_hold_when_nothing_is_said(void **state) {
    (void)state;
    struct loaded l = load(NULL, NULL);
    assert_ok(l.e);
    assert_int_equal(l.action, CONFIG_RUN);
    assert_false(str_present(l.config.url));
    assert_false(str_present(l.config.proxies));
    assert_str(l.config.level, "info");
    assert_false(l.config.fast);
    assert_int_equal(l.config.threads, 4);
    assert_int_equal(l.config.life, 3600);
    assert_string_equal(l.problem.text, "");
    arena_free(l.arena);
}

static void the_stronger_source_wins(void **state) {
    (void)state;
    static const char text[] = "# comment\r\n"
                               "  url =  file  \r\n"
                               "log-level=debug\n"
                               "threads = 2\n"
                               "trusted-proxy = 10.0.0.0/8\n"
                               "trusted-proxy = 10.0.0.1\n";
    char path[32], variable[64];
    make_file(path, text, sizeof text - 1);
    snprintf(variable, sizeof variable, "HITKEY_CONFIG=%s", path);
    const char *variables[VARIABLES] = {variable, "HITKEY_THREADS=3", "HITKEY_URL=environment"};
    struct loaded l = load((const char *[WORDS]){"--threads", "5"}, variables);
    assert_ok(l.e);
    assert_str(l.config.level, "debug");
    assert_str(l.config.url, "environment");
    assert_int_equal(l.config.threads, 5);
    assert_str(l.config.proxies, "10.0.0.0/8 10.0.0.1");
    arena_free(l.arena);
    unlink(path);
}

static void the_file_of_the_command_line_wins_over_the_variable(void **state) {
    (void)state;
    char path[32];
    make_file(path, "url = here", 10);
    struct loaded l = load((const char *[WORDS]){"--config", path},
                           (const char *[VARIABLES]){"HITKEY_CONFIG=/nowhere"});
    assert_ok(l.e);
    assert_str(l.config.url, "here");
    arena_free(l.arena);
    unlink(path);
}

static void a_list_gathers_within_a_source_and_is_replaced_by_a_stronger(void **state) {
    (void)state;
    struct loaded l = load(
        (const char *[WORDS]){"--trusted-proxy", "a", "--trusted-proxy=b", "--trusted-proxy=c d"},
        (const char *[VARIABLES]){"HITKEY_TRUSTED_PROXY=x y"});
    assert_ok(l.e);
    assert_str(l.config.proxies, "a b c d");
    arena_free(l.arena);
}

static void durations_have_units(void **state) {
    (void)state;
    static const struct {
        const char *word;
        int64_t seconds;
    } good[] = {{"--life=90", 90},    {"--life=90s", 90},   {"--life=15m", 900},
                {"--life=8h", 28800}, {"--life=1d", 86400}, {"--life=060", 60}};
    for (size_t i = 0; i < COUNT(good); i++) {
        struct loaded l = load((const char *[WORDS]){good[i].word}, NULL);
        assert_ok(l.e);
        assert_int_equal(l.config.life, good[i].seconds);
        arena_free(l.arena);
    }
}

static void a_bool_alone_is_true_and_takes_no_word(void **state) {
    (void)state;
    struct loaded l = load((const char *[WORDS]){"--fast", "--url", "x"}, NULL);
    assert_ok(l.e);
    assert_true(l.config.fast);
    assert_str(l.config.url, "x");
    arena_free(l.arena);
    l = load((const char *[WORDS]){"--fast", "--fast=false"}, NULL);
    assert_ok(l.e);
    assert_false(l.config.fast);
    arena_free(l.arena);
    l = load((const char *[WORDS]){"--fast", "true"}, NULL);
    assert_problem(&l, "\"true\" is not an option");
    arena_free(l.arena);
}

static void the_master_key_variable_belongs_to_the_keys(void **state) {
    (void)state;
    struct loaded l = load(NULL, (const char *[VARIABLES]){"HITKEY_MASTER_KEY=00", "HOME=/"});
    assert_ok(l.e);
    arena_free(l.arena);
}

static void help_and_version_do_not_look_at_the_rest(void **state) {
    (void)state;
    static const struct {
        const char *words[WORDS];
        enum config_action action;
    } good[] = {
        {{"--help"}, CONFIG_HELP},
        {{"--version"}, CONFIG_VERSION},
        {{"--config", "/nowhere", "--help"}, CONFIG_HELP},
        {{"--threads=99", "--version"}, CONFIG_VERSION},
        {{"--check-config", "--url=x"}, CONFIG_CHECK},
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        struct loaded l = load(good[i].words, NULL);
        assert_ok(l.e);
        assert_int_equal(l.action, good[i].action);
        arena_free(l.arena);
    }
}

/* --- what is shown -------------------------------------------------------------------------- */

static void printed(char text[4096], const struct config *config) {
    FILE *file = fmemopen(text, 4096, "w");
    assert_non_null(file);
    if (config)
        config_print(&table, config, file);
    else
        config_print_help(&table, file);
    fclose(file);
}

static void what_is_in_force_is_shown_without_secrets(void **state) {
    (void)state;
    char text[4096];
    struct loaded l = load((const char *[WORDS]){"--smtp=smtp://u:hunter2@h", "--fast"}, NULL);
    assert_ok(l.e);
    printed(text, &l.config);
    assert_string_equal(text, "log-level = info\nsmtp = (set)\nfast = true\nthreads = 4\n"
                              "life = 3600\n");
    arena_free(l.arena);
}

/* --check-config's output is a file that says the same. */
static void what_is_shown_can_be_read_again(void **state) {
    (void)state;
    char text[4096], path[32];
    struct loaded l =
        load((const char *[WORDS]){"--url=u", "--life=2h", "--trusted-proxy=a b"}, NULL);
    printed(text, &l.config);
    arena_free(l.arena);
    make_file(path, text, strlen(text));
    l = load((const char *[WORDS]){"--config", path}, NULL);
    assert_ok(l.e);
    assert_str(l.config.url, "u");
    assert_str(l.config.proxies, "a b");
    assert_int_equal(l.config.life, 7200);
    arena_free(l.arena);
    unlink(path);
}

static void help_tells_of_every_row_under_its_heading(void **state) {
    (void)state;
    char text[4096];
    printed(text, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[128];
        snprintf(line, sizeof line, "\n  --%s", rows[i].name);
        assert_non_null(strstr(text, line));
        assert_non_null(strstr(text, rows[i].doc));
    }
    assert_non_null(strstr(text, "\nPlaces\n  --url URL\n"));
    assert_non_null(strstr(text, "\nNumbers\n  --threads N\n        how many [4]\n"));
    assert_non_null(strstr(text, "\n  --log-level L\n        what to log (debug info) [info]\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_options_are_refused_with_a_sentence),
        cmocka_unit_test(bad_files_are_refused_with_a_sentence),
        cmocka_unit_test(a_file_past_its_maximum_is_refused),
        cmocka_unit_test(no_problem_repeats_a_value),
        cmocka_unit_test(defaults_hold_when_nothing_is_said),
        cmocka_unit_test(the_stronger_source_wins),
        cmocka_unit_test(the_file_of_the_command_line_wins_over_the_variable),
        cmocka_unit_test(a_list_gathers_within_a_source_and_is_replaced_by_a_stronger),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(a_bool_alone_is_true_and_takes_no_word),
        cmocka_unit_test(the_master_key_variable_belongs_to_the_keys),
        cmocka_unit_test(help_and_version_do_not_look_at_the_rest),
        cmocka_unit_test(what_is_in_force_is_shown_without_secrets),
        cmocka_unit_test(what_is_shown_can_be_read_again),
        cmocka_unit_test(help_tells_of_every_row_under_its_heading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
