#include "core/store/throttle.h"

/* Blocked from the n-th time in a row on, for a minute, doubling up to a quarter of an hour. Many
 * people may share an address. */
enum {
    ACCOUNT_FAILURES = 5,
    ADDRESS_FAILURES = 50,
    MAILS = 5,
    ANSWERS = 10,
    ADDRESS_ANSWERS = 30,
    MAX_DOUBLINGS = 4,
    MAX_BLOCK_MS = 15 * MINUTE_MS,
    MEMORY_MS = 60 * MINUTE_MS
};

err throttle_for(struct request *rq, const char *what, str account, struct throttle *out) {
    TRY(core_keyed_hash(core_of(rq), rq->arena, what, account, &out->account));
    return core_remote_hash(core_of(rq), rq->arena, "throttle address", rq->remote, &out->address);
}

static err blocked_until(struct tx *tx, const struct throttle *throttle, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT max(blocked_until_ms) FROM throttles WHERE key IN (?1, ?2)",
                 DB_B(throttle->account), DB_B(throttle->address)));
    TRY(db_next(rows, &row));
    *out = db_get_int(rows, 0);
    return OK;
}

err throttle_open(struct tx *tx, struct request *rq, const struct throttle *throttle) {
    int64_t until_ms;
    TRY(blocked_until(tx, throttle, &until_ms));
    if (until_ms > rq->now_ms)
        rq->retry_after_s = (until_ms - rq->now_ms + 999) / 1000;
    REQUIRE(until_ms <= rq->now_ms, too_many_requests, "Too many attempts: wait and try again");
    return OK;
}

/* 0: not blocked, for whomever. Requests are judged later than they came, and not in turn. */
static int64_t block_end_ms(int64_t times, int64_t allowed, int64_t now_ms) {
    if (times < allowed)
        return 0;
    int64_t doublings = times - allowed < MAX_DOUBLINGS ? times - allowed : MAX_DOUBLINGS;
    int64_t block = (int64_t)MINUTE_MS << doublings;
    return now_ms + (block < MAX_BLOCK_MS ? block : MAX_BLOCK_MS);
}

static err times_so_far(struct tx *tx, str key, int64_t now_ms, int64_t *out) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT times FROM throttles WHERE key = ?1 AND expires_ms > ?2",
                 DB_B(key), DB_I(now_ms)));
    TRY(db_next(rows, &row));
    *out = row ? db_get_int(rows, 0) : 0;
    return OK;
}

static err count(struct tx *tx, str key, int64_t allowed, int64_t now_ms) {
    int64_t times;
    TRY(times_so_far(tx, key, now_ms, &times));
    return DB_RUN(tx, NULL,
                  "INSERT OR REPLACE INTO throttles(key, times, blocked_until_ms, expires_ms)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  DB_B(key), DB_I(times + 1), DB_I(block_end_ms(times + 1, allowed, now_ms)),
                  DB_I(now_ms + MEMORY_MS));
}

err throttle_forget(struct tx *tx, const struct throttle *throttle) {
    return DB_RUN(tx, NULL, "DELETE FROM throttles WHERE key = ?1", DB_B(throttle->account));
}

static bool is_wrong(err outcome) {
    return err_is(outcome, E_INVALID_CREDENTIALS) || err_is(outcome, E_INVALID_PASSWORD) ||
           err_is(outcome, E_INVALID_CODE);
}

err throttle_settle(struct tx *tx, struct request *rq, const struct throttle *throttle,
                    err outcome) {
    if (!failed(outcome))
        return throttle_forget(tx, throttle);
    if (!is_wrong(outcome))
        return outcome;
    TRY(count(tx, throttle->account, ACCOUNT_FAILURES, rq->now_ms));
    return count(tx, throttle->address, ADDRESS_FAILURES, rq->now_ms);
}

err throttle_mail(struct tx *tx, const struct throttle *throttle, int64_t now_ms,
                  int64_t *wait_ms) {
    const struct throttle account = {throttle->account, STR_ABSENT};
    int64_t until_ms;
    TRY(blocked_until(tx, &account, &until_ms));
    *wait_ms = until_ms > now_ms ? until_ms - now_ms : 0;
    return *wait_ms ? OK : count(tx, throttle->account, MAILS, now_ms);
}

err throttle_code_mail(struct tx *tx, struct request *rq, const struct throttle *throttle,
                       int64_t sent_ms) {
    int64_t left_ms = sent_ms + RESEND_AFTER_MS - rq->now_ms;
    if (left_ms <= 0)
        TRY(throttle_mail(tx, throttle, rq->now_ms, &left_ms));
    rq->retry_after_s = left_ms > 0 ? (left_ms + 999) / 1000 : 0;
    REQUIRE(left_ms <= 0, COOLDOWN, "A code was sent a moment ago: wait before asking for another");
    return OK;
}

err throttle_budget_for(struct request *rq, const char *what, str account,
                        struct throttle_budget *out) {
    if (str_present(account))
        TRY(core_keyed_hash(core_of(rq), rq->arena, what, account, &out->throttle.account));
    return core_remote_hash(core_of(rq), rq->arena, what, rq->remote, &out->throttle.address);
}

err throttle_budget_of_answers(struct request *rq, str account, struct throttle_budget *out) {
    *out = (struct throttle_budget){.allowed = ANSWERS, .address_allowed = ADDRESS_ANSWERS};
    return throttle_budget_for(rq, "answers", account, out);
}

/* The hour begins with the first time. */
static err spend(struct tx *tx, str key, int64_t allowed, int64_t now_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO throttles(key, times, blocked_until_ms, expires_ms)"
                  " VALUES (?1, 1, iif(?3 > 1, 0, ?2 + ?4), ?2 + ?4)"
                  " ON CONFLICT(key) DO UPDATE SET"
                  " times = iif(expires_ms > ?2, times + 1, 1),"
                  " blocked_until_ms = iif(expires_ms > ?2 AND times + 1 >= ?3, expires_ms, 0),"
                  " expires_ms = iif(expires_ms > ?2, expires_ms, ?2 + ?4)",
                  DB_B(key), DB_I(now_ms), DB_I(allowed), DB_I(MEMORY_MS));
}

err throttle_spend(struct tx *tx, const struct throttle_budget *budget, int64_t now_ms) {
    if (str_present(budget->throttle.account))
        TRY(spend(tx, budget->throttle.account, budget->allowed, now_ms));
    return spend(tx, budget->throttle.address, budget->address_allowed, now_ms);
}

err throttle_spend_on(struct tx *tx, const struct throttle_budget *budget, int64_t now_ms,
                      err outcome) {
    if (!err_is(outcome, E_EMAIL_ALREADY_IN_USE) && !err_is(outcome, E_EMAIL_ALREADY_VERIFIED))
        return outcome;
    return throttle_spend(tx, budget, now_ms);
}
