/* ctest: threads */
/* The server where IPv6 is. A machine whose kernel has none cannot show it: ctest says "Skipped".
 */
#include "common/base/testing.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/socket.h>

#include "common/http/server.h"
#include "common/ops/log.h"
#include "server_app_helper.h"
#include "socket_helper.h"

enum { SKIPPED = 77 }; /* hitkey_tests tells ctest */

static bool machine_has_ipv6(void) {
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd < 0)
        return errno != EAFNOSUPPORT;
    close(fd);
    return true;
}

static void ipv6_listens_for_ipv4_too(void **state) {
    (void)state;
    static struct answer answer;
    struct server_options options = server_app_options();
    options.listen = S("[::]:0");
    struct server *server;
    assert_ok(server_start(&server_app, &options, &server));
    socket_ask(server_port(server), "GET /who HTTP/1.1\r\nHost: a\r\n\r\n", &answer);
    assert_non_null(strstr(answer.text, "\"remote\":\"127.0.0.1\""));
    server_stop(server, 1);
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    if (!machine_has_ipv6()) {
        fprintf(stderr, "this machine has no IPv6\n");
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv6_listens_for_ipv4_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
