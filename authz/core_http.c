#include "authz/core_http.h"

#include "common/base/buf.h"
#include "common/http/forward.h"
#include "common/http/language.h"
#include "common/http/method.h"
#include "common/net/relay.h"

enum { MAX_BODY = 1 << 20, ARENA = 1 << 20, CHECK_DEADLINE_MS = 1000 };

#define UNAVAILABLE "accounts cannot be reached just now: try again in a moment"

/* What only we may say to the core store, and it to us. */
static const str ours[] = {S_INIT("X-Act-As"), S_INIT("X-Api-Token"),
                           S_INIT("X-Service-Credential"), S_INIT("X-Account-Event")};

err core_http_set_up(struct arena *arena, const struct core_link_options *options,
                     struct core_http *out) {
    out->service_credential = options->credential;
    TRY(STR_JOIN(arena, &out->credential, S("Bearer "), options->credential));
    out->timeout_ms = options->first_byte_ms;
    core_gate_init(&out->gate, options->most_calls, options->most_forwarded);
    const struct relay_options relay = {.url = options->url,
                                        .ca_file = options->ca_file,
                                        .connect_ms = options->connect_ms,
                                        .first_byte_ms = options->first_byte_ms,
                                        .idle_ms = options->idle_ms,
                                        .total_ms = options->total_ms};
    return relay_new(&relay, &out->relay);
}

void core_http_clear(struct core_http *core) {
    relay_free(core->relay);
    core_gate_destroy(&core->gate);
}

/* --- a request that is passed on -------------------------------------------------------------- */
static void on_done(void *arg, int pass, err e, int status) {
    core_gate_leave(arg, CORE_GATE_FORWARD, (enum circuit_pass)pass, e, status);
}

static enum relay_body body_of(const struct request *rq) {
    if (str_present(request_header(rq, S("Transfer-Encoding"))))
        return RELAY_CHUNKED;
    return str_present(request_header(rq, S("Content-Length"))) ? RELAY_LENGTH : RELAY_NO_BODY;
}

static struct forward forward_of(const struct core_http *core) {
    return (struct forward){.authority = relay_authority(core->relay),
                            .base = relay_base(core->relay),
                            .ours = ours,
                            .ours_n = sizeof ours / sizeof *ours,
                            .max = RELAY_HEAD_MAX};
}

static err start(struct core_http *core, struct request *rq) {
    const struct header credential = {S("X-Service-Credential"), core->service_credential};
    struct forward to = forward_of(core);
    struct relay_request request = {.to_head = rq->method == HTTP_HEAD,
                                    .repeatable = forward_is_idempotent(rq->method),
                                    .body = body_of(rq),
                                    .wake = rq->wake,
                                    .waker = rq,
                                    .done = on_done,
                                    .arg = &core->gate};
    enum circuit_pass pass;
    to.more = &credential;
    to.more_n = 1;
    TRY(forward_request(rq, &to, &request.head));
    TRY(core_gate_enter(&core->gate, CORE_GATE_FORWARD, &pass));
    request.tag = (int)pass;
    err e = relay_start(core->relay, &request, &rq->transfer);
    if (failed(e))
        core_gate_leave(&core->gate, CORE_GATE_FORWARD, pass, e, 0);
    return e;
}

/* An answer to HEAD, and 304, may say how long a body they do not have. */
static void take_body(struct request *rq, const struct relay_answer *answer, struct response *rs) {
    rs->body = answer->body;
    if (answer->whole && rq->method != HTTP_HEAD)
        return;
    rs->source = rq->transfer;
    rs->length = answer->length;
}

static err take_answer(struct core_http *core, struct request *rq, struct response *rs) {
    const struct forward from = forward_of(core);
    struct relay_answer answer;
    err e = relay_answer_of(rq->transfer, &answer);
    REQUIRE(!err_is(e, E_io) && !err_is(e, E_gateway_timeout), core_unavailable, UNAVAILABLE);
    TRY(e);
    TRY(forward_answer(rq, &from, answer.headers, answer.header_count, rs));
    rs->status = answer.status;
    rq->event = relay_answer_header(&answer, S("X-Account-Event"));
    take_body(rq, &answer, rs);
    return OK;
}

