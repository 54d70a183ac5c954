/* Requests from literals, for tests: no sockets, a fixed clock.
 *
 *     struct test_request *t = test_request_new("POST", "/oauth/token?x=1");
 *     test_request_header(t, "Authorization", "Basic …");
 *     test_request_body(t, "application/json", "{}");
 *     test_request_send(t, &app);
 *     assert_int_equal(t->rs.status, 200);
 *     test_request_free(t);
 */
#ifndef COMMON_HTTP_TEST_REQUEST_H
#define COMMON_HTTP_TEST_REQUEST_H

#include "common/http/http.h"

enum { TEST_REQUEST_NOW_S = 1700000000 };

struct test_request {
    struct request rq; /* free to change before it is sent */
    struct response rs;
    struct header headers[REQUEST_MAX_HEADERS];
};

/* `target` is path and query. now_ms is TEST_REQUEST_NOW_S, id "test", remote 192.0.2.1; it is
 * secure and may block. Literals are borrowed. No memory: aborts. */
struct test_request *test_request_new(const char *method, const char *target);
void test_request_header(struct test_request *t, const char *name, const char *value);
/* `type` NULL: no Content-Type. */
void test_request_body(struct test_request *t, const char *type, const char *body);
void test_request_send(struct test_request *t, const struct app *app);
/* A header of the answer, or absent. */
str test_request_answer(const struct test_request *t, const char *name);
void test_request_free(struct test_request *t);

#endif
