#include "authz/protocol/redirect_uri.h"

#include "common/base/url.h"

static bool plain_ascii(str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return false;
    return true;
}

/* The parts of an absolute URI that could be a redirect URI at all. */
static bool take_apart(str uri, struct url *out) {
    return uri.n > 0 && uri.n <= REDIRECT_URI_MAX && plain_ascii(uri) &&
           !failed(url_parse(uri, out)) && !str_present(out->fragment) &&
           !str_present(out->userinfo);
}

static bool has_host(const struct url *url) {
    return str_present(url->host) && !str_empty(url->host);
}

/* RFC 8252 7.1: a private-use scheme is a reversed domain name, so it has a dot. That keeps out
 * javascript:, data:, file: and whatever else a browser would run or open by itself. */
static bool private_use(const struct url *url) {
    return str_find(url->scheme, '.') < url->scheme.n;
}

err redirect_uri_check(str uri, const struct redirect_uri_rules *rules) {
    struct url url = {0};
    REQUIRE(uri.n <= REDIRECT_URI_MAX, invalid_redirect_uri, "a redirect URI is too long");
    REQUIRE(take_apart(uri, &url), invalid_redirect_uri,
            "a redirect URI must be absolute, without fragment and user information");
    if (str_eq_nocase(url.scheme, S("https"))) {
        REQUIRE(has_host(&url), invalid_redirect_uri, "a redirect URI has no host");
        return OK;
    }
    if (str_eq_nocase(url.scheme, S("http"))) {
        REQUIRE(has_host(&url) && url_is_loopback(&url) && (rules->native || rules->loopback_http),
                invalid_redirect_uri, "a redirect URI must be https, or http on a loopback host");
        return OK;
    }
    REQUIRE(rules->native && private_use(&url), invalid_redirect_uri,
            "a redirect URI has a scheme that this kind of client may not use");
    return OK;
}

/* The port, with its colon, of http on a loopback literal; absent for every other URI. "localhost"
 * is no literal: RFC 8252 8.3. An absent port is an empty one behind the host. */
static str loopback_port(str uri) {
    static const str heads[] = {S_INIT("http://127.0.0.1"), S_INIT("http://[::1]")};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (!str_starts(uri, heads[i]))
            continue;
        size_t from = heads[i].n, to = from;
        if (to < uri.n && uri.p[to] == ':')
            to++;
        while (to > from && to < uri.n && uri.p[to] >= '0' && uri.p[to] <= '9')
            to++;
        if (to == uri.n || uri.p[to] == '/' || uri.p[to] == '?')
            return str_of(uri.p + from, to - from);
    }
    return STR_ABSENT;
}

static bool same_but_port(str registered, str requested) {
    str a = loopback_port(registered), b = loopback_port(requested);
    if (!str_present(a) || !str_present(b))
        return false;
    size_t a_head = (size_t)(a.p - registered.p), b_head = (size_t)(b.p - requested.p);
    return str_eq(str_head(registered, a_head), str_head(requested, b_head)) &&
           str_eq(str_from_pos(registered, a_head + a.n), str_from_pos(requested, b_head + b.n));
}

/* RFC 3986 6.2.2, and a trailing slash of the path does not count. */
static err normal_form(struct arena *arena, str uri, str *out) {
    struct url url = {0};
    TRY(url_normalize(arena, uri, out));
    TRY(url_parse(*out, &url));
    if (!str_ends(url.path, S("/")))
        return OK;
    size_t at = (size_t)(url.path.p - out->p) + url.path.n - 1;
    return STR_JOIN(arena, out, str_head(*out, at), str_from_pos(*out, at + 1));
}

static bool same_normalised(struct arena *arena, str a, str b) {
    str x, y;
    if (failed(normal_form(arena, a, &x)) || failed(normal_form(arena, b, &y)))
        return false;
    return str_eq(x, y);
}

err redirect_uri_find(struct arena *arena, const struct redirect_uri_rules *rules,
                      const str *registered, size_t n, str requested, str *target) {
    struct url url = {0};
    *target = STR_ABSENT;
    REQUIRE(take_apart(requested, &url), invalid_redirect_uri, "redirect_uri doesn't match");
    for (size_t i = 0; i < n; i++) {
        *target = registered[i];
        if (str_eq(registered[i], requested))
            return OK;
    }
    for (size_t i = 0; i < n; i++) {
        *target = requested;
        if (rules->native && same_but_port(registered[i], requested))
            return OK;
        *target = registered[i];
        if (rules->normalise && same_normalised(arena, registered[i], requested))
            return OK;
    }
    *target = STR_ABSENT;
    return FAIL(invalid_redirect_uri, "redirect_uri doesn't match");
}

err redirect_uri_repeat(struct arena *arena, const struct redirect_uri_rules *rules, str target,
                        str repeated) {
    if (str_eq(target, repeated))
        return OK;
    struct url url = {0};
    REQUIRE(rules->normalise && take_apart(repeated, &url) &&
                same_normalised(arena, target, repeated),
            invalid_grant, "redirect_uri doesn't match");
    return OK;
}
