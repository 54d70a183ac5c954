/* The slug of a project: its name in [a-z0-9-], for paths. */
#ifndef CORE_SLUG_H
#define CORE_SLUG_H

#include "common/base/str.h"

/* Shorter than a UUID: no slug can pass for the id of another project. */
enum { SLUG_BASE_MAX = 32, SLUG_NUMBERED = 20 };

/* 1 to 32 characters; "project" if nothing of the name (valid UTF-8) can be written so. */
err slug_base(struct arena *arena, str name, str *out) MUST_CHECK;
/* The n-th try for that base: itself, base-2, base-3, … and from SLUG_NUMBERED on base-<random>.
 * Absent: a reserved word, try the next. */
err slug_try(struct arena *arena, str base, int n, str *out) MUST_CHECK;

#endif
