#include "common/http/accept_encoding.h"

#include "common/base/testing.h"

static const struct row {
    const char *header; /* NULL: not there */
    bool gzip;
} rows[] = {
    {NULL, true},
    {"gzip", true},
    {"GZIP", true},
    {"gzip, deflate, br, zstd", true},
    {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
    {"deflate,gzip ; q=0.001", true},
    {"*", true},
    {"gzip;q=1", true},
    {"gzip;level=9", true},
    {"", false},
    {"identity", false},
    {"br", false},
    {"x-gzip", false},
    {"gzipped", false},
    {"gzip;q=0", false},
    {"gzip; Q=0.000", false},
    {"*;q=0", false},
    {"*, gzip;q=0", false},
    {"gzip;q=0, *", false},
    {"identity, *;q=0", false},
};

static void each_row_is_read_as_the_rfc_says(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (accept_encoding(str_from(rows[i].header), S("gzip")) != rows[i].gzip)
            fail_msg("row %zu: %s", i, rows[i].header ? rows[i].header : "(no header)");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_row_is_read_as_the_rfc_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
