/* POST /auth/register/verify, and /internal/register/verify for the pages: the mailed code came
 * back. */
#include "core/endpoints/endpoints.h"
#include "core/store/registration.h"

struct verify_body {
    str email, code, binding;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct verify_body),
    {"code", FIELD_DIGITS, FIELD_REQUIRED, REGISTRATION_CODE_DIGITS, REGISTRATION_CODE_DIGITS,
     offsetof(struct verify_body, code), NULL},
    FIELD_ROW_BINDING(struct verify_body), /* the last: of the internal call only */
};
const struct field_table register_verify_takes = {fields, 2};
FIELD_TABLE(internal_register_verify_takes, fields);

err register_verify(struct request *rq, struct response *rs) {
    struct verify_body body = {0};
    struct registration of;
    TRY(fields_read_body(rq, &body));
    TRY(registration_of(rq, body.email, body.binding, &of));
    TRY(registration_verify(&of, body.code));
    return endpoints_message(rq, rs, S("Email verified"));
}
