/* What of a head passes a proxy. */
#include "common/http/forward.h"

#include "common/base/testing.h"
#include "common/http/test_request.h"

#include <stdio.h>

static const str ours[] = {S_INIT("X-Ours")};
static const struct header more[] = {{S_INIT("X-More"), S_INIT("m")}};
static struct forward to = {S_INIT("core:1"), S_INIT("/base"), ours, 1, more, 1, 4096};

static const struct {
    const char *name, *value;
    const char *line; /* that the head has then; NULL: nothing of the name or the value passes */
} rows[] = {
    {"Authorization", "Bearer x", "\r\nAuthorization: Bearer x\r\n"},
    {"X-Other", "y", "\r\nX-Other: y\r\n"},
    {"Accept-Encoding", "gzip", "\r\nAccept-Encoding: gzip\r\n"},
    {"Content-Length", "3", "\r\nContent-Length: 3\r\n"},
    {"Transfer-Encoding", "Chunked", "\r\nTransfer-Encoding: chunked\r\n"},
    {"Host", "id.example", "\r\nX-Forwarded-Host: id.example\r\n"},
    {"Host", "id.example", "\r\nHost: core:1\r\n"},
    {"Host", "a\"b", "\r\nForwarded: for=192.0.2.1;proto=https\r\n"},
    {"Host", "a", "\r\nForwarded: for=192.0.2.1;host=\"a\";proto=https\r\n"},
    {"Via", "1.1 a, HTTP/1.0 b (c)", "\r\nVia: 1.1 a, HTTP/1.0 b (c), 1.1 hitkey-authz\r\n"},
    {"X-Forwarded-For", "6.6.6.6", "\r\nX-Forwarded-For: 192.0.2.1\r\n"},
    {"x-forwarded-proto", "gopher", "\r\nX-Forwarded-Proto: https\r\n"},
    {"x-ours", "gopher", NULL},
    {"Cookie", "gopher=1", NULL},
    {"Connection", "gopher", NULL},
    {"keep-alive", "gopher", NULL},
    {"TE", "gopher", NULL},
    {"Trailer", "gopher", NULL},
    {"Upgrade", "gopher", NULL},
    {"Proxy-Connection", "gopher", NULL},
    {"Proxy-Authorization", "gopher", NULL},
    {"Proxy-Whatever", "gopher", NULL},
    {"X-Forwarded-Whatever", "gopher", NULL},
    {"X-Real-Ip", "gopher", NULL},
    {"Forwarded", "for=gopher", NULL},
    {"Expect", "gopher", NULL},
    {"tracestate", "gopher=1", NULL},
    {"traceparent", "00-gopher", NULL},
};

static str head_of(struct test_request *t) {
    str head;
    assert_ok(forward_request(&t->rq, &to, &head));
    assert_true(str_starts(head, S("GET /base/auth/x?q=1 HTTP/1.1\r\nHost: core:1\r\n")));
    assert_true(str_ends(head, S("\r\nX-More: m\r\n\r\n")));
    return head;
}

static void each_header_of_a_request_passes_or_does_not(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_request *t = test_request_new("GET", "/auth/x?q=1");
        test_request_header(t, rows[i].name, rows[i].value);
        str head = head_of(t), line = str_from(rows[i].line);
        if (rows[i].line && str_find_str(head, line) == head.n)
            fail_msg("%s: %s gives %.*s", rows[i].name, rows[i].value, STR_FMT(head));
        if (!rows[i].line && str_find_str(head, S("gopher")) < head.n)
            fail_msg("%s passes: %.*s", rows[i].name, STR_FMT(head));
        test_request_free(t);
    }
}

static void what_connection_names_does_not_pass(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/auth/x?q=1");
    test_request_header(t, "Connection", "close, X-One");
    test_request_header(t, "connection", "x-two,x-more");
    test_request_header(t, "X-One", "gopher");
    test_request_header(t, "X-Two", "gopher");
    test_request_header(t, "X-Three", "passes");
    str head = head_of(t);
    assert_true(str_find_str(head, S("gopher")) == head.n);
    assert_true(str_find_str(head, S("X-Three: passes")) < head.n);
    test_request_free(t);
}

static void an_address_of_version_6_is_quoted(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/auth/x?q=1");
    t->rq.remote = S("2001:db8::1");
    t->rq.secure = false;
    str head = head_of(t);
    assert_true(str_find_str(head, S("\r\nForwarded: for=\"[2001:db8::1]\";proto=http\r\n")) <
                head.n);
    test_request_free(t);
}

#define TRACE  "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

