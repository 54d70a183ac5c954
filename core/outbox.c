#include "core/outbox.h"

#include "common/ops/metrics.h"

enum {
    FULL_WAIT_MS = MINUTE_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
};

/* To one recipient, over all kinds of a class; and waiting in all. Notices have more room, so that
 * what strangers ask for does not keep them out. */
static const struct {
    int64_t an_hour, a_day, waiting;
} most[OUTBOX_CLASSES] = {[OUTBOX_ASKED] = {20, 50, 20000},
                          [OUTBOX_TOLD] = {20, 50, 20000},
                          [OUTBOX_NOTICE] = {30, 100, 25000}};

/* Whether the cause is new: a row holds it for its time, whatever became of the mail. */
static err note(struct tx *tx, const struct outbox_mail *mail, bool *fresh) {
    int64_t keep_ms = mail->now_ms + DAY_MS;
    int64_t expires_ms = mail->cause_until_ms > keep_ms ? mail->cause_until_ms : keep_ms;
    TRY(DB_RUN(tx, NULL,
               "UPDATE mail_log SET cause = NULL WHERE cause = ?1 AND cause_until_ms <= ?2",
               DB_B(mail->cause), DB_I(mail->now_ms)));
    int64_t changed;
    TRY(DB_RUN(tx, &changed,
               "INSERT INTO mail_log(recipient, cause, cause_until_ms, put_ms, expires_ms)"
               " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
               DB_B(mail->recipient), DB_B(mail->cause), DB_I(mail->cause_until_ms),
               DB_I(mail->now_ms), DB_I(expires_ms)));
    *fresh = changed == 1;
    return OK;
}

/* How long until fewer than `allowed` lie within `window_ms`: that one past the newest `allowed`
 * leaves it. 0: there is room. */
static err wait_of(struct tx *tx, const struct outbox_mail *mail, int64_t allowed,
                   int64_t window_ms, int64_t *wait_ms) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT put_ms FROM mail_log WHERE recipient = ?1 AND put_ms > ?2"
                 " ORDER BY put_ms DESC LIMIT 1 OFFSET ?3",
                 DB_B(mail->recipient), DB_I(mail->now_ms - window_ms), DB_I(allowed - 1)));
    TRY(db_next(rows, &row));
    *wait_ms = row ? db_get_int(rows, 0) + window_ms - mail->now_ms : 0;
    return OK;
}

static err is_full(struct tx *tx, enum outbox_class class, bool *full) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM outbox"));
    TRY(db_next(rows, &row));
    *full = db_get_int(rows, 0) >= most[class].waiting;
    return OK;
}

/* mail->wait_ms: how long there is no room. */
static err find_room(struct tx *tx, struct outbox_mail *mail) {
    int64_t hour_ms, day_ms;
    bool full;
    TRY(wait_of(tx, mail, most[mail->class].an_hour, HOUR_MS, &hour_ms));
    TRY(wait_of(tx, mail, most[mail->class].a_day, DAY_MS, &day_ms));
    TRY(is_full(tx, mail->class, &full));
    mail->wait_ms = hour_ms > day_ms ? hour_ms : day_ms;
    if (mail->wait_ms > 0)
        metrics_add(M_mail, S("limited"), 1);
    else if (full) {
        mail->wait_ms = FULL_WAIT_MS;
        metrics_add(M_mail, S("full"), 1);
    }
    return OK;
}

err outbox_put(struct tx *tx, struct outbox_mail *mail) {
    bool fresh;
    mail->put = false;
    TRY(find_room(tx, mail));
    if (mail->wait_ms > 0)
        return OK;
    TRY(note(tx, mail, &fresh));
    if (!fresh) {
        metrics_add(M_mail, S("repeated"), 1);
        return OK;
    }
    mail->put = true;
    return DB_RUN(tx, NULL,
                  "INSERT INTO outbox(sealed, attempts, next_ms, put_ms, expires_ms)"
                  " VALUES (?1, 0, 0, ?2, ?3)",
                  DB_T(mail->sealed), DB_I(mail->now_ms), DB_I(mail->expires_ms));
}

err outbox_put_or_wait(struct tx *tx, struct request *rq, struct outbox_mail *mail) {
    TRY(outbox_put(tx, mail));
    rq->retry_after_s = (mail->wait_ms + 999) / 1000;
    REQUIRE(mail->put, COOLDOWN, "Too many mails went to this address: wait and try again");
    return OK;
}
