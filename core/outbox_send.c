/* The threads that deliver what is in the outbox. One that waits for a slow server keeps the others
 * from nothing: each takes a mail of its own, new ones before those that failed before. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/random.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "common/ops/ticker.h"
#include "core/mails.h"

enum {
    SENDERS = 4,
    ARENA = 1 << 20,
    EVERY_MS = 5000,
    FIRST_RETRY_MS = 5000,
    MAX_RETRY_MS = 600000,
    MAX_DOUBLINGS = 7,
    FAILING_MS = 5 * MINUTE_MS
};

struct sender {
    struct outbox *outbox;
    struct ticker *ticker;
    int64_t taken; /* the mail it is at; 0: none. Guarded by outbox->taking */
    int64_t gone;  /* a mail that is settled, and could not be removed yet: it is not to go twice */
};

struct outbox {
    struct core *core;
    struct mailer *mailer;
    struct sender senders[SENDERS];
    pthread_mutex_t taking;
    _Atomic bool stopping;
    _Atomic int64_t failing_since_ms; /* 0: the last try went well */
};

struct waiting {
    struct outbox *outbox;
    struct arena *arena;
    int64_t now_ms, id, attempts, pause_ms;
    str sealed;
    bool found;
};

/* --- which mail ------------------------------------------------------------------------------- */

static err find_next(struct tx *tx, void *arg) {
    struct waiting *waiting = arg;
    const struct sender *all = waiting->outbox->senders;
    AUTO(db_rows_ref) rows = NULL;
    _Static_assert(SENDERS == 4, "the statement names each sender");
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, attempts, sealed FROM outbox WHERE next_ms <= ?1 AND expires_ms > ?1"
                 " AND id NOT IN (?2, ?3, ?4, ?5) ORDER BY next_ms, id LIMIT 1",
                 DB_I(waiting->now_ms), DB_I(all[0].taken), DB_I(all[1].taken), DB_I(all[2].taken),
                 DB_I(all[3].taken)));
    TRY(db_next(rows, &waiting->found));
    if (!waiting->found)
        return OK;
    waiting->id = db_get_int(rows, 0);
    waiting->attempts = db_get_int(rows, 1);
    return db_get_str(rows, 2, waiting->arena, &waiting->sealed);
}

static err take(struct sender *sender, struct waiting *waiting) {
    struct outbox *outbox = sender->outbox;
    pthread_mutex_lock(&outbox->taking);
    err e = db_read(outbox->core->db, find_next, waiting);
    sender->taken = !failed(e) && waiting->found ? waiting->id : 0;
    pthread_mutex_unlock(&outbox->taking);
    return e;
}

static void let_go(struct sender *sender) {
    pthread_mutex_lock(&sender->outbox->taking);
    sender->taken = 0;
    pthread_mutex_unlock(&sender->outbox->taking);
}

/* --- what becomes of it ----------------------------------------------------------------------- */

static err remove_row(struct tx *tx, void *arg) {
    const int64_t *id = arg;
    return DB_RUN(tx, NULL, "DELETE FROM outbox WHERE id = ?1", DB_I(*id));
}

static err remove_it(struct sender *sender, int64_t id) {
    sender->gone = id;
    TRY(db_write(sender->outbox->core->db, remove_row, &id));
    sender->gone = 0;
    return OK;
}

static err put_off(struct tx *tx, void *arg) {
    const struct waiting *waiting = arg;
    return DB_RUN(tx, NULL, "UPDATE outbox SET attempts = attempts + 1, next_ms = ?2 WHERE id = ?1",
                  DB_I(waiting->id), DB_I(waiting->now_ms + waiting->pause_ms));
}

/* Doubled each time, and up to a quarter more or less, so that what failed together does not come
 * again together. */
static err choose_pause(struct waiting *waiting) {
    uint16_t random;
    int64_t doublings = waiting->attempts < MAX_DOUBLINGS ? waiting->attempts : MAX_DOUBLINGS;
    int64_t pause_ms = (int64_t)FIRST_RETRY_MS << doublings;
    if (pause_ms > MAX_RETRY_MS)
        pause_ms = MAX_RETRY_MS;
    TRY(random_bytes(&random, sizeof random));
    waiting->pause_ms = pause_ms * 3 / 4 + pause_ms / 2 * random / UINT16_MAX;
    return OK;
}

static err deliver(const struct waiting *waiting) {
    struct mail mail;
    TRY(mails_open(waiting->outbox->core, waiting->arena, waiting->sealed, &mail));
    return mailer_send(waiting->outbox->mailer, waiting->arena, &mail);
}

