/* Any registration that a program kept, and any answer about it (the second line, if there is one):
 * its token goes over TLS, and what is given out can be given in again. */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char kept[] =
    "{\"client_id\":\"new\",\"registration_client_uri\":"
    "\"https://op.example/register/new\",\"registration_access_token\":\"t\"}";

static int run(hk_op *op, str answer) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING) {
        struct url url;
        err e = url_parse(str_of(http.url.p, http.url.n), &url);
        assert(!failed(e) && (str_eq_nocase(url.scheme, S("https")) || url_is_loopback(&url)));
        int fed =
            hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){answer.p ? answer.p : "", answer.n}, 0);
        assert(fed == HK_OK);
    }
    return code;
}

/* What was taken names a client, and is a setting or refused as one. */
static void use(hk_op *op, int code) {
    hk_doc *doc = hk_op_take_doc(op);
    assert((code == HK_OK) == (doc != NULL));
    hk_op_free(op);
    if (!doc)
        return;
    assert(hk_doc_str(doc, "client_id").n);
    hk_rp *rp = NULL;
    hk_cfg *cfg = hk_cfg_new(FUZZ_ISSUER, NULL);
    hk_cfg_registration(cfg, hk_doc_json(doc).p);
    (void)hk_rp_new(cfg, &rp, NULL);
    hk_rp_free(rp);
    hk_doc_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(64 << 20);
    str rest = str_of((const char *)data, size), registration = S(""), copy;
    (void)str_next(&rest, '\n', &registration);
    err e = str_dup(arena, registration, &copy);
    assert(!failed(e));
    hk_op *op = hk_registration_op(fuzz_client(), copy.p, NULL);
    use(op, run(op, rest));
    op = hk_registration_op(fuzz_client(), kept, copy.p);
    use(op, run(op, rest));
    op = hk_registration_op(fuzz_client(), kept, NULL);
    use(op, run(op, registration));
    op = hk_unregister_op(fuzz_client(), copy.p);
    (void)run(op, rest);
    hk_op_free(op);
    arena_free(arena);
    return 0;
}
