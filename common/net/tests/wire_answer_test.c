#include "common/net/wire_answer.h"

#include "common/base/testing.h"

#include <stdio.h>

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(1 << 18);
    return arena ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static err read_head(const char *text, bool to_head, struct wire_answer *answer, size_t *used) {
    *answer = (struct wire_answer){.to_head = to_head};
    return wire_answer_head(answer, arena, str_from(text), used);
}

#define OK_LINE "HTTP/1.1 200 OK\r\n"

static void ambiguous_heads_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        OK_LINE ": no name\r\n\r\n",
        OK_LINE "no colon\r\n\r\n",
        OK_LINE "A : b\r\n\r\n",
        OK_LINE " A: b\r\n\r\n",
        OK_LINE "A: b\r\n c\r\n\r\n",
        OK_LINE "A: b\nC: d\r\n\r\n",
        OK_LINE "A: b\rC: d\r\n\r\n",
        OK_LINE "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        OK_LINE "Content-Length: 1, 1\r\n\r\n",
        OK_LINE "Content-Length: \r\n\r\n",
        OK_LINE "Content-Length: 0x1\r\n\r\n",
        OK_LINE "Content-Length: 9223372036854775808\r\n\r\n",
        OK_LINE "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK_LINE "Transfer-Encoding: identity\r\n\r\n",
        OK_LINE "Transfer-Encoding: chunked, chunked\r\n\r\n",
        OK_LINE "Transfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire_answer answer;
        size_t used;
        if (!err_is(read_head(rows[i], false, &answer, &used), E_bad_gateway))
            fail_msg("taken: %s", rows[i]);
    }
}

/* How long the body is, and whether the connection goes on (RFC 9112 6.3 and 9.3). */
static const struct {
    const char *head;
    bool to_head;
    enum wire_step step;
    int64_t length;
    bool keep_alive;
} bodies[] = {
    {OK_LINE "Content-Length: 5\r\n\r\n", false, WIRE_LENGTH, 5, true},
    {OK_LINE "Content-Length: 0\r\n\r\n", false, WIRE_DONE, 0, true},
    {OK_LINE "Content-Length: 5\r\n\r\n", true, WIRE_DONE, 5, true},
    {OK_LINE "Transfer-Encoding: Chunked\r\n\r\n", true, WIRE_DONE, -1, true},
    {OK_LINE "Transfer-Encoding: Chunked\r\n\r\n", false, WIRE_CHUNK_SIZE, -1, true},
    {OK_LINE "\r\n", false, WIRE_CLOSE, -1, false},
    {OK_LINE "\r\n", true, WIRE_DONE, -1, true},
    {"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", false, WIRE_DONE, 5, true},
    {"HTTP/1.1 304 No\r\n\r\n", false, WIRE_DONE, -1, true},
    {OK_LINE "Connection: x, Close\r\nContent-Length: 5\r\n\r\n", false, WIRE_LENGTH, 5, false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", false, WIRE_LENGTH, 5, false},
    {"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", false, WIRE_LENGTH, 5, true},
    {"HTTP/1.1 103 Hints\r\nContent-Length: 9\r\n\r\n" OK_LINE "Content-Length: 5\r\n\r\n", false,
     WIRE_LENGTH, 5, true},
};

static void the_length_of_a_body_has_one_answer(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct wire_answer answer;
        size_t used;
        assert_ok(read_head(bodies[i].head, bodies[i].to_head, &answer, &used));
        assert_int_equal(used, strlen(bodies[i].head));
        assert_int_equal(answer.step, bodies[i].step);
        assert_int_equal(answer.length, bodies[i].length);
        assert_int_equal(answer.keep_alive, bodies[i].keep_alive);
    }
}

static void a_head_is_read_when_all_of_it_is_there(void **state) {
    (void)state;
    const char text[] =
        "HTTP/1.1 100 Continue\r\n\r\n" OK_LINE "A:  b \r\nContent-Length: 1\r\n\r\nx";
    struct wire_answer answer = {.to_head = false};
    size_t from = 0;
    for (size_t n = 1; n < sizeof text && answer.step == WIRE_HEAD; n++) {
        size_t used;
        assert_ok(wire_answer_head(&answer, arena, str_of(text + from, n - from), &used));
        from += used;
    }
    assert_int_equal(from, strlen(text) - 1);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.header_count, 2);
    assert_str(answer.headers[0].value, "b");
}

