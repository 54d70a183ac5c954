#include "conformance/engine/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text, *shown;
} rows[] = {
    {"code=abcdefghijklmnopqrstuvwxyz&state=seen", "code=abcdef***&state=seen"},
    {"https://rp/cb?code=short&state=seen", "https://rp/cb?code=***&state=seen"},
    {"https://rp/cb#id_token=eyJhbGciOiJSUzI1NiJ9.x&state=1",
     "https://rp/cb#id_token=eyJhbG***&state=1"},
    {"{\"access_token\": \"abcdefghijklmnop\", \"scope\": \"openid\"}",
     "{\"access_token\": \"abcdef***\", \"scope\": \"openid\"}"},
    {"{\"client_secret\":\"0123456789abcdef\"}", "{\"client_secret\":\"012345***\"}"},
    {"authorization: Bearer 0123456789", "authorization: Bearer***"},
    {"set-cookie: sid=0123456789abc; Secure\r\nnext: 1", "set-cookie: sid=01***\r\nnext: 1"},
    {"PASSWORD=a", "PASSWORD=*"},
    {"code_challenge=kept&response_type=code", "code_challenge=kept&response_type=code"},
    {"{\"code\": 1, \"name\": \"code\"}", "{\"code\": 1, \"name\": \"code\"}"},
    {"code", "code"},
    {"code=", "code="},
    {"\"code\":", "\"code\":"},
    {"", ""},
};

static void secrets_are_cut_and_the_rest_stays(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *shown = redact(rows[i].text);
        assert_string_equal(shown, rows[i].shown);
        free(shown);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(secrets_are_cut_and_the_rest_stays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
