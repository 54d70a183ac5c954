#include "core_helper.h"

#include <dirent.h>
#include <liboath/oath.h>
#include <pthread.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/http/test_request.h"
#include "common/ops/log.h"

struct core *core;
_Atomic int64_t now_ms;
const char *remote;

static char folder[64], db[96], mail_dir[96];

static int64_t helper_clock(void) {
    return now_ms;
}

static void open_it(void) {
    static const struct master_key master = {{1, 2, 3}};
    assert_ok(core_open(&(struct core_options){.db_path = str_from(db),
                                               .master = &master,
                                               .issuer = S("http://localhost:9400"),
                                               .mail_dir = str_from(mail_dir),
                                               .mail_from = S("no-reply@localhost"),
                                               .service_credential = S("the-service"),
                                               .hash_callers = 64,
                                               .test_hash_memory_kib = 64,
                                               .test_hash_passes = 1,
                                               .test_clock_ms = helper_clock},
                        &core));
}

int core_helper_open(void **state) {
    (void)state;
    now_ms = (int64_t)TEST_REQUEST_NOW_S * 1000;
    remote = "192.0.2.1";
    log_setup(LOG_OFF, LOG_JSON, 2);
    strcpy(folder, "/tmp/hitkey-core-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(db, sizeof db, "%s/core.db", folder);
    snprintf(mail_dir, sizeof mail_dir, "%s/mail", folder);
    open_it();
    return 0;
}

int core_helper_close(void **state) {
    (void)state;
    char command[128];
    core_close(core);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

void core_helper_restart(void) {
    core_close(core);
    open_it();
}

const char *core_helper_db(void) {
    return db;
}

const char *core_helper_mail(void) {
    return mail_dir;
}

/* --- calls ------------------------------------------------------------------------------------ */

static int64_t retry_after(const struct test_request *t) {
    int64_t seconds;
    str text = test_request_answer(t, "Retry-After");
    return !str_present(text) || failed(str_to_int(text, 1 << 30, &seconds)) ? -1 : seconds;
}

struct answer call(const char *method, const char *path, const char *bearer, const char *text) {
    struct test_request *t = test_request_new(method, path);
    char authorization[256];
    t->rq.now_ms = helper_clock();
    t->rq.remote = str_from(remote);
    t->rq.trusted = strncmp(path, "/internal", 9) == 0;
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer ? bearer : "");
    if (bearer)
        test_request_header(t, "Authorization", authorization);
    if (text)
        test_request_body(t, "application/json", text);
    core_call(core, &t->rq, &t->rs);
    struct answer answer = {.status = t->rs.status,
                            .retry_after_s = retry_after(t),
                            .text = strndup(t->rs.body.p ? t->rs.body.p : "", t->rs.body.n)};
    answer.json = json_loads(answer.text, 0, NULL);
    test_request_free(t);
    return answer;
}

void done(struct answer answer) {
    json_decref(answer.json);
    free(answer.text);
}

void expect(int status, const char *code, struct answer answer) {
    const char *got = json_string_value(json_object_get(answer.json, "code"));
    if (answer.status != status || (code && (!got || strcmp(got, code) != 0)))
        fail_msg("%d %s instead of %d %s", answer.status, answer.text, status, code ? code : "");
    done(answer);
}

char *member(struct answer answer, const char *name) {
    const char *text = json_string_value(json_object_get(answer.json, name));
    if (!text || answer.status > 202)
        fail_msg("no %s in %d %s", name, answer.status, answer.text);
    char *copy = strdup(text);
    done(answer);
    return copy;
}

struct racer {
    pthread_t thread;
    pthread_barrier_t *start;
    const char *path, *bearer, *text;
    int status;
};

static void *race(void *arg) {
    struct racer *racer = arg;
    pthread_barrier_wait(racer->start);
    struct answer answer = POST(racer->path, racer->bearer, racer->text);
    racer->status = answer.status;
    done(answer);
    return NULL;
}

int winners(int n, int status, const char *path, const char *bearer, const char *text) {
    struct racer racers[64];
    pthread_barrier_t start;
    int count = 0;
    assert_in_range(n, 1, COUNT(racers));
    pthread_barrier_init(&start, NULL, (unsigned)n);
    for (int i = 0; i < n; i++) {
        racers[i] = (struct racer){.start = &start, .path = path, .bearer = bearer, .text = text};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(racers[i].thread, NULL);
        count += racers[i].status == status;
    }
    pthread_barrier_destroy(&start);
    return count;
}

const char *body(const char *name, ...) {
    static _Thread_local char buffers[4][2048];
    static _Thread_local unsigned turn;
    char *out = buffers[turn++ % COUNT(buffers)];
    json_t *object = json_object();
    va_list list;
    va_start(list, name);
    for (; name; name = va_arg(list, const char *))
        json_object_set_new(object, name, json_string(va_arg(list, const char *)));
    va_end(list);
    out[json_dumpb(object, out, sizeof buffers[0] - 1, 0)] = '\0';
    json_decref(object);
    return out;
}

/* --- mail ------------------------------------------------------------------------------------- */

/* Soft line breaks and =XX of quoted-printable (RFC 2045 6.7). */
static void decode(char *text) {
    char *to = text;
    for (const char *p = text; *p; p++) {
        unsigned byte;
        if (p[0] == '=' && p[1] == '\r' && p[2] == '\n') {
            p += 2;
        } else if (p[0] == '=' && sscanf(p + 1, "%2X", &byte) == 1) {
            *to++ = (char)byte;
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

static void read_mail(const char *path, char text[8192]) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, 8191, file)] = '\0';
    fclose(file);
    decode(text);
}

/* Takes mails to `address` (NULL: to anybody) with `words` (NULL: any) away; text: of one of them.
 */
static bool look_for(const char *address, const char *words, char text[8192]) {
    struct dirent **names;
    char to[300], mail[8192];
    bool found = false;
    int n = scandir(mail_dir, &names, NULL, alphasort);
    snprintf(to, sizeof to, "To: %s\r\n", address ? address : "");
    for (int i = 0; i < n; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", mail_dir, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && strstr(path, ".eml")) {
            read_mail(path, mail);
            if ((!address || strstr(mail, to)) && (!words || strstr(mail, words))) {
                unlink(path);
                strcpy(text, mail);
                found = true;
            }
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return found;
}

static bool look(char text[8192]) {
    return look_for(NULL, NULL, text);
}

void take_mail_to(const char *address, const char *words, char text[8192]) {
    for (int i = 0; i < 1000; i++) {
        text[0] = '\0';
        if (look_for(address, words, text))
            return;
        usleep(5000);
    }
    fail_msg("no mail came to %s: %s", address, words ? words : "");
}

void take_mail(char text[8192]) {
    for (int i = 0; i < 1000; i++) {
        text[0] = '\0';
        if (look(text))
            return;
        usleep(5000);
    }
    fail_msg("no mail came");
}

bool no_mail(void) {
    char text[8192] = "";
    usleep(100000);
    return !look(text);
}

/* A line of six digits. */
static void find_code(char text[8192], char code[8]) {
    for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n")) {
        if (strlen(line) != 6 || strspn(line, "0123456789") != 6)
            continue;
        strcpy(code, line);
        return;
    }
    fail_msg("no code in the mail");
}

void mailed_code(char code[8]) {
    char text[8192];
    take_mail(text);
    find_code(text, code);
}

void mailed_code_to(const char *address, char code[8]) {
    char text[8192];
    take_mail_to(address, NULL, text);
    find_code(text, code);
}

void mailed_reset_token(char token[128]) {
    char text[8192];
    take_mail(text);
    const char *link = strstr(text, "http://localhost:9400/reset?token=");
    assert_non_null(link);
    assert_int_equal(sscanf(strchr(link, '=') + 1, "%100[A-Za-z0-9_-]", token), 1);
}

void mailed_invite_token(const char *address, char token[128]) {
    char text[8192];
    take_mail_to(address, "/invite?token=", text);
    const char *link = strstr(text, "http://localhost:9400/invite?token=");
    assert_non_null(link);
    assert_int_equal(sscanf(strchr(link, '=') + 1, "%100[A-Za-z0-9_-]", token), 1);
}

/* --- people ----------------------------------------------------------------------------------- */

void verified(const char *email) {
    char code[8];
    expect(200, NULL, POST("/auth/register/start", NULL, body("email", email, NULL)));
    mailed_code_to(email, code);
    expect(200, NULL,
           POST("/auth/register/verify", NULL, body("email", email, "code", code, NULL)));
}

char *registered(const char *email) {
    verified(email);
    return member(
        POST("/auth/register/password", NULL, body("email", email, "password", RIVER, NULL)),
        "token");
}

void totp_at(const char *base32, int64_t at_ms, char code[8]) {
    char *shared_key = NULL;
    size_t n = 0;
    assert_int_equal(oath_base32_decode(base32, strlen(base32), &shared_key, &n), OATH_OK);
    assert_int_equal(oath_totp_generate(shared_key, n, (time_t)(at_ms / 1000), 30, 0, 6, code),
                     OATH_OK);
    free(shared_key);
}

char *with_second_factor(const char *email, json_t **recovery) {
    char code[8], text[8192];
    char *token = registered(email);
    char *base32 = member(GET("/auth/2fa/setup", token), "secret");
    totp_at(base32, now_ms, code);
    struct answer enabled = POST("/auth/2fa/enable", token, body("code", code, NULL));
    assert_int_equal(enabled.status, 200);
    if (recovery)
        *recovery = json_incref(json_object_get(enabled.json, "recovery_codes"));
    done(enabled);
    free(token);
    take_mail(text);
    now_ms += 30000; /* the next code */
    return base32;
}
