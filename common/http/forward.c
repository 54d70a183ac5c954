#include "common/http/forward.h"

#include "common/base/buf.h"
#include "common/base/hex.h"
#include "common/base/random.h"
#include "common/http/method.h"

enum { ANSWER_HEADERS_MAX = 32, SPAN_BYTES = 8, SPAN_HEX = 16, TRACE_HEX = 32 };

/* "Proxy-" and "X-Forwarded-" are beginnings of names. */
static const str hop_by_hop[] = {
    S_INIT("Connection"),        S_INIT("Keep-Alive"),    S_INIT("TE"),
    S_INIT("Trailer"),           S_INIT("Upgrade"),       S_INIT("Proxy-"),
    S_INIT("Transfer-Encoding"), S_INIT("HTTP2-Settings")};
static const str of_requests[] = {
    S_INIT("Host"),         S_INIT("Content-Length"), S_INIT("Expect"),
    S_INIT("Cookie"),       S_INIT("Cookie2"),        S_INIT("Forwarded"),
    S_INIT("X-Forwarded-"), S_INIT("X-Real-IP"),      S_INIT("X-Request-Id"),
    S_INIT("Via"),          S_INIT("traceparent"),    S_INIT("tracestate")};
static const str of_answers[] = {S_INIT("Content-Length"),
                                 S_INIT("Set-Cookie"),
                                 S_INIT("Set-Cookie2"),
                                 S_INIT("Via"),
                                 S_INIT("Alt-Svc"),
                                 S_INIT("Clear-Site-Data"),
                                 S_INIT("Content-Security-Policy"),
                                 S_INIT("X-Content-Type-Options"),
                                 S_INIT("X-Frame-Options"),
                                 S_INIT("Referrer-Policy"),
                                 S_INIT("Strict-Transport-Security"),
                                 S_INIT("Access-Control-"),
                                 S_INIT("X-Request-Id")};
static const str pseudonym = S_INIT("hitkey-authz");

#define LENGTH(table) (sizeof(table) / sizeof *(table))

static bool is_in(const str *names, size_t n, str name) {
    for (size_t i = 0; i < n; i++) {
        bool beginning = str_ends(names[i], S("-"));
        if (str_eq_nocase(beginning ? str_head(name, names[i].n) : name, names[i]))
            return true;
    }
    return false;
}

/* RFC 9110 7.6.1: what Connection names is for the next hop alone. */
static bool connection_names(const struct header *headers, size_t n, str name) {
    for (size_t i = 0; i < n; i++) {
        str list = headers[i].value, word;
        if (!str_eq_nocase(headers[i].name, S("Connection")))
            continue;
        while (str_next(&list, ',', &word))
            if (str_eq_nocase(str_trim(word), name))
                return true;
    }
    return false;
}

static bool stays_here(const struct header *headers, size_t n, str name,
                       const struct forward *side) {
    return is_in(hop_by_hop, LENGTH(hop_by_hop), name) || is_in(side->ours, side->ours_n, name) ||
           connection_names(headers, n, name);
}

static void add(struct buf *out, str name, str value) {
    if (!str_present(value))
        return;
    buf_add(out, name);
    buf_add(out, S(": "));
    buf_add(out, value);
    buf_add(out, S("\r\n"));
}

/* --- who passed it on ------------------------------------------------------------------------- */
static bool via_names_us(str list) {
    str entry;
    while (str_next(&list, ',', &entry)) {
        entry = str_trim(entry);
        str by = str_trim(str_from_pos(entry, str_find(entry, ' ')));
        if (str_eq(str_head(by, str_find(by, ' ')), pseudonym))
            return true;
    }
    return false;
}

/* RFC 9110 7.6.3: behind those who passed it on before. */
static err write_via(struct request *rq, const struct header *headers, size_t n, str *out) {
    *out = STR_ABSENT;
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(headers[i].name, S("Via"))) {
            str before = str_present(*out) ? S(", ") : S("");
            TRY(STR_JOIN(rq->arena, out, *out, before, headers[i].value));
        }
    str before = str_present(*out) ? S(", ") : S("");
    return STR_JOIN(rq->arena, out, *out, before, S("1.1 "), pseudonym);
}

static bool is_quoted_safe(str text) {
    return str_find(text, '"') == text.n && str_find(text, '\\') == text.n;
}

/* RFC 7239 4: a host and an IPv6 address are quoted, the latter in brackets. */
static void add_forwarded(struct buf *out, const struct request *rq, str host) {
    bool v6 = str_find(rq->remote, ':') < rq->remote.n;
    buf_add(out, S("Forwarded: for="));
    buf_add(out, v6 ? S("\"[") : S(""));
    buf_add(out, str_present(rq->remote) ? rq->remote : S("unknown"));
    buf_add(out, v6 ? S("]\"") : S(""));
    if (str_present(host) && is_quoted_safe(host)) {
        buf_add(out, S(";host=\""));
        buf_add(out, host);
        buf_add_c(out, '"');
    }
    buf_add(out, rq->secure ? S(";proto=https\r\n") : S(";proto=http\r\n"));
}

/* --- trace context -----------------------------------------------------------------------------
 */
static bool is_lower_hex(str text) {
    for (size_t i = 0; i < text.n; i++)
        if (!((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] >= 'a' && text.p[i] <= 'f')))
            return false;
    return true;
}

