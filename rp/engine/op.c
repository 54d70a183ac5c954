#include "rp/engine/op.h"

#include <assert.h>

#include "common/base/clock.h"
#include "common/base/json_read.h"
#include "rp/engine/clock_skew.h"
#include "rp/engine/doc.h"
#include "rp/engine/document.h"
#include "rp/engine/flight.h"
#include "rp/protocol/header_lines.h"
#include "rp/protocol/safe_url.h"

enum { OWN_MEMORY = 1 << 20, COPIES_OF_A_BODY = 8, MAX_HEADERS = 64 * 1024 };

struct deferred {
    struct deferred *next;
    void (*drop)(void *p);
    void *p;
};

struct hk_op *op_new(struct hk_rp *rp, op_step *first, size_t flow_size) {
    if (!rp)
        return NULL;
    size_t ceiling = OWN_MEMORY + COPIES_OF_A_BODY * (size_t)rp->settings.options.max_body;
    struct arena *arena = arena_new_in(&rp->memory, ceiling);
    struct hk_op *op = arena ? ARENA_NEW(arena, struct hk_op) : NULL;
    void *flow = op ? arena_alloc(arena, flow_size) : NULL;
    if (!flow) {
        arena_free(arena);
        return NULL;
    }
    op->rp = rp;
    op->arena = arena;
    op->flow = flow;
    op->result = OK;
    op_push(op, first);
    return op;
}

/* What was made before the error is not for the caller. */
static void drop_results(struct hk_op *op) {
    hk_login_free(op->login);
    hk_session_free(op->session);
    hk_doc_free(op->doc);
    op->login = NULL;
    op->session = NULL;
    op->doc = NULL;
}

static void finish(struct hk_op *op, err result) {
    op->result = result;
    op->state = OP_DONE;
    op->step_count = 0;
    if (op->on_end)
        op->on_end(op, result);
    flight_leave_all(op);
    if (failed(result))
        drop_results(op);
}

void op_end(struct hk_op *op, err problem) {
    finish(op, problem);
}

struct hk_op *op_made(struct hk_op *op, err made) {
    if (op && failed(made))
        finish(op, made);
    return op;
}

static err tell_failure(struct hk_op *op) {
    return rule_broken(&op->failure, *(const enum rule_id *)op->flow);
}

struct hk_op *op_failed(struct hk_rp *rp, enum rule_id rule) {
    struct hk_op *op = op_new(rp, tell_failure, sizeof rule);
    if (op)
        *(enum rule_id *)op->flow = rule;
    return op;
}

void op_push(struct hk_op *op, op_step *step) {
    assert(op->step_count < OP_STEPS);
    op->steps[op->step_count++] = step;
}

err op_defer(struct hk_op *op, void (*drop)(void *p), void *p) {
    struct deferred *deferred = ARENA_NEW(op->arena, struct deferred);
    if (!deferred) {
        drop(p);
        return FAIL(no_memory, "the call needs more memory than it may have");
    }
    *deferred = (struct deferred){op->deferred, drop, p};
    op->deferred = deferred;
    return OK;
}

static void drop_json(void *json) {
    json_decref(json);
}

err op_json_object(struct hk_op *op, str text, json_t **out) {
    TRY(json_read_object(text, out));
    return op_defer(op, drop_json, *out);
}

err op_copy(struct hk_op *op, const char *text, str *out) {
    return str_dup(op->arena, str_from(text), out);
}

int64_t op_now(const struct hk_op *op) {
    return client_now(op->rp);
}

err op_send(struct hk_op *op, const struct op_request *request) {
    HOLD(&op->failure, endpoint_is_https, safe_url(request->url));
    op->request = *request;
    if (!str_present(op->request.method))
        op->request.method = S("GET");
    op->answer = (struct op_answer){0};
    op->state = OP_SENDING;
    return OK;
}

static void run(struct hk_op *op) {
    if (op->state == OP_WAITING && !flight_waits(op))
        op->state = OP_RUNNING;
    while (op->state == OP_RUNNING && op->step_count) {
        err e = op->steps[--op->step_count](op);
        if (failed(e))
            finish(op, e);
    }
    if (op->state == OP_RUNNING)
        finish(op, OK);
}

/* The query of a URL may hold what nobody should read. */
static str without_query(str url) {
    return str_head(url, str_find(url, '?'));
}

static int report(struct hk_op *op, hk_error *e) {
    int code = failure_report(&op->failure, op->result, e);
    if (code && e)
        clock_skew_tell(op, e);
    if (!code && e && op->ask_again_ms)
        e->retry_after_ms = op->ask_again_ms;
    if (code && !op->reported)
        client_event(op->rp, &(hk_event){.what = "refused",
                                         .code = code,
                                         .http_status = op->failure.http_status,
                                         .detail = rule_row(op->failure.rule)->name});
    op->reported = true;
    return code;
}

static void describe(const struct hk_op *op, hk_http *out) {
    const struct options *options = &op->rp->settings.options;
    const struct op_request *request = &op->request;
    *out = (hk_http){
        .size = sizeof *out,
        .method = request->method.p,
        .url = hk_str_of(request->url),
        .headers = hk_str_of(str_present(request->headers) ? request->headers : S("")),
        .body = hk_str_of(request->body),
        .timeout_ms = (uint32_t)options->timeout_ms,
        .max_body = (uint32_t)options->max_body,
        .client_certificate = request->client_certificate,
    };
}

