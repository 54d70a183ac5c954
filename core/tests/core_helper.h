/* A core store in a folder of its own, with a clock of ours, and calls to it as a client makes
 * them:
 *
 *     expect(400, "NO_CODE", POST("/auth/register/verify", NULL, "{…}"));
 */
#ifndef CORE_TESTS_CORE_HELPER_H
#define CORE_TESTS_CORE_HELPER_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/testing.h"
#include "core/core.h"

extern struct core *core;      /* of the running test */
extern _Atomic int64_t now_ms; /* what its handlers and threads take for now: set it freely */
extern const char *remote;     /* where calls come from; 192.0.2.1 unless changed */

/* For cmocka_unit_test_setup_teardown. */
int core_helper_open(void **state);
int core_helper_close(void **state);
/* Closes and opens the same files again. */
void core_helper_restart(void);
/* Where the store and its mails are, for tests that look inside. */
const char *core_helper_db(void);
const char *core_helper_mail(void);
#define CASE(test) cmocka_unit_test_setup_teardown(test, core_helper_open, core_helper_close)

struct answer {
    int status;
    int64_t retry_after_s; /* -1: no such header */
    char *text;
    json_t *json;
};

/* `bearer` and `body` may be NULL; calls under /internal/ come from a service. */
struct answer call(const char *method, const char *path, const char *bearer, const char *body);
#define POST(path, bearer, ...) call("POST", (path), (bearer), __VA_ARGS__)
#define GET(path, bearer)       call("GET", (path), (bearer), NULL)
void done(struct answer answer);
/* Makes the same call on `n` threads at once and counts the answers of `status`. */
int winners(int n, int status, const char *path, const char *bearer, const char *text);
/* Asserts status and code (NULL: any), and is done with it. */
void expect(int status, const char *code, struct answer answer);
/* A text member of a 200 or 202; the caller frees it. */
char *member(struct answer answer, const char *name);
/* "{\"name\":\"value\",…}" of pairs, NULL behind: in one of a few static buffers. */
const char *body(const char *name, ...);

/* Mails that were delivered since the last look: the text of the newest, decoded. Waits for one. */
void take_mail(char text[8192]);
/* Whether none comes within a moment. */
bool no_mail(void);
/* The same of those to one address that hold these words (NULL: whatever they say); others stay. */
void take_mail_to(const char *address, const char *words, char text[8192]);
void mailed_code(char code[8]);
void mailed_code_to(const char *address, char code[8]);
void mailed_reset_token(char token[128]);
void mailed_invite_token(const char *address, char token[128]);

/* start and verify. */
void verified(const char *email);
/* All three steps, with the password "a quiet river"; the API token, the caller frees it. */
char *registered(const char *email);
/* The code of an authenticator app at that time. */
void totp_at(const char *base32, int64_t at_ms, char code[8]);
/* A user with the second factor on: the shared secret in base32, the caller frees it. `recovery`
 * takes the recovery codes unless it is NULL. */
char *with_second_factor(const char *email, json_t **recovery);

#define RIVER "a quiet river"

#endif
