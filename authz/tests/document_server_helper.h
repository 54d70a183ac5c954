/* A real https server on 127.0.0.1, with a certificate of a CA of its own, that publishes one
 * document at every path, and takes what is posted there: what clients name by URL. One a process.
 */
#ifndef AUTHZ_TESTS_DOCUMENT_SERVER_HELPER_H
#define AUTHZ_TESTS_DOCUMENT_SERVER_HELPER_H

#include "common/base/testing.h"

/* cmocka setup and teardown of a group. */
void document_server_start(void);
void document_server_stop(void);
/* The PEM file of the CA. */
const char *document_server_ca(void);
/* "https://127.0.0.1:PORT" and `path`; static, until the next call. */
const char *document_server_url(const char *path);
/* What it answers from now on, and the requests since the last call counted. `location`, `body`
 * are borrowed; `location` may be NULL. */
void document_server_answer(int status, const char *body, const char *location);
void document_server_delay(int ms);
int document_server_requests(void);
/* The body of the last POST, in the test's own memory; "" if it had none. */
void document_server_posted(char out[8192]);

#endif
