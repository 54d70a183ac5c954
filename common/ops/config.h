/* Configuration from one table: defaults, then a file of `name = value` lines, then HITKEY_*
 * environment variables, then the command line; the later wins. Unknown names are errors. Of the
 * command line the last word counts, so that a script can add to it.
 *
 * A program declares its rows in options.def and a struct with one member a row. */
#ifndef COMMON_OPS_CONFIG_H
#define COMMON_OPS_CONFIG_H

#include <stdio.h>

#include "common/base/str.h"

enum option_type {
    OPTION_TEXT,     /* str */
    OPTION_BOOL,     /* bool; on the command line `--name`, `--name=true` or `--name=false` */
    OPTION_INT,      /* int64_t within [min, max] */
    OPTION_DURATION, /* int64_t seconds within [min, max]; written 90, 90s, 15m, 8h, 30d */
    OPTION_CHOICE,   /* str, one of the words in `choices` */
    OPTION_LIST      /* str, repeatable; values joined by spaces */
};

/* The type of the member for a row: OPTION_MEMBER_##type. */
#define OPTION_MEMBER_TEXT     str
#define OPTION_MEMBER_CHOICE   str
#define OPTION_MEMBER_LIST     str
#define OPTION_MEMBER_BOOL     bool
#define OPTION_MEMBER_INT      int64_t
#define OPTION_MEMBER_DURATION int64_t

struct option {
    const char
        *name; /* "trusted-proxy": --trusted-proxy, HITKEY_TRUSTED_PROXY, trusted-proxy = … */
    enum option_type type;
    size_t offset;        /* of the member in the program's struct */
    const char *fallback; /* the default as text; NULL: absent (false, 0) */
    int64_t min, max;
    const char *choices;  /* OPTION_CHOICE: words separated by spaces */
    const char *argument; /* shown in --help: "URL" */
    const char *doc;
    bool secret; /* never shown by --check-config or in a log */
};

/* A heading of --help, above the row of that name. */
struct option_group {
    const char *first, *title;
};

struct config_table {
    const char *program; /* "hitkey-authz" */
    const char *summary; /* one line for --help */
    const char *version;
    const struct option *rows; /* at most CONFIG_MAX_ROWS */
    size_t n;
    const struct option_group *groups;
    size_t group_count;
};

enum { CONFIG_MAX_ROWS = 96 };

enum config_action { CONFIG_RUN, CONFIG_HELP, CONFIG_VERSION, CONFIG_CHECK };

/* Where it comes from; strings of the result are in `arena`. */
struct config_input {
    const struct config_table *table;
    struct arena *arena;
    int argc;
    char **argv, **environment;
};

/* Names the option and says what to change; a value is never repeated. */
struct config_problem {
    char text[512]; /* "" if there is none */
};

/* Reads everything into *out (of the program's type, zeroed by the caller). The flags --help,
 * --version, --check-config and --config FILE are built in. E_config with the problem. */
err config_load(const struct config_input *input, void *out, enum config_action *action,
                struct config_problem *problem) MUST_CHECK;
/* The file's text alone, for tests and the fuzzer; `values[i]` belongs to rows[i]. In a file an
 * option stands once, unless it is a list. */
err config_parse_file(const struct config_table *table, struct arena *arena, str text, str *values,
                      struct config_problem *problem) MUST_CHECK;
/* For a program's own checks: the sentence becomes the problem. Gives E_config. */
err config_refuse(struct config_problem *problem, const char *sentence) MUST_CHECK;
void config_print_help(const struct config_table *table, FILE *to);
/* `name = value` lines of what is in force; secrets as "(set)". */
void config_print(const struct config_table *table, const void *config, FILE *to);

#endif
