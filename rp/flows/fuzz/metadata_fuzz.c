/* Any metadata and any keys of a provider: what is taken is the issuer's, and nobody is sent, or
 * asked, over anything but TLS. */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char token[] =
    "Bearer eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30."
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAA";

/* Nothing is remembered between two inputs. */
static hk_rp *client(void) {
    hk_rp *rp = NULL;
    hk_cfg *cfg = hk_cfg_new(FUZZ_ISSUER, "app");
    hk_cfg_secret(cfg, FUZZ_SECRET);
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_clock(cfg, fuzz_now, NULL);
    int code = hk_rp_new(cfg, &rp, NULL);
    assert(code == HK_OK);
    return rp;
}

/* Answers each request with the input. */
static int run(hk_op *op, const uint8_t *data, size_t size) {
    hk_http http;
    int code, asked = 0;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING) {
        struct url url;
        err e = url_parse(str_of(http.url.p, http.url.n), &url);
        assert(!failed(e) && (str_eq_nocase(url.scheme, S("https")) || url_is_loopback(&url)));
        asked++;
        assert(asked <= 4);
        int fed = hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){(const char *)data, size}, 0);
        assert(fed == HK_OK);
    }
    return code;
}

static void drop(hk_op *op) {
    hk_doc_free(hk_op_take_doc(op));
    hk_session_free(hk_op_take_session(op));
    hk_op_free(op);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hk_rp *rp = client();
    const hk_request request = {.size = sizeof request, .authorization = token};
    hk_op *op = hk_metadata_op(rp);
    int code = run(op, data, size);
    hk_doc *doc = hk_op_take_doc(op);
    assert((code == HK_OK) == (doc != NULL));
    assert(!doc || strcmp(hk_doc_str(doc, "issuer").p, FUZZ_ISSUER) == 0);
    hk_doc_free(doc);
    hk_op_free(op);
    op = hk_logout_url_op(rp, NULL, NULL);
    code = run(op, data, size);
    assert(code != HK_OK || strncmp(hk_op_text(op).p, "http", 4) == 0);
    drop(op);
    op = hk_verify_op(rp, &request, "api", NULL); /* the input is the set of keys too */
    code = run(op, data, size);
    assert(code < 0);
    drop(op);
    op = hk_register_op(rp, NULL, NULL);
    (void)run(op, data, size);
    drop(op);
    hk_rp_free(rp);
    return 0;
}
