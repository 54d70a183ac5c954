#include "conformance/engine/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void texts_are_read_decoded_and_in_order(void **state) {
    (void)state;
    json_t *read = parameters_parse("a=1+2&b=%2Fx%3D&empty=&flag&&c=3");
    assert_string_equal(text_of(read, "a"), "1 2");
    assert_string_equal(text_of(read, "b"), "/x=");
    assert_string_equal(text_of(read, "flag"), "");
    assert_int_equal(json_object_size(read), 5);
    char *written = parameters_encode(read);
    assert_string_equal(written, "a=1%202&b=%2Fx%3D&empty=&flag=&c=3");
    free(written);
    json_decref(read);
}

static void a_repeated_name_has_an_array(void **state) {
    (void)state;
    json_t *read = parameters_parse("a=1&a=2&a=3");
    assert_int_equal(json_array_size(json_object_get(read, "a")), 3);
    assert_string_equal(text_of(read, "a"), "");
    json_decref(read);
}

static const struct {
    const char *url, *query, *fragment, *with_x;
} urls[] = {
    {"https://a/b", "", "", "https://a/b?x=1"},
    {"https://a/b?c=d", "c=d", "", "https://a/b?c=d&x=1"},
    {"https://a/b?c=d#e=f", "c=d", "e=f", "https://a/b?c=d&x=1"},
    {"https://a/b#e?f", "", "e?f", "https://a/b?x=1"},
};

static void urls_are_taken_apart(void **state) {
    (void)state;
    json_t *x = json_pack("{s:s}", "x", "1");
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char *query = parameters_query(urls[i].url), *fragment = parameters_fragment(urls[i].url);
        char *with_x = parameters_url(urls[i].url, x);
        assert_string_equal(query, urls[i].query);
        assert_string_equal(fragment, urls[i].fragment);
        assert_string_equal(with_x, urls[i].with_x);
        free(query);
        free(fragment);
        free(with_x);
    }
    json_decref(x);
}

static void a_word_is_among_words_whole(void **state) {
    (void)state;
    assert_true(word_among("b", "a|b|c"));
    assert_true(word_among("c", "a|b|c"));
    assert_false(word_among("", "a||c"));
    assert_false(word_among("a|b", "a|b|c"));
    assert_false(word_among("ab", "a|b|abc"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_decoded_and_in_order),
        cmocka_unit_test(a_repeated_name_has_an_array),
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(a_word_is_among_words_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
