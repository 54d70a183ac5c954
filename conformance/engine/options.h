/* The options of a command, from a table of rows. */
#ifndef CONFORMANCE_ENGINE_OPTIONS_H
#define CONFORMANCE_ENGINE_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Where a value goes: one of the three. */
struct option_row {
    const char *name, *takes, *what; /* takes: NULL for a flag */
    const char **text;
    bool *flag;
    const char *variable; /* a member of `variables` */
    const char *values;   /* "a|b": the only ones it may have; NULL: any */
};

/* False for an option that is not among the rows, a value that it may not have (which is told), or
 * a word that is no option. */
bool options_read(int argc, char **argv, const struct option_row *rows, size_t n,
                  json_t *variables);
void options_print(FILE *to, const struct option_row *rows, size_t n);

#endif