/* The server takes mail; that it refused this one for good says so too. */
static void note_health(struct outbox *outbox, bool works, int64_t now_ms) {
    int64_t well = 0;
    if (works)
        atomic_store(&outbox->failing_since_ms, 0);
    else
        atomic_compare_exchange_strong(&outbox->failing_since_ms, &well, now_ms);
}

static err settle(struct sender *sender, struct waiting *waiting, err outcome) {
    bool for_good = err_is(outcome, E_bad_request) || err_is(outcome, E_seal_broken);
    bool again = failed(outcome) && !for_good;
    note_health(waiting->outbox, !again, waiting->now_ms);
    metrics_add(M_mail, again ? S("retry") : for_good ? S("given_up") : S("sent"), 1);
    if (failed(outcome))
        log_err(LOG_WARN, for_good ? "mail given up" : "mail", outcome);
    if (!again)
        return remove_it(sender, waiting->id);
    TRY(choose_pause(waiting));
    return db_write(waiting->outbox->core->db, put_off, waiting);
}

/* *more: a mail was there; there may be another. */
static err send_one(struct sender *sender, struct arena *arena, bool *more) {
    struct outbox *outbox = sender->outbox;
    struct waiting waiting = {.outbox = outbox, .arena = arena, .now_ms = outbox->core->clock_ms()};
    if (sender->gone)
        TRY(remove_it(sender, sender->gone));
    TRY(take(sender, &waiting));
    *more = waiting.found;
    if (!waiting.found)
        return OK;
    err e = settle(sender, &waiting, deliver(&waiting));
    if (!sender->gone)
        let_go(sender);
    return e;
}

static err send_next(struct sender *sender, bool *more) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory to deliver mail");
    err e = send_one(sender, arena, more);
    arena_free(arena);
    return e;
}

/* --- how much waits --------------------------------------------------------------------------- */

struct measure {
    int64_t waiting, oldest_ms;
};

static err measure(struct tx *tx, void *arg) {
    struct measure *out = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*), min(put_ms) FROM outbox"));
    TRY(db_next(rows, &row));
    *out = (struct measure){db_get_int(rows, 0), db_get_int(rows, 1)};
    return OK;
}

static err show_measure(struct outbox *outbox) {
    struct measure found;
    TRY(db_read(outbox->core->db, measure, &found));
    int64_t age_ms = found.waiting ? outbox->core->clock_ms() - found.oldest_ms : 0;
    metrics_set(M_mails_waiting, STR_ABSENT, (double)found.waiting);
    metrics_set(M_mails_oldest, STR_ABSENT, (double)age_ms / 1000);
    return OK;
}

/* --- the threads ------------------------------------------------------------------------------ */

/* What waits when the server stops is stored: it goes out after the next start. */
static void send_all(void *arg) {
    struct sender *sender = arg;
    err e = OK;
    for (bool more = true; more && !failed(e) && !atomic_load(&sender->outbox->stopping);)
        e = send_next(sender, &more);
    if (!failed(e) && sender == sender->outbox->senders)
        e = show_measure(sender->outbox);
    if (failed(e))
        log_err(LOG_ERROR, "outbox", e);
}

void outbox_wake(struct outbox *outbox) {
    for (size_t i = 0; i < SENDERS; i++)
        ticker_wake(outbox->senders[i].ticker);
}

bool outbox_is_failing(struct outbox *outbox) {
    int64_t since_ms = atomic_load(&outbox->failing_since_ms);
    return since_ms != 0 && outbox->core->clock_ms() - since_ms >= FAILING_MS;
}

static err start_senders(struct outbox *outbox) {
    for (size_t i = 0; i < SENDERS; i++) {
        struct sender *sender = &outbox->senders[i];
        sender->outbox = outbox;
        TRY(ticker_start(EVERY_MS, send_all, sender, &sender->ticker));
    }
    return OK;
}

err outbox_start(struct core *core, const struct mailer_options *options, struct outbox **out) {
    struct outbox *outbox = calloc(1, sizeof *outbox);
    REQUIRE(outbox, no_memory, "there is no memory for mail");
    outbox->core = core;
    pthread_mutex_init(&outbox->taking, NULL);
    err e = mailer_new(options, &outbox->mailer);
    if (!failed(e))
        e = start_senders(outbox);
    if (failed(e))
        outbox_stop(outbox);
    else
        *out = outbox;
    return e;
}

void outbox_stop(struct outbox *outbox) {
    if (!outbox)
        return;
    atomic_store(&outbox->stopping, true);
    if (outbox->mailer)
        mailer_interrupt(outbox->mailer);
    for (size_t i = 0; i < SENDERS; i++)
        ticker_stop(outbox->senders[i].ticker);
    mailer_free(outbox->mailer);
    pthread_mutex_destroy(&outbox->taking);
    free(outbox);
}
