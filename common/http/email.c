#include "common/http/email.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63 };

static bool alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322 3.2.3: atext. */
static bool atext(char c) {
    return alphanumeric(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool valid_atom(str part) {
    for (size_t i = 0; i < part.n; i++)
        if (!atext(part.p[i]))
            return false;
    return part.n > 0;
}

/* RFC 1123 2.1: letters, digits and inner hyphens. */
static bool valid_label(str part) {
    if (part.n == 0 || part.n > LABEL_MAX || part.p[0] == '-' || part.p[part.n - 1] == '-')
        return false;
    for (size_t i = 0; i < part.n; i++)
        if (!alphanumeric(part.p[i]) && part.p[i] != '-')
            return false;
    return true;
}

static size_t parts_of(str text, bool (*valid)(str)) {
    size_t n = 0;
    str part;
    while (str_next(&text, '.', &part)) {
        if (!valid(part))
            return 0;
        n++;
    }
    return n;
}

bool email_valid(str address) {
    size_t at = str_find(address, '@');
    if (address.n > EMAIL_MAX || at >= address.n || at > LOCAL_MAX)
        return false;
    str domain = str_from_pos(address, at + 1);
    return parts_of(str_head(address, at), valid_atom) > 0 && parts_of(domain, valid_label) > 1;
}

bool email_valid_sender(str address) {
    static const str host = S_INIT("@localhost");
    char named[EMAIL_MAX + sizeof ".example"];
    if (!str_ends(address, host) || address.n > EMAIL_MAX)
        return email_valid(address);
    memcpy(named, address.p, address.n);
    memcpy(named + address.n, ".example", sizeof ".example" - 1);
    return email_valid(str_of(named, address.n + sizeof ".example" - 1));
}
