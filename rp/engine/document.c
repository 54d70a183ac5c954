#include "rp/engine/document.h"

#include "common/base/json_read.h"
#include "rp/engine/flight.h"

static struct document *document_new(struct hk_rp *rp, json_t *json, struct jwk_set *keys,
                                     int64_t now) {
    struct document *document = memory_zeroed(&rp->memory, sizeof *document);
    if (document)
        *document = (struct document){1, json_incref(json), keys, now};
    else
        jwk_set_free(keys);
    return document;
}

static void let_go(struct hk_rp *rp, struct document *document) {
    if (!document || --document->references)
        return;
    json_decref(document->json);
    jwk_set_free(document->keys);
    memory_free(&rp->memory, document);
}

void document_release(struct hk_rp *rp, struct document *document) {
    pthread_mutex_lock(&rp->lock);
    let_go(rp, document);
    pthread_mutex_unlock(&rp->lock);
}

/* Under the lock. */
static void use(struct hk_op *op, enum document_id id, struct document *document) {
    document->references++;
    let_go(op->rp, op->documents[id]);
    op->documents[id] = document;
}

static enum flight_kind flight_of(enum document_id id) {
    return id == DOCUMENT_METADATA ? FLIGHT_METADATA : FLIGHT_KEYS;
}

static err fetch_or_wait(struct hk_op *op, enum document_id id, op_step *again,
                         enum document_turn *turn) {
    bool mine = false;
    TRY(flight_enter(op, flight_of(id), S(""), &mine));
    if (mine)
        op->rp->slots[id].forcing = false;
    if (!mine)
        op_push(op, again);
    *turn = mine ? DOCUMENT_FETCH : DOCUMENT_WAIT;
    return OK;
}

static bool failed_lately(const struct hk_op *op, const struct slot *slot) {
    int64_t since = op_now(op) - slot->failed_at;
    return failed(slot->problem) && since >= 0 && since < op->rp->settings.options.retry_after_s;
}

static err look(struct hk_op *op, enum document_id id, int64_t ttl_s, op_step *again,
                enum document_turn *turn) {
    struct slot *slot = &op->rp->slots[id];
    bool fresh = slot->document && (slot->document->fetched == INT64_MAX ||
                                    op_now(op) - slot->document->fetched < ttl_s);
    if (!fresh && !failed_lately(op, slot))
        return fetch_or_wait(op, id, again, turn);
    if (!slot->document) {
        op->failure = slot->failure;
        return slot->problem;
    }
    use(op, id, slot->document);
    *turn = DOCUMENT_READY;
    return OK;
}

err document_look(struct hk_op *op, enum document_id id, int64_t ttl_s, op_step *again,
                  enum document_turn *turn) {
    pthread_mutex_lock(&op->rp->lock);
    err e = look(op, id, ttl_s, again, turn);
    pthread_mutex_unlock(&op->rp->lock);
    return e;
}

static bool cooling_down(const struct hk_op *op, const struct slot *slot) {
    int64_t since = op_now(op) - slot->forced_at;
    return slot->forced_at && since >= 0 && since < op->rp->settings.options.jwks_cooldown_s;
}

static err look_again(struct hk_op *op, enum document_id id, op_step *again,
                      enum document_turn *turn) {
    struct slot *slot = &op->rp->slots[id];
    bool another = slot->document && slot->document != op->documents[id];
    bool given = slot->document && slot->document->fetched == INT64_MAX;
    *turn = DOCUMENT_READY;
    if (another)
        use(op, id, slot->document);
    if (another || given || cooling_down(op, slot) || failed_lately(op, slot))
        return OK;
    TRY(fetch_or_wait(op, id, again, turn));
    if (*turn == DOCUMENT_FETCH)
        slot->forcing = true;
    return OK;
}

err document_look_again(struct hk_op *op, enum document_id id, op_step *again,
                        enum document_turn *turn) {
    pthread_mutex_lock(&op->rp->lock);
    err e = look_again(op, id, again, turn);
    pthread_mutex_unlock(&op->rp->lock);
    return e;
}

/* The cool-down begins with an answer, or that there is none: a fetch that ends midway tells
 * nothing. */
static void landed(const struct hk_op *op, struct slot *slot) {
    if (slot->forcing)
        slot->forced_at = op_now(op);
    slot->forcing = false;
}

err document_store(struct hk_op *op, enum document_id id, json_t *json, struct jwk_set *keys) {
    struct hk_rp *rp = op->rp;
    struct document *document = document_new(rp, json, keys, op_now(op));
    REQUIRE(document, no_memory, "there is no memory for what the provider publishes");
    pthread_mutex_lock(&rp->lock);
    let_go(rp, rp->slots[id].document);
    rp->slots[id].document = document;
    rp->slots[id].problem = OK;
    landed(op, &rp->slots[id]);
    use(op, id, document);
    pthread_mutex_unlock(&rp->lock);
    flight_leave(op, flight_of(id));
    return OK;
}

err document_failed(struct hk_op *op, enum document_id id, err problem) {
    struct hk_rp *rp = op->rp;
    pthread_mutex_lock(&rp->lock);
    struct slot *slot = &rp->slots[id];
    slot->problem = problem;
    slot->failure = op->failure;
    slot->failed_at = op_now(op);
    landed(op, slot);
    bool stale = slot->document != NULL;
    if (stale)
        use(op, id, slot->document);
    pthread_mutex_unlock(&rp->lock);
    flight_leave(op, flight_of(id));
    if (!stale)
        return problem;
    client_event(rp,
                 &(hk_event){.what = "warning",
                             .http_status = op->failure.http_status,
                             .detail = "an older copy serves, because a new one cannot be had"});
    op->failure = (struct failure){0};
    return OK;
}

err document_given(struct hk_rp *rp, enum document_id id, json_t *json, struct jwk_set *keys) {
    rp->slots[id].document = document_new(rp, json, keys, INT64_MAX);
    REQUIRE(rp->slots[id].document, no_memory, "there is no memory for a client");
    return OK;
}
