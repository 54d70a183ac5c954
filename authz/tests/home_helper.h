/* Browsers of flow_helper.h on the pages of people themselves: /account, /developer. */
#ifndef AUTHZ_TESTS_HOME_HELPER_H
#define AUTHZ_TESTS_HOME_HELPER_H

#include "authz/tests/flow_helper.h"

/* Posts the hidden field `csrf` of the last page and `more` to a page of an account. */
void browser_submit_own(struct browser *browser, const char *path, const char *more);
/* Follows redirects to our own pages until one shows something else. */
void browser_follow(struct browser *browser);
/* Signs in to our own pages. */
struct browser *browser_at_home(const char *email);
/* Opens the page, posts a form of it with `more`, and follows to what comes of it. */
void browser_change(struct browser *browser, const char *path, const char *more);
/* As browser_shows(), or the test fails, with `row`. */
void browser_expect(struct browser *browser, int status, const char *text, const char *row);
/* Of the last page: what stands behind `before`, up to a quote or a tag. */
void browser_pick(const struct browser *browser, const char *before, char out[512]);

#endif
