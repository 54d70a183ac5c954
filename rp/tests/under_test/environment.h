/* What the runner asks for, as settings of the library. */
#ifndef RP_TESTS_UNDER_TEST_ENVIRONMENT_H
#define RP_TESTS_UNDER_TEST_ENVIRONMENT_H

#include "rp/include/hitkey_rp.h"

enum { EXIT_SKIPPED = 77 };

/* The variable RP_`name`, or `standard` when it is not set or empty. */
const char *environment(const char *name, const char *standard);
/* Base URL and `path` in a buffer of the caller's. */
const char *environment_url(char *buffer, size_t size, const char *path);
/* Settings for the issuer (NULL: of RP_WEBFINGER, that must be found first); `registration` is what
 * hk_register gave, or NULL. Ends the process with EXIT_SKIPPED when a variant cannot be done. */
hk_cfg *environment_cfg(const char *issuer, const char *registration);

#endif
