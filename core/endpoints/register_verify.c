/* POST /auth/register/verify: the mailed code came back. */
#include "common/http/fields.h"
#include "core/endpoints/endpoints.h"
#include "core/store/registration.h"

struct verify_body {
    str email, code;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct verify_body),
    {"code", FIELD_DIGITS, FIELD_REQUIRED, REGISTRATION_CODE_DIGITS, REGISTRATION_CODE_DIGITS,
     offsetof(struct verify_body, code), NULL},
};

err register_verify(struct request *rq, struct response *rs) {
    struct verify_body body = {0};
    TRY(fields_read(rq, fields, 2, &body));
    TRY(registration_verify(rq, body.email, body.code));
    return endpoints_message(rq, rs, S("Email verified"));
}
