/* A browser without JavaScript: libcurl with cookies, one page at a time, redirects followed until
 * they leave for a URL that the caller waits for. */
#ifndef CONFORMANCE_BROWSER_H
#define CONFORMANCE_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

struct browser;

struct browser_options {
    const char *ca_file;    /* more certificate authorities, or NULL */
    const char *stop_at;    /* a redirect to a URL that starts so is not followed, or NULL */
    const char *cookie_jar; /* a file that gets the cookies when the browser is freed, or NULL */
};

struct page {
    long status;
    char *url;  /* of this page; where a redirect was stopped, its Location */
    char *body; /* NUL-terminated */
    size_t size;
    bool stopped; /* at options.stop_at */
};

/* A value to type into a field, by name or id. */
struct typed {
    const char *control, *value;
};

struct browser *browser_new(const struct browser_options *options);
void browser_free(struct browser *browser);
/* The page, which belongs to the browser until the next call. NULL: no answer; see browser_problem.
 */
const struct page *browser_get(struct browser *browser, const char *url);
/* Fills the current page's form that holds `button` and presses it. NULL also if there is no such
 * form or field. */
const struct page *browser_press(struct browser *browser, const char *button,
                                 const struct typed *typed, size_t n);
/* A request beside the page: JSON or form body (NULL: GET), bearer token or NULL. Same cookies:
 * none. */
const struct page *browser_call(struct browser *browser, const char *url, const char *content_type,
                                const char *body, const char *bearer);
/* Whether the current page has a control of this name or id. */
bool browser_sees(struct browser *browser, const char *control);
const char *browser_problem(const struct browser *browser);

#endif
