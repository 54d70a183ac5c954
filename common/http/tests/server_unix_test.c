/* ctest: threads */
/* A server on a Unix socket. */
#include "common/base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd_ref.h"
#include "common/http/server.h"
#include "common/http/server_unix.h"
#include "common/ops/log.h"
#include "server_app_helper.h"
#include "socket_helper.h"

static char dir[64], path[96], address[104];

static int set_up(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/hitkey-unix-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/s", dir);
    snprintf(address, sizeof address, "unix:%s", path);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(path);
    return rmdir(dir);
}

static int connect_to(void) {
    struct sockaddr_un name;
    assert_ok(server_unix_parse(str_from(address), &name));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
        return fd;
    close(fd);
    return -1;
}

static void bad_addresses_are_refused(void **state) {
    (void)state;
    char too_long[128] = "unix:/";
    memset(too_long + strlen("unix:/"), 'a', 107); /* with the slash one more than fits */
    const char *rows[] = {"unix:", "unix:/", "unix:relative/s", too_long};
    struct server_options options = server_app_options();
    for (size_t i = 0; i < COUNT(rows); i++) {
        options.listen = str_from(rows[i]);
        assert_err(server_check(&options), config);
    }
}

static struct server *start(void) {
    struct server *server;
    struct server_options options = server_app_options();
    options.listen = str_from(address);
    assert_ok(server_check(&options));
    assert_ok(server_start(&server_app, &options, &server));
    return server;
}

static void it_answers_whoever_may_write_to_it_and_is_gone_afterwards(void **state) {
    (void)state;
    static struct answer answer;
    static const char request[] = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n";
    mode_t before = umask(0077);
    struct server *server = start();
    umask(before);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0660);
    AUTO(fd_ref) fd = connect_to();
    socket_send(fd, request, strlen(request));
    socket_read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.text, "\"remote\":\"127.0.0.1\""));
    server_stop(server, 1);
    assert_int_equal(stat(path, &status), -1);
}

static void a_socket_left_behind_is_replaced(void **state) {
    (void)state;
    int left;
    assert_ok(server_unix_listen(str_from(address), &left));
    close(left); /* as if killed: its name stays */
    struct server *server = start();
    AUTO(fd_ref) fd = connect_to();
    assert_true(fd >= 0);
    server_stop(server, 1);
}

static void one_that_is_in_use_and_other_files_are_not(void **state) {
    (void)state;
    struct server *server = start();
    int second;
    assert_err(server_unix_listen(str_from(address), &second), config);
    AUTO(fd_ref) fd = connect_to();
    assert_true(fd >= 0);
    server_stop(server, 1);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fclose(file);
    assert_err(server_unix_listen(str_from(address), &second), config);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    assert_int_equal(unlink(path), 0);
}

int main(void) {
    log_setup(LOG_OFF, LOG_JSON, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_addresses_are_refused),
        cmocka_unit_test(it_answers_whoever_may_write_to_it_and_is_gone_afterwards),
        cmocka_unit_test(a_socket_left_behind_is_replaced),
        cmocka_unit_test(one_that_is_in_use_and_other_files_are_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
