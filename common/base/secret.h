/* Bytes that must not leak: a type that fits neither a log call nor a plain comparison. */
#ifndef COMMON_BASE_SECRET_H
#define COMMON_BASE_SECRET_H

#include "common/base/str.h"

typedef struct secret {
    const uint8_t *bytes;
    size_t len;
} secret;

/* Borrows the bytes of `s`. */
secret secret_of(str s);
/* Constant time in the contents; lengths are not secret. Absent or empty never equals anything. */
bool secret_eq(secret a, secret b);
/* Copies into memory that is wiped when the arena is freed. */
err secret_dup(struct arena *arena, secret s, secret *out) MUST_CHECK;
/* Overwrites, not optimised away. */
void secret_wipe(void *p, size_t n);

#endif
