#include "authz/core_http.h"

#include "common/base/url.h"
#include "common/http/method.h"
#include "common/net/fetch.h"

enum { MAX_FORWARDED = 24, MAX_BODY = 1 << 20, DEADLINE_MS = 10000, CHECK_DEADLINE_MS = 1000 };

/* What goes along with a forwarded request, and what comes back. Hop-by-hop headers (RFC 9110
 * 7.6.1) and cookies of our own origin are in neither list. */
static const str request_headers[] = {
    S_INIT("Authorization"), S_INIT("Content-Type"),    S_INIT("Accept"),
    S_INIT("User-Agent"),    S_INIT("Accept-Language"), S_INIT("Idempotency-Key"),
    S_INIT("If-None-Match"), S_INIT("traceparent"),     S_INIT("tracestate")};
static const str response_headers[] = {S_INIT("Content-Type"),
                                       S_INIT("WWW-Authenticate"),
                                       S_INIT("Retry-After"),
                                       S_INIT("Location"),
                                       S_INIT("ETag"),
                                       S_INIT("Allow"),
                                       S_INIT("Content-Language")};

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
    core_gate_init(&out->gate, options->most_calls);
    return OK;
}

void core_http_clear(struct core_http *core) {
    core_gate_destroy(&core->gate);
}

struct outgoing {
    struct fetch_header headers[MAX_FORWARDED];
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
    request->timeout_ms = DEADLINE_MS;
    request->max_body = MAX_BODY;
    enum circuit_pass pass;
    TRY(core_gate_enter(&core->gate, CORE_GATE_CALL, &pass));
    err e = fetch(core->fetcher, rq->arena, request, out);
    core_gate_leave(&core->gate, CORE_GATE_CALL, pass, e);
    REQUIRE(!err_is(e, E_bad_gateway) && !err_is(e, E_gateway_timeout), core_unavailable,
            "accounts cannot be reached just now: try again in a moment");
    TRY(e);
    rq->event = fetch_header(out, S("X-Account-Event"));
    return OK;
}

err core_http_forward(struct core_http *core, struct request *rq, struct response *rs) {
    struct outgoing outgoing = {.n = 0};
    struct fetch_response answer;
    struct fetch_request request = {.method = str_from(method_name(rq->method)), .body = rq->body};
    str mark = str_present(rq->query) ? S("?") : S("");
    TRY(STR_JOIN(rq->arena, &request.url, core->base, rq->path, mark, rq->query));
    for (size_t i = 0; i < sizeof request_headers / sizeof request_headers[0]; i++)
        add(&outgoing, request_headers[i], request_header(rq, request_headers[i]));
    add_forwarding(&outgoing, rq);
    add(&outgoing, S("X-Service-Credential"), core->service_credential);
    TRY(exchange(core, rq, &outgoing, &request, &answer));
    rs->status = answer.status;
    rs->body = answer.body;
    for (size_t i = 0; i < sizeof response_headers / sizeof response_headers[0]; i++) {
        str value = fetch_header(&answer, response_headers[i]);
        if (str_present(value))
            response_header_set(rs, response_headers[i].p, value);
    }
    return OK;
}

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
    REQUIRE(rs->status < 500, core_unavailable,
            "accounts cannot be reached just now: try again in a moment");
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
    core_gate_leave(&core->gate, CORE_GATE_CHECK, pass, e);
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
