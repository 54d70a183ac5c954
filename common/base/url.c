#include "common/base/url.h"

#include <arpa/inet.h>
#include <ctype.h>

#include "common/base/buf.h"

/* Which characters each part may have besides letters and digits (RFC 3986 3); '%' is checked as
 * an escape. */
static const char path_marks[] = "-._~!$&'()*+,;=:@/%";
static const char query_marks[] = "-._~!$&'()*+,;=:@/?%";
static const char userinfo_marks[] = "-._~!$&'()*+,;=:%";
static const char host_marks[] = "-._~!$&'()*+,;=%";

static bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c) {
    return c && strchr("0123456789abcdefABCDEF", c);
}

static bool made_of(str s, const char *marks) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!is_alnum(c) && (c == '\0' || !strchr(marks, c)))
            return false;
        if (c == '%' && !(s.n - i > 2 && is_hex(s.p[i + 1]) && is_hex(s.p[i + 2])))
            return false;
    }
    return true;
}

static err take_scheme(str *rest, str *out) {
    size_t colon = str_find(*rest, ':');
    REQUIRE(colon > 0 && colon < rest->n && isalpha((unsigned char)rest->p[0]), bad_request,
            "a URL must start with a scheme such as https:");
    *out = str_head(*rest, colon);
    REQUIRE(made_of(*out, "+-."), bad_request, "the scheme of a URL has a foreign character");
    *rest = str_from_pos(*rest, colon + 1);
    return OK;
}

/* Takes what follows the first `mark` off the end. */
static str take_behind(str *rest, char mark) {
    size_t at = str_find(*rest, mark);
    if (at == rest->n)
        return STR_ABSENT;
    str behind = str_from_pos(*rest, at + 1);
    *rest = str_head(*rest, at);
    return behind;
}

static err parse_port(str port) {
    int64_t number;
    if (!str_present(port) || port.n == 0)
        return OK;
    return str_to_int(port, 65535, &number);
}

/* In brackets only an IPv6 address: "[127.0.0.1]" would otherwise be a second name of a host. */
static bool is_address(int family, str text) {
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr out;
    if (text.n >= sizeof copy || str_find(text, '\0') < text.n)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return inet_pton(family, copy, &out) == 1;
}

/* "[::1]:80" or "host:80". */
static err parse_host(str text, struct url *out) {
    bool literal = text.n && text.p[0] == '[';
    size_t end = literal ? str_find(text, ']') : str_find(text, ':');
    REQUIRE(!literal || end < text.n, bad_request, "an IPv6 address lacks its closing bracket");
    out->host = literal ? str_from_pos(str_head(text, end), 1) : str_head(text, end);
    str rest = str_from_pos(text, literal ? end + 1 : end);
    REQUIRE(rest.n == 0 || rest.p[0] == ':', bad_request, "a URL has text behind its host");
    out->port = rest.n ? str_from_pos(rest, 1) : STR_ABSENT;
    REQUIRE(literal ? is_address(AF_INET6, out->host) : made_of(out->host, host_marks), bad_request,
            "the host of a URL is not a name or an address");
    return parse_port(out->port);
}

static err parse_authority(str *rest, struct url *out) {
    if (!str_starts(*rest, S("//")))
        return OK;
    str authority = str_from_pos(*rest, 2);
    size_t end = str_find(authority, '/');
    *rest = str_from_pos(authority, end);
    authority = str_head(authority, end);
    size_t at = str_find(authority, '@');
    if (at < authority.n) {
        out->userinfo = str_head(authority, at);
        authority = str_from_pos(authority, at + 1);
    }
    REQUIRE(made_of(out->userinfo, userinfo_marks), bad_request,
            "the user part of a URL has a foreign character");
    return parse_host(authority, out);
}

err url_parse(str text, struct url *out) {
    struct url url = {0};
    str rest = text;
    url.fragment = take_behind(&rest, '#');
    url.query = take_behind(&rest, '?');
    TRY(take_scheme(&rest, &url.scheme));
    TRY(parse_authority(&rest, &url));
    url.path = rest;
    bool clean = made_of(url.path, path_marks) && made_of(url.query, query_marks) &&
                 made_of(url.fragment, query_marks);
    REQUIRE(clean, bad_request, "a URL has a character that must be percent-encoded");
    *out = url;
    return OK;
}

bool url_is_loopback(const struct url *url) {
    if (!str_eq_nocase(url->scheme, S("http")))
        return false;
    if (str_eq_nocase(url->host, S("localhost")) || str_eq(url->host, S("::1")))
        return true;
    return str_starts(url->host, S("127.")) && is_address(AF_INET, url->host);
}

