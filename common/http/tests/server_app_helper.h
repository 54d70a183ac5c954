/* A small app for the socket tests. */
#ifndef COMMON_HTTP_TESTS_SERVER_APP_HELPER_H
#define COMMON_HTTP_TESTS_SERVER_APP_HELPER_H

#include "common/http/server.h"

/* GET /inline, /who, /first, /greedy, /long-header; POST /echo (any body, 1 KiB), /json (100
 * bytes), /work (a worker); GET /work (a worker), /gate (a worker that waits until the gate opens).
 */
extern const struct app server_app;

/* Whoever is inside waits; the count of those inside. */
void server_app_close_gate(void);
void server_app_open_gate(void);
void server_app_wait_inside(int n);

/* Loopback, a free port, two loops, four workers. */
struct server_options server_app_options(void);

#endif
