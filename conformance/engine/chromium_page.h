/* What the page of a Chromium does. */
#ifndef CONFORMANCE_ENGINE_CHROMIUM_PAGE_H
#define CONFORMANCE_ENGINE_CHROMIUM_PAGE_H

#include "conformance/engine/chromium.h"

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
