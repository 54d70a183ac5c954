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

static void a_control_may_stand_outside_its_form(void **state) {
    (void)state;
    struct html_page page = html_page_read(
        "<button form=b name=early>B</button><form id=a><input name=x><button form=b>B2</button>"
        "<button form=none>No</button></form><form id=b></form><input form=a name=y>");
    assert_int_equal(page.n, 2);
    assert_int_equal(page.forms[0].n, 2);
    assert_string_equal(page.forms[0].controls[1].name, "y");
    assert_int_equal(page.forms[1].n, 2);
    assert_non_null(html_control_find(&page.forms[1], "early"));
    assert_non_null(html_control_find(&page.forms[1], "B2"));
    assert_null(html_form_with(&page, "No"));
    html_page_free(&page);
}

static void frames_and_where_a_page_leads_are_read(void **state) {
    (void)state;
    static const struct {
        const char *html, *refresh;
    } rows[] = {
        {"<meta http-equiv=refresh content='4;url=/next?a=1&amp;b=2'>", "/next?a=1&b=2"},
        {"<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='https://example.com/'\">",
         "https://example.com/"},
        {"<noscript><meta http-equiv=refresh content='10,url = x'></noscript>", "x"},
        {"<meta http-equiv=refresh content='11;url=/late'>", NULL},
        {"<meta http-equiv=refresh content='5'>", NULL},
        {"<meta http-equiv=refresh content='5;url'>", NULL},
        {"<meta name=refresh content='0;url=/no'>", NULL},
        {"<!-- <meta http-equiv=refresh content='0;url=/no'> -->", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct html_page page = html_page_read(rows[i].html);
        if (rows[i].refresh)
            assert_string_equal(page.refresh, rows[i].refresh);
        else
            assert_null(page.refresh);
        html_page_free(&page);
    }
    struct html_page page = html_page_read("<iframe src=/a?b&amp;c></iframe><iframe></iframe>");
    assert_int_equal(page.frames_n, 2);
    assert_string_equal(page.frames[0], "/a?b&c");
    assert_string_equal(page.frames[1], "");
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
        cmocka_unit_test(a_control_may_stand_outside_its_form),
        cmocka_unit_test(frames_and_where_a_page_leads_are_read),
        cmocka_unit_test(broken_pages_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
