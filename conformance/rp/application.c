#include "conformance/rp/application.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conformance/engine/memory.h"

enum { POLL_MS = 20, START_MS = 30000, STOP_MS = 10000, FIRST_PORT = 20000, PORTS = 12000 };

struct application {
    pid_t pid;
    bool ended;
    int status;
};

static void pause_ms(long ms) {
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static int tcp_socket(void) {
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((in_port_t)port)};
}

/* None of those that systems give to whoever asks for any: another program would soon have it. */
int application_free_port(void) {
    for (;;) {
        unsigned short random;
        if (RAND_bytes((unsigned char *)&random, sizeof random) != 1)
            abort();
        struct sockaddr_in at = loopback(FIRST_PORT + random % PORTS);
        int s = tcp_socket(), port = ntohs(at.sin_port);
        bool free_now = bind(s, (struct sockaddr *)&at, sizeof at) == 0;
        close(s);
        if (free_now)
            return port;
    }
}

static bool answers(int port) {
    struct sockaddr_in at = loopback(port);
    int s = tcp_socket();
    bool ok = connect(s, (struct sockaddr *)&at, sizeof at) == 0;
    close(s);
    return ok;
}

static bool is_set(const char *line, json_t *environment) {
    char *name = memory_copy(line, strcspn(line, "="));
    bool set = json_object_get(environment, name) != NULL;
    free(name);
    return set;
}

/* This program's environment with the given one in its place; NULL-terminated, freed with
 * lines_free. */
static char **lines_of(json_t *environment) {
    size_t n = 0;
    char **lines = memory_new(1, sizeof *lines);
    const char *name;
    json_t *value;
    for (char **line = environ; *line; line++) {
        /* A variable of the contract that this module does not set is not there. */
        if (is_set(*line, environment) || strncmp(*line, "RP_", 3) == 0)
            continue;
        lines = memory_grow(lines, n + 2, sizeof *lines);
        lines[n++] = memory_copy(*line, strlen(*line));
    }
    json_object_foreach(environment, name, value) {
        lines = memory_grow(lines, n + 2, sizeof *lines);
        lines[n++] = memory_format("%s=%s", name, json_string_value(value));
    }
    lines[n] = NULL;
    return lines;
}

static void lines_free(char **lines) {
    for (char **line = lines; *line; line++)
        free(*line);
    free(lines);
}

static int spawn(pid_t *pid, const char *command, char **lines, const char *log) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    char *text = memory_copy(command, strlen(command));
    char sh[] = "sh", c[] = "-c", *argv[] = {sh, c, text, NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    int problem = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, lines);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(text);
    return problem;
}

struct application *application_start(const char *command, json_t *environment, const char *log) {
    struct application *application = memory_new(1, sizeof *application);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    char **lines = lines_of(environment);
    int problem = spawn(&application->pid, command, lines, log);
    lines_free(lines);
    if (problem == 0)
        return application;
    free(application);
    return NULL;
}

bool application_runs(struct application *application) {
    int status = 0;
    if (!application->ended && waitpid(application->pid, &status, WNOHANG) == application->pid) {
        application->ended = true;
        application->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return !application->ended;
}

bool application_await(struct application *application, int port, int *status) {
    *status = -1;
    for (int waited = 0; waited < START_MS; waited += POLL_MS) {
        if (!application_runs(application)) {
            *status = application->status;
            return false;
        }
        if (answers(port))
            return true;
        pause_ms(POLL_MS);
    }
    return false;
}

/* The group may outlive its first process, hold the port, and have folders to clear away. Its
 * orphans are this program's children: see application_start. */
static bool group_runs(struct application *application) {
    pid_t found = 0;
    if (application_runs(application))
        return true;
    do
        found = waitpid(-application->pid, NULL, WNOHANG);
    while (found > 0);
    return found == 0;
}

void application_stop(struct application *application) {
    kill(-application->pid, SIGTERM);
    for (int waited = 0; waited < STOP_MS && group_runs(application); waited += POLL_MS)
        pause_ms(POLL_MS);
    kill(-application->pid, SIGKILL);
    while (group_runs(application))
        pause_ms(POLL_MS);
    free(application);
}