static void a_good_trace_goes_on_with_a_span_of_ours(void **state) {
    (void)state;
    static const struct {
        const char *id, *parent;
        bool good;
    } traces[] = {
        {"0123456789abcdef", "00-" TRACE "-" PARENT "-01", true},
        {"somebody's", "00-" TRACE "-" PARENT "-00", true},
        {"x", "cc-" TRACE "-" PARENT "-01-what-comes", true},
        {"x", "00-" TRACE "-" PARENT "-01-", false},
        {"x", "00-" TRACE "-" PARENT, false},
        {"x", "ff-" TRACE "-" PARENT "-01", false},
        {"x", "00-" TRACE "-0000000000000000-01", false},
        {"x", "00-" TRACE "-B7AD6B7169203331-01", false},
        {"x", "", false},
    };
    for (size_t i = 0; i < COUNT(traces); i++) {
        struct test_request *t = test_request_new("GET", "/auth/x?q=1");
        t->rq.id = str_from(traces[i].id);
        test_request_header(t, "traceparent", traces[i].parent);
        test_request_header(t, "tracestate", "a=1");
        test_request_header(t, "tracestate", "b=2");
        str head = head_of(t);
        size_t at = str_find_str(head, S("traceparent: 00-" TRACE "-"));
        assert_int_equal(at < head.n, traces[i].good);
        assert_int_equal(str_find_str(head, S("tracestate: b=2")) < head.n, traces[i].good);
        assert_true(str_find_str(head, S(PARENT)) == head.n);
        if (i == 0)
            assert_true(str_find_str(head, S("-0123456789abcdef-01\r\n")) < head.n);
        test_request_free(t);
    }
}

static void a_circle_and_a_head_that_is_too_large_are_refused(void **state) {
    (void)state;
    static const char *const circles[] = {"1.1 hitkey-authz", "1.0 a,1.1  hitkey-authz (x)",
                                          "HTTP/1.1 hitkey-authz, 1.1 b"};
    str head;
    for (size_t i = 0; i < COUNT(circles); i++) {
        struct test_request *t = test_request_new("GET", "/auth/x?q=1");
        test_request_header(t, "Via", circles[i]);
        assert_err(forward_request(&t->rq, &to, &head), bad_gateway);
        test_request_free(t);
    }
    struct test_request *t = test_request_new("GET", "/auth/x?q=1");
    struct forward small = to;
    small.max = 100;
    assert_err(forward_request(&t->rq, &small, &head), head_too_large);
    test_request_free(t);
}

static void answers_rule_nothing_of_our_origin(void **state) {
    (void)state;
    static const struct header headers[] = {
        {S_INIT("Content-Type"), S_INIT("text/plain")},
        {S_INIT("Vary"), S_INIT("A")},
        {S_INIT("Vary"), S_INIT("B")},
        {S_INIT("Set-Cookie"), S_INIT("gopher")},
        {S_INIT("X-Ours"), S_INIT("gopher")},
        {S_INIT("Content-Length"), S_INIT("1")},
        {S_INIT("connection"), S_INIT("X-Hop")},
        {S_INIT("X-Hop"), S_INIT("gopher")},
        {S_INIT("Content-Security-Policy"), S_INIT("gopher")},
        {S_INIT("Access-Control-Allow-Origin"), S_INIT("gopher")},
        {S_INIT("Proxy-Authenticate"), S_INIT("gopher")},
        {S_INIT("Alt-Svc"), S_INIT("gopher")},
        {S_INIT("Via"), S_INIT("1.0 inner")},
    };
    struct test_request *t = test_request_new("GET", "/auth/x?q=1");
    assert_ok(forward_answer(&t->rq, &to, headers, COUNT(headers), &t->rs));
    assert_int_equal(t->rs.header_count, 4);
    assert_str(t->rs.headers[2].value, "B");
    assert_str(t->rs.headers[3].value, "1.0 inner, 1.1 hitkey-authz");
    struct header many[40];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct header){S("X-A"), S("b")};
    t->rs = (struct response){.status = 200};
    assert_err(forward_answer(&t->rq, &to, many, COUNT(many), &t->rs), bad_gateway);
    test_request_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_header_of_a_request_passes_or_does_not),
        cmocka_unit_test(what_connection_names_does_not_pass),
        cmocka_unit_test(an_address_of_version_6_is_quoted),
        cmocka_unit_test(a_good_trace_goes_on_with_a_span_of_ours),
        cmocka_unit_test(a_circle_and_a_head_that_is_too_large_are_refused),
        cmocka_unit_test(answers_rule_nothing_of_our_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