static bool default_port(str scheme, str port) {
    if (port.n == 0)
        return true;
    return (str_eq_nocase(scheme, S("https")) && str_eq(port, S("443"))) ||
           (str_eq_nocase(scheme, S("http")) && str_eq(port, S("80")));
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static void add_lower(struct buf *out, str s) {
    for (size_t i = 0; i < s.n; i++)
        buf_add_c(out, lower(s.p[i]));
}

static void add_host_and_port(struct buf *out, const struct url *url) {
    bool literal = str_find(url->host, ':') < url->host.n;
    buf_add(out, literal ? S("[") : S(""));
    add_lower(out, url->host);
    buf_add(out, literal ? S("]") : S(""));
    if (default_port(url->scheme, url->port))
        return;
    buf_add_c(out, ':');
    buf_add(out, url->port);
}

err url_origin(struct arena *arena, const struct url *url, str *out) {
    struct buf buf = buf_in(arena, url->scheme.n + url->host.n + url->port.n + 8);
    add_lower(&buf, url->scheme);
    buf_add(&buf, S("://"));
    add_host_and_port(&buf, url);
    return buf_str(&buf, out);
}

static char hex_byte(const char *p) {
    int value = 0;
    for (int i = 0; i < 2; i++)
        value = value * 16 + (p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return (char)value;
}

/* RFC 3986 6.2.2.1 and 6.2.2.2: escapes in upper case, unreserved characters without one. */
static void add_escapes_normalized(struct buf *out, str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            buf_add_c(out, s.p[i]);
            continue;
        }
        char c = hex_byte(s.p + i + 1);
        if (is_alnum(c) || (c && strchr("-._~", c)))
            buf_add_c(out, c);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
        i += 2;
    }
}

/* Drops the last segment and its slash. */
static void drop_segment(struct buf *out) {
    while (out->n && out->p[--out->n] != '/')
        continue;
}

/* RFC 3986 5.2.4, for a path that starts with '/'. */
static void add_without_dots(struct buf *out, str path) {
    while (path.n) {
        str rest = str_from_pos(path, 1);
        size_t end = str_find(rest, '/');
        str segment = str_head(rest, end);
        bool last = end == rest.n;
        bool dot = str_eq(segment, S(".")), dots = str_eq(segment, S(".."));
        if (dots)
            drop_segment(out);
        if (!dot && !dots) {
            buf_add_c(out, '/');
            buf_add(out, segment);
        }
        if (last && (dot || dots))
            buf_add_c(out, '/');
        path = str_from_pos(rest, end);
    }
}

static err normal_path(struct arena *arena, const struct url *url, str *out) {
    struct buf decoded = buf_in(arena, url->path.n + 1);
    add_escapes_normalized(&decoded, url->path);
    TRY(buf_str(&decoded, out));
    bool hierarchical = str_present(url->host);
    if (!hierarchical || (out->n && out->p[0] != '/'))
        return OK;
    struct buf buf = buf_in(arena, out->n + 2);
    add_without_dots(&buf, *out);
    if (buf.n == 0)
        buf_add_c(&buf, '/');
    return buf_str(&buf, out);
}

static void add_part(struct buf *out, char mark, str part) {
    if (!str_present(part))
        return;
    buf_add_c(out, mark);
    add_escapes_normalized(out, part);
}

err url_normalize(struct arena *arena, str text, str *out) {
    struct url url;
    str path;
    TRY(url_parse(text, &url));
    TRY(normal_path(arena, &url, &path));
    struct buf buf = buf_in(arena, text.n + 4);
    add_lower(&buf, url.scheme);
    buf_add_c(&buf, ':');
    if (str_present(url.host)) {
        buf_add(&buf, S("//"));
        buf_add(&buf, url.userinfo);
        buf_add(&buf, str_present(url.userinfo) ? S("@") : S(""));
        add_host_and_port(&buf, &url);
    }
    buf_add(&buf, path);
    add_part(&buf, '?', url.query);
    add_part(&buf, '#', url.fragment);
    return buf_str(&buf, out);
}

err url_add_query(struct arena *arena, str base, str query, str *out) {
    size_t hash = str_find(base, '#');
    str front = str_head(base, hash), fragment = str_from_pos(base, hash);
    size_t mark = str_find(front, '?');
    bool bare = mark == front.n;
    bool joined = bare || mark + 1 == front.n || front.p[front.n - 1] == '&';
    str glue = bare ? S("?") : joined ? S("") : S("&");
    return STR_JOIN(arena, out, front, glue, query, fragment);
}
