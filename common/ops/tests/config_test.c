#include "common/ops/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/testing.h"

struct sample {
    str issuer, level, proxy, password;
    int64_t port, life;
    bool secure;
};

static const struct option rows[] = {
    {.name = "issuer", .type = OPTION_TEXT, .offset = offsetof(struct sample, issuer), .doc = "Us"},
    {.name = "log-level",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct sample, level),
     .fallback = "info",
     .choices = "debug info warn",
     .argument = "LEVEL",
     .doc = "How much"},
    {.name = "trusted-proxy",
     .type = OPTION_LIST,
     .offset = offsetof(struct sample, proxy),
     .doc = "Who"},
    {.name = "smtp-password",
     .type = OPTION_TEXT,
     .offset = offsetof(struct sample, password),
     .secret = true,
     .doc = "Secret"},
    {.name = "port",
     .type = OPTION_INT,
     .offset = offsetof(struct sample, port),
     .fallback = "8080",
     .min = 1,
     .max = 65535,
     .doc = "Where"},
    {.name = "life",
     .type = OPTION_DURATION,
     .offset = offsetof(struct sample, life),
     .fallback = "15m",
     .min = 60,
     .max = 90 * 86400,
     .doc = "How long"},
    {.name = "secure", .type = OPTION_BOOL, .offset = offsetof(struct sample, secure), .doc = "If"},
};
static const struct config_table table = {"sample", "a sample", "1.2", rows, COUNT(rows)};

static struct arena *arena;
static struct sample got;
static struct config_problem problem;
static enum config_action action;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

enum { WORDS = 8 };

static err load(const char *const *flags, const char *const *environment) {
    char *argv[WORDS + 1] = {(char *)(uintptr_t) "sample"}, *variables[WORDS] = {NULL};
    int argc = 1;
    for (; flags && *flags; flags++)
        argv[argc++] = (char *)(uintptr_t)*flags;
    for (int i = 0; environment && environment[i]; i++)
        variables[i] = (char *)(uintptr_t)environment[i];
    got = (struct sample){0};
    return config_load(
        &(struct config_input){
            .table = &table, .arena = arena, .argc = argc, .argv = argv, .environment = variables},
        &got, &action, &problem);
}
#define FLAGS(...) ((const char *const[WORDS]){__VA_ARGS__})

