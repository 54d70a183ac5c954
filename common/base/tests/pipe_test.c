#include "common/base/pipe.h"

#include "common/base/testing.h"

enum { BROUGHT = 20 * PIPE_MAX };

static void what_goes_in_comes_out_in_order_and_no_more_than_fits(void **state) {
    (void)state;
    static char in[PIPE_MAX], out[PIPE_MAX];
    struct pipe pipe = {0};
    size_t brought = 0, taken = 0;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (char)(i * 7 % 251);
    for (size_t step = 1; brought < BROUGHT; step = step * 5 % 9973 + 1) {
        size_t at = brought % PIPE_MAX, n = PIPE_MAX - at < step ? PIPE_MAX - at : step;
        size_t room = pipe_room(&pipe), put = pipe_put(&pipe, str_of(in + at, n));
        assert_int_equal(put, n < room ? n : room);
        brought += put;
        size_t got = pipe_get(&pipe, out, step / 2 + 1);
        for (size_t i = 0; i < got; i++)
            assert_int_equal(out[i], in[(taken + i) % PIPE_MAX]);
        taken += got;
        assert_int_equal(pipe.n, brought - taken);
    }
    pipe_free(&pipe);
}

static void all_of_it_lies_in_one_piece_until_something_is_taken(void **state) {
    (void)state;
    struct pipe pipe = {0};
    assert_str(pipe_whole(&pipe), "");
    assert_int_equal(pipe_put(&pipe, S("abc")), 3);
    assert_int_equal(pipe_put(&pipe, S("def")), 3);
    assert_str(pipe_whole(&pipe), "abcdef");
    pipe_clear(&pipe);
    assert_int_equal(pipe_room(&pipe), PIPE_MAX);
    for (size_t i = 0; i < PIPE_MAX; i++)
        assert_int_equal(pipe.p[i], 0);
    pipe_free(&pipe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_in_order_and_no_more_than_fits),
        cmocka_unit_test(all_of_it_lies_in_one_piece_until_something_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
