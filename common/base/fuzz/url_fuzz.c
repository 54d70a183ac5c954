/* A URL: its parts point into it, and normalizing twice is normalizing once. */
#include <assert.h>

#include "common/base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_inside(str text, str part) {
    assert(!part.p || (part.p >= text.p && part.p + part.n <= text.p + text.n));
}

static void assert_normal(struct arena *arena, str text, const struct url *url) {
    str once, twice, origin, again;
    struct url normal;
    err e = url_normalize(arena, text, &once);
    assert(!failed(e));
    e = url_normalize(arena, once, &twice);
    assert(!failed(e) && str_eq(once, twice));
    e = url_parse(once, &normal);
    assert(!failed(e) && str_eq_nocase(normal.scheme, url->scheme));
    assert(str_eq_nocase(normal.host, url->host) && str_eq(normal.userinfo, url->userinfo));
    assert(str_present(normal.query) == str_present(url->query));
    assert(str_present(normal.fragment) == str_present(url->fragment));
    assert(url_is_loopback(url) == url_is_loopback(&normal));
    e = url_origin(arena, url, &origin);
    assert(!failed(e));
    e = url_origin(arena, &normal, &again);
    assert(!failed(e) && str_eq(origin, again));
    e = url_add_query(arena, text, S("a=b"), &again);
    assert(!failed(e));
    e = url_parse(again, &normal);
    assert(!failed(e) && str_ends(normal.query, S("a=b")));
    assert(str_eq(normal.fragment, url->fragment) && str_eq(normal.path, url->path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = str_of((const char *)data, size);
    struct url url;
    if (failed(url_parse(text, &url)))
        return 0;
    struct arena *arena = arena_new(4 * 1024 * 1024);
    assert(url.scheme.n > 0);
    const str parts[] = {url.scheme, url.userinfo, url.host,    url.port,
                         url.path,   url.query,    url.fragment};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_inside(text, parts[i]);
    assert_normal(arena, text, &url);
    arena_free(arena);
    return 0;
}
