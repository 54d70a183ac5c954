/* What --help and --check-config show. */
#include "common/ops/config.h"

#include "common/ops/config_values.h"

static void print_heading(const struct config_table *table, const struct option *row, FILE *to) {
    for (size_t i = 0; i < table->group_count; i++)
        if (str_eq(str_from(table->groups[i].first), str_from(row->name)))
            fprintf(to, "\n%s\n", table->groups[i].title);
}

static void print_row(const struct option *row, FILE *to) {
    const char *argument = row->argument ? row->argument : "";
    fprintf(to, "  --%s%s%s\n        %s", row->name, *argument ? " " : "", argument, row->doc);
    if (row->choices)
        fprintf(to, " (%s)", row->choices);
    if (row->fallback)
        fprintf(to, " [%s]", row->fallback);
    fputc('\n', to);
}

void config_print_help(const struct config_table *table, FILE *to) {
    fprintf(to, "%s - %s\n\nusage: %s [option...]\n\n", table->program, table->summary,
            table->program);
    fputs("Each option is also a variable (--log-level: HITKEY_LOG_LEVEL) and a line of the\n"
          "file named by --config (log-level = debug). The command line wins, then the\n"
          "environment, then the file. Times are 90, 90s, 15m, 8h or 30d.\n",
          to);
    for (size_t i = 0; i < table->n; i++) {
        print_heading(table, &table->rows[i], to);
        print_row(&table->rows[i], to);
    }
    fputs("\nThis program\n"
          "  --config FILE\n        options as lines of \"name = value\"; also HITKEY_CONFIG\n"
          "  --check-config\n        say what is in force, and whether it is good, and end\n"
          "  --help, --version\n",
          to);
}

void config_print(const struct config_table *table, const void *config, FILE *to) {
    char text[2048];
    for (size_t i = 0; i < table->n; i++) {
        struct buf line = {.p = text, .cap = sizeof text, .max = sizeof text - 1};
        config_value_add(&line, &table->rows[i], config);
        if (line.failed)
            fprintf(to, "%s = (too long to show)\n", table->rows[i].name);
        else if (line.n)
            fprintf(to, "%s = %.*s\n", table->rows[i].name, (int)line.n, line.p);
    }
}
