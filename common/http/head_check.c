#include "common/http/head_check.h"

/* RFC 9110 5.6.2: token = 1*tchar. A blank before the colon makes it none (RFC 9112 5.1). */
bool head_check_name(str name) {
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return name.n > 0;
}

/* RFC 9110 5.5: visible characters, blanks and obs-text; no CR, LF, NUL or other controls. */
bool head_check_value(str value) {
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* Printable ASCII without blanks; '#' is not part of a target. */
static bool is_target(str target) {
    for (size_t i = 0; i < target.n; i++)
        if (target.p[i] <= ' ' || target.p[i] >= 0x7f || target.p[i] == '#')
            return false;
    return true;
}

/* "http://host/path" becomes "/path": a server takes both (RFC 9112 3.2.2). */
static str without_authority(str target) {
    static const str schemes[] = {S_INIT("http://"), S_INIT("https://")};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (!str_eq_nocase(str_head(target, schemes[i].n), schemes[i]))
            continue;
        str rest = str_from_pos(target, schemes[i].n);
        size_t slash = str_find(rest, '/');
        return slash < rest.n ? str_from_pos(rest, slash) : S("/");
    }
    return target;
}

err head_check_target(str target, str *path, str *query) {
    REQUIRE(target.n <= HEAD_URI_MAX, uri_too_long, "the address is too long");
    REQUIRE(is_target(target), bad_request, "the request target has characters that it may not");
    target = without_authority(target);
    bool star = str_eq(target, S("*"));
    REQUIRE(star || str_starts(target, S("/")), bad_request,
            "the request target does not start with a slash");
    size_t mark = str_find(target, '?');
    *path = str_head(target, mark);
    *query = mark < target.n ? str_from_pos(target, mark + 1) : STR_ABSENT;
    return OK;
}

/* RFC 9112 6.3: how long the content is must have exactly one answer. */
static err check_framing(const struct request *rq, bool http_1_0) {
    str coding = request_header(rq, S("Transfer-Encoding"));
    if (!str_present(coding))
        return OK;
    REQUIRE(!http_1_0, bad_request, "HTTP/1.0 has no Transfer-Encoding");
    REQUIRE(!str_present(request_header(rq, S("Content-Length"))), bad_request,
            "Transfer-Encoding and Content-Length exclude each other");
    REQUIRE(str_eq_nocase(coding, S("chunked")), not_implemented,
            "the only transfer coding known here is chunked");
    return OK;
}

err head_check_headers(const struct request *rq, bool http_1_0) {
    static const str once[] = {S_INIT("Host"), S_INIT("Content-Length"),
                               S_INIT("Transfer-Encoding"), S_INIT("Content-Type"),
                               S_INIT("Authorization")};
    for (size_t i = 0; i < rq->header_count; i++) {
        REQUIRE(head_check_name(rq->headers[i].name), bad_request, "a header name is not a token");
        REQUIRE(head_check_value(rq->headers[i].value), bad_request,
                "a header has characters that it may not");
    }
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        REQUIRE(!request_header_repeated(rq, once[i]), bad_request,
                "a header that must be single comes more than once");
    return check_framing(rq, http_1_0);
}

bool head_check_has_body(const struct request *rq) {
    str length = request_header(rq, S("Content-Length"));
    return (str_present(length) && !str_eq(length, S("0"))) ||
           str_present(request_header(rq, S("Transfer-Encoding")));
}
