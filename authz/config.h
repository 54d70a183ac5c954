/* The configuration of hitkey-authz: one member for each row of options.def. */
#ifndef AUTHZ_CONFIG_H
#define AUTHZ_CONFIG_H

#include "common/ops/config.h"

struct config {
#define OPTION_GROUP(first, title)
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)             \
    OPTION_MEMBER_##type member;
#include "authz/options.def"
#undef OPTION
#undef OPTION_GROUP
};

extern const struct config_table authz_config_table;

/* What no single row can tell: issuer against listen and TLS, pairs that belong together, folders.
 * E_config with `problem` as config_load writes it. */
err config_check(const struct config *config, struct config_problem *problem) MUST_CHECK;

#endif
