/* Any answer of the token endpoint and its kin, with any status and headers: a session has tokens,
 * or there is none, and what the server calls its error is fit for a log. The first line is the
 * status, the second a header, the rest the body. */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The endpoints that the shared client of the other fuzzers does not have. */
static hk_rp *client(void) {
    static hk_rp *rp;
    if (rp)
        return rp;
    hk_cfg *cfg = hk_cfg_new(FUZZ_ISSUER, "app");
    hk_cfg_secret(cfg, FUZZ_SECRET);
    hk_cfg_set(cfg, "profile", "oauth");
    hk_cfg_metadata(cfg, "{\"issuer\":\"" FUZZ_ISSUER "\","
                         "\"token_endpoint\":\"" FUZZ_ISSUER "/token\","
                         "\"revocation_endpoint\":\"" FUZZ_ISSUER "/revoke\","
                         "\"introspection_endpoint\":\"" FUZZ_ISSUER "/introspect\","
                         "\"device_authorization_endpoint\":\"" FUZZ_ISSUER "/device\"}");
    hk_cfg_jwks(cfg, "{\"keys\":[]}");
    hk_cfg_clock(cfg, fuzz_now, NULL);
    int code = hk_rp_new(cfg, &rp, NULL);
    assert(code == HK_OK);
    return rp;
}

struct answer {
    int64_t status;
    str headers, body;
};

static hk_str text_of(str s) {
    return (hk_str){s.p ? s.p : "", s.n};
}

static int run(hk_op *op, const struct answer *answer, hk_error *e) {
    hk_http http;
    int code, asked = 0;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        assert(fuzz_is_provider(http.url));
        asked++;
        assert(asked <= 2); /* one nonce more */
        int fed =
            hk_op_feed(op, (int)answer->status, text_of(answer->headers), text_of(answer->body), 0);
        assert(fed == HK_OK);
    }
    for (const char *p = e->oauth; *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
    return code;
}

static hk_session *session_of(hk_op *op, const struct answer *answer) {
    hk_error e = HK_ERROR_INIT;
    int code = run(op, answer, &e);
    hk_session *session = hk_op_take_session(op);
    assert((code == HK_OK) == (session != NULL));
    assert(!session || (hk_access_token(session).n && answer->status == 200));
    hk_op_free(op);
    return session;
}

static hk_doc *doc_of(hk_op *op, const struct answer *answer) {
    hk_error e = HK_ERROR_INIT;
    int code = run(op, answer, &e);
    hk_doc *doc = hk_op_take_doc(op);
    assert((code == HK_OK) == (doc != NULL));
    hk_op_free(op);
    return doc;
}

static void use_session(hk_session *session, const struct answer *answer) {
    hk_error e = HK_ERROR_INIT;
    if (!session)
        return;
    hk_op *op = hk_refresh_op(client(), session);
    (void)run(op, answer, &e);
    hk_op_free(op);
    op = hk_revoke_op(client(), session);
    (void)run(op, answer, &e);
    hk_op_free(op);
    hk_session_free(session);
}

/* A poll that is too early ends without a session, and without an error. */
static void poll(hk_doc *device, const struct answer *answer) {
    hk_error e = HK_ERROR_INIT;
    if (!device)
        return;
    hk_op *op = hk_device_poll_op(client(), device);
    (void)run(op, answer, &e);
    hk_session_free(hk_op_take_session(op));
    hk_op_free(op);
    hk_doc_free(device);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct answer answer = {.status = 200, .body = str_of((const char *)data, size)};
    str status = S("");
    (void)str_next(&answer.body, '\n', &status);
    (void)str_next(&answer.body, '\n', &answer.headers);
    if (failed(str_to_int(status, 599, &answer.status)))
        answer.status = 200;
    const hk_exchange exchange = {.size = sizeof exchange,
                                  .subject_token = "t",
                                  .subject_token_type =
                                      "urn:ietf:params:oauth:token-type:access_token"};
    use_session(session_of(hk_client_credentials_op(client(), "a", NULL), &answer), &answer);
    hk_session_free(session_of(hk_token_exchange_op(client(), &exchange), &answer));
    poll(doc_of(hk_device_start_op(client(), "a"), &answer), &answer);
    hk_doc_free(doc_of(hk_introspect_op(client(), "t", NULL), &answer));
    return 0;
}
