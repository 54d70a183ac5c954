#include "core/totp.h"

#include <liboath/oath.h>

#include "common/base/percent.h"
#include "common/base/secret.h"

enum { DIGITS = 6, DRIFT = 1 };

static bool matches_step(str key, str code, int64_t step) {
    char expected[DIGITS + 1];
    int status = oath_totp_generate(key.p, key.n, (time_t)(step * TOTP_STEP_S), TOTP_STEP_S, 0,
                                    DIGITS, expected);
    return status == OATH_OK && secret_eq(secret_of(code), secret_of(str_of(expected, DIGITS)));
}

bool totp_matches(str key, str code, int64_t now_ms, int64_t last_step, int64_t *step) {
    int64_t now_step = now_ms / 1000 / TOTP_STEP_S;
    bool found = false;
    for (int64_t s = now_step - DRIFT; s <= now_step + DRIFT; s++) {
        if (!matches_step(key, code, s) || s <= last_step)
            continue;
        *step = s;
        found = true;
    }
    return found;
}

err totp_url(struct arena *arena, str email, str base32_secret, str *out) {
    str label;
    TRY(percent_encode(arena, email, &label));
    return STR_JOIN(arena, out, S("otpauth://totp/HitKey:"), label, S("?secret="), base32_secret,
                    S("&issuer=HitKey"));
}
