/* hk_metadata: the provider's metadata as a doc. */
#include "rp/engine/doc.h"
#include "rp/engine/document.h"
#include "rp/engine/metadata.h"
#include "rp/engine/run.h"

static err give(struct hk_op *op) {
    return doc_new(&op->rp->memory, op->documents[DOCUMENT_METADATA]->json, STR_ABSENT, &op->doc);
}

static err start(struct hk_op *op) {
    op_push(op, give);
    op_push(op, metadata_need);
    return OK;
}

hk_op *hk_metadata_op(hk_rp *rp) {
    return op_new(rp, start, 0);
}

int hk_metadata(hk_rp *rp, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_metadata_op(rp), out, e);
}
