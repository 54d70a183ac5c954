#include "rp/protocol/webfinger.h"

#include "common/base/url.h"

enum { IDENTIFIER_MAX = 1024 };

/* Over https whatever its scheme says; on loopback alone, where developers are, as it says. */
static err origin_of(struct arena *arena, struct url url, str *out) {
    if (!url_is_loopback(&url))
        url.scheme = S("https");
    return url_origin(arena, &url, out);
}

/* RFC 7565: the host is behind the last @, and stands alone. */
static err read_account(struct arena *arena, str account, struct webfinger *out) {
    struct url url;
    size_t at = account.n;
    str text;
    while (at && account.p[at - 1] != '@')
        at--;
    REQUIRE(at > 1, bad_request, "an account needs a name and a host");
    TRY(STR_JOIN(arena, &text, S("https://"), str_from_pos(account, at)));
    TRY(url_parse(text, &url));
    REQUIRE(!str_empty(url.host) && str_empty(url.path) && !str_present(url.query) &&
                !str_present(url.port),
            bad_request, "the host of an account stands alone");
    TRY(STR_JOIN(arena, &out->resource, S("acct:"), account));
    return origin_of(arena, url, &out->origin);
}

static err read_url(struct arena *arena, str text, const struct url *url, struct webfinger *out) {
    bool bare = str_empty(url->path) && !str_present(url->query);
    REQUIRE(!str_empty(url->host), bad_request, "an identifier needs a host");
    TRY(STR_JOIN(arena, &out->resource, text, bare ? S("/") : S("")));
    return origin_of(arena, *url, &out->origin);
}

static bool is_web(const struct url *url) {
    return str_eq_nocase(url->scheme, S("https")) || str_eq_nocase(url->scheme, S("http"));
}

/* Without a scheme "joe@example.com" alone is an account; all else is a URL of https. */
static err read_without_scheme(struct arena *arena, str identifier, struct webfinger *out) {
    struct url url;
    str text;
    TRY(STR_JOIN(arena, &text, S("https://"), identifier));
    TRY(url_parse(text, &url));
    /* "mailto:joe@example.com" has a scheme of another kind; a password has no place here */
    REQUIRE(str_find(url.userinfo, ':') == url.userinfo.n, bad_request,
            "this scheme is not supported");
    bool alone = str_empty(url.path) && !str_present(url.query) && !str_present(url.port);
    if (str_present(url.userinfo) && alone)
        return read_account(arena, identifier, out);
    return read_url(arena, text, &url, out);
}

/* XRI's global context symbols are reserved. */
static bool is_xri(str identifier) {
    return identifier.n && strchr("=@!+$(", identifier.p[0]);
}

static err normalize(struct arena *arena, str identifier, struct webfinger *out) {
    str text = str_trim(identifier), scheme = S("acct:");
    text = str_head(text, str_find(text, '#'));
    REQUIRE(text.n && text.n <= IDENTIFIER_MAX && !is_xri(text), bad_request,
            "the identifier is empty, too long or an XRI");
    if (str_eq_nocase(str_head(text, scheme.n), scheme))
        return read_account(arena, str_from_pos(text, scheme.n), out);
    if (str_find_str(text, S("://")) == text.n)
        return read_without_scheme(arena, text, out);
    struct url url;
    TRY(url_parse(text, &url));
    REQUIRE(is_web(&url), bad_request, "this scheme is not supported");
    return read_url(arena, text, &url, out);
}

err webfinger_normalize(struct failure *failure, struct arena *arena, str identifier,
                        struct webfinger *out) {
    HOLD_TRY(failure, identifier_is_understood, normalize(arena, identifier, out));
    return OK;
}
