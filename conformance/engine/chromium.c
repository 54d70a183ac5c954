#include "conformance/engine/chromium.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

/* The program reads commands from descriptor 3 and writes answers to 4, each with a NUL behind. */
enum {
    READS = 3,
    WRITES = 4,
    ABOVE = 10,
    CHUNK = 64 << 10,
    PATIENCE_MS = 20000,
    GRACE_MS = 3000,
    LOOK_EVERY_MS = 50
};

struct chromium {
    pid_t pid;
    int to, from;
    int last_id;
    char *received; /* what came and is not yet read */
    size_t n;
    char session[64]; /* of the page; "" before it is attached */
    char profile[32];
};

/* --- the program -------------------------------------------------------------------------- */

/* A pipe whose ends do not stand where the program's will. */
static bool pipe_above(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, ABOVE);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static bool spawn(struct chromium *chromium, const char *program, int reads, int writes) {
    char *profile = memory_format("--user-data-dir=%s", chromium->profile);
    char *name = memory_copy(program, strlen(program));
    static char headless[] = "--headless=new", pipe[] = "--remote-debugging-pipe",
                sandbox[] = "--no-sandbox", gpu[] = "--disable-gpu", first[] = "--no-first-run",
                certificates[] = "--ignore-certificate-errors",
                network[] = "--disable-background-networking", size[] = "--window-size=1000,760",
                proxy[] = "--no-proxy-server", about[] = "about:blank";
    char *arguments[] = {name,         headless, pipe, sandbox, gpu,   first, proxy,
                         certificates, network,  size, profile, about, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, reads, READS);
    posix_spawn_file_actions_adddup2(&actions, writes, WRITES);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int status = posix_spawnp(&chromium->pid, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    free(profile);
    free(name);
    return status == 0;
}

/* Cookies in frames of other sites are allowed, as Session Management needs. */
static bool make_profile(struct chromium *chromium) {
    static const char preferences[] = "{\"profile\": {\"cookie_controls_mode\": 0, "
                                      "\"block_third_party_cookies\": false}}";
    if (!mkdtemp(chromium->profile))
        return false;
    char *folder = memory_format("%s/Default", chromium->profile);
    char *path = memory_format("%s/Preferences", folder);
    FILE *file = mkdir(folder, 0700) == 0 ? fopen(path, "wb") : NULL;
    bool ok = file && fputs(preferences, file) >= 0;
    if (file && fclose(file) != 0)
        ok = false;
    free(path);
    free(folder);
    return ok;
}

static bool start(struct chromium *chromium, const char *program) {
    int commands[2] = {-1, -1}, answers[2] = {-1, -1};
    bool ok = pipe_above(commands) && pipe_above(answers) &&
              spawn(chromium, program, commands[0], answers[1]);
    close(commands[0]);
    close(answers[1]);
    chromium->to = commands[1];
    chromium->from = answers[0];
    return ok;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where) {
    (void)info, (void)type, (void)where;
    remove(path);
    return 0;
}

/* It goes when its pipes are closed, and its profile is then still. */
static void end(struct chromium *chromium) {
    for (int waited = 0; waited < GRACE_MS; waited += LOOK_EVERY_MS) {
        if (waitpid(chromium->pid, NULL, WNOHANG) != 0)
            return;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY_MS * 1000000L}, NULL);
    }
    kill(chromium->pid, SIGKILL);
    waitpid(chromium->pid, NULL, 0);
}

void chromium_free(struct chromium *chromium) {
    if (!chromium)
        return;
    if (chromium->to >= 0)
        close(chromium->to);
    if (chromium->from >= 0)
        close(chromium->from);
    if (chromium->pid > 0)
        end(chromium);
    if (chromium->profile[0])
        nftw(chromium->profile, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(chromium->received);
    free(chromium);
}

/* --- commands and answers ----------------------------------------------------------------- */

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool write_all(struct chromium *chromium, const char *text, size_t n) {
    while (n) {
        ssize_t written = write(chromium->to, text, n);
        if (written <= 0)
            return false;
        text += written;
        n -= (size_t)written;
    }
    return true;
}

static bool receive(struct chromium *chromium, long long until) {
    struct pollfd waiting = {.fd = chromium->from, .events = POLLIN};
    long long left = until - now_ms();
    if (left <= 0 || poll(&waiting, 1, (int)left) <= 0)
        return false;
    chromium->received = memory_grow(chromium->received, chromium->n + CHUNK, 1);
    ssize_t got = read(chromium->from, chromium->received + chromium->n, CHUNK);
    if (got <= 0)
        return false;
    chromium->n += (size_t)got;
    return true;
}

/* The next message; NULL: none came in time. */
static json_t *next_message(struct chromium *chromium, long long until) {
    const char *end;
    while (!chromium->n || !(end = memchr(chromium->received, '\0', chromium->n)))
        if (!receive(chromium, until))
            return NULL;
    size_t n = (size_t)(end - chromium->received);
    json_t *message = json_loadb(chromium->received, n, 0, NULL);
    chromium->n -= n + 1;
    memmove(chromium->received, end + 1, chromium->n);
    return message ? message : json_object();
}

/* Events between are of no interest. */
static json_t *result_of(struct chromium *chromium, int id) {
    long long until = now_ms() + PATIENCE_MS;
    json_t *message, *result = NULL;
    bool found = false;
    while (!found && (message = next_message(chromium, until))) {
        found = json_integer_value(json_object_get(message, "id")) == id;
        if (found)
            result = json_incref(json_object_get(message, "result"));
        json_decref(message);
    }
    return result;
}

bool chromium_send(struct chromium *chromium, const char *method, json_t *parameters) {
    json_t *message = json_pack("{s:i, s:s, s:o}", "id", ++chromium->last_id, "method", method,
                                "params", parameters ? parameters : json_object());
    if (chromium->session[0])
        json_object_set_new(message, "sessionId", json_string(chromium->session));
    char *text = json_dumps(message, JSON_COMPACT);
    json_decref(message);
    bool sent = text && write_all(chromium, text, strlen(text) + 1);
    free(text);
    return sent;
}

json_t *chromium_call(struct chromium *chromium, const char *method, json_t *parameters) {
    bool sent = chromium_send(chromium, method, parameters);
    return sent ? result_of(chromium, chromium->last_id) : NULL;
}

json_t *chromium_event(struct chromium *chromium, const char *method) {
    long long until = now_ms() + PATIENCE_MS;
    json_t *message, *parameters = NULL;
    while (!parameters && (message = next_message(chromium, until))) {
        if (strcmp(text_of(message, "method"), method) == 0)
            parameters = json_incref(json_object_get(message, "params"));
        json_decref(message);
    }
    return parameters;
}

static bool attach(struct chromium *chromium) {
    json_t *target =
        chromium_call(chromium, "Target.createTarget", json_pack("{s:s}", "url", "about:blank"));
    json_t *session = chromium_call(
        chromium, "Target.attachToTarget",
        json_pack("{s:s, s:b}", "targetId", text_of(target, "targetId"), "flatten", 1));
    snprintf(chromium->session, sizeof chromium->session, "%s", text_of(session, "sessionId"));
    json_decref(session);
    json_decref(target);
    return chromium->session[0] != '\0';
}

struct chromium *chromium_new(const char *program) {
    struct chromium *chromium = memory_new(1, sizeof *chromium);
    chromium->to = chromium->from = -1;
    snprintf(chromium->profile, sizeof chromium->profile, "/tmp/conformance-XXXXXX");
    if (make_profile(chromium) && start(chromium, program) && attach(chromium))
        return chromium;
    chromium_free(chromium);
    return NULL;
}
