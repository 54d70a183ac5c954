#include "core/store/throttle.h"

/* An account is blocked at its 5th failure in a row, for one minute, doubling up to 15; an address
 * (many people may share one) at its 50th. */
enum {
    ACCOUNT_FAILURES = 5,
    ADDRESS_FAILURES = 50,
    MAX_DOUBLINGS = 4,
    MAX_BLOCK_MS = 15 * MINUTE_MS,
    MEMORY_MS = 60 * MINUTE_MS
};

err throttle_for(struct request *rq, str account, struct throttle *out) {
    TRY(core_keyed_hash(core_of(rq), rq->arena, "throttle account", account, &out->account));
    return core_keyed_hash(core_of(rq), rq->arena, "throttle address", rq->remote, &out->address);
}

struct checking {
    const struct throttle *throttle;
    int64_t now_ms, blocked_until_ms;
};

static err read_block(struct tx *tx, void *arg) {
    struct checking *checking = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT max(blocked_until_ms) FROM throttles WHERE key IN (?1, ?2)",
                 DB_B(checking->throttle->account), DB_B(checking->throttle->address)));
    TRY(db_next(rows, &row));
    checking->blocked_until_ms = db_get_int(rows, 0);
    return OK;
}

err throttle_check(struct request *rq, const struct throttle *throttle) {
    struct checking checking = {throttle, rq->now_ms, 0};
    TRY(db_read(core_of(rq)->db, read_block, &checking));
    int64_t left_ms = checking.blocked_until_ms - rq->now_ms;
    rq->retry_after_s = left_ms > 0 ? (left_ms + 999) / 1000 : 0;
    REQUIRE(left_ms <= 0, too_many_requests, "Too many failed attempts: wait and try again");
    return OK;
}

static int64_t block_ms(int64_t failures, int64_t allowed) {
    if (failures < allowed)
        return 0;
    int64_t doublings = failures - allowed < MAX_DOUBLINGS ? failures - allowed : MAX_DOUBLINGS;
    int64_t block = (int64_t)MINUTE_MS << doublings;
    return block < MAX_BLOCK_MS ? block : MAX_BLOCK_MS;
}

static err count(struct tx *tx, str key, int64_t allowed, int64_t now_ms) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT failures FROM throttles WHERE key = ?1 AND expires_ms > ?2",
                 DB_B(key), DB_I(now_ms)));
    TRY(db_next(rows, &row));
    int64_t failures = (row ? db_get_int(rows, 0) : 0) + 1;
    db_rows_ref_drop(&rows);
    return DB_RUN(tx, NULL,
                  "INSERT OR REPLACE INTO throttles(key, failures, blocked_until_ms, expires_ms)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  DB_B(key), DB_I(failures), DB_I(now_ms + block_ms(failures, allowed)),
                  DB_I(now_ms + MEMORY_MS));
}

static err count_both(struct tx *tx, void *arg) {
    const struct checking *checking = arg;
    TRY(count(tx, checking->throttle->account, ACCOUNT_FAILURES, checking->now_ms));
    return count(tx, checking->throttle->address, ADDRESS_FAILURES, checking->now_ms);
}

err throttle_failed(struct request *rq, const struct throttle *throttle) {
    return db_write(core_of(rq)->db, count_both, &(struct checking){throttle, rq->now_ms, 0});
}

err throttle_succeeded(struct tx *tx, const struct throttle *throttle) {
    return DB_RUN(tx, NULL, "DELETE FROM throttles WHERE key = ?1", DB_B(throttle->account));
}
