/* The configuration of hitkey-core: one member for each row of options.def. */
#ifndef CORE_CORE_CONFIG_H
#define CORE_CORE_CONFIG_H

#include "common/ops/config.h"

struct core_config {
#define OPTION_GROUP(first, title)
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)             \
    OPTION_MEMBER_##type member;
#include "core/options.def"
#undef OPTION
#undef OPTION_GROUP
};

extern const struct config_table core_config_table;

/* What no single row can tell. E_config with `problem` as config_load writes it. */
err core_config_check(const struct core_config *config, struct config_problem *problem) MUST_CHECK;

#endif
