/* The handlers of core/routes.def, and what they share. */
#ifndef CORE_ENDPOINTS_ENDPOINTS_H
#define CORE_ENDPOINTS_ENDPOINTS_H

#include "common/http/email.h"
#include "common/http/fields.h"
#include "core/password.h"
#include "core/sign_in.h"
#include "core/store/throttle.h"
#include "core/store/user.h"

#define ROUTE(methods, path, handler, caller, body, cap, run, rate, takes) handler_fn handler;
#include "core/routes.def"
#undef ROUTE
/* The bodies that they take: each beside its handler. */
extern const struct field_table password_change_takes;
extern const struct field_table code_takes, email_takes, internal_register_takes,
    internal_register_verify_takes, login_takes, password_reset_takes, project_create_takes,
    register_password_takes, register_verify_takes, token_refresh_takes, two_factor_verify_takes;
extern const struct field_table emails_verify_takes;
extern const struct field_table project_change_takes, project_give_takes, member_add_takes,
    member_change_takes, permission_create_takes, permission_change_takes, invite_create_takes,
    register_with_invite_takes;

/* Rows of fields that many calls take; the struct has a member of that name. */
#define FIELD_ROW_EMAIL(type)                                                                      \
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 0, EMAIL_MAX, offsetof(type, email), NULL }
#define FIELD_ROW_NEW_PASSWORD(type)                                                               \
    {                                                                                              \
        "password", FIELD_TEXT, FIELD_REQUIRED, PASSWORD_MIN, PASSWORD_MAX,                        \
            offsetof(type, password), NULL                                                         \
    }
#define FIELD_ROW_CODE(type)                                                                       \
    { "code", FIELD_TEXT, FIELD_REQUIRED, 1, 32, offsetof(type, code), NULL }
#define FIELD_ROW_BINDING(type)                                                                    \
    { "binding", FIELD_TEXT, FIELD_REQUIRED, 16, 128, offsetof(type, binding), NULL }

/* CALLER_API_BEARER: rq->caller. */
static inline const struct api_token *endpoints_bearer(const struct request *rq) {
    return rq->caller;
}
/* {"message": text}. */
err endpoints_message(struct request *rq, struct response *rs, str text) MUST_CHECK;
/* The body {"email"}. */
err endpoints_read_email(struct request *rq, str *email) MUST_CHECK;
/* Whether a password may be stored. E_validation with its field error. */
err endpoints_check_new_password(struct request *rq, str password, str email) MUST_CHECK;
/* The same, hashed. */
err endpoints_new_password(struct request *rq, str password, str email, str *hash) MUST_CHECK;
/* The profile as GET /auth/me shows it. */
err endpoints_me_json(struct tx *tx, struct request *rq, str *json) MUST_CHECK;

#endif
