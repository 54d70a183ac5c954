#include "rp/protocol/challenge_read.h"

#include "common/base/buf.h"
#include "rp/protocol/header_lines.h"

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

static void skip_spaces(str *rest) {
    while (rest->n && is_space(rest->p[0]))
        *rest = str_from_pos(*rest, 1);
}

/* RFC 9110 5.6.1.2: a list may have empty elements. */
static void skip_commas(str *rest) {
    while (rest->n && (is_space(rest->p[0]) || rest->p[0] == ','))
        *rest = str_from_pos(*rest, 1);
}

static bool ends_element(str rest) {
    skip_spaces(&rest);
    return !rest.n || rest.p[0] == ',';
}

/* The characters of a token, off the front; absent if there is none. */
static str take_token(str *rest) {
    size_t n = 0;
    while (n < rest->n && is_http_token(str_of(rest->p + n, 1)))
        n++;
    str token = n ? str_head(*rest, n) : STR_ABSENT;
    *rest = str_from_pos(*rest, n);
    return token;
}

/* A token68 ends its challenge; what looks like one and goes on is a parameter. */
static bool take_token68(str *rest) {
    str at = *rest;
    size_t n = 0;
    while (n < at.n && (is_http_token(str_of(at.p + n, 1)) || at.p[n] == '/'))
        n++;
    size_t name = n;
    while (n < at.n && at.p[n] == '=')
        n++;
    if (!name || !ends_element(str_from_pos(at, n)))
        return false;
    *rest = str_from_pos(at, n);
    return true;
}

/* RFC 9110 5.6.4; *rest is behind the first quote. */
static err take_quoted(struct arena *arena, str *rest, str *out) {
    struct buf buf = buf_in(arena, CHALLENGE_TEXT);
    size_t i = 0;
    buf_add(&buf, S(""));
    while (i < rest->n && rest->p[i] != '"') {
        if (rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        buf_add_c(&buf, rest->p[i++]);
    }
    bool closed = i < rest->n;
    *rest = str_from_pos(*rest, i + closed);
    TRY(buf_str(&buf, out));
    if (!closed)
        *out = STR_ABSENT;
    return OK;
}

static err take_value(struct arena *arena, str *rest, str *out) {
    *out = STR_ABSENT;
    skip_spaces(rest);
    if (rest->n && rest->p[0] == '"') {
        *rest = str_from_pos(*rest, 1);
        return take_quoted(arena, rest, out);
    }
    str token = take_token(rest);
    return str_dup(arena, token, out);
}

enum taken { TAKEN, NOT_A_PARAM, MALFORMED };

/* "name = value"; a name alone is the scheme of the next challenge, and stays. */
static err take_param(struct arena *arena, str *rest, struct challenge *out, enum taken *taken) {
    str at = *rest, name, value;
    skip_commas(&at);
    name = take_token(&at);
    skip_spaces(&at);
    *taken = NOT_A_PARAM;
    if (!str_present(name) || !at.n || at.p[0] != '=')
        return OK;
    at = str_from_pos(at, 1);
    TRY(take_value(arena, &at, &value));
    *taken = MALFORMED;
    /* RFC 9110 11.2: each name once */
    if (!str_present(value) || !ends_element(at) || out->n == CHALLENGE_PARAMS ||
        str_present(challenge_get(out, name)))
        return OK;
    out->params[out->n++] = (struct challenge_param){name, value};
    *rest = at;
    *taken = TAKEN;
    return OK;
}

static err take_params(struct arena *arena, str *rest, struct challenge *out, bool *good) {
    enum taken taken = TAKEN;
    while (taken == TAKEN)
        TRY(take_param(arena, rest, out, &taken));
    *good = taken == NOT_A_PARAM && ends_element(*rest);
    return OK;
}

static err take_challenge(struct arena *arena, str *rest, struct challenge *out, bool *good) {
    skip_commas(rest);
    out->scheme = take_token(rest);
    *good = str_present(out->scheme) && (ends_element(*rest) || is_space(rest->p[0]));
    if (!*good || ends_element(*rest))
        return OK;
    skip_spaces(rest);
    return take_token68(rest) ? OK : take_params(arena, rest, out, good);
}

err challenge_next(struct arena *arena, str *rest, struct challenge *out, bool *found) {
    *out = (struct challenge){0};
    *found = false;
    if (rest->n <= CHALLENGE_TEXT)
        TRY(take_challenge(arena, rest, out, found));
    if (!*found)
        *rest = STR_ABSENT;
    return OK;
}

str challenge_get(const struct challenge *challenge, str name) {
    for (size_t i = 0; i < challenge->n; i++)
        if (str_eq_nocase(challenge->params[i].name, name))
            return challenge->params[i].value;
    return STR_ABSENT;
}
