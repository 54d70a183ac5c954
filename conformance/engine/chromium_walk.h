/* How a person gets through a provider's pages in Chromium: by the same rules as in the runner's
 * own browser (pages.h), those without "calls". */
#ifndef CONFORMANCE_ENGINE_CHROMIUM_WALK_H
#define CONFORMANCE_ENGINE_CHROMIUM_WALK_H

#include "conformance/engine/chromium_page.h"
#include "conformance/engine/pages.h"

/* A Chromium for this run, ended with it. Skips the module where there is none. */
struct chromium *chromium_for(struct run *run);
/* Opens a URL and goes on through sign-in, consent and logout pages to the runner's own server:
 * the page where that ends, as the runner's browser would have stopped at it. */
const struct page *chromium_walk(struct run *run, struct chromium *chromium, const char *url);

#endif