static void heads_and_interim_answers_have_a_bound(void **state) {
    (void)state;
    static char large[WIRE_HEAD_MAX + 8] = OK_LINE "A: ";
    memset(large + strlen(OK_LINE "A: "), 'a', WIRE_HEAD_MAX - 20);
    struct wire_answer answer = {.to_head = false};
    size_t used;
    assert_ok(wire_answer_head(&answer, arena, str_of(large, WIRE_HEAD_MAX - 1), &used));
    assert_int_equal(used, 0);
    assert_err(wire_answer_head(&answer, arena, str_of(large, WIRE_HEAD_MAX), &used), bad_gateway);
    answer = (struct wire_answer){.to_head = false};
    err e = OK;
    for (int i = 0; i < 9; i++)
        if (!failed(e))
            e = wire_answer_head(&answer, arena, S("HTTP/1.1 103 Hints\r\n\r\n"), &used);
    assert_err(e, bad_gateway);
}

/* What becomes of a body, cut into pieces of every size. */
static const struct {
    const char *coding, *in, *out;
    enum wire_step step;
    bool refused;
} rows[] = {
    {"Content-Length: 3", "abcdef", "abc", WIRE_DONE, false},
    {"Content-Length: 3", "ab", "ab", WIRE_LENGTH, false},
    {"Transfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", "abcde", WIRE_DONE,
     false},
    {"Transfer-Encoding: chunked", "003;x=\"y\"\r\nabc\r\n0;z\r\nT: 1\r\nU: 2\r\n\r\n", "abc",
     WIRE_DONE, false},
    {"Transfer-Encoding: chunked", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789", WIRE_DONE, false},
    {"Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n", "abc", WIRE_TRAILER, false},
    {"Transfer-Encoding: chunked", "\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "3 \r\nabc\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", " 3\r\nabc\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "-3\r\nabc\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "0x3\r\nabc\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "3\nabc\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "3\r\nabcd\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "3;a\nb\r\nabc\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "1000000000000000\r\n", "", WIRE_HEAD, true},
    {"Transfer-Encoding: chunked", "0\r\nT: 1\n\r\n", "", WIRE_HEAD, true},
    {"X: until the end", "abc", "abc", WIRE_CLOSE, false},
};

struct gathered {
    char bytes[128];
    size_t n;
};

/* All that `in` has by now; what is used is taken off its front. */
static err read_some(struct wire_answer *answer, str *in, size_t max, struct gathered *out) {
    size_t used = 1;
    while (used > 0) {
        str piece;
        TRY(wire_answer_body(answer, *in, max, &used, &piece));
        if (piece.n)
            memcpy(out->bytes + out->n, piece.p, piece.n);
        out->n += piece.n;
        *in = str_from_pos(*in, used);
    }
    return OK;
}

static err read_body(struct wire_answer *answer, const char *in, size_t cut, struct gathered *out) {
    str rest = str_of(in, 0);
    const char *end = in + strlen(in);
    *out = (struct gathered){.n = 0};
    while (rest.p + rest.n < end) {
        size_t more = (size_t)(end - rest.p) - rest.n;
        rest.n += more < cut ? more : cut;
        TRY(read_some(answer, &rest, cut, out));
    }
    return OK;
}

static void bodies_are_the_same_however_they_are_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t cut = 1; cut < 40; cut++) {
            char head[128];
            struct gathered out;
            struct wire_answer answer;
            size_t used;
            snprintf(head, sizeof head, OK_LINE "%s\r\n\r\n", rows[i].coding);
            assert_ok(read_head(head, false, &answer, &used));
            err e = read_body(&answer, rows[i].in, cut, &out);
            assert_int_equal(e.code, rows[i].refused ? E_bad_gateway : E_ok);
            if (rows[i].refused)
                continue;
            assert_str(str_of(out.bytes, out.n), rows[i].out);
            assert_int_equal(answer.step, rows[i].step);
            bool whole = rows[i].step == WIRE_DONE || rows[i].step == WIRE_CLOSE;
            assert_int_equal(failed(wire_answer_end(&answer)), !whole);
        }
}

static void trailers_have_a_bound(void **state) {
    (void)state;
    struct wire_answer answer;
    size_t used;
    str piece;
    assert_ok(read_head(OK_LINE "Transfer-Encoding: chunked\r\n\r\n", false, &answer, &used));
    assert_ok(wire_answer_body(&answer, S("0\r\n"), 1, &used, &piece));
    err e = OK;
    for (int i = 0; i < 10000 && !failed(e); i++)
        e = wire_answer_body(&answer, S("A: b\r\n"), 1, &used, &piece);
    assert_err(e, bad_gateway);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ambiguous_heads_are_refused),
        cmocka_unit_test(the_length_of_a_body_has_one_answer),
        cmocka_unit_test(a_head_is_read_when_all_of_it_is_there),
        cmocka_unit_test(heads_and_interim_answers_have_a_bound),
        cmocka_unit_test(bodies_are_the_same_however_they_are_cut),
        cmocka_unit_test(trailers_have_a_bound),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
