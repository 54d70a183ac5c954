/* What every unit test includes: cmocka with the headers it needs before it. */
#ifndef COMMON_BASE_TESTING_H
#define COMMON_BASE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/str.h"

/* assert_err(call, invalid_grant); assert_ok(call); */
#define assert_err(call, expected)                                                                 \
    do {                                                                                           \
        err got_ = (call);                                                                         \
        assert_string_equal(err_name(got_.code), err_name(E_##expected));                          \
    } while (0)
#define assert_ok(call) assert_err((call), ok)
/* assert_str(text, "literal") */
#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        str got_ = (actual);                                                                       \
        assert_int_equal(got_.n, strlen(expected));                                                \
        assert_memory_equal(got_.p ? got_.p : "", (expected), got_.n);                             \
    } while (0)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
