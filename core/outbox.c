#include "core/outbox.h"

#include <stdlib.h>

#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "common/ops/ticker.h"

enum {
    ARENA = 4 << 20,
    MAX_SEALED = 1 << 20,
    EVERY_MS = 5000,
    FIRST_RETRY_MS = 5000,
    MAX_RETRY_MS = 600000
};
static const str aad = S_INIT("outbox");

struct outbox {
    struct core *core;
    struct mailer *mailer;
    struct ticker *ticker;
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

static err find_next(struct tx *tx, void *arg) {
    struct waiting *waiting = arg;
    AUTO(db_rows_ref) rows = NULL;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT id, attempts, sealed FROM outbox WHERE next_ms <= ?1 AND expires_ms > ?1"
                 " ORDER BY next_ms LIMIT 1",
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
    struct waiting waiting = {.arena = arena, .now_ms = outbox->core->clock_ms()};
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

static err send_next(struct outbox *outbox, bool *more) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory to deliver mail");
    err e = send_one(outbox, arena, more);
    arena_free(arena);
    return e;
}

/* What waits when the server stops is stored: it goes out after the next start. */
static void send_all(void *arg) {
    struct outbox *outbox = arg;
    err e = OK;
    for (bool more = true; more && !failed(e) && !ticker_stopping(outbox->ticker);)
        e = send_next(outbox, &more);
    if (failed(e))
        log_err(LOG_ERROR, "outbox", e);
}

void outbox_wake(struct outbox *outbox) {
    ticker_wake(outbox->ticker);
}

err outbox_start(struct core *core, const struct mailer_options *options, struct outbox **out) {
    struct outbox *outbox = calloc(1, sizeof *outbox);
    REQUIRE(outbox, no_memory, "there is no memory for mail");
    outbox->core = core;
    err e = mailer_new(options, &outbox->mailer);
    if (!failed(e))
        e = ticker_start(EVERY_MS, send_all, outbox, &outbox->ticker);
    if (failed(e))
        outbox_stop(outbox);
    else
        *out = outbox;
    return e;
}

void outbox_stop(struct outbox *outbox) {
    if (!outbox)
        return;
    ticker_stop(outbox->ticker);
    mailer_free(outbox->mailer);
    free(outbox);
}
