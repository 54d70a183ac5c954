#include "keys/seal.h"

#include "common/base/base64url.h"
#include "common/base/testing.h"

static struct arena *arena;
static const struct seal_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 22);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void what_is_sealed_can_be_opened(void **state) {
    (void)state;
    static const char *const rows[] = {"", "x", "a text of more than one block of the cipher"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        str sealed, plain;
        assert_ok(seal(&key, S("cookie"), str_from(rows[i]), arena, &sealed));
        assert_ok(seal_open(&key, S("cookie"), sealed, arena, &plain));
        assert_str(plain, rows[i]);
    }
    str sealed, plain;
    assert_ok(seal(&key, S(""), STR_ABSENT, arena, &sealed));
    assert_ok(seal_open(&key, S(""), sealed, arena, &plain));
    assert_int_equal(plain.n, 0);
}

static void every_altered_byte_is_noticed(void **state) {
    (void)state;
    str sealed, raw, plain, again;
    assert_ok(seal(&key, S("a"), S("sixteen and more bytes"), arena, &sealed));
    assert_ok(base64url_decode(arena, sealed, &raw));
    for (size_t i = 0; i < raw.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct arena *scratch = arena_new(1 << 16);
            char *bytes = arena_alloc(scratch, raw.n);
            memcpy(bytes, raw.p, raw.n);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            assert_ok(base64url_encode(scratch, str_of(bytes, raw.n), &again));
            assert_err(seal_open(&key, S("a"), again, scratch, &plain), seal_broken);
            arena_free(scratch);
        }
}

static void every_shortened_text_is_refused(void **state) {
    (void)state;
    str sealed, plain;
    assert_ok(seal(&key, S("a"), S("text"), arena, &sealed));
    for (size_t n = 0; n < sealed.n; n++)
        assert_err(seal_open(&key, S("a"), str_head(sealed, n), arena, &plain), seal_broken);
    assert_err(seal_open(&key, S("a"), STR_ABSENT, arena, &plain), seal_broken);
    assert_err(seal_open(&key, S("a"), S("not sealed text at all, not even base64"), arena, &plain),
               seal_broken);
}

static void another_purpose_or_key_does_not_open(void **state) {
    (void)state;
    str sealed, plain;
    assert_ok(seal(&key, S("a"), S("text"), arena, &sealed));
    assert_err(seal_open(&key, S("b"), sealed, arena, &plain), seal_broken);
    assert_err(seal_open(&key, S(""), sealed, arena, &plain), seal_broken);
    assert_err(seal_open(&key, S("aa"), sealed, arena, &plain), seal_broken);
    assert_err(seal_open(&other_key, S("a"), sealed, arena, &plain), seal_broken);
}

static void a_text_is_never_sealed_twice_alike(void **state) {
    (void)state;
    str seals[64];
    for (size_t i = 0; i < COUNT(seals); i++) {
        assert_ok(seal(&key, S("a"), S("text"), arena, &seals[i]));
        /* 16 characters are the 12 bytes of the IV. */
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(str_head(seals[i], 16), str_head(seals[k], 16)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_altered_byte_is_noticed),
        cmocka_unit_test(every_shortened_text_is_refused),
        cmocka_unit_test(another_purpose_or_key_does_not_open),
        cmocka_unit_test(a_text_is_never_sealed_twice_alike),
        cmocka_unit_test(what_is_sealed_can_be_opened),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
