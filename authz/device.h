/* What a browser says it is (User-Agent), for its own person to know it by. Never the raw text. */
#ifndef AUTHZ_DEVICE_H
#define AUTHZ_DEVICE_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/str.h"

/* "Firefox · Linux"; absent: nothing is known. */
err device_name(struct arena *arena, str user_agent, str *out) MUST_CHECK;

#endif
