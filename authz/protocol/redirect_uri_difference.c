#include "authz/protocol/redirect_uri_difference.h"

#include "common/base/percent.h"
#include "common/base/url.h"

/* --- hints ------------------------------------------------------------------------------------ */

static bool slash_alone(struct arena *arena, str a, str b) {
    (void)arena;
    str longer = a.n > b.n ? a : b, shorter = a.n > b.n ? b : a;
    return longer.n == shorter.n + 1 && str_ends(longer, S("/")) &&
           str_eq(str_head(longer, shorter.n), shorter);
}

static bool case_alone(struct arena *arena, str a, str b) {
    (void)arena;
    return str_eq_nocase(a, b);
}

static str behind_scheme(str uri) {
    return str_from_pos(uri, str_find(uri, ':'));
}

static bool scheme_alone(struct arena *arena, str a, str b) {
    (void)arena;
    return str_eq(behind_scheme(a), behind_scheme(b));
}

static bool other_part(str a, str b, str (*part)(const struct url *)) {
    struct url x = {0}, y = {0};
    return !failed(url_parse(a, &x)) && !failed(url_parse(b, &y)) && !str_eq(part(&x), part(&y));
}

static str host_of(const struct url *url) {
    return url->host;
}

static str port_of(const struct url *url) {
    return url->port;
}

static str query_of(const struct url *url) {
    return url->query;
}

static bool other_host(struct arena *arena, str a, str b) {
    (void)arena;
    return other_part(a, b, host_of);
}

static bool other_port(struct arena *arena, str a, str b) {
    (void)arena;
    return other_part(a, b, port_of);
}

static bool other_query(struct arena *arena, str a, str b) {
    (void)arena;
    return other_part(a, b, query_of);
}

static bool encoding_alone(struct arena *arena, str a, str b) {
    str x, y;
    return !failed(percent_decode(arena, a, &x)) && !failed(percent_decode(arena, b, &y)) &&
           str_eq(x, y);
}

static bool has_fragment(struct arena *arena, str a, str b) {
    (void)arena;
    (void)a;
    return str_find(b, '#') < b.n;
}

static bool has_space(struct arena *arena, str a, str b) {
    (void)arena;
    (void)a;
    return str_trim(b).n != b.n;
}

/* The first that is so is told. */
static const struct {
    bool (*is_so)(struct arena *arena, str registered, str requested);
    const char *text;
} hints[] = {
    {has_space, "There is white space around it."},
    {has_fragment, "A redirect URI has no fragment (RFC 6749 3.1.2)."},
    {slash_alone, "Only the slash at the end differs."},
    {scheme_alone, "Only the scheme differs: http is not https."},
    {case_alone, "Only upper and lower case differ."},
    {encoding_alone, "Only the percent-encoding differs."},
    {other_host, "The host is another one; 127.0.0.1 is not localhost."},
    {other_port, "The port is another one."},
    {other_query, "The query is another one; the order of its parameters counts."},
};

/* --- comparing -------------------------------------------------------------------------------- */

static size_t same_bytes(str a, str b) {
    size_t i = 0;
    while (i < a.n && i < b.n && a.p[i] == b.p[i])
        i++;
    return i;
}

/* The whole character that begins at or spans the byte. */
static str character_at(str text, size_t at) {
    size_t n = at < text.n ? 1 : 0;
    while (n && at + n < text.n && ((uint8_t)text.p[at + n] & 0xc0) == 0x80)
        n++;
    return str_of(text.p + at, n);
}

/* How much of both is the same, from the front and from the end. */
static size_t likeness(str a, str b) {
    size_t front = same_bytes(a, b), end = 0;
    while (front + end < a.n && front + end < b.n && a.p[a.n - 1 - end] == b.p[b.n - 1 - end])
        end++;
    return front + end;
}

static str nearest(const str *registered, size_t n, str requested) {
    str best = registered[0];
    for (size_t i = 1; i < n; i++)
        if (likeness(registered[i], requested) > likeness(best, requested))
            best = registered[i];
    return best;
}

static void tell_difference(struct arena *arena, str requested,
                            struct redirect_uri_difference *out) {
    out->at = same_bytes(out->registered, requested);
    out->expected = character_at(out->registered, out->at);
    out->found = character_at(requested, out->at);
    for (size_t i = 0; i < sizeof hints / sizeof hints[0] && !out->hint; i++)
        if (hints[i].is_so(arena, out->registered, requested))
            out->hint = hints[i].text;
}

static str rule_of(const struct redirect_uri_rules *rules, str target, str requested,
                   str registered) {
    if (str_eq(registered, requested))
        return S("exact");
    return rules->native && str_eq(target, requested) ? S("loopback_port") : S("normalised");
}

err redirect_uri_compare(struct arena *arena, const struct redirect_uri_rules *rules,
                         const str *registered, size_t n, str requested,
                         struct redirect_uri_difference *out) {
    *out = (struct redirect_uri_difference){.registered = STR_ABSENT};
    for (size_t i = 0; i < n && !out->matches; i++) {
        str target;
        err e = redirect_uri_find(arena, rules, &registered[i], 1, requested, &target);
        if (err_is(e, E_no_memory))
            return e;
        if (failed(e))
            continue;
        out->matches = true;
        out->registered = registered[i];
        out->rule = rule_of(rules, target, requested, registered[i]);
    }
    if (out->matches || n == 0)
        return OK;
    out->registered = nearest(registered, n, requested);
    tell_difference(arena, requested, out);
    return OK;
}
