#include "conformance/engine/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_WIDTH = 62 };

static const char *colour(enum result result, bool on) {
    static const char *const codes[RESULTS] = {[PASSED] = "\033[32m",
                                               [REVIEW] = "\033[36m",
                                               [WARNED] = "\033[33m",
                                               [SKIPPED] = "\033[90m",
                                               [FAILED] = "\033[1;31m"};
    return on ? codes[result] : "";
}

static bool is_terminal(void) {
    return isatty(STDOUT_FILENO);
}

void terminal_plan(struct terminal *terminal, const struct plan *plan,
                   const struct variant *variant, size_t modules_of_it) {
    size_t room = sizeof terminal->sums / sizeof terminal->sums[0];
    terminal->at = 0;
    terminal->of = modules_of_it;
    terminal->plans += terminal->plans < room;
    struct terminal_sum *sum = &terminal->sums[terminal->plans - 1];
    bool usual = strcmp(variant->response_mode, "default") == 0;
    snprintf(sum->title, sizeof sum->title, "%s (%s%s%s)", plan->name, variant->response_type,
             usual ? "" : ", ", usual ? "" : variant->response_mode);
    if (!terminal->quiet)
        printf("\n%s, %s\n", sum->title, plan->profile);
}

/* What is running now, in the line that its result will take. */
void terminal_start(struct terminal *terminal, const struct module *module) {
    terminal->at++;
    if (!is_terminal())
        return;
    printf("  %3zu/%-3zu %-*.*s running\r", terminal->at, terminal->of, NAME_WIDTH, NAME_WIDTH,
           module->name);
    fflush(stdout);
}

void terminal_end(struct terminal *terminal, const struct module *module,
                  const struct outcome *outcome, bool excused) {
    bool colours = is_terminal();
    enum result result = outcome->result;
    terminal->sums[terminal->plans - 1].counts[result]++;
    terminal->excused += excused && result == SKIPPED;
    if (terminal->quiet && result <= REVIEW)
        return;
    if (terminal->quiet)
        printf("%s\n", terminal->sums[terminal->plans - 1].title);
    printf("  %3zu/%-3zu %-*s %s%-7s%s %5.1f s\n", terminal->at, terminal->of, NAME_WIDTH,
           module->name, colour(result, colours), outcome_word(result), colours ? "\033[0m" : "",
           json_real_value(json_object_get(outcome->record, "seconds")));
    if (result != PASSED)
        printf("          %s\n", text_of(outcome->record, "reason"));
    fflush(stdout);
}

bool terminal_sums(const struct terminal *terminal, bool strict) {
    size_t total[RESULTS] = {0};
    printf("\n%-74s", "plan");
    for (enum result r = 0; r < RESULTS; r++)
        printf(" %8s", outcome_word(r));
    for (size_t i = 0; i < terminal->plans; i++) {
        printf("\n%-74s", terminal->sums[i].title);
        for (enum result r = 0; r < RESULTS; r++) {
            printf(" %8zu", terminal->sums[i].counts[r]);
            total[r] += terminal->sums[i].counts[r];
        }
    }
    printf("\n%-74s", "all");
    for (enum result r = 0; r < RESULTS; r++)
        printf(" %8zu", total[r]);
    printf("\n");
    if (terminal->excused)
        printf("%zu of the SKIPPED are refused on purpose (client file, \"refused\")\n",
               terminal->excused);
    return total[FAILED] == 0 && (!strict || total[WARNED] + total[SKIPPED] == terminal->excused);
}
