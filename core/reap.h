/* Rows whose time is over. */
#ifndef CORE_REAP_H
#define CORE_REAP_H

#include "core/core.h"

/* Deletes a bounded batch of expired rows of each table, in one transaction. Logs what fails. */
void core_reap(struct core *core, int64_t now_ms);

#endif
