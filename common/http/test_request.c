#include "common/http/test_request.h"

#include <assert.h>
#include <stdlib.h>

#include "common/http/method.h"

enum { CEILING = 4 * 1024 * 1024 };

struct test_request *test_request_new(const char *method, const char *target) {
    struct test_request *t = calloc(1, sizeof *t);
    struct arena *arena = arena_new(CEILING);
    assert(t && arena);
    str path = str_from(target);
    size_t mark = str_find(path, '?');
    t->rq = (struct request){
        .arena = arena,
        .method = method_parse(str_from(method)),
        .path = str_head(path, mark),
        .query = mark < path.n ? str_from_pos(path, mark + 1) : STR_ABSENT,
        .headers = t->headers,
        .remote = S("192.0.2.1"),
        .secure = true,
        .id = S("test"),
        .now_ms = (int64_t)TEST_REQUEST_NOW_S * 1000,
        .may_block = true,
    };
    return t;
}

void test_request_header(struct test_request *t, const char *name, const char *value) {
    assert(t->rq.header_count < REQUEST_MAX_HEADERS);
    t->headers[t->rq.header_count++] = (struct header){str_from(name), str_from(value)};
}

void test_request_body(struct test_request *t, const char *type, const char *body) {
    if (type)
        test_request_header(t, "Content-Type", type);
    t->rq.body = str_from(body);
}

void test_request_send(struct test_request *t, const struct app *app) {
    dispatch(app, &t->rq, &t->rs);
}

str test_request_answer(const struct test_request *t, const char *name) {
    return response_header_get(&t->rs, str_from(name));
}

void test_request_free(struct test_request *t) {
    if (!t)
        return;
    arena_free(t->rq.arena);
    free(t);
}
