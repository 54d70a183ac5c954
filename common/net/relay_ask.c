/* A call whose user waits for it. */
#include <pthread.h>

#include "common/base/buf.h"
#include "common/net/relay.h"

enum { PIECE = 4096 };

struct asker {
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool woken;
};

static void wake(void *arg) {
    struct asker *asker = arg;
    pthread_mutex_lock(&asker->lock);
    asker->woken = true;
    pthread_cond_signal(&asker->change);
    pthread_mutex_unlock(&asker->lock);
}

/* The relay's deadlines see to it that news comes. */
static void wait_for_news(struct asker *asker) {
    pthread_mutex_lock(&asker->lock);
    while (!asker->woken)
        pthread_cond_wait(&asker->change, &asker->lock);
    asker->woken = false;
    pthread_mutex_unlock(&asker->lock);
}

static void done(void *arg, int tag, err e, int status) {
    (void)arg;
    (void)tag;
    (void)e;
    (void)status;
}

static err read_body(struct asker *asker, struct transfer *transfer, struct buf *body) {
    char piece[PIECE];
    for (;;) {
        long n = transfer->calls->get(transfer, piece, sizeof piece);
        REQUIRE(n != TRANSFER_BROKEN, io, "the answer broke off");
        if (n == TRANSFER_END)
            return OK;
        if (n == TRANSFER_WAIT)
            wait_for_news(asker);
        else
            buf_add(body, str_of(piece, (size_t)n));
        REQUIRE(!body->failed, bad_gateway, "the answer is larger than it may be");
    }
}

static err keep_headers(struct arena *arena, struct relay_answer *answer) {
    struct header *kept = arena_array(arena, answer->header_count, sizeof *kept);
    REQUIRE(kept, no_memory, "there is no memory for an answer");
    for (size_t i = 0; i < answer->header_count; i++) {
        TRY(str_dup(arena, answer->headers[i].name, &kept[i].name));
        TRY(str_dup(arena, answer->headers[i].value, &kept[i].value));
    }
    answer->headers = kept;
    return OK;
}

static err exchange(struct asker *asker, struct transfer *transfer, struct arena *arena,
                    const struct relay_question *question, struct relay_answer *out) {
    struct buf body = buf_in(arena, question->max);
    while (!transfer->calls->begun(transfer))
        wait_for_news(asker);
    TRY(relay_answer_of(transfer, out));
    TRY(keep_headers(arena, out));
    TRY(read_body(asker, transfer, &body));
    out->whole = true;
    return buf_str(&body, &out->body);
}

err relay_ask(struct relay *relay, struct arena *arena, const struct relay_question *question,
              struct relay_answer *out) {
    struct asker asker = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    const struct relay_request request = {.head = question->head,
                                          .repeatable = question->repeatable,
                                          .body = question->body.n ? RELAY_LENGTH : RELAY_NO_BODY,
                                          .whole = question->body,
                                          .total_ms = question->total_ms,
                                          .wake = wake,
                                          .waker = &asker,
                                          .done = done};
    struct transfer *transfer;
    *out = (struct relay_answer){0};
    TRY(relay_start(relay, &request, &transfer));
    err e = exchange(&asker, transfer, arena, question, out);
    transfer->calls->end(transfer);
    return e;
}

str relay_answer_header(const struct relay_answer *answer, str name) {
    for (size_t i = 0; i < answer->header_count; i++)
        if (str_eq_nocase(answer->headers[i].name, name))
            return answer->headers[i].value;
    return STR_ABSENT;
}
