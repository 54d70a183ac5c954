/* A user's profile: the fields of PATCH /auth/profile, kept as one JSON object with those members
 * that are set, and its shapes in the API and as OpenID Connect claims. */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include <jansson.h>

#include "common/base/json_put.h"
#include "core/store/user.h"

/* displayName, or the names in their order; absent if there is none. */
err profile_display_name(struct arena *arena, const json_t *profile, str *out) MUST_CHECK;
/* GET /auth/me and the answer of PATCH. */
err profile_api_json(struct arena *arena, const struct user *user, const struct email *emails,
                     size_t n, str *out) MUST_CHECK;
/* One address, as GET /auth/me and /auth/emails show it. */
void profile_put_email(struct json_put *j, const struct email *email);
/* The claims of OIDC Core 5.1 (and HitKey's) that are set. */
err profile_claims_json(struct arena *arena, const struct user *user, str *out) MUST_CHECK;

#endif
