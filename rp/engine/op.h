/* hk_op: one call in progress, without input or output of its own.
 *
 * A call is a stack of steps. The loop takes the top one and runs it; a step does its part and
 * returns, after pushing what comes next (the last pushed runs first), after op_send (the request
 * goes out, and the next step finds op->answer), or after op_wait (another op fetches the same).
 * The op ends when no step is left, or a step fails. So a flow reads like its specification:
 *
 *     static err start(struct hk_op *op) {
 *         op_push(op, build_request);       second
 *         op_push(op, metadata_need);       first
 *         return OK;
 *     }
 *
 * Everything in an op lives in its arena; foreign handles are given to op_defer. */
#ifndef RP_ENGINE_OP_H
#define RP_ENGINE_OP_H

#include "rp/engine/client.h"
#include "rp/engine/failure.h"

typedef err op_step(struct hk_op *op);

enum { OP_STEPS = 16, OP_FLIGHTS = 4 };

struct op_request {
    str method; /* "GET" if absent */
    str url;
    str headers; /* "Name: value\r\n" lines, or absent */
    str body;    /* absent: none; its Content-Type is among the headers */
    bool client_certificate;
    bool may_fail; /* without an answer the next step runs all the same: op->answer.net_error */
};

struct op_answer {
    int status;
    str headers, body; /* in the op's arena */
    int net_error;     /* 0, or HK_E_NET and so on: there was no answer */
};

struct hk_op {
    struct hk_rp *rp;
    struct arena *arena;
    struct failure failure;
    op_step *steps[OP_STEPS];
    size_t step_count;
    enum { OP_RUNNING, OP_SENDING, OP_WAITING, OP_DONE } state;
    err result;
    bool reported;
    void *flow;                                   /* what the flow keeps between its steps */
    void (*on_end)(struct hk_op *op, err result); /* before those that wait for it go on; or NULL */
    struct op_request request;
    struct op_answer answer;
    uint64_t sent_us;
    int64_t server_ahead_s; /* clock_skew.h */
    struct deferred *deferred;
    struct flight *flights[OP_FLIGHTS]; /* what this op fetches for others too */
    size_t flight_count;
    struct hk_op *next_waiter; /* of the flight that it waits for */
    struct flight *waits_for;
    void (*on_wake)(void *context);
    void *on_wake_context;
    void *transfer, *multi; /* of hk_op_curl, which sends for it */
    void (*transfer_cancel)(struct hk_op *op);
    /* What steps leave for those after them */
    struct document *documents[DOCUMENT_COUNT]; /* metadata_need, keyset_need */
    struct verifying *verifying;                /* keyset.h */
    struct provider_jwt *provider_jwt;          /* provider_jwt.h */
    struct id_token *id_token;                  /* id_token.h */
    struct endpoint_call *endpoint;             /* endpoint_request.h */
    struct token_call *token;                   /* token_request.h */
    struct userinfo *userinfo;                  /* userinfo.h */
    struct refresh *refresh;                    /* refresh.h */
    struct claim_sources_call *claim_sources;   /* claim_sources.h */
    /* Results */
    hk_login *login;
    hk_session *session;
    hk_doc *doc;
    hk_doc *refusal; /* api_answer.h: what an API asks for, given out in place of doc on error */
    str text;
    int status;            /* of hk_api_call's answer; 0: there was none */
    uint32_t ask_again_ms; /* poll.h: no result yet, and no error */
};

/* With `flow_size` zeroed bytes at op->flow. NULL: no memory. */
struct hk_op *op_new(struct hk_rp *rp, op_step *first, size_t flow_size);
/* The same for an argument that is missing or wrong: an op that only tells its error. */
struct hk_op *op_failed(struct hk_rp *rp, enum rule_id rule);
/* `op` (may be NULL), which only tells `made` if that is an error: of what a caller handed in. */
struct hk_op *op_made(struct hk_op *op, err made);

/* Ends the op as a step that fails does: for a driver that cannot send its request. */
void op_end(struct hk_op *op, err problem);

void op_push(struct hk_op *op, op_step *step);
/* After it the step returns OK; the request's texts must be the arena's. A URL that is not https
 * (http: loopback only) breaks a rule. */
err op_send(struct hk_op *op, const struct op_request *request) MUST_CHECK;
/* `drop(p)` when the op is freed; the last first. */
err op_defer(struct hk_op *op, void (*drop)(void *p), void *p) MUST_CHECK;
/* Parses, and frees with the op. Must be an object of valid, unique members. */
err op_json_object(struct hk_op *op, str text, json_t **out) MUST_CHECK;

/* The value of the answer's header, trimmed; absent if there is none. */
str op_answer_header(const struct op_answer *answer, str name);
/* Breaks a rule when there was no answer, or one that is a redirect or comes from a busy server. */
err op_answer_came(struct hk_op *op) MUST_CHECK;
/* The answer's body when its status is 2xx and it is a JSON object; else a rule is broken. */
err op_answer_json(struct hk_op *op, json_t **out) MUST_CHECK;

/* Copies what a caller handed in; NULL gives absent. */
err op_copy(struct hk_op *op, const char *text, str *out) MUST_CHECK;
int64_t op_now(const struct hk_op *op);

static inline hk_str hk_str_of(str s) {
    return (hk_str){s.p, s.n};
}

#endif
