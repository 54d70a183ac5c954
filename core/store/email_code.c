#include "core/store/email_code.h"

#include "common/base/random.h"
#include "core/mails.h"
#include "core/store/email.h"

err email_code_hash(struct request *rq, str email_id, str code, str *out) {
    str text;
    TRY(STR_JOIN(rq->arena, &text, email_id, S(" "), code));
    return core_keyed_hash(core_of(rq), rq->arena, "email code", text, out);
}

err email_code_make(struct request *rq, str email_id, str address, struct email_code *out) {
    str code;
    *out = (struct email_code){.rq = rq, .email_id = email_id};
    TRY(random_digits(rq->arena, EMAIL_CODE_DIGITS, &code));
    TRY(email_code_hash(rq, email_id, code, &out->hash));
    TRY(throttle_for(rq, THROTTLE_CODE_MAILS, address, &out->throttle));
    return mails_write(rq, MAIL_email_code, address, &(struct mail_values){.code = code},
                       &out->mail);
}

static err sent_ms(struct tx *tx, str email_id, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT sent_ms FROM email_codes WHERE email_id = ?1", DB_T(email_id)));
    TRY(db_next(rows, &row));
    *out = row ? db_get_int(rows, 0) : 0;
    return OK;
}

err email_code_put(struct tx *tx, struct email_code *code) {
    int64_t now_ms = code->rq->now_ms, sent;
    TRY(sent_ms(tx, code->email_id, &sent));
    TRY(throttle_code_mail(tx, code->rq, &code->throttle, sent));
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO email_codes(email_id, code_hash, sent_ms, attempts, expires_ms)"
               " VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT(email_id) DO UPDATE SET"
               " code_hash = ?2, sent_ms = ?3, attempts = 0, expires_ms = ?4",
               DB_T(code->email_id), DB_B(code->hash), DB_I(now_ms), DB_I(now_ms + CODE_LIFE_MS)));
    return outbox_put_or_wait(tx, code->rq, &code->mail);
}

/* Why no row was waiting for this code. One whose time is over may have been removed. */
static err refusal(struct tx *tx, str email_id, int64_t now_ms) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT attempts FROM email_codes WHERE email_id = ?1 AND expires_ms > ?2",
                 DB_T(email_id), DB_I(now_ms)));
    TRY(db_next(rows, &row));
    REQUIRE(row, CODE_EXPIRED, "The code has expired: ask for a new one");
    REQUIRE(db_get_int(rows, 0) < CODE_ATTEMPTS, TOO_MANY_ATTEMPTS,
            "Too many wrong codes: ask for a new one");
    return FAIL(INVALID_CODE, "The code is wrong");
}

err email_code_use(struct tx *tx, str email_id, str hash, int64_t now_ms) {
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "DELETE FROM email_codes WHERE email_id = ?1 AND code_hash = ?2 AND attempts < ?3"
               " AND expires_ms > ?4",
               DB_T(email_id), DB_B(hash), DB_I(CODE_ATTEMPTS), DB_I(now_ms)));
    if (changed == 1)
        return OK;
    err why = refusal(tx, email_id, now_ms);
    if (err_is(why, E_INVALID_CODE))
        TRY(DB_RUN(tx, NULL, "UPDATE email_codes SET attempts = attempts + 1 WHERE email_id = ?1",
                   DB_T(email_id)));
    return why;
}
