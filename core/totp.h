/* Time-based codes (RFC 6238): HMAC-SHA-1, 6 digits, 30 s, one step of drift either way. */
#ifndef CORE_TOTP_H
#define CORE_TOTP_H

#include "common/base/str.h"

enum { TOTP_SECRET = 20, TOTP_STEP_S = 30 };

/* The time step that `code` belongs to, if it is newer than `last_step`: a code works once
 * (RFC 6238 5.2). False: no such step. `key` is the raw secret. */
bool totp_matches(str key, str code, int64_t now_ms, int64_t last_step, int64_t *step);
/* otpauth://totp/HitKey:<email>?secret=…&issuer=HitKey (the key URI format). */
err totp_url(struct arena *arena, str email, str base32_secret, str *out) MUST_CHECK;

#endif
