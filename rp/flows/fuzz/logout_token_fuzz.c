/* Any header and claims, signed by the provider, as a logout token; and any body. */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void log_out(const char *body) {
    hk_http http;
    hk_op *op = hk_backchannel_logout_op(fuzz_client(), body);
    int code = hk_op_next(op, &http, NULL);
    assert(code != HK_PENDING); /* its keys are at hand */
    hk_doc *doc = hk_op_take_doc(op);
    assert((code == HK_OK) == (doc != NULL));
    if (doc) {
        hk_str sub = hk_doc_str(doc, "sub"), sid = hk_doc_str(doc, "sid");
        assert(sub.n || sid.n);
        assert(hk_doc_str(doc, "jti").n && !hk_doc_str(doc, "nonce").p);
    }
    hk_doc_free(doc);
    hk_op_free(op);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new((size_t)1 << 24);
    str input = str_of((const char *)data, size), body, plain;
    err e = STR_JOIN(arena, &body, S("logout_token="), fuzz_token(arena, input));
    assert(!failed(e));
    log_out(body.p);
    e = str_dup(arena, input, &plain);
    assert(!failed(e));
    log_out(plain.p);
    arena_free(arena);
    return 0;
}
