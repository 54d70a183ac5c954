#include "common/text/template.h"

#include "common/base/testing.h"

static str render(struct arena *arena, const char *text, const struct template_scope *scope) {
    struct buf out = buf_in(arena, 4096);
    str result;
    template_render(&out, str_from(text), scope);
    assert_int_equal(buf_str(&out, &result).code, E_ok);
    return result;
}

static void every_value_is_escaped(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    const struct template_value values[] = {{.name = "x", .text = S("<a href=\"'&'\">")}};
    const struct template_scope scope = {values, 1, NULL};
    assert_string_equal(render(arena, "<p title=\"{{x}}\">{{x}}</p>", &scope).p,
                        "<p title=\"&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;\">"
                        "&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;</p>");
    arena_free(arena);
}

static void a_value_that_looks_like_a_tag_stays_text(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    const struct template_value values[] = {
        {.name = "x", .text = S("{{secret}}")},
        {.name = "secret", .text = S("never")},
    };
    const struct template_scope scope = {values, 2, NULL};
    assert_string_equal(render(arena, "{{x}}", &scope).p, "{{secret}}");
    arena_free(arena);
}

static void sections_follow_what_is_there(void **state) {
    (void)state;
    const struct template_scope rows[] = {
        {(const struct template_value[]){{.name = "n", .text = S("1")}}, 1, NULL},
        {(const struct template_value[]){{.name = "n", .text = S("2")}}, 1, NULL},
    };
    const struct template_value values[] = {
        {.name = "yes", .text = S("y")},
        {.name = "empty", .text = S("")},
        {.name = "list", .rows = rows, .row_count = 2},
        {.name = "part", .text = S("<b>{{yes}}</b>")},
    };
    const struct template_scope scope = {values, 4, NULL};
    static const struct {
        const char *text, *result;
    } cases[] = {
        {"{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", "a"},
        {"{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", "b"},
        {"{{#nobody}}a{{/nobody}}{{^nobody}}b{{/nobody}}", "b"},
        {"{{#list}}[{{n}}{{yes}}]{{/list}}", "[1y][2y]"},
        {"{{#yes}}{{#empty}}a{{/empty}}c{{/yes}}", "c"},
        {"{{>part}}", "<b>y</b>"},
        {"{ {x} }", "{ {x} }"},
        {"{{nobody}}", ""},
    };
    struct arena *arena = arena_new(65536);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(render(arena, cases[i].text, &scope).p, cases[i].result);
    arena_free(arena);
}

static size_t one_or_other(int64_t n) {
    return n != 1;
}

static void a_sentence_is_filled_once_and_escaped(void **state) {
    (void)state;
    static const struct {
        const char *sentence, *result;
    } cases[] = {
        {"to {client}", "to &lt;b&gt; {n}"},
        {"{n} {n:try|tries}", "2 tries"},
        {"{one} {one:try|tries}, {client}", "1 try, &lt;b&gt; {n}"},
        {"{n:try|}", ""},
        {"none", "none"},
    };
    struct arena *arena = arena_new(65536);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct template_value values[] = {
            {.name = "lead", .text = str_from(cases[i].sentence), .plural = one_or_other},
            {.name = "client", .text = S("<b> {n}")},
            {.name = "n", .text = S("2")},
            {.name = "one", .text = S("1")},
        };
        const struct template_scope scope = {values, 4, NULL};
        assert_string_equal(render(arena, "{{lead}}", &scope).p, cases[i].result);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_escaped),
        cmocka_unit_test(a_value_that_looks_like_a_tag_stays_text),
        cmocka_unit_test(sections_follow_what_is_there),
        cmocka_unit_test(a_sentence_is_filled_once_and_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
