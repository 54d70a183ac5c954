#include "common/base/testing.h"

#include "common/http/address.h"
#include "common/http/siphash.h"

static void addresses_have_one_form(void **state) {
    (void)state;
    static const struct {
        const char *text, *written;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::ffff:c000:201", "192.0.2.1"},
        {"[2001:DB8::1]", "2001:db8::1"},
        {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
        {"::", "::"},
        {"0.0.0.0", "0.0.0.0"},
    };
    struct arena *arena = arena_new(1024);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct address address;
        str text;
        assert_ok(address_parse(str_from(rows[i].text), &address));
        assert_ok(address_text(arena, &address, &text));
        assert_str(text, rows[i].written);
    }
    arena_free(arena);
}

static void other_texts_are_no_addresses(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "256.1.1.1",
                                      "01.2.3.4",
                                      "1.2.3.4:80",
                                      "::1::",
                                      "[::1",
                                      "::1]",
                                      "[]",
                                      "fe80::1%eth0",
                                      "localhost",
                                      " 1.2.3.4",
                                      "1.2.3.4/8",
                                      "unknown",
                                      "_hidden",
                                      "12345678901234567890123456789012345678901234567890"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct address address;
        assert_err(address_parse(str_from(bad[i]), &address), bad_request);
    }
    struct address address;
    assert_err(address_parse(str_of("1.2.3.4\0", 8), &address), bad_request);
    assert_err(address_parse(STR_ABSENT, &address), bad_request);
}

static void blocks_hold_what_their_prefix_says(void **state) {
    (void)state;
    static const struct {
        const char *block, *address;
        bool holds;
    } rows[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.0.0.0/8", "::ffff:10.1.1.1", true},
        {"10.0.0.0/8", "::a00:1", false},
        {"10.0.0.0/9", "10.127.0.1", true},
        {"10.0.0.0/9", "10.128.0.1", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"192.0.2.7/32", "192.0.2.7", true},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "8.8.8.8", true},
        {"fd00::/8", "fdff::1", true},
        {"fd00::/8", "fe00::1", false},
        {"::1", "::1", true},
        {"::1/128", "::2", false},
        {"::ffff:10.0.0.0/104", "10.9.9.9", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct address_block block;
        struct address address;
        assert_ok(address_block_parse(str_from(rows[i].block), &block));
        assert_ok(address_parse(str_from(rows[i].address), &address));
        assert_int_equal(address_block_holds(&block, &address), rows[i].holds);
    }
}

static void bad_blocks_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",           "/8",     "10.0.0.0/", "10.0.0.0/33",  "10.0.0.0/-1", "10.0.0.0/8x",
        "10.0.0.1/8", "::/129", "fd00::1/8", "10.0.0.0/8/8", "10.0.0.0 /8", "10.0.0.0/ 8"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct address_block block;
        assert_err(address_block_parse(str_from(bad[i]), &block), bad_request);
    }
}

/* The vectors of the paper's appendix and reference code: key 00…0f, inputs 00 01 02 …. */
static void siphash_agrees_with_its_reference(void **state) {
    (void)state;
    static const struct {
        size_t n;
        uint64_t hash;
    } rows[] = {{0, 0x726fdb47dd0e0e31},
                {1, 0x74f839c593dc67fd},
                {7, 0xab0200f58b01d137},
                {8, 0x93f5f5799a932462},
                {15, 0xa129ca6149be45e5}};
    char input[16];
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (char)i;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_true(siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908, str_of(input, rows[i].n)) ==
                    rows[i].hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(other_texts_are_no_addresses),
        cmocka_unit_test(blocks_hold_what_their_prefix_says),
        cmocka_unit_test(bad_blocks_are_refused),
        cmocka_unit_test(siphash_agrees_with_its_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
