/* People and their addresses. */
#ifndef CORE_STORE_USER_H
#define CORE_STORE_USER_H

#include "common/db/db.h"

struct user {
    str id, password, profile;     /* profile: JSON text */
    str totp_secret, totp_pending; /* sealed, or absent */
    int64_t totp_step, created_ms, updated_ms;
    int64_t signed_out_ms; /* sign-ins up to then do not count any more */
    str email;             /* the default address, or absent */
    bool email_verified;
    int64_t recovery_codes_left; /* where it was looked up: GET /auth/me */
    bool address_verified;       /* user_by_address: the address that was asked for */
};

struct email {
    str id, address;
    bool is_default, is_verified;
};

enum { USER_EMAILS_MAX = 20 }; /* that a person may have */

/* Inside a transaction. *found is false when there is nobody. Whoever has proven the address comes
 * before those who only claim it. */
err user_by_address(struct tx *tx, struct arena *arena, str address, struct user *out,
                    bool *found) MUST_CHECK;
err user_by_id(struct tx *tx, struct arena *arena, str id, struct user *out,
               bool *found) MUST_CHECK;
/* The same; E_not_found. */
err user_get(struct tx *tx, struct arena *arena, str id, struct user *out) MUST_CHECK;
err user_emails(struct tx *tx, struct arena *arena, str user_id, struct email **out,
                size_t *n) MUST_CHECK;
/* One of the user's addresses, by its id or (the other absent) as it is written. E_EMAIL_NOT_FOUND:
 * this user has no such. */
err user_email(struct tx *tx, struct arena *arena, str user_id, str id, str address,
               struct email *out) MUST_CHECK;
/* A new user with one verified default address. E_conflict: the address is taken. */
err user_insert(struct tx *tx, const struct user *user, str email_id) MUST_CHECK;
/* Outside: one read transaction. E_not_found. */
err user_read(struct db *db, struct arena *arena, str id, struct user *out) MUST_CHECK;

#endif
