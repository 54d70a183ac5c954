/* What PATCH /auth/profile may carry, and whether it may. */
#ifndef CORE_PROFILE_INPUT_H
#define CORE_PROFILE_INPUT_H

#include <jansson.h>

#include "common/http/fields.h"

enum profile_field {
#define PROFILE_FIELD(member, name, type, min, max, check, claim, shown) PROFILE_##member,
#include "core/profile_fields.def"
#undef PROFILE_FIELD
    PROFILE_FIELDS
};

extern const struct field_table profile_takes;

struct profile_input {
    str values[PROFILE_FIELDS];
    enum field_state states[PROFILE_FIELDS];
};

/* Reads and checks the body. E_validation, E_USERNAME_INVALID, E_USERNAME_RESERVED. Texts are
 * trimmed; a blank one clears. */
err profile_input_read(struct request *rq, struct profile_input *out) MUST_CHECK;
/* Over the stored profile: what is missing stays, null clears, the rest is set. */
err profile_input_merge(const struct profile_input *in, json_t *profile) MUST_CHECK;

#endif
