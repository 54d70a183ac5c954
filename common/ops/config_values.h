/* One value of the configuration: from text into its member, and back. The inside of config.h. */
#ifndef COMMON_OPS_CONFIG_VALUES_H
#define COMMON_OPS_CONFIG_VALUES_H

#include "common/base/buf.h"
#include "common/ops/config.h"

/* Writes the member of `row` in `config`. E_config: `problem` says what the value must be. */
err config_value_set(const struct option *row, struct arena *arena, str text, void *config,
                     struct buf *problem) MUST_CHECK;
/* The member as text; absent: "". Secrets as "(set)". */
void config_value_add(struct buf *out, const struct option *row, const void *config);

#endif
