/* A real browser: headless Chromium, driven by the DevTools protocol over a pair of pipes. For what
 * needs scripts (OpenID Connect Session Management 1.0) and for pictures of pages. One page; it
 * trusts any certificate, which the runner's own requests check. */
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
/* Opens a URL; true once it, or what it led to, is loaded. */
bool chromium_go(struct chromium *chromium, const char *url);
/* The value of a script's last expression (a promise is awaited); NULL: it threw. The caller owns.
 */
json_t *chromium_evaluate(struct chromium *chromium, const char *script);
/* As chromium_evaluate, for a script that leaves the page by pressing something: waits for the next
 * one. False: the script's value is not true, or no other page came. */
bool chromium_leave(struct chromium *chromium, const char *script);
/* A PNG of the page as it would show this HTML of that URL, in base64; NULL: none could be made.
 * The caller frees. */
char *chromium_picture(struct chromium *chromium, const char *html, const char *url);

#endif
