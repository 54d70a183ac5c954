#include "core/outbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "core/reap.h"

enum {
    ARENA = 4 << 20,
    MAX_SEALED = 1 << 20,
    PAUSE_S = 20,
    FIRST_RETRY_MS = 5000,
    MAX_RETRY_MS = 600000
};
static const str aad = S_INIT("outbox");

struct outbox {
    struct core *core;
    struct mailer *mailer;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool woken, stopping;
};

struct waiting {
    struct arena *arena;
    int64_t now_ms, id, attempts;
    str sealed;
    bool found;
};

err outbox_seal(const struct core *core, struct arena *arena, const struct mail *mail,
                str *sealed) {
    struct json_put j = json_put_begin(arena, MAX_SEALED);
    str text;
    json_put_open(&j, '{');
    json_put_str(&j, "to", mail->to);
    json_put_str(&j, "subject", mail->subject);
    json_put_str(&j, "text", mail->text);
    json_put_str(&j, "html", mail->html);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    return seal(&core->seal_key, aad, text, arena, sealed);
}

err outbox_put(struct tx *tx, str sealed, int64_t expires_ms) {
    return DB_RUN(tx, NULL,
                  "INSERT INTO outbox(sealed, attempts, next_ms, expires_ms) VALUES (?1, 0, 0, ?2)",
                  DB_T(sealed), DB_I(expires_ms));
}

void outbox_wake(struct outbox *outbox) {
    pthread_mutex_lock(&outbox->lock);
    outbox->woken = true;
    pthread_cond_signal(&outbox->wake);
    pthread_mutex_unlock(&outbox->lock);
}

static err find_next(struct tx *tx, void *arg) {
    struct waiting *waiting = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(
        tx, &rows,
        "SELECT id, attempts, sealed FROM outbox WHERE next_ms <= ?1 ORDER BY next_ms LIMIT 1",
        DB_I(waiting->now_ms)));
    TRY(db_next(rows, &waiting->found));
    if (!waiting->found)
        return OK;
    waiting->id = db_get_int(rows, 0);
    waiting->attempts = db_get_int(rows, 1);
    return db_get_str(rows, 2, waiting->arena, &waiting->sealed);
}

static err remove_sent(struct tx *tx, void *arg) {
    const struct waiting *waiting = arg;
    return DB_RUN(tx, NULL, "DELETE FROM outbox WHERE id = ?1", DB_I(waiting->id));
}

static err put_off(struct tx *tx, void *arg) {
    const struct waiting *waiting = arg;
    int64_t pause = FIRST_RETRY_MS << (waiting->attempts < 7 ? waiting->attempts : 7);
    if (pause > MAX_RETRY_MS)
        pause = MAX_RETRY_MS;
    return DB_RUN(tx, NULL, "UPDATE outbox SET attempts = attempts + 1, next_ms = ?2 WHERE id = ?1",
                  DB_I(waiting->id), DB_I(waiting->now_ms + pause));
}

static err deliver(struct outbox *outbox, struct waiting *waiting) {
    AUTO(json_ref) doc = NULL;
    str text;
    TRY(seal_open(&outbox->core->seal_key, aad, waiting->sealed, waiting->arena, &text));
    TRY(json_read_object(text, &doc));
    return mailer_send(outbox->mailer, waiting->arena,
                       &(struct mail){.to = json_read_str(doc, "to"),
                                      .subject = json_read_str(doc, "subject"),
                                      .text = json_read_str(doc, "text"),
                                      .html = json_read_str(doc, "html")});
}

/* *more: a mail was there; there may be another. */
static err send_one(struct outbox *outbox, struct arena *arena, bool *more) {
    struct waiting waiting = {.arena = arena, .now_ms = clock_now_ms()};
    TRY(db_read(outbox->core->db, find_next, &waiting));
    *more = waiting.found;
    if (!waiting.found)
        return OK;
    err e = deliver(outbox, &waiting);
    metrics_add(M_mail, failed(e) ? S("retry") : S("sent"), 1);
    if (failed(e))
        log_err(LOG_WARN, "mail", e);
    return db_write(outbox->core->db, failed(e) ? put_off : remove_sent, &waiting);
}

static void send_all(struct outbox *outbox) {
    bool more = true;
    while (more) {
        struct arena *arena = arena_new(ARENA);
        err e = arena ? send_one(outbox, arena, &more)
                      : FAIL(no_memory, "there is no memory to deliver mail");
        arena_free(arena);
        if (!failed(e))
            continue;
        log_err(LOG_ERROR, "outbox", e);
        return;
    }
}

/* Waits until woken or for PAUSE_S; false: stop. */
static bool wait_for_work(struct outbox *outbox) {
    struct timespec until = {.tv_sec = (time_t)(clock_now_ms() / 1000) + PAUSE_S};
    pthread_mutex_lock(&outbox->lock);
    int status = 0;
    while (!outbox->woken && !outbox->stopping && status == 0)
        status = pthread_cond_timedwait(&outbox->wake, &outbox->lock, &until);
    outbox->woken = false;
    bool go_on = !outbox->stopping;
    pthread_mutex_unlock(&outbox->lock);
    return go_on;
}

static void *send_for_ever(void *arg) {
    struct outbox *outbox = arg;
    do {
        send_all(outbox);
        core_reap(outbox->core, clock_now_ms());
    } while (wait_for_work(outbox));
    send_all(outbox);
    return NULL;
}

err outbox_start(struct core *core, const struct mailer_options *options, struct outbox **out) {
    struct outbox *outbox = calloc(1, sizeof *outbox);
    REQUIRE(outbox, no_memory, "there is no memory for mail");
    outbox->core = core;
    pthread_mutex_init(&outbox->lock, NULL);
    pthread_cond_init(&outbox->wake, NULL);
    err e = mailer_new(options, &outbox->mailer);
    if (!failed(e) && pthread_create(&outbox->thread, NULL, send_for_ever, outbox) != 0)
        e = FAIL(io, "the thread that delivers mail could not be started");
    if (failed(e)) {
        mailer_free(outbox->mailer);
        free(outbox);
        return e;
    }
    *out = outbox;
    return OK;
}

void outbox_stop(struct outbox *outbox) {
    if (!outbox)
        return;
    pthread_mutex_lock(&outbox->lock);
    outbox->stopping = true;
    pthread_cond_signal(&outbox->wake);
    pthread_mutex_unlock(&outbox->lock);
    pthread_join(outbox->thread, NULL);
    pthread_cond_destroy(&outbox->wake);
    pthread_mutex_destroy(&outbox->lock);
    mailer_free(outbox->mailer);
    free(outbox);
}
