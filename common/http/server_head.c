/* A request's head, from libmicrohttpd 0.9.75.
 *
 * libmicrohttpd reads a head liberally: a line may end in LF alone, a NUL ends a value early, a
 * folded line (obs-fold, RFC 9112 5.2) is appended to the header's *name*, a line that starts with
 * a colon ends the head. It parses in place and hands out pointers into its buffer, where each of
 * these leaves a gap: in a plain head, every name starts two bytes (CR LF) behind the value before
 * it, only blanks stand between a colon and its value, and the head ends four bytes behind the last
 * value. Everything else is refused. */
#include "common/http/head_check.h"
#include "common/http/server_private.h"

#include "common/base/clock.h"
#include "common/http/method.h"
#include "common/http/siphash.h"

enum { CRLF = 2 };

struct reading {
    struct header *headers;
    size_t n;
    const char *end; /* of the line before */
    bool plain, too_many;
};

static bool only_blanks(const char *from, const char *to) {
    for (; from < to; from++)
        if (*from != ' ' && *from != '\t')
            return false;
    return from == to;
}

static enum MHD_Result read_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                   size_t name_n, const char *value, size_t value_n) {
    struct reading *r = arg;
    (void)kind;
    r->too_many = r->n == REQUEST_MAX_HEADERS;
    r->plain = value && name == r->end + CRLF && only_blanks(name + name_n + 1, value);
    if (r->too_many || !r->plain)
        return MHD_NO;
    r->end = value + value_n;
    r->headers[r->n++] = (struct header){{name, name_n}, str_trim(str_of(value, value_n))};
    return MHD_YES;
}

/* "METHOD SP target SP version": one blank each, and no NUL inside. */
static bool line_is_plain(const struct server_line *line) {
    return line->uri == line->method + strlen(line->method) + 1 &&
           line->version == line->uri + line->uri_n + 1;
}

static size_t head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

err server_head_read(struct request *rq, struct header *headers, struct MHD_Connection *connection,
                     const struct server_line *line) {
    const char *end = line->version + strlen(line->version);
    struct reading r = {.headers = headers, .end = end, .plain = true};
    size_t size = head_size(connection);
    str target = rq->path;
    rq->method = method_parse(str_from(line->method));
    rq->path = S("");
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, read_header, &r);
    rq->headers = headers;
    rq->header_count = r.n;
    REQUIRE(line_is_plain(line), bad_request, "the request line is malformed");
    TRY(head_check_target(target, &rq->path, &rq->query));
    REQUIRE(!r.too_many && size <= HEAD_MAX, head_too_large,
            "the head of the request is too large");
    REQUIRE(r.plain && line->method + size == r.end + CRLF + CRLF, bad_request,
            "a header line is malformed");
    return head_check_headers(rq, strcmp(line->version, "HTTP/1.0") == 0);
}

enum { ID_MAX = 64, ID_HEX = 16 };

/* Plain ids are taken over, so that a proxy's log and ours agree. */
static bool is_plain_id(str id) {
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '_' && c != '-')
            return false;
    }
    return id.n > 0 && id.n <= ID_MAX;
}

/* Unique, and not to be guessed from another one; it guards nothing. */
static str make_id(struct server *server, struct arena *arena) {
    uint64_t count = atomic_fetch_add(&server->id_count, 1);
    uint64_t value =
        siphash(server->id_seed[0], server->id_seed[1], str_of((const char *)&count, sizeof count));
    char *text = arena_alloc(arena, ID_HEX);
    if (!text)
        return STR_ABSENT;
    for (size_t i = 0; i < ID_HEX; i++)
        text[i] = "0123456789abcdef"[value >> (4 * i) & 15];
    return str_of(text, ID_HEX);
}

void server_head_identify(struct server *server, struct request *rq,
                          const struct server_connection *connection) {
    str id = request_header(rq, S("X-Request-Id"));
    bool taken = str_present(id) && is_plain_id(id);
    rq->id = taken ? id : make_id(server, rq->arena);
    rq->now_ms = clock_now_ms();
    rq->secure = server->tls != NULL;
    rq->remote = str_of(connection->remote, connection->remote_n);
    if (!server_proxy_trusts(&server->proxy, &connection->peer))
        return;
    rq->secure = rq->secure || server_proxy_secure(rq);
    struct address client = server_proxy_client(&server->proxy, rq, connection->peer);
    if (failed(address_text(rq->arena, &client, &rq->remote)))
        rq->remote = str_of(connection->remote, connection->remote_n);
}
