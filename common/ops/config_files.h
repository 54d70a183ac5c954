/* Checks of the files that several programs are configured with: --check-config finds what is not
 * there. Absent is fine. E_config with the problem. */
#ifndef COMMON_OPS_CONFIG_FILES_H
#define COMMON_OPS_CONFIG_FILES_H

#include "common/ops/config.h"

/* A PEM file of certificates. */
err config_files_ca(str name, struct config_problem *problem) MUST_CHECK;
err config_files_master_key(str name, struct config_problem *problem) MUST_CHECK;
/* As credential_file.h says. */
err config_files_credential(str name, struct config_problem *problem) MUST_CHECK;

#endif
