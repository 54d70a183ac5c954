/* Finding a route: the table is read from the top, so a literal row stands before a :parameter. */
#include "common/http/http.h"

#include "common/base/percent.h"
#include "common/http/method.h"

/* The raw :args of one row while it is compared. */
struct match {
    str args[REQUEST_MAX_ARGS];
    size_t n;
};

static bool part_matches(str pattern, str part, struct match *match) {
    bool parameter = pattern.n > 0 && pattern.p[0] == ':';
    if (!parameter)
        return str_eq(pattern, part);
    if (part.n == 0 || match->n == REQUEST_MAX_ARGS)
        return false;
    match->args[match->n++] = part;
    return true;
}

/* `rest` may be absent ("/docs"), empty ("/docs/") or more. */
static bool rest_matches(str rest, struct match *match) {
    if (match->n == REQUEST_MAX_ARGS)
        return false;
    match->args[match->n++] = str_present(rest) ? rest : S("");
    return true;
}

static str without_last_slash(str path) {
    bool extra = path.n > 1 && str_ends(path, S("/"));
    return extra ? str_head(path, path.n - 1) : path;
}

static bool is_rest(const struct route *route) {
    return str_ends(str_from(route->path), S("/*"));
}

/* Whether the literal front of the pattern rules the path out: most rows end here. */
static bool front_differs(const char *pattern, str path) {
    for (size_t i = 0; i < path.n && pattern[i] && pattern[i] != ':' && pattern[i] != '*'; i++)
        if (pattern[i] != path.p[i])
            return true;
    return false;
}

static bool path_matches(const struct route *route, str path, struct match *match) {
    if (front_differs(route->path, path))
        return false;
    match->n = 0;
    bool rest = is_rest(route);
    str pattern = without_last_slash(str_from(route->path));
    if (!rest)
        path = without_last_slash(path);
    str want, have;
    while (str_next(&pattern, '/', &want)) {
        if (rest && !str_present(pattern))
            return rest_matches(path, match);
        if (!str_next(&path, '/', &have) || !part_matches(want, have, match))
            return false;
    }
    return !str_present(path);
}

/* RFC 9110 9.3.2: HEAD is GET without the content. */
static unsigned methods_of(const struct route *route) {
    bool head = route->methods & HTTP_GET && !(route->methods & HTTP_NO_HEAD);
    return route->methods | (head ? HTTP_HEAD : 0);
}

static err args_decode(struct request *rq, const struct match *match) {
    for (size_t i = 0; i < match->n; i++)
        TRY(percent_decode(rq->arena, match->args[i], &rq->args[i]));
    return OK;
}

/* What the rows of one kind (with or without a last star) have to say about the path. */
struct search {
    bool rest;
    unsigned methods;
    struct match match;
};

/* The row that takes path and method; else notes the first that takes the path. */
static const struct route *search_rows(struct request *rq, struct search *search) {
    for (size_t i = 0; i < rq->app->n; i++) {
        const struct route *route = &rq->app->routes[i];
        if (!path_matches(route, rq->path, &search->match) || is_rest(route) != search->rest)
            continue;
        if (methods_of(route) & rq->method)
            return route;
        search->methods |= methods_of(route);
        rq->route = rq->route ? rq->route : route;
    }
    return NULL;
}

/* A proxy in front may have taken the base off already. */
static str below(str base, str path) {
    str rest = str_from_pos(path, base.n);
    bool inside = str_starts(path, base) && (rest.n == 0 || rest.p[0] == '/');
    if (base.n == 0 || !inside)
        return path;
    return rest.n ? rest : S("/");
}

err route_find(const struct app *app, struct request *rq, str *allow) {
    rq->app = app;
    rq->route = NULL;
    rq->path = below(app->base, rq->path);
    *allow = STR_ABSENT;
    struct search search = {0};
    const struct route *found = search_rows(rq, &search);
    search.rest = true;
    if (!found && !search.methods)
        found = search_rows(rq, &search);
    if (found) {
        rq->route = found;
        return args_decode(rq, &search.match);
    }
    REQUIRE(rq->route, not_found, "there is nothing at this address");
    /* RFC 9110 10.2.1 */
    TRY(method_list(rq->arena, search.methods | HTTP_OPTIONS, allow));
    return FAIL(method_not_allowed, "this address does not take that method");
}
