#include "common/ops/config.h"

#include <assert.h>

#include "common/base/buf.h"
#include "common/ops/config_values.h"

enum { MAX_FILE = 256 * 1024, MAX_SUGGESTION_DISTANCE = 3, NAME_MAX_BYTES = 64 };

/* What is gathered before anything is set: for each row the texts in the order of their strength.
 */
struct sources {
    const struct config_table *table;
    struct arena *arena;
    struct buf *problem;
    str values[CONFIG_MAX_ROWS]; /* lists: words joined by spaces */
};

static size_t min3(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein, for "did you mean". */
static size_t distance(str a, str b) {
    size_t row[NAME_MAX_BYTES + 1];
    if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
        return NAME_MAX_BYTES;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t above = row[j];
            row[j] = min3(row[j] + 1, row[j - 1] + 1, diagonal + (a.p[i - 1] != b.p[j - 1]));
            diagonal = above;
        }
    }
    return row[b.n];
}

static const struct option *find(const struct config_table *table, str name) {
    for (size_t i = 0; i < table->n; i++)
        if (str_eq(name, str_from(table->rows[i].name)))
            return &table->rows[i];
    return NULL;
}

static err unknown(const struct sources *from, const char *where, str name) {
    const struct option *nearest = NULL;
    size_t best = MAX_SUGGESTION_DISTANCE + 1;
    for (size_t i = 0; i < from->table->n; i++) {
        size_t d = distance(name, str_from(from->table->rows[i].name));
        if (d >= best)
            continue;
        best = d;
        nearest = &from->table->rows[i];
    }
    buf_addf(from->problem, "unknown option \"%.*s\" %s", STR_FMT(str_head(name, NAME_MAX_BYTES)),
             where);
    if (nearest)
        buf_addf(from->problem, "; did you mean \"%s\"?", nearest->name);
    return FAIL(config, "an option of the configuration is unknown");
}

static err keep(struct sources *from, const struct option *row, str value) {
    str *kept = &from->values[row - from->table->rows];
    if (row->type == OPTION_LIST && kept->n)
        return STR_JOIN(from->arena, kept, *kept, S(" "), value);
    return str_dup(from->arena, value, kept);
}

/* name = value; empty lines and lines that start with '#' are comments. */
static err read_line(struct sources *from, str line, int number) {
    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return OK;
    size_t equals = str_find(line, '=');
    if (equals == line.n) {
        buf_addf(from->problem, "line %d of the file must read \"name = value\"", number);
        return FAIL(config, "a line of the configuration file is malformed");
    }
    str name = str_trim(str_head(line, equals));
    const struct option *row = find(from->table, name);
    if (!row)
        return unknown(from, "in the file", name);
    if (row->type != OPTION_LIST && str_present(from->values[row - from->table->rows])) {
        buf_addf(from->problem, "%s stands twice in the file: line %d", row->name, number);
        return FAIL(config, "an option stands twice in the configuration file");
    }
    return keep(from, row, str_trim(str_from_pos(line, equals + 1)));
}

static err read_lines(struct sources *from, str text) {
    str line;
    int number = 0;
    if (str_find(text, '\0') < text.n) {
        buf_addf(from->problem, "the configuration file is not a text");
        return FAIL(config, "the configuration file is not a text");
    }
    while (str_next(&text, '\n', &line)) {
        if (str_ends(line, S("\r")))
            line.n--;
        TRY(read_line(from, line, ++number));
    }
    return OK;
}

static struct buf fixed_buf(char *text, size_t size) {
    return (struct buf){.p = text, .cap = size, .max = size - 1};
}

/* Ends the message; what did not fit is cut. */
static void problem_end(struct buf *problem) {
    problem->p[problem->n] = '\0';
}

err config_parse_file(const struct config_table *table, struct arena *arena, str text, str *values,
                      struct config_problem *problem) {
    assert(table->n <= CONFIG_MAX_ROWS);
    struct buf told = fixed_buf(problem->text, sizeof problem->text);
    struct sources from = {.table = table, .arena = arena, .problem = &told};
    err e = read_lines(&from, text);
    problem_end(&told);
    for (size_t i = 0; i < table->n; i++)
        values[i] = from.values[i];
    return e;
}

static err unreadable(struct sources *from, str path, const char *how) {
    buf_addf(from->problem, "the configuration file %.*s %s", STR_FMT(path), how);
    return FAIL(config, "the configuration file cannot be read");
}

static err read_file(struct sources *from, str path) {
    FILE *file = fopen(path.p, "re");
    if (!file)
        return unreadable(from, path, "cannot be read");
    char *text = arena_alloc(from->arena, MAX_FILE);
    size_t n = text ? fread(text, 1, MAX_FILE, file) : 0;
    bool broken = ferror(file) != 0; /* a folder opens, but does not read */
    fclose(file);
    REQUIRE(text, no_memory, "there is no memory for the configuration file");
    if (broken)
        return unreadable(from, path, "cannot be read");
    if (n == MAX_FILE)
        return unreadable(from, path, "is too large");
    return read_lines(from, str_of(text, n));
}

/* HITKEY_TRUSTED_PROXY for trusted-proxy. */
static void variable_to_name(str variable, char out[NAME_MAX_BYTES + 1]) {
    variable = str_head(variable, NAME_MAX_BYTES);
    for (size_t i = 0; i < variable.n; i++) {
        char c = variable.p[i];
        char lower = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        out[i] = c == '_' ? '-' : lower;
    }
    out[variable.n] = '\0';
}

