/* A real browser: headless Chromium, driven by the DevTools protocol over a pair of pipes. For what
 * needs scripts (OpenID Connect Session Management 1.0) and for pictures of pages. It has one page
 * (chromium_page.h), and trusts any certificate: the runner's own requests check those. */
#ifndef CONFORMANCE_ENGINE_CHROMIUM_H
#define CONFORMANCE_ENGINE_CHROMIUM_H

#include <jansson.h>
#include <stdbool.h>

struct chromium;

/* Starts the program with a profile of its own; NULL if that cannot be done. */
struct chromium *chromium_new(const char *program);
/* Ends it, and removes the profile. */
void chromium_free(struct chromium *chromium);
/* A command to the page; the result, which the caller owns. NULL: it failed, or took too long.
 * Steals `parameters`. */
json_t *chromium_call(struct chromium *chromium, const char *method, json_t *parameters);
/* The same without waiting for the result. */
bool chromium_send(struct chromium *chromium, const char *method, json_t *parameters);
/* The parameters of the next event of this name, which the caller owns; NULL: none came in time.
 * What comes before it is dropped. */
json_t *chromium_event(struct chromium *chromium, const char *method);

#endif
