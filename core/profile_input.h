/* What PATCH /auth/profile may carry, and whether it may. */
#ifndef CORE_PROFILE_INPUT_H
#define CORE_PROFILE_INPUT_H

#include <jansson.h>

#include "common/http/fields.h"

struct profile_input {
#define PROFILE_FIELD(member, name, type, min, max, check, claim) str member;
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};

enum {
    PROFILE_FIELDS = 0
#define PROFILE_FIELD(member, name, type, min, max, check, claim) +1
#include "core/profile_fields.def"
#undef PROFILE_FIELD
};

/* Reads the body over the stored `profile`: missing members stay, null clears, others are set. */
err profile_input_apply(struct request *rq, json_t *profile, struct profile_input *in) MUST_CHECK;

#endif