static bool is_id(str text, size_t n) {
    bool zero = true;
    for (size_t i = 0; i < text.n; i++)
        zero = zero && text.p[i] == '0';
    return text.n == n && !zero && is_lower_hex(text);
}

/* W3C Trace Context 3.2: version 00 has exactly four fields, later ones at least. */
static bool is_traceparent(str text) {
    str rest = text, version, trace, parent, flags;
    if (!str_next(&rest, '-', &version) || !str_next(&rest, '-', &trace) ||
        !str_next(&rest, '-', &parent) || !str_next(&rest, '-', &flags))
        return false;
    bool whole = text.n == 55 || (!str_eq(version, S("00")) && text.n > 55);
    return whole && version.n == 2 && is_lower_hex(version) && !str_eq(version, S("ff")) &&
           is_id(trace, TRACE_HEX) && is_id(parent, SPAN_HEX) && flags.n == 2 &&
           is_lower_hex(flags);
}

/* 3.4: the span of this hop. A request id of our making is one, so that the log names it. */
static err make_span(struct request *rq, str *out) {
    uint8_t bytes[SPAN_BYTES];
    *out = rq->id;
    if (is_id(rq->id, SPAN_HEX))
        return OK;
    TRY(random_bytes(bytes, sizeof bytes));
    return hex_encode(rq->arena, str_of((const char *)bytes, sizeof bytes), out);
}

/* No trace is begun here; a malformed one ends here, and what belongs to it. */
static err add_trace(struct request *rq, struct buf *out) {
    str parent = request_header(rq, S("traceparent")), span;
    if (!str_present(parent) || request_header_repeated(rq, S("traceparent")) ||
        !is_traceparent(parent))
        return OK;
    TRY(make_span(rq, &span));
    buf_add(out, S("traceparent: 00-"));
    buf_add(out, str_head(str_from_pos(parent, 3), TRACE_HEX));
    buf_add_c(out, '-');
    buf_add(out, span);
    buf_add(out, str_head(str_from_pos(parent, 3 + TRACE_HEX + 1 + SPAN_HEX), 3));
    buf_add(out, S("\r\n"));
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, S("tracestate")))
            add(out, S("tracestate"), rq->headers[i].value);
    return OK;
}

/* --- the request ------------------------------------------------------------------------------ */
static void add_line(struct buf *out, const struct request *rq, const struct forward *to) {
    buf_add(out, str_from(method_name(rq->method)));
    buf_add_c(out, ' ');
    buf_add(out, to->base);
    buf_add(out, rq->path);
    if (str_present(rq->query))
        buf_add_c(out, '?');
    buf_add(out, rq->query);
    buf_add(out, S(" HTTP/1.1\r\n"));
    add(out, S("Host"), to->authority);
}

static void add_passing(struct buf *out, const struct request *rq, const struct forward *to) {
    for (size_t i = 0; i < rq->header_count; i++) {
        const struct header *header = &rq->headers[i];
        if (!is_in(of_requests, LENGTH(of_requests), header->name) &&
            !stays_here(rq->headers, rq->header_count, header->name, to))
            add(out, header->name, header->value);
    }
    add(out, S("Content-Length"), request_header(rq, S("Content-Length")));
    if (str_present(request_header(rq, S("Transfer-Encoding"))))
        add(out, S("Transfer-Encoding"), S("chunked"));
}

static err add_about(struct request *rq, struct buf *out) {
    str host = request_header(rq, S("Host")), via;
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, S("Via")))
            REQUIRE(!via_names_us(rq->headers[i].value), bad_gateway,
                    "the request came round in a circle: the core store's address leads back here");
    TRY(write_via(rq, rq->headers, rq->header_count, &via));
    add(out, S("Via"), via);
    add(out, S("X-Request-Id"), rq->id);
    add(out, S("X-Forwarded-For"), rq->remote);
    add(out, S("X-Forwarded-Proto"), rq->secure ? S("https") : S("http"));
    add(out, S("X-Forwarded-Host"), host);
    add_forwarded(out, rq, host);
    return add_trace(rq, out);
}

err forward_request(struct request *rq, const struct forward *to, str *head) {
    struct buf out = buf_in(rq->arena, to->max);
    add_line(&out, rq, to);
    add_passing(&out, rq, to);
    TRY(add_about(rq, &out));
    for (size_t i = 0; i < to->more_n; i++)
        add(&out, to->more[i].name, to->more[i].value);
    buf_add(&out, S("\r\n"));
    REQUIRE(!failed(buf_str(&out, head)), head_too_large,
            "the head of the request is too large to be passed on");
    return OK;
}

/* --- the answer ------------------------------------------------------------------------------- */
err forward_answer(struct request *rq, const struct forward *from, const struct header *headers,
                   size_t n, struct response *rs) {
    str via;
    for (size_t i = 0; i < n; i++) {
        if (is_in(of_answers, LENGTH(of_answers), headers[i].name) ||
            stays_here(headers, n, headers[i].name, from))
            continue;
        REQUIRE(rs->header_count < ANSWER_HEADERS_MAX, bad_gateway,
                "the core store's answer has too many headers");
        response_header(rs, headers[i].name.p, headers[i].value);
    }
    TRY(write_via(rq, headers, n, &via));
    response_header(rs, "Via", via);
    return OK;
}

bool forward_is_idempotent(enum http_method method) {
    const unsigned idempotent = HTTP_GET | HTTP_HEAD | HTTP_PUT | HTTP_DELETE | HTTP_OPTIONS;
    return (method & idempotent) != 0;
}
