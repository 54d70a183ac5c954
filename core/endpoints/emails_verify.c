/* POST /auth/emails/verify: the code came back, the address is proven. */
#include "core/endpoints/emails.h"

struct verify_body {
    str email, code;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct verify_body),
    {"code", FIELD_DIGITS, FIELD_REQUIRED, EMAIL_CODE_DIGITS, EMAIL_CODE_DIGITS,
     offsetof(struct verify_body, code), NULL},
};
FIELD_TABLE(emails_verify_takes, fields);

err emails_verify(struct request *rq, struct response *rs) {
    struct email_change change = emails_change(rq, STR_ABSENT);
    struct verify_body body = {0};
    TRY(fields_read_body(rq, &body));
    change.email.address = body.email;
    TRY(email_verify(&change, body.code));
    TRY(emails_note(&change, "email_verified"));
    return endpoints_message(rq, rs, S("Email verified"));
}
