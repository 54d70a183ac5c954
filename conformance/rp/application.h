/* The relying party under test: a command that listens at a port while a module runs. */
#ifndef CONFORMANCE_RP_APPLICATION_H
#define CONFORMANCE_RP_APPLICATION_H

#include <jansson.h>
#include <stdbool.h>

struct application;

/* A port of 127.0.0.1 that was free just now. */
int application_free_port(void);
/* Runs `sh -c command` in a process group of its own, with the strings of `environment` added to
 * this program's. Its output goes to the file `log`. NULL: no process could be had. */
struct application *application_start(const char *command, json_t *environment, const char *log);
/* Waits until the port answers. False: the program ended before, with *status its exit status
 * (or 128 + the signal's number), or did not listen in time, with *status -1. */
bool application_await(struct application *application, int port, int *status);
/* Whether it still runs. */
bool application_runs(struct application *application);
/* SIGTERM to the group; SIGKILL where that does not help. Frees. */
void application_stop(struct application *application);

#endif
