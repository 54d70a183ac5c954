#include "authz/core_http.h"

#include "common/base/url.h"
#include "common/http/forward.h"
#include "common/http/method.h"
#include "common/net/fetch.h"
#include "common/net/relay.h"

enum { CALL_HEADERS = 8, MAX_BODY = 1 << 20, CHECK_DEADLINE_MS = 1000 };

#define UNAVAILABLE "accounts cannot be reached just now: try again in a moment"

/* What only we may say to the core store, and it to us. */
static const str ours[] = {S_INIT("X-Act-As"), S_INIT("X-Api-Token"),
                           S_INIT("X-Service-Credential"), S_INIT("X-Account-Event")};

static err parse_url(struct arena *arena, str text, struct core_http *out) {
    struct url url;
    if (str_starts(text, S("unix:/"))) {
        out->base = S("http://localhost");
        return str_dup(arena, str_from_pos(text, 5), &out->unix_socket);
    }
    bool good = !failed(url_parse(text, &url)) && url.host.n > 0 && !str_present(url.query) &&
                (str_eq(url.scheme, S("http")) || str_eq(url.scheme, S("https")));
    REQUIRE(good, config, "core-url must be http(s)://host:port or unix:/path");
    while (str_ends(text, S("/")))
        text.n--;
    return str_dup(arena, text, &out->base);
}

err core_http_set_up(struct arena *arena, const struct core_link_options *options,
                     struct core_http *out) {
    out->fetcher = options->fetcher;
    out->service_credential = options->credential;
    TRY(STR_JOIN(arena, &out->credential, S("Bearer "), options->credential));
    TRY(parse_url(arena, options->url, out));
    out->connect_ms = options->connect_ms;
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

struct outgoing {
    struct fetch_header headers[CALL_HEADERS];
    size_t n;
};

static void add(struct outgoing *out, str name, str value) {
    if (str_present(value))
        out->headers[out->n++] = (struct fetch_header){name, value};
}

/* RFC 7239's older cousins: whom the request came from. */
static void add_forwarding(struct outgoing *out, const struct request *rq) {
    add(out, S("X-Request-Id"), rq->id);
    add(out, S("X-Forwarded-For"), rq->remote);
    add(out, S("X-Forwarded-Proto"), rq->secure ? S("https") : S("http"));
}

static err exchange(struct core_http *core, struct request *rq, const struct outgoing *outgoing,
                    struct fetch_request *request, struct fetch_response *out) {
    TRY(may_block(rq));
    request->headers = outgoing->headers;
    request->header_count = outgoing->n;
    request->unix_socket = core->unix_socket;
    request->connect_timeout_ms = core->connect_ms;
    request->timeout_ms = core->timeout_ms;
    request->max_body = MAX_BODY;
    enum circuit_pass pass;
    TRY(core_gate_enter(&core->gate, CORE_GATE_CALL, &pass));
    err e = fetch(core->fetcher, rq->arena, request, out);
    core_gate_leave(&core->gate, CORE_GATE_CALL, pass, e, out->status);
    REQUIRE(!err_is(e, E_bad_gateway) && !err_is(e, E_gateway_timeout), core_unavailable,
            UNAVAILABLE);
    TRY(e);
    rq->event = fetch_header(out, S("X-Account-Event"));
    return OK;
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

static str event_of(const struct relay_answer *answer) {
    for (size_t i = 0; i < answer->header_count; i++)
        if (str_eq_nocase(answer->headers[i].name, S("X-Account-Event")))
            return answer->headers[i].value;
    return STR_ABSENT;
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
    rq->event = event_of(&answer);
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
err core_http_call(struct core_http *core, struct request *rq, const struct core_call *call,
                   struct response *rs) {
    struct outgoing outgoing = {.n = 0};
    struct fetch_response answer;
    struct fetch_request request = {.method = str_from(method_name(call->method)),
                                    .body = call->json};
    TRY(STR_JOIN(rq->arena, &request.url, core->base, call->path));
    add(&outgoing, S("Authorization"), core->credential);
    add(&outgoing, S("X-Api-Token"), request_authorization(rq, S("Bearer")));
    add(&outgoing, S("X-Act-As"), call->acting);
    add(&outgoing, S("Content-Type"), str_present(call->json) ? S("application/json") : STR_ABSENT);
    add_forwarding(&outgoing, rq);
    TRY(exchange(core, rq, &outgoing, &request, &answer));
    *rs = (struct response){.status = answer.status, .body = answer.body};
    if (str_present(fetch_header(&answer, S("Retry-After"))))
        response_header(rs, "Retry-After", fetch_header(&answer, S("Retry-After")));
    REQUIRE(rs->status < 500, core_unavailable, UNAVAILABLE);
    return OK;
}

static err look(struct core_http *core, struct arena *arena) {
    struct fetch_response answer;
    struct fetch_request request = {.unix_socket = core->unix_socket,
                                    .timeout_ms = CHECK_DEADLINE_MS};
    enum circuit_pass pass;
    TRY(STR_JOIN(arena, &request.url, core->base, S("/health")));
    TRY(core_gate_enter(&core->gate, CORE_GATE_CHECK, &pass));
    err e = fetch(core->fetcher, arena, &request, &answer);
    core_gate_leave(&core->gate, CORE_GATE_CHECK, pass, e, answer.status);
    TRY(e);
    REQUIRE(answer.status == 200, core_unavailable, "the core store says it is not healthy");
    return OK;
}

err core_http_check(struct core_http *core) {
    struct arena *arena = arena_new(1 << 20);
    REQUIRE(arena, no_memory, "there is no memory to look at the core store");
    err e = look(core, arena);
    arena_free(arena);
    return e;
}
