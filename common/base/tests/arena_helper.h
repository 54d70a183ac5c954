/* One arena for the tests of a file. */
#ifndef COMMON_BASE_TESTS_ARENA_HELPER_H
#define COMMON_BASE_TESTS_ARENA_HELPER_H

#include "common/base/testing.h"

extern struct arena *arena;
/* For cmocka_run_group_tests. */
int arena_open(void **state);
int arena_close(void **state);

#endif
