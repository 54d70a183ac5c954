/* The reports of a whole call: report.json with everything, report.html for people. */
#ifndef CONFORMANCE_ENGINE_REPORT_H
#define CONFORMANCE_ENGINE_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "conformance/engine/settings.h"

/* Into settings->report_dir, which is made if it is not there. False, with a message, if a file
 * cannot be written. */
bool report_write(const struct settings *settings, const json_t *records);
/* The page, whole and self-contained. */
void report_html(FILE *to, const json_t *report);

#endif