static void write_file(char path[64], const char *text, size_t n) {
    snprintf(path, 64, "/tmp/hitkey-config-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static void assert_told(err e, const char *words) {
    assert_string_equal(err_name(e.code), "config");
    if (!strstr(problem.text, words))
        fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
}

static void unknown_names_are_refused_with_the_nearest(void **state) {
    (void)state;
    char path[64];
    assert_told(load(FLAGS("--isuer=x"), NULL), "unknown option \"isuer\" on the command line");
    assert_told(load(FLAGS("--isuer=x"), NULL), "did you mean \"issuer\"?");
    assert_told(load(FLAGS("--Issuer", "x"), NULL), "did you mean \"issuer\"?");
    assert_told(load(NULL, FLAGS("HITKEY_LOGLEVEL=x")), "in the environment");
    assert_told(load(NULL, FLAGS("HITKEY_LOGLEVEL=x")), "did you mean \"log-level\"?");
    err e = load(FLAGS("--nothing-like-it=1"), NULL);
    assert_told(e, "unknown option");
    assert_null(strstr(problem.text, "did you mean"));
    write_file(path, "prot = 1\n", 9);
    assert_told(load(FLAGS("--config", path), NULL), "in the file; did you mean \"port\"?");
    unlink(path);
}

static void words_that_are_no_options_are_refused(void **state) {
    (void)state;
    assert_told(load(FLAGS("serve"), NULL), "options start with --");
    assert_told(load(FLAGS("-p", "1"), NULL), "options start with --");
    assert_told(load(FLAGS("--"), NULL), "unknown");
    assert_told(load(FLAGS("--port"), NULL), "--port needs a value");
    assert_told(load(FLAGS("--config"), NULL), "--config needs a value");
    assert_told(load(FLAGS("--secure", "false"), NULL), "options start with --");
}

static void values_are_judged_by_their_type(void **state) {
    (void)state;
    static const struct {
        const char *flag, *says;
    } bad[] = {
        {"--port=0", "port must be between 1 and 65535"},
        {"--port=65536", "between"},
        {"--port=99999999999999999999", "whole number"},
        {"--port=", "whole number"},
        {"--port=-1", "whole number"},
        {"--port=80x", "whole number"},
        {"--life=59", "between 60 and 7776000 seconds"},
        {"--life=0m", "between"},
        {"--life=91d", "between"},
        {"--life=99999999999d", "a time such as"},
        {"--life=5w", "a time such as"},
        {"--life=m", "a time such as"},
        {"--life=", "a time such as"},
        {"--life=1h30m", "a time such as"},
        {"--life=1.5h", "a time such as"},
        {"--log-level=trace", "log-level must be one of: debug info warn"},
        {"--log-level=", "one of"},
        {"--log-level=debug info", "one of"},
        {"--secure=yes", "true or false"},
        {"--secure=TRUE", "true or false"},
        {"--issuer=", "given a value, or left out"},
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_told(load(FLAGS(bad[i].flag), NULL), bad[i].says);
}

static void a_time_has_a_unit(void **state) {
    (void)state;
    static const struct {
        const char *flag;
        int64_t seconds;
    } good[] = {{"--life=90", 90},       {"--life=90s", 90},      {"--life=15m", 900},
                {"--life=8h", 8 * 3600}, {"--life=30d", 2592000}, {"--life=60", 60},
                {"--life=90d", 7776000}};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_ok(load(FLAGS(good[i].flag), NULL));
        assert_int_equal(got.life, good[i].seconds);
    }
}

static void the_defaults_are_those_of_the_table(void **state) {
    (void)state;
    assert_ok(load(NULL, NULL));
    assert_int_equal(action, CONFIG_RUN);
    assert_false(str_present(got.issuer) || str_present(got.proxy) || got.secure);
    assert_str(got.level, "info");
    assert_int_equal(got.port, 8080);
    assert_int_equal(got.life, 900);
    assert_string_equal(problem.text, "");
}

static void the_command_line_wins_then_the_environment_then_the_file(void **state) {
    (void)state;
    char path[64];
    static const char text[] = "port = 1\nissuer = file\ntrusted-proxy = a\ntrusted-proxy = b\n"
                               "secure = true\n";
    write_file(path, text, sizeof text - 1);
    assert_ok(load(FLAGS("--config", path), NULL));
    assert_int_equal(got.port, 1);
    assert_str(got.proxy, "a b");
    assert_true(got.secure);
    assert_ok(load(FLAGS("--config", path), FLAGS("HITKEY_PORT=2", "PATH=/x", "HITKEY_ISSUER=env",
                                                  "HITKEY_TRUSTED_PROXY=c")));
    assert_int_equal(got.port, 2);
    assert_str(got.issuer, "env");
    assert_str(got.proxy, "c");
    assert_ok(load(FLAGS("--config", path, "--port=3", "--secure=false", "--trusted-proxy=d",
                         "--trusted-proxy", "e"),
                   FLAGS("HITKEY_PORT=2", "HITKEY_TRUSTED_PROXY=c")));
    assert_int_equal(got.port, 3);
    assert_str(got.issuer, "file");
    assert_str(got.proxy, "d e");
    assert_false(got.secure);
    char variable[96];
    snprintf(variable, sizeof variable, "HITKEY_CONFIG=%s", path);
    assert_ok(load(FLAGS("--secure"), FLAGS(variable, "HITKEY_MASTER_KEY=00")));
    assert_int_equal(got.port, 1);
    assert_true(got.secure);
    unlink(path);
}

static void a_file_has_lines_and_comments(void **state) {
    (void)state;
    static const struct {
        const char *text, *says; /* NULL: good */
    } files[] = {
        {"", NULL},
        {"\n\n# port = x\n   # more\n\t\n", NULL},
        {"port=5", NULL},
        {"  port\t=  5  \r\nissuer = a = b # c\r\n", NULL},
        {"port 5\n", "line 1 of the file must read"},
        {"\n# x\nport: 5\n", "line 3 of the file must read"},
        {"= 5\n", "unknown option"},
        {"[section]\n", "line 1"},
        {"port = x\n", "whole number"},
        {"port =\n", "whole number"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[64];
        write_file(path, files[i].text, strlen(files[i].text));
        err e = load(FLAGS("--config", path), NULL);
        unlink(path);
        if (files[i].says)
            assert_told(e, files[i].says);
        else
            assert_ok(e);
    }
    str values[COUNT(rows)];
    assert_ok(config_parse_file(&table, arena, S("  port\t=  5  \r\nissuer = a = b # c\r\n"),
                                values, &problem));
    assert_str(values[4], "5");
    assert_str(values[0], "a = b # c");
    assert_false(str_present(values[1]));
}

static void a_file_that_cannot_be_read_whole_is_refused(void **state) {
    (void)state;
    char path[64];
    char *text = calloc(1, 300000);
    memset(text, '\n', 300000);
    assert_told(load(FLAGS("--config=/nowhere/at/all"), NULL), "/nowhere/at/all cannot be read");
    assert_told(load(FLAGS("--config=/tmp"), NULL), "too long or not a file");
    write_file(path, text, 300000);
    assert_told(load(FLAGS("--config", path), NULL), "too long or not a file");
    unlink(path);
    write_file(path, "issuer = a\0b\n", 13);
    assert_told(load(FLAGS("--config", path), NULL), "without a NUL");
    unlink(path);
    free(text);
}

static void actions_are_told(void **state) {
    (void)state;
    assert_ok(load(FLAGS("--help"), FLAGS("HITKEY_NONSENSE=1")));
    assert_int_equal(action, CONFIG_HELP);
    assert_ok(load(FLAGS("--version"), NULL));
    assert_int_equal(action, CONFIG_VERSION);
    assert_ok(load(FLAGS("--check-config", "--port=9"), NULL));
    assert_int_equal(action, CONFIG_CHECK);
    assert_int_equal(got.port, 9);
    assert_told(load(FLAGS("--check-config", "--port=0"), NULL), "port");
}

static str printed(void (*print)(FILE *to)) {
    char *text = arena_alloc(arena, 8192);
    FILE *to = fmemopen(text, 8192, "w");
    print(to);
    fclose(to);
    return str_from(text);
}

static void print_config(FILE *to) {
    config_print(&table, &got, to);
}

static void print_help(FILE *to) {
    config_print_help(&table, to);
}

static void a_secret_is_never_shown(void **state) {
    (void)state;
    assert_ok(load(FLAGS("--smtp-password=hunter2", "--issuer=https://a"), NULL));
    assert_str(got.password, "hunter2");
    str text = printed(print_config);
    assert_str(text, "issuer = https://a\nlog-level = info\nsmtp-password = (set)\nport = 8080\n"
                     "life = 900\nsecure = false\n");
    assert_told(load(FLAGS("--smtp-pasword=hunter2"), NULL), "smtp-password");
    assert_null(strstr(problem.text, "hunter2"));
    assert_told(load(NULL, FLAGS("HITKEY_SMTP_PASWORD=hunter2")), "smtp-password");
    assert_null(strstr(problem.text, "hunter2"));
    assert_told(load(FLAGS("--port=hunter2"), NULL), "port");
    assert_null(strstr(problem.text, "hunter2"));
}

static void the_help_names_every_option(void **state) {
    (void)state;
    str text = printed(print_help);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(str_find_str(text, str_from(rows[i].name)) < text.n);
        assert_true(str_find_str(text, str_from(rows[i].doc)) < text.n);
    }
    assert_true(str_find_str(text, S("--log-level LEVEL")) < text.n);
    assert_true(str_find_str(text, S("(debug info warn) [info]")) < text.n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_names_are_refused_with_the_nearest),
        cmocka_unit_test(words_that_are_no_options_are_refused),
        cmocka_unit_test(values_are_judged_by_their_type),
        cmocka_unit_test(a_file_that_cannot_be_read_whole_is_refused),
        cmocka_unit_test(a_file_has_lines_and_comments),
        cmocka_unit_test(a_time_has_a_unit),
        cmocka_unit_test(the_defaults_are_those_of_the_table),
        cmocka_unit_test(the_command_line_wins_then_the_environment_then_the_file),
        cmocka_unit_test(actions_are_told),
        cmocka_unit_test(a_secret_is_never_shown),
        cmocka_unit_test(the_help_names_every_option),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
