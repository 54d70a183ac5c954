/* Small formats: codes of RFC 6238, claims of OIDC Core 5.1, the QR code. */
#include <stdio.h>

#include "common/base/testing.h"
#include "core/claim_format.h"
#include "core/qr.h"
#include "core/totp.h"

static const str rfc_key = S_INIT("12345678901234567890");

/* RFC 6238 appendix B, the last six digits. */
static void totp_gives_the_codes_of_the_rfc(void **state) {
    (void)state;
    static const struct {
        int64_t time_s;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t step;
        assert_true(
            totp_matches(rfc_key, str_from(rows[i].code), rows[i].time_s * 1000, -1, &step));
        assert_int_equal(step, rows[i].time_s / 30);
    }
}

static void totp_takes_one_step_of_drift_and_no_step_twice(void **state) {
    (void)state;
    /* 050471 is the code of step 37037037, from 1111111110 s on. */
    static const struct {
        int64_t time_s, last_step;
        bool good;
    } rows[] = {
        {1111111110, -1, true},       {1111111139, -1, true},        {1111111080, -1, true},
        {1111111079, -1, false},      {1111111169, -1, true},        {1111111170, -1, false},
        {1111111110, 37037036, true}, {1111111110, 37037037, false}, {1111111110, 37037038, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t step;
        assert_int_equal(
            totp_matches(rfc_key, S("050471"), rows[i].time_s * 1000, rows[i].last_step, &step),
            rows[i].good);
    }
}

static void totp_refuses_what_is_no_code(void **state) {
    (void)state;
    static const char *const rows[] = {"",        "05047", "0504710", " 050471",
                                       "050471 ", "50471", "050472"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t step;
        assert_false(totp_matches(rfc_key, str_from(rows[i]), 1111111111000, -1, &step));
    }
}

static void claims_have_the_formats_of_core_5_1(void **state) {
    (void)state;
    static const struct {
        bool (*good)(str);
        const char *value;
        bool expected;
    } rows[] = {
        {claim_format_birthdate, "1990-02-28", true},
        {claim_format_birthdate, "2000-02-29", true},
        {claim_format_birthdate, "0000-02-29", true},
        {claim_format_birthdate, "1990", true},
        {claim_format_birthdate, "1900-02-29", false},
        {claim_format_birthdate, "1990-04-31", false},
        {claim_format_birthdate, "1990-00-10", false},
        {claim_format_birthdate, "1990-13-10", false},
        {claim_format_birthdate, "1990-10-00", false},
        {claim_format_birthdate, "0000", false},
        {claim_format_birthdate, "19900101", false},
        {claim_format_birthdate, "1990-1-1", false},
        {claim_format_birthdate, "1990-01-1x", false},
        {claim_format_birthdate, "1990-01-011", false},
        {claim_format_birthdate, "", false},
        {claim_format_zoneinfo, "Europe/London", true},
        {claim_format_zoneinfo, "America/Argentina/Buenos_Aires", true},
        {claim_format_zoneinfo, "UTC", true},
        {claim_format_zoneinfo, "Etc/GMT+5", true},
        {claim_format_zoneinfo, "Europe//London", false},
        {claim_format_zoneinfo, "/etc/passwd", false},
        {claim_format_zoneinfo, "../x", false},
        {claim_format_zoneinfo, "", false},
        {claim_format_locale, "en", true},
        {claim_format_locale, "en-GB", true},
        {claim_format_locale, "en_US", true},
        {claim_format_locale, "zh-Hant-TW", true},
        {claim_format_locale, "e", false},
        {claim_format_locale, "en-", false},
        {claim_format_locale, "1n-GB", false},
        {claim_format_locale, "en-abcdefghi", false},
        {claim_format_locale, "en GB", false},
        {claim_format_phone, "+441234567890", true},
        {claim_format_phone, "+123456789012345", true},
        {claim_format_phone, "+1234567890123456", false},
        {claim_format_phone, "+0441234567", false},
        {claim_format_phone, "441234567890", false},
        {claim_format_phone, "+44 1234", false},
        {claim_format_phone, "+", false},
        {claim_format_web, "https://ada.example/", true},
        {claim_format_web, "HTTP://ada.example", true},
        {claim_format_web, "javascript:alert(1)", false},
        {claim_format_web, "data:text/html,x", false},
        {claim_format_web, "https:///path", false},
        {claim_format_web, "https://user@ada.example/", false},
        {claim_format_address, "{\"country\":\"UK\"}", true},
        {claim_format_address, "{\"formatted\":\"a\\nb\",\"region\":\"R\"}", true},
        {claim_format_address, "{}", false},
        {claim_format_address, "{\"country\":\" \"}", false},
        {claim_format_address, "{\"country\":1}", false},
        {claim_format_address, "{\"country\":\"UK\",\"planet\":\"Earth\"}", false},
        {claim_format_address, "{\"country\":\"a\\u0007\"}", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].good(str_from(rows[i].value)) != rows[i].expected)
            fail_msg("row %zu: %s", i, rows[i].value);
}

enum { MODULES_MAX = 200, QUIET = 4 };

/* The dark modules of the picture. */
static int read_modules(str svg, bool dark[MODULES_MAX][MODULES_MAX]) {
    int size;
    assert_int_equal(
        sscanf(strstr(svg.p, "viewBox=\"0 0 ") + strlen("viewBox=\"0 0 "), "%d", &size), 1);
    assert_in_range(size, 21 + 2 * QUIET, MODULES_MAX);
    memset(dark, 0, sizeof(bool[MODULES_MAX][MODULES_MAX]));
    for (const char *p = strstr(svg.p, "<path d=\""); (p = strchr(p, 'M')); p++) {
        int x, y;
        assert_int_equal(sscanf(p, "M%d %dh1v1h-1z", &x, &y), 2);
        dark[y][x] = true;
    }
    return size;
}

/* ISO/IEC 18004 6.3.3: the finder patterns in three corners, and light all around. */
static void qr_has_its_finder_patterns_and_quiet_zone(void **state) {
    (void)state;
    static const char *const finder[] = {"1111111", "1000001", "1011101", "1011101",
                                         "1011101", "1000001", "1111111"};
    static bool dark[MODULES_MAX][MODULES_MAX];
    struct arena *arena = arena_new(1 << 20);
    str svg;
    assert_ok(qr_svg(arena,
                     S("otpauth://totp/HitKey:ada%40example.com?"
                       "secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=HitKey"),
                     &svg));
    int size = read_modules(svg, dark), far = size - QUIET - 7;
    assert_int_equal((size - 2 * QUIET - 17) % 4, 0);
    for (int y = 0; y < 7; y++)
        for (int x = 0; x < 7; x++) {
            bool want = finder[y][x] == '1';
            assert_int_equal(dark[QUIET + y][QUIET + x], want);
            assert_int_equal(dark[QUIET + y][far + x], want);
            assert_int_equal(dark[far + y][QUIET + x], want);
        }
    for (int i = 0; i < size; i++)
        for (int k = 0; k < QUIET; k++)
            assert_false(dark[k][i] || dark[i][k] || dark[size - 1 - k][i] ||
                         dark[i][size - 1 - k]);
    arena_free(arena);
}

static void qr_refuses_a_nul_and_too_much(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    char text[4000];
    str svg;
    memset(text, 'x', sizeof text);
    assert_true(failed(qr_svg(arena, str_of("a\0b", 3), &svg)));
    assert_true(failed(qr_svg(arena, str_of(text, sizeof text), &svg)));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totp_gives_the_codes_of_the_rfc),
        cmocka_unit_test(totp_takes_one_step_of_drift_and_no_step_twice),
        cmocka_unit_test(totp_refuses_what_is_no_code),
        cmocka_unit_test(claims_have_the_formats_of_core_5_1),
        cmocka_unit_test(qr_has_its_finder_patterns_and_quiet_zone),
        cmocka_unit_test(qr_refuses_a_nul_and_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
