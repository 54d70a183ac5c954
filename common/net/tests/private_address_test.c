#include "common/net/private_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "common/base/testing.h"

static bool is_private(const char *text) {
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        return private_address((const struct sockaddr *)&in);
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return private_address((const struct sockaddr *)&in6);
}

/* The first and last of each range that the registries of RFC 6890 call not globally reachable. */
static void addresses_that_are_not_global_are_private(void **state) {
    (void)state;
    static const char *const rows[] = {"0.0.0.0",
                                       "0.255.255.255",
                                       "10.0.0.0",
                                       "10.255.255.255",
                                       "100.64.0.0",
                                       "100.127.255.255",
                                       "127.0.0.1",
                                       "127.255.255.255",
                                       "169.254.0.0",
                                       "169.254.169.254",
                                       "172.16.0.0",
                                       "172.31.255.255",
                                       "192.0.0.0",
                                       "192.0.2.1",
                                       "192.88.99.1",
                                       "192.168.0.0",
                                       "192.168.255.255",
                                       "198.18.0.0",
                                       "198.19.255.255",
                                       "198.51.100.7",
                                       "203.0.113.255",
                                       "224.0.0.1",
                                       "239.255.255.255",
                                       "240.0.0.1",
                                       "255.255.255.255",
                                       "::",
                                       "::1",
                                       "::127.0.0.1",
                                       "::8.8.8.8",
                                       "::ffff:0:1.2.3.4",
                                       "::ffff:127.0.0.1",
                                       "::ffff:10.0.0.1",
                                       "::ffff:169.254.169.254",
                                       "64:ff9b::127.0.0.1",
                                       "64:ff9b::192.168.1.1",
                                       "64:ff9b:1::1",
                                       "100::1",
                                       "2001:0:1::1",
                                       "2001:db8::1",
                                       "2001:db8:ffff::1",
                                       "2002:7f00:1::",
                                       "3fff::1",
                                       "fc00::1",
                                       "fdff:ffff::1",
                                       "fe80::1",
                                       "febf::1",
                                       "fec0::1",
                                       "ff02::1",
                                       "ffff::1"};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!is_private(rows[i]))
            fail_msg("taken for public: %s", rows[i]);
}

static void their_neighbours_are_public(void **state) {
    (void)state;
    static const char *const rows[] = {"1.0.0.0",         "8.8.8.8",
                                       "9.255.255.255",   "11.0.0.0",
                                       "100.63.255.255",  "100.128.0.0",
                                       "126.255.255.255", "128.0.0.0",
                                       "169.253.255.255", "169.255.0.0",
                                       "172.15.255.255",  "172.32.0.0",
                                       "192.0.1.0",       "192.0.3.0",
                                       "192.167.255.255", "192.169.0.0",
                                       "198.17.255.255",  "198.20.0.0",
                                       "198.51.101.0",    "203.0.114.0",
                                       "223.255.255.255", "2001:4860:4860::8888",
                                       "2606:4700::1111", "2a00::1",
                                       "2001:db7::1",     "2003::1",
                                       "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8"};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (is_private(rows[i]))
            fail_msg("taken for private: %s", rows[i]);
}

static void an_unknown_family_is_private(void **state) {
    (void)state;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    assert_true(private_address((const struct sockaddr *)&un));
    struct sockaddr_storage none = {.ss_family = AF_UNSPEC};
    assert_true(private_address((const struct sockaddr *)&none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_not_global_are_private),
        cmocka_unit_test(their_neighbours_are_public),
        cmocka_unit_test(an_unknown_family_is_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