int hk_op_next(hk_op *op, hk_http *out, hk_error *e) {
    if (!op)
        return failure_report(&(struct failure){0},
                              FAIL(no_memory, "there is no memory for a call"), e);
    if (!out)
        return failure_report(&op->failure, rule_broken(&op->failure, RULE_argument_given), e);
    run(op);
    if (op->state == OP_DONE)
        return report(op, e);
    *out = (hk_http){.size = sizeof *out};
    if (op->state == OP_SENDING) {
        op->sent_us = (uint64_t)clock_monotonic_us();
        describe(op, out);
    }
    return HK_PENDING;
}

static enum rule_id net_rule(int net_error) {
    switch (net_error) {
    case HK_E_TIMEOUT:
        return RULE_answer_in_time;
    case HK_E_TLS:
        return RULE_server_is_trusted;
    case HK_E_TOO_LARGE:
        return RULE_answer_is_small_enough;
    default:
        return RULE_request_was_answered;
    }
}

/* Absent is empty, whatever size comes with it. */
static str given(hk_str text) {
    return text.p ? str_of(text.p, text.n) : S("");
}

static err take_answer(struct hk_op *op, int status, str headers, str body, int net_error) {
    bool too_large = body.n > (size_t)op->rp->settings.options.max_body || headers.n > MAX_HEADERS;
    if (!net_error && too_large)
        net_error = HK_E_TOO_LARGE;
    op->answer.net_error = net_error;
    if (net_error)
        return op->request.may_fail ? OK : op_answer_came(op);
    op->answer.status = status;
    TRY(str_dup(op->arena, headers, &op->answer.headers));
    clock_skew_note(op);
    return str_dup(op->arena, body, &op->answer.body);
}

int hk_op_feed(hk_op *op, int status, hk_str headers, hk_str body, int net_error) {
    if (!op || op->state != OP_SENDING)
        return HK_E_ARG;
    op->state = OP_RUNNING;
    client_event(op->rp, &(hk_event){.what = "http",
                                     .url = hk_str_of(without_query(op->request.url)),
                                     .code = net_error,
                                     .http_status = status,
                                     .usec = (uint64_t)clock_monotonic_us() - op->sent_us});
    err e = take_answer(op, status, given(headers), given(body), net_error);
    if (failed(e))
        finish(op, e);
    return HK_OK;
}

str op_answer_header(const struct op_answer *answer, str name) {
    str rest = answer->headers, value;
    return header_next(&rest, name, &value) ? value : STR_ABSENT;
}

/* RFC 9110 10.2.3, in seconds; a date is not worth a calendar here. */
static uint32_t retry_after_ms(const struct op_answer *answer) {
    int64_t seconds;
    if (failed(str_to_int(op_answer_header(answer, S("Retry-After")), 86400, &seconds)))
        return 0;
    return (uint32_t)seconds * 1000;
}

err op_answer_came(struct hk_op *op) {
    int status = op->answer.status;
    enum rule_id net = net_rule(op->answer.net_error);
    if (op->answer.net_error && rule_stands(net))
        return rule_broken(&op->failure, net);
    op->failure.http_status = status;
    op->failure.retry_after_ms = retry_after_ms(&op->answer);
    HOLD(&op->failure, answer_is_no_redirect, status < 300 || status > 399);
    HOLD(&op->failure, server_is_not_busy, status != 503 && status != 429);
    return OK;
}

err op_answer_json(struct hk_op *op, json_t **out) {
    TRY(op_answer_came(op));
    HOLD(&op->failure, answer_is_success, op->answer.status >= 200 && op->answer.status <= 299);
    HOLD_TRY(&op->failure, answer_is_json, op_json_object(op, op->answer.body, out));
    return OK;
}

void hk_op_on_wake(hk_op *op, void (*fn)(void *ctx), void *ctx) {
    if (!op)
        return;
    pthread_mutex_lock(&op->rp->lock);
    op->on_wake = fn;
    op->on_wake_context = ctx;
    pthread_mutex_unlock(&op->rp->lock);
}

/* A result is handed over once. */
#define TAKE(op, member)                                                                           \
    do {                                                                                           \
        void *taken_ = (op) ? (op)->member : NULL;                                                 \
        if (taken_)                                                                                \
            (op)->member = NULL;                                                                   \
        return taken_;                                                                             \
    } while (0)

hk_login *hk_op_take_login(hk_op *op) {
    TAKE(op, login);
}
hk_session *hk_op_take_session(hk_op *op) {
    TAKE(op, session);
}
hk_doc *hk_op_take_doc(hk_op *op) {
    if (op && !op->doc)
        TAKE(op, refusal);
    TAKE(op, doc);
}

hk_str hk_op_text(const hk_op *op) {
    return op ? hk_str_of(op->text) : (hk_str){NULL, 0};
}
int hk_op_status(const hk_op *op) {
    return op ? op->status : 0;
}

void hk_op_free(hk_op *op) {
    if (!op)
        return;
    flight_leave_all(op);
    if (op->transfer)
        op->transfer_cancel(op);
    for (struct deferred *deferred = op->deferred; deferred; deferred = deferred->next)
        deferred->drop(deferred->p);
    for (size_t i = 0; i < DOCUMENT_COUNT; i++)
        document_release(op->rp, op->documents[i]);
    drop_results(op);
    hk_doc_free(op->refusal);
    arena_free(op->arena);
}
