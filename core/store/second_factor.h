/* The second factor of an account: a TOTP secret, sealed to its row, and recovery codes, hashed. */
#ifndef CORE_STORE_SECOND_FACTOR_H
#define CORE_STORE_SECOND_FACTOR_H

#include "core/store/user.h"
#include "core/world.h"

enum { SECOND_FACTOR_CODES = 10 };

struct recovery_codes {
    str plain[SECOND_FACTOR_CODES]; /* shown once */
    str hashes[SECOND_FACTOR_CODES];
};

/* A fresh secret in base32, and as it is stored. */
err second_factor_make(struct request *rq, str user_id, str *base32, str *sealed) MUST_CHECK;
err second_factor_make_codes(struct request *rq, str user_id,
                             struct recovery_codes *out) MUST_CHECK;

/* The rest inside a transaction, `user` just read in it. */

/* What waits to be enabled replaces what waited before. E_ALREADY_ENABLED. */
err second_factor_set_up(struct tx *tx, str user_id, str sealed) MUST_CHECK;
/* `code` proves that the app has the secret. E_SETUP_NOT_INITIATED, E_INVALID_CODE. */
err second_factor_enable(struct tx *tx, struct request *rq, const struct user *user, str code,
                         const struct recovery_codes *codes) MUST_CHECK;
/* Uses up a code of the app or a recovery code, each by one conditional statement. *amr (words,
 * static) says by what a person has signed in who gave a password before.
 * E_INVALID_CODE: wrong, or used already (RFC 6238 5.2); then nothing has changed. */
err second_factor_use(struct tx *tx, struct request *rq, const struct user *user, str code,
                      str *amr) MUST_CHECK;
err second_factor_disable(struct tx *tx, str user_id) MUST_CHECK;
/* Ten new recovery codes; the old ones die. E_NOT_ENABLED, E_INVALID_CODE. */
err second_factor_renew(struct tx *tx, struct request *rq, const struct user *user, str code,
                        const struct recovery_codes *codes) MUST_CHECK;
/* How many recovery codes are left. */
err second_factor_codes_left(struct tx *tx, str user_id, int64_t *n) MUST_CHECK;

#endif
