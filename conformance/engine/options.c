#include "conformance/engine/options.h"

#include <getopt.h>
#include <stdlib.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

enum { FIRST = 256 };

static bool may_be(const struct option_row *row) {
    if (!row->values || word_among(optarg, row->values))
        return true;
    fprintf(stderr, "--%s must be one of %s\n", row->name, row->values);
    return false;
}

static void take(const struct option_row *row, json_t *variables) {
    if (row->variable)
        json_object_set_new(variables, row->variable, json_string(optarg));
    else if (row->text)
        *row->text = optarg;
    else
        *row->flag = true;
}

bool options_read(int argc, char **argv, const struct option_row *rows, size_t n,
                  json_t *variables) {
    struct option *options = memory_new(n + 1, sizeof *options);
    int option;
    bool known = true;
    for (size_t i = 0; i < n; i++)
        options[i] = (struct option){rows[i].name, rows[i].takes ? required_argument : no_argument,
                                     NULL, (int)i + FIRST};
    while (known && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        known = option >= FIRST && may_be(&rows[option - FIRST]);
        if (known)
            take(&rows[option - FIRST], variables);
    }
    free(options);
    return known && optind == argc;
}

void options_print(FILE *to, const struct option_row *rows, size_t n) {
    for (size_t i = 0; i < n; i++)
        fprintf(to, "  --%-18s %-10s %s\n", rows[i].name, rows[i].takes ? rows[i].takes : "",
                rows[i].what);
}
