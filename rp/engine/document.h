/* What the provider publishes and every call needs: its metadata and its keys. Each is fetched when
 * first needed, by one op for all, kept for its time, and served stale while a newer one cannot be
 * had; a failure is remembered for retry_after_s, so that a provider that is down is not stormed.
 */
#ifndef RP_ENGINE_DOCUMENT_H
#define RP_ENGINE_DOCUMENT_H

#include "rp/engine/op.h"

struct document {
    size_t references; /* under rp->lock; what it points to does not change */
    json_t *json;
    struct jwk_set *keys; /* of a JWK set, else NULL */
    int64_t fetched;      /* Unix seconds */
};

enum document_turn {
    DOCUMENT_READY, /* op->documents[id] can be used */
    DOCUMENT_FETCH, /* this op fetches it, then calls document_store or document_failed */
    DOCUMENT_WAIT   /* another does: `again` was pushed */
};

/* `ttl_s`: how long one stays fresh. Fails with a failure that is remembered. */
err document_look(struct hk_op *op, enum document_id id, int64_t ttl_s, op_step *again,
                  enum document_turn *turn) MUST_CHECK;
/* The one that the op holds does not do (an unknown kid): READY when there is another by now, or
 * when fetching again must wait for the cool-down (then it is the same). */
err document_look_again(struct hk_op *op, enum document_id id, op_step *again,
                        enum document_turn *turn) MUST_CHECK;
/* Takes `json` by reference and owns `keys` (may be NULL), even on error. */
err document_store(struct hk_op *op, enum document_id id, json_t *json,
                   struct jwk_set *keys) MUST_CHECK;
/* OK when a stale one serves; else `problem`, which is remembered. */
err document_failed(struct hk_op *op, enum document_id id, err problem) MUST_CHECK;
/* One that never ends: of hk_cfg_metadata, hk_cfg_jwks. */
err document_given(struct hk_rp *rp, enum document_id id, json_t *json,
                   struct jwk_set *keys) MUST_CHECK;
/* NULL is allowed. */
void document_release(struct hk_rp *rp, struct document *document);

#endif
