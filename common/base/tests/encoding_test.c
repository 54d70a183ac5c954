/* base64, base64url, base32, hex (RFC 4648) and percent-encoding. */
#include "common/base/base32.h"
#include "common/base/base64.h"
#include "common/base/base64url.h"
#include "common/base/hex.h"
#include "common/base/percent.h"
#include "common/base/tests/arena_helper.h"

/* RFC 4648 10; base32 without its padding. */
static void the_examples_of_rfc_4648_hold(void **state) {
    (void)state;
    static const struct {
        const char *plain, *base64, *base64url, *base32, *hex;
    } rows[] = {
        {"", "", "", "", ""},
        {"f", "Zg==", "Zg", "MY", "66"},
        {"fo", "Zm8=", "Zm8", "MZXQ", "666f"},
        {"foo", "Zm9v", "Zm9v", "MZXW6", "666f6f"},
        {"foob", "Zm9vYg==", "Zm9vYg", "MZXW6YQ", "666f6f62"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE", "MZXW6YTB", "666f6f6261"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172"},
        {"\xfb\xff\xbf", "+/+/", "-_-_", "7P736", "fbffbf"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str plain = str_from(rows[i].plain), out;
        assert_ok(base64_encode(arena, plain, &out));
        assert_str(out, rows[i].base64);
        assert_ok(base64_decode(arena, out, &out));
        assert_str(out, rows[i].plain);
        assert_ok(base64url_encode(arena, plain, &out));
        assert_str(out, rows[i].base64url);
        assert_ok(base64url_decode(arena, out, &out));
        assert_str(out, rows[i].plain);
        assert_ok(base32_encode(arena, plain, &out));
        assert_str(out, rows[i].base32);
        assert_ok(hex_encode(arena, plain, &out));
        assert_str(out, rows[i].hex);
        assert_ok(hex_decode(arena, out, &out));
        assert_str(out, rows[i].plain);
    }
}

static void other_texts_than_the_one_are_refused(void **state) {
    (void)state;
    static const char *const url[] = {"Zm9vYg==", "Zm9vYg=", "Zm9vYh",  "Zm9vYi",   "Zm9vYmF",
                                      "Z",        "Zm9vY",   "Zm9v Yg", "Zm+v",     "Zm/v",
                                      "Zm9vYg\n", "=",       "Zm9v.",   "\303\251a"};
    static const char *const standard[] = {"Zg",   "Zg=",  "Zm8",   "Zm9vYg",   "Zh==",
                                           "Zm9=", "====", "Z===",  "Zg==Zg==", "Zm-v",
                                           "Zm_v", "Zg= ", "\nZg=", "Zg==\n",   "=Zg="};
    static const char *const hex[] = {"0", "0g", "g0", "0x00", " 00", "00 ", "0\n", "000"};
    str out;
    for (size_t i = 0; i < COUNT(url); i++)
        assert_err(base64url_decode(arena, str_from(url[i]), &out), bad_request);
    for (size_t i = 0; i < COUNT(standard); i++)
        assert_err(base64_decode(arena, str_from(standard[i]), &out), bad_request);
    for (size_t i = 0; i < COUNT(hex); i++)
        assert_err(hex_decode(arena, str_from(hex[i]), &out), bad_request);
    assert_err(base64url_decode(arena, str_of("Zm9\0", 4), &out), bad_request);
    assert_err(base64_decode(arena, str_of("Zm9\0", 4), &out), bad_request);
    assert_ok(hex_decode(arena, S("fFAa"), &out));
    assert_str(out, "\xff\xaa");
}

static void all_but_unreserved_characters_are_escaped(void **state) {
    (void)state;
    str out;
    assert_ok(percent_encode(arena, S("aZ09-._~ +&=%/\xc3\xa9\n"), &out));
    assert_str(out, "aZ09-._~%20%2B%26%3D%25%2F%C3%A9%0A");
}

static void escapes_are_decoded_strictly(void **state) {
    (void)state;
    static const char *const bad[] = {
        "%",     "%4",     "a%4",       "%zz",       "%4g",          "%%41", "% 41", "%00",
        "a%00b", "%C0%AF", "%E0%80%AF", "%ED%A0%80", "%F4%90%80%80", "%FF",  "%C3",  "\xff"};
    str out;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_err(percent_decode(arena, str_from(bad[i]), &out), bad_request);
        assert_err(percent_decode_form(arena, str_from(bad[i]), &out), bad_request);
    }
    assert_err(percent_decode(arena, str_of("a\0b", 3), &out), bad_request);
    assert_ok(percent_decode(arena, S("a+b%20c%c3%A9%2B"), &out));
    assert_str(out, "a+b c\xc3\xa9+");
    assert_ok(percent_decode_form(arena, S("a+b%20c%c3%A9%2B"), &out));
    assert_str(out, "a b c\xc3\xa9+");
    assert_ok(percent_decode(arena, S("%2541"), &out)); /* once only */
    assert_str(out, "%41");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_texts_than_the_one_are_refused),
        cmocka_unit_test(escapes_are_decoded_strictly),
        cmocka_unit_test(the_examples_of_rfc_4648_hold),
        cmocka_unit_test(all_but_unreserved_characters_are_escaped),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
