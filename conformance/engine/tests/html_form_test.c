#include "conformance/engine/html_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void controls_of_a_form_are_read_with_their_entities(void **state) {
    (void)state;
    struct html_page page = html_page_read(
        "<p><input name=outside><!-- <form action='/no'> --><FORM method=post "
        "action='/a?b=1&amp;c=2'>"
        "<input type=\"hidden\" name=\"x\" value=\"a&quot;&lt;&#39;b>\"><input name='y' disabled>"
        "<button id=go formaction=/other name=d value=allow>Go</button></form><input name=late>");
    assert_int_equal(page.n, 1);
    assert_string_equal(page.forms[0].action, "/a?b=1&c=2");
    assert_string_equal(html_control_find(&page.forms[0], "x")->value, "a\"<'b>");
    assert_string_equal(html_control_find(&page.forms[0], "y")->type, "text");
    assert_string_equal(html_control_find(&page.forms[0], "go")->formaction, "/other");
    assert_string_equal(html_control_find(&page.forms[0], "d")->type, "submit");
    assert_null(html_form_with(&page, "outside"));
    assert_null(html_form_with(&page, "late"));
    html_page_free(&page);
}

static void buttons_are_found_by_their_words_too(void **state) {
    (void)state;
    struct html_page page = html_page_read(
        "<form><input type=checkbox name=stay checked><input name=old disabled>"
        "<button name=deny> No &amp; back </button><input type=submit value='Sign-in'></form>");
    const struct html_form *form = &page.forms[0];
    assert_true(html_control_find(form, "stay")->checked);
    assert_false(html_control_find(form, "old")->checked);
    assert_true(html_control_find(form, "old")->disabled);
    assert_string_equal(html_control_find(form, "No & back")->name, "deny");
    assert_string_equal(html_control_find(form, "Sign-in")->type, "submit");
    assert_null(html_control_find(form, "Sign"));
    html_page_free(&page);
}

static void broken_pages_end(void **state) {
    (void)state;
    static const char *const pages[] = {"",        "<",
                                        "<form",   "<form a='",
                                        "<!--",    "<form><input",
                                        "<form =", "<form><input name=\"x",
                                        "< <<>>"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct html_page page = html_page_read(pages[i]);
        assert_true(page.n <= 1);
        html_page_free(&page);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_of_a_form_are_read_with_their_entities),
        cmocka_unit_test(buttons_are_found_by_their_words_too),
        cmocka_unit_test(broken_pages_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