err core_http_forward(struct core_http *core, struct request *rq, struct response *rs) {
    if (rq->transfer)
        return take_answer(core, rq, rs);
    REQUIRE(rq->wake, internal, "nothing can be passed on where nobody waits");
    TRY(start(core, rq));
    return FAIL(defer, "the answer comes when it comes");
}

/* --- calls of ours ---------------------------------------------------------------------------- */
static void add(struct buf *out, str name, str value) {
    if (!str_present(value))
        return;
    buf_add(out, name);
    buf_add(out, S(": "));
    buf_add(out, value);
    buf_add(out, S("\r\n"));
}

static void add_line(struct buf *out, const struct core_http *core, enum http_method method,
                     str path) {
    buf_add(out, str_from(method_name(method)));
    buf_add_c(out, ' ');
    buf_add(out, relay_base(core->relay));
    buf_add(out, path);
    buf_add(out, S(" HTTP/1.1\r\n"));
    add(out, S("Host"), relay_authority(core->relay));
}

/* For whom it is, and on whose behalf. */
static err write_head(struct core_http *core, struct request *rq, const struct core_call *call,
                      str *head) {
    struct buf out = buf_in(rq->arena, RELAY_HEAD_MAX);
    add_line(&out, core, call->method, call->path);
    add(&out, S("Authorization"), core->credential);
    add(&out, S("X-Api-Token"), request_authorization(rq, S("Bearer")));
    add(&out, S("X-Act-As"), call->acting);
    add(&out, S("Accept-Language"), language_tag(language_of(rq)));
    add(&out, S("X-Request-Id"), rq->id);
    add(&out, S("X-Forwarded-For"), rq->remote);
    add(&out, S("X-Forwarded-Proto"), rq->secure ? S("https") : S("http"));
    if (str_present(call->json)) {
        add(&out, S("Content-Type"), S("application/json"));
        buf_addf(&out, "Content-Length: %zu\r\n", call->json.n);
    }
    buf_add(&out, S("\r\n"));
    return buf_str(&out, head);
}

/* Through the gate, and a failure to have an answer in words for whoever asked. */
static err ask(struct core_http *core, struct arena *arena, enum core_gate_lane lane,
               const struct relay_question *question, struct relay_answer *answer) {
    enum circuit_pass pass;
    TRY(core_gate_enter(&core->gate, lane, &pass));
    err e = relay_ask(core->relay, arena, question, answer);
    core_gate_leave(&core->gate, lane, pass, e, answer->status);
    REQUIRE(!err_is(e, E_io) && !err_is(e, E_bad_gateway) && !err_is(e, E_gateway_timeout),
            core_unavailable, UNAVAILABLE);
    return e;
}

err core_http_call(struct core_http *core, struct request *rq, const struct core_call *call,
                   struct response *rs) {
    struct relay_answer answer;
    struct relay_question question = {.body = call->json,
                                      .repeatable = forward_is_idempotent(call->method),
                                      .total_ms = core->timeout_ms,
                                      .max = MAX_BODY};
    TRY(may_block(rq));
    TRY(write_head(core, rq, call, &question.head));
    TRY(ask(core, rq->arena, CORE_GATE_CALL, &question, &answer));
    rq->event = relay_answer_header(&answer, S("X-Account-Event"));
    *rs = (struct response){.status = answer.status, .body = answer.body};
    str retry_after = relay_answer_header(&answer, S("Retry-After"));
    if (str_present(retry_after))
        response_header(rs, "Retry-After", retry_after);
    REQUIRE(rs->status < 500, core_unavailable, UNAVAILABLE);
    return OK;
}

static err look(struct core_http *core, struct arena *arena) {
    struct relay_answer answer;
    struct relay_question question = {
        .repeatable = true, .total_ms = CHECK_DEADLINE_MS, .max = MAX_BODY};
    struct buf head = buf_in(arena, RELAY_HEAD_MAX);
    add_line(&head, core, HTTP_GET, S("/health"));
    buf_add(&head, S("\r\n"));
    TRY(buf_str(&head, &question.head));
    TRY(ask(core, arena, CORE_GATE_CHECK, &question, &answer));
    REQUIRE(answer.status == 200, core_unavailable, "the core store says it is not healthy");
    return OK;
}

err core_http_check(struct core_http *core) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory to look at the core store");
    err e = look(core, arena);
    arena_free(arena);
    return e;
}
