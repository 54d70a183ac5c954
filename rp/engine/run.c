/* The drivers of hk_op: hk_op_run blocks; hk_op_curl hands each request to a curl multi handle. */
#include "rp/engine/run.h"

#include "rp/engine/flight.h"
#include "rp/engine/transfer.h"

static err perform(struct hk_op *op, const hk_http *http) {
    struct transfer *transfer;
    TRY(transfer_new(op->rp, http, &transfer));
    CURLcode code = curl_easy_perform(transfer_handle(transfer));
    transfer_feed(transfer, code, op);
    transfer_free(transfer);
    return OK;
}

int hk_op_run(hk_op *op, hk_error *e) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        if (!http.url.p) {
            flight_block(op);
            continue;
        }
        err problem = perform(op, &http);
        if (failed(problem))
            op_end(op, problem);
    }
    return code;
}

static void cancel(struct hk_op *op) {
    curl_multi_remove_handle(op->multi, transfer_handle(op->transfer));
    transfer_free(op->transfer);
    op->transfer = NULL;
}

static err add(struct hk_op *op, const hk_http *http, CURLM *multi) {
    struct transfer *transfer;
    HOLD(&op->failure, argument_given, multi);
    TRY(transfer_new(op->rp, http, &transfer));
    curl_easy_setopt(transfer_handle(transfer), CURLOPT_PRIVATE, op);
    if (curl_multi_add_handle(multi, transfer_handle(transfer)) != CURLM_OK) {
        transfer_free(transfer);
        return FAIL(no_memory, "a request could not be added to the curl multi handle");
    }
    op->multi = multi;
    op->transfer = transfer;
    op->transfer_cancel = cancel;
    return OK;
}

int hk_op_curl(hk_op *op, void *curlm, hk_error *e) {
    hk_http http;
    int code = hk_op_next(op, &http, e);
    if (code != HK_PENDING || !http.url.p || op->transfer)
        return code;
    err problem = add(op, &http, curlm);
    if (!failed(problem))
        return HK_PENDING;
    op_end(op, problem);
    return hk_op_next(op, &http, e);
}

int hk_op_curl_done(hk_op *op, void *curlmsg, hk_error *e) {
    const CURLMsg *message = curlmsg;
    if (!op || !op->transfer || !message || message->msg != CURLMSG_DONE ||
        message->easy_handle != transfer_handle(op->transfer))
        return HK_E_ARG;
    struct transfer *transfer = op->transfer;
    op->transfer = NULL;
    CURLcode code = message->data.result;
    curl_multi_remove_handle(op->multi, transfer_handle(transfer));
    transfer_feed(transfer, code, op);
    transfer_free(transfer);
    return hk_op_curl(op, op->multi, e);
}

/* None is an error of the caller's, before anything is asked for. */
static int run_if(const void *out, hk_op *op, hk_error *e) {
    if (op && !out)
        op_end(op, rule_broken(&op->failure, RULE_argument_given));
    return hk_op_run(op, e);
}

/* Out parameters are NULL on error. */
#define RUN_FOR(take, out)                                                                         \
    do {                                                                                           \
        int code_ = run_if(out, op, e);                                                            \
        if (out)                                                                                   \
            *(out) = take(op);                                                                     \
        hk_op_free(op);                                                                            \
        return code_;                                                                              \
    } while (0)

int run_for_login(hk_op *op, hk_login **out, hk_error *e) {
    RUN_FOR(hk_op_take_login, out);
}

int run_for_session(hk_op *op, hk_session **out, hk_error *e) {
    RUN_FOR(hk_op_take_session, out);
}

int run_for_doc(hk_op *op, hk_doc **out, hk_error *e) {
    RUN_FOR(hk_op_take_doc, out);
}

static err copy_text(struct hk_op *op, char *buf, size_t cap) {
    HOLD(&op->failure, argument_given, buf);
    HOLD(&op->failure, argument_fits, op->text.n < cap);
    memcpy(buf, str_present(op->text) ? op->text.p : "", op->text.n);
    buf[op->text.n] = 0;
    return OK;
}

int run_for_text(hk_op *op, char *buf, size_t cap, hk_error *e) {
    if (buf && cap)
        buf[0] = 0;
    int code = hk_op_run(op, e);
    if (code == HK_OK)
        code = failure_report(&op->failure, copy_text(op, buf, cap), e);
    hk_op_free(op);
    return code;
}

int run_for_nothing(hk_op *op, hk_error *e) {
    int code = hk_op_run(op, e);
    hk_op_free(op);
    return code;
}
