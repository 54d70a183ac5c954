#include "rp/protocol/header_lines.h"

static str without_cr(str line) {
    return str_ends(line, S("\r")) ? str_head(line, line.n - 1) : line;
}

bool header_next(str *rest, str name, str *value) {
    str line;
    while (str_next(rest, '\n', &line)) {
        size_t colon = str_find(line, ':');
        if (colon == line.n || !str_eq_nocase(str_head(line, colon), name))
            continue;
        *value = str_trim(without_cr(str_from_pos(line, colon + 1)));
        return true;
    }
    return false;
}

bool is_http_token(str text) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (!c || !strchr(marks, c)))
            return false;
    }
    return !str_empty(text);
}

/* What says who sends, and where the request ends (RFC 9112 11.2: request smuggling). */
static bool is_ours(str name) {
    static const str ours[] = {S_INIT("Authorization"),
                               S_INIT("DPoP"),
                               S_INIT("Host"),
                               S_INIT("Connection"),
                               S_INIT("Content-Length"),
                               S_INIT("Transfer-Encoding"),
                               S_INIT("TE"),
                               S_INIT("Trailer"),
                               S_INIT("Upgrade"),
                               S_INIT("Proxy-Authorization")};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (str_eq_nocase(name, ours[i]))
            return true;
    return false;
}

static bool is_field_value(str value) {
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

bool headers_may_be_added(str lines) {
    str line;
    while (str_next(&lines, '\n', &line)) {
        line = without_cr(line);
        size_t colon = str_find(line, ':');
        str name = str_head(line, colon);
        if (colon == line.n || !is_http_token(name) || is_ours(name) ||
            !is_field_value(str_from_pos(line, colon + 1)))
            return false;
    }
    return true;
}
