#include "common/http/server_unix.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd_ref.h"

enum { BACKLOG = 1024, MODE = 0660 };
static const str prefix = S_INIT("unix:");

bool server_unix_is(str address) {
    return str_starts(address, prefix);
}

err server_unix_parse(str address, struct sockaddr_un *out) {
    str path = str_from_pos(address, prefix.n);
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    REQUIRE(server_unix_is(address) && str_starts(path, S("/")) && path.n > 1, config,
            "a Unix socket is named by its whole path, such as unix:/run/hitkey/core.sock");
    REQUIRE(path.n < sizeof out->sun_path, config,
            "the path of the Unix socket is longer than 107 characters");
    memcpy(out->sun_path, path.p, path.n);
    return OK;
}

static bool bind_to(int fd, const struct sockaddr_un *name) {
    return bind(fd, (const struct sockaddr *)name, sizeof *name) == 0;
}

/* A socket that nobody listens on refuses connections. */
static bool is_stale(const struct sockaddr_un *name) {
    struct stat status;
    if (lstat(name->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    AUTO(fd_ref) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof *name) != 0 &&
           errno == ECONNREFUSED;
}

/* On Linux the name is made with the descriptor's mode less the umask: never too open, not for a
 * moment. What the umask took is given back. */
static err bind_and_listen(int fd, const struct sockaddr_un *name) {
    (void)fchmod(fd, MODE);
    bool bound = bind_to(fd, name);
    if (!bound && errno == EADDRINUSE && is_stale(name)) {
        (void)unlink(name->sun_path);
        bound = bind_to(fd, name);
    }
    REQUIRE(bound, config,
            "the Unix socket cannot be made: another program listens there, a file has its name, "
            "or its folder is missing or not ours");
    REQUIRE(chmod(name->sun_path, MODE) == 0, io, "the Unix socket's mode cannot be set");
    REQUIRE(listen(fd, BACKLOG) == 0, io, "the Unix socket does not take connections");
    return OK;
}

err server_unix_listen(str address, int *fd) {
    struct sockaddr_un name;
    TRY(server_unix_parse(address, &name));
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    REQUIRE(made >= 0, io, "a socket could not be made");
    err e = bind_and_listen(made, &name);
    if (failed(e))
        close(made);
    else
        *fd = made;
    return e;
}

void server_unix_remove(int fd) {
    struct sockaddr_un name = {0};
    socklen_t size = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &size) == 0 && name.sun_family == AF_UNIX)
        (void)unlink(name.sun_path);
}