/* Variables of the environment that are not options of a program's table. */
static bool reserved_variable(str name) {
    return str_eq(name, S("config")) || str_eq(name, S("master-key"));
}

static err read_environment(struct sources *from, char **environment) {
    const str prefix = S("HITKEY_");
    for (; environment && *environment; environment++) {
        str entry = str_from(*environment);
        size_t equals = str_find(entry, '=');
        if (!str_starts(entry, prefix) || equals == entry.n)
            continue;
        char name[NAME_MAX_BYTES + 1];
        variable_to_name(str_from_pos(str_head(entry, equals), prefix.n), name);
        const struct option *row = find(from->table, str_from(name));
        if (!row && reserved_variable(str_from(name)))
            continue;
        if (!row)
            return unknown(from, "in the environment (HITKEY_ variables are options)",
                           str_from(name));
        from->values[row - from->table->rows] = STR_ABSENT;
        TRY(keep(from, row, str_from_pos(entry, equals + 1)));
    }
    return OK;
}

static const struct {
    str flag;
    enum config_action action;
} actions[] = {
    {S_INIT("--help"), CONFIG_HELP},
    {S_INIT("--version"), CONFIG_VERSION},
    {S_INIT("--check-config"), CONFIG_CHECK},
};

static bool is_action(str word, enum config_action *action) {
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (!str_eq(word, actions[i].flag))
            continue;
        *action = actions[i].action;
        return true;
    }
    return false;
}

struct command_line {
    struct sources flags;
    int argc;
    char **argv;
    int at; /* the word being read */
    bool given[CONFIG_MAX_ROWS];
    str file;
    enum config_action action;
};

/* A flag's value: behind '=', or the next word; a bool alone is true. */
static err flag_value(struct command_line *line, const struct option *row, str behind, str *out) {
    *out = behind;
    if (str_present(behind))
        return OK;
    if (row && row->type == OPTION_BOOL) {
        *out = S("true");
        return OK;
    }
    if (line->at + 1 >= line->argc) {
        buf_addf(line->flags.problem, "%s needs a value", line->argv[line->at]);
        return FAIL(config, "an option lacks its value");
    }
    *out = str_from(line->argv[++line->at]);
    return OK;
}

static err read_flag(struct command_line *line, str name) {
    size_t equals = str_find(name, '=');
    str behind = equals < name.n ? str_from_pos(name, equals + 1) : STR_ABSENT, value;
    name = str_head(name, equals);
    bool file = str_eq(name, S("config"));
    const struct option *row = find(line->flags.table, name);
    if (!row && !file)
        return unknown(&line->flags, "on the command line", name);
    TRY(flag_value(line, row, behind, &value));
    if (file) {
        line->file = value;
        return OK;
    }
    line->given[row - line->flags.table->rows] = true;
    return keep(&line->flags, row, value);
}

static err read_word(struct command_line *line) {
    str word = str_from(line->argv[line->at]);
    if (is_action(word, &line->action))
        return OK;
    if (str_starts(word, S("--")))
        return read_flag(line, str_from_pos(word, 2));
    word = str_head(word, str_find(word, '=')); /* what is behind may be a password */
    buf_addf(line->flags.problem, "\"%.*s\" is not an option: options start with --",
             STR_FMT(str_head(word, NAME_MAX_BYTES)));
    return FAIL(config, "the command line has a stray word");
}

static err set_all(const struct sources *from, void *out) {
    for (size_t i = 0; i < from->table->n; i++) {
        const struct option *row = &from->table->rows[i];
        str text = str_present(from->values[i]) ? from->values[i] : str_from(row->fallback);
        if (str_present(text))
            TRY(config_value_set(row, from->arena, text, out, from->problem));
    }
    return OK;
}

static str environment_value(char **environment, str name) {
    for (; environment && *environment; environment++)
        if (str_starts(str_from(*environment), name))
            return str_from_pos(str_from(*environment), name.n);
    return STR_ABSENT;
}

static err load(struct command_line *line, struct sources *from, char **environment) {
    for (line->at = 1; line->at < line->argc; line->at++)
        TRY(read_word(line));
    if (line->action == CONFIG_HELP || line->action == CONFIG_VERSION)
        return OK;
    if (!str_present(line->file))
        line->file = environment_value(environment, S("HITKEY_CONFIG="));
    if (str_present(line->file))
        TRY(read_file(from, line->file));
    TRY(read_environment(from, environment));
    for (size_t i = 0; i < from->table->n; i++)
        if (line->given[i])
            from->values[i] = line->flags.values[i];
    return OK;
}

err config_load(const struct config_input *input, void *out, enum config_action *action,
                struct config_problem *problem) {
    assert(input->table->n <= CONFIG_MAX_ROWS);
    struct buf told = fixed_buf(problem->text, sizeof problem->text);
    struct sources from = {.table = input->table, .arena = input->arena, .problem = &told};
    struct command_line line = {
        .flags = from, .argc = input->argc, .argv = input->argv, .action = CONFIG_RUN};
    err e = load(&line, &from, input->environment);
    if (!failed(e) && (line.action == CONFIG_RUN || line.action == CONFIG_CHECK))
        e = set_all(&from, out);
    problem_end(&told);
    *action = line.action;
    return e;
}

err config_refuse(struct config_problem *problem, const char *sentence) {
    struct buf told = fixed_buf(problem->text, sizeof problem->text);
    buf_add(&told, str_from(sentence));
    problem_end(&told);
    return FAIL(config, "the configuration is not acceptable");
}
