/* Runs the plans that the settings choose, tells the terminal and writes the reports. */
#ifndef CONFORMANCE_ENGINE_OP_RUN_H
#define CONFORMANCE_ENGINE_OP_RUN_H

#include "conformance/engine/settings.h"

/* The program's exit status. */
int op_run(const struct settings *settings);

#endif
