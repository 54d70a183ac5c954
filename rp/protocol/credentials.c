#include "rp/protocol/credentials.h"

static bool is_mark(char c) {
    return c == '-' || c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
}

/* The b64token of RFC 6750 2.1, which is the token68 of RFC 9110. */
static bool is_token68(str text) {
    size_t n = text.n;
    while (n && text.p[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++) {
        char c = text.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && !is_mark(c))
            return false;
    }
    return n > 0;
}

err credentials_read(struct failure *failure, str header, struct credentials *out) {
    str text = str_trim(header);
    size_t space = str_find(text, ' ');
    str scheme = str_head(text, space), token = str_trim(str_from_pos(text, space));
    *out = (struct credentials){SCHEME_NONE, STR_ABSENT};
    if (str_eq_nocase(scheme, S("Bearer")))
        out->scheme = SCHEME_BEARER;
    if (str_eq_nocase(scheme, S("DPoP")))
        out->scheme = SCHEME_DPOP;
    if (out->scheme == SCHEME_NONE)
        return OK;
    HOLD(failure, credentials_are_one_token, is_token68(token));
    out->token = token;
    return OK;
}
