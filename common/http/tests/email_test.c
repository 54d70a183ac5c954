#include "common/base/testing.h"

#include "common/http/email.h"

#define A60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void addresses_that_mail_reaches_are_valid(void **state) {
    (void)state;
    static const char *const good[] = {"a@b.co",
                                       "ada.lovelace+x@mail.example.com",
                                       "o'neil_-!#$%&*/=?^`{|}~@x-y.example",
                                       A60 "aaaa@b.co",
                                       "a@" A60 "aaa.co",
                                       "A@B.CO",
                                       "1@1.2"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(email_valid(str_from(good[i])));
}

static void everything_else_is_not(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "@",
                                      "a",
                                      "a@",
                                      "@b.co",
                                      "a@b",
                                      "a@b.",
                                      "a@.co",
                                      "a@b..co",
                                      ".a@b.co",
                                      "a.@b.co",
                                      "a..a@b.co",
                                      "a b@b.co",
                                      "a@b co.x",
                                      "a@b@c.co",
                                      "a\r\nBcc: x@b.co",
                                      "a@b.co\n",
                                      "\"a\"@b.co",
                                      "a@[192.0.2.1]",
                                      "a@-b.co",
                                      "a@b-.co",
                                      "a@b_c.co",
                                      "<a@b.co>",
                                      "a,b@b.co",
                                      "\xc3\xa9@b.co",
                                      A60 "aaaaa@b.co",
                                      "a@" A60 "aaaa.co",
                                      "a@" A60 "." A60 "." A60 "." A60 "." A60 ".co"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(email_valid(str_from(bad[i])));
    assert_false(email_valid(str_of("a\0@b.co", 7)));
    assert_false(email_valid(STR_ABSENT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_mail_reaches_are_valid),
        cmocka_unit_test(everything_else_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
