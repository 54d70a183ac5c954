/* From a project's name to its slug. */
#include "common/base/random.h"
#include "common/base/testing.h"
#include "core/slug.h"

static void names_become_slugs(void **state) {
    (void)state;
    static const struct {
        const char *name, *slug;
    } rows[] = {
        {"Engine", "engine"},
        {"The Analytical Engine", "the-analytical-engine"},
        {"  a -- b__c  ", "a-b-c"},
        {"Ada's engine", "adas-engine"},
        {"!!!", "project"},
        {"Version 2.0", "version-2-0"},
        {"Привет, мир", "privet-mir"},
        {"Щука Ёж Объект", "shchuka-yozh-obekt"},
        {"Қазақстан", "kazakstan"},
        {"Ӯҷа Ғӣ Ҳ", "ucha-gi-h"},
        {"Año Núñez", "ano-nunez"},
        {"Straße Ærø", "strasse-aero"},
        {"Cafe\xcc\x81 noir", "cafe-noir"},
        {"Ελλάδα", "ellada"},
        {"Đặng", "dang"},
        {"日本語", "project"},
        {"日本 labs", "labs"},
        {"🎉 party 🎉", "party"},
        {"a/../b?c#d", "a-b-c-d"},
        {"0123456789012345678901234567890123456789", "01234567890123456789012345678901"},
        {"0123456789012345678901234567890 9012345", "0123456789012345678901234567890"},
        {"f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "f81d4fae-7dec-41d0-a765-00a0c91e"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(65536);
        str slug;
        assert_ok(slug_base(arena, str_from(rows[i].name), &slug));
        assert_str(slug, rows[i].slug);
        arena_free(arena);
    }
}

static void every_letter_of_the_table_becomes_ascii(void **state) {
    (void)state;
    static const struct {
        const char *text, *letters;
    } rows[] = {
#define SLUG_LETTERS(text, letters) {text, letters},
#include "core/slug_letters.def"
#undef SLUG_LETTERS
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(65536);
        str slug, letters = str_from(rows[i].letters);
        assert_ok(slug_base(arena, str_head(letters, 64), &slug));
        assert_true(slug.n > 0 && slug.n <= SLUG_BASE_MAX);
        assert_int_equal(strspn(rows[i].text, "abcdefghijklmnopqrstuvwxyz"), strlen(rows[i].text));
        for (size_t k = 0; k < slug.n; k++)
            assert_true(slug.p[k] >= 'a' && slug.p[k] <= 'z');
        arena_free(arena);
    }
}

static void tries_go_on_with_numbers_and_then_at_random(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    str slug, other;
    assert_ok(slug_try(arena, S("engine"), 1, &slug));
    assert_str(slug, "engine");
    assert_ok(slug_try(arena, S("engine"), 2, &slug));
    assert_str(slug, "engine-2");
    assert_ok(slug_try(arena, S("engine"), SLUG_NUMBERED, &slug));
    assert_ok(slug_try(arena, S("engine"), SLUG_NUMBERED + 1, &other));
    assert_int_equal(slug.n, strlen("engine-01234567"));
    assert_false(str_eq(slug, other));
    assert_ok(slug_try(arena, S("new"), 1, &slug));
    assert_false(str_present(slug));
    assert_ok(slug_try(arena, S("new"), 2, &slug));
    assert_str(slug, "new-2");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_slugs),
        cmocka_unit_test(every_letter_of_the_table_becomes_ascii),
        cmocka_unit_test(tries_go_on_with_numbers_and_then_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
