/* Any answer of userinfo: it is about the user who was asked for, or refused; and nobody but the
 * provider is asked for claims. */
#include "common/base/json_read.h"
#include "rp/flows/fuzz/fuzz_client.h"
#include "rp/flows/userinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static err start(struct hk_op *op) {
    return userinfo_push(op, S("at-1"), S("Bearer"), NULL, S("jane"), op->flow);
}

/* Answers every request with the input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char headers[] = "Content-Type: application/json\r\n";
    struct hk_op *op = op_new(fuzz_client(), start, sizeof(json_t *));
    hk_http http;
    int code, asked = 0;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING) {
        assert(fuzz_is_provider(http.url));
        asked++;
        assert(asked <= 5);
        int fed = hk_op_feed(op, 200, (hk_str){headers, sizeof headers - 1},
                             (hk_str){(const char *)data, size}, 0);
        assert(fed == HK_OK);
    }
    const json_t *claims = *(json_t **)op->flow;
    assert((code == HK_OK) == (claims != NULL));
    if (claims)
        assert(str_eq(json_read_str(claims, "sub"), S("jane")) &&
               !json_object_get(claims, "_claim_sources"));
    hk_op_free(op);
    return 0;
}
