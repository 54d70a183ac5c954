/* A browser without JavaScript: cookies, one page at a time, redirects followed until they leave
 * for a URL that the caller waits for. A page that only posts itself there (OAuth 2.0 Form Post
 * Response Mode) counts as such a redirect, and so does a <meta http-equiv=refresh>: it is followed
 * once the page's frames were loaded. */
#ifndef CONFORMANCE_ENGINE_BROWSER_H
#define CONFORMANCE_ENGINE_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/engine/html_form.h"
#include "conformance/engine/http.h"

struct browser;

struct browser_options {
    struct http_options http;
    const char *stop_at; /* what leads to a URL that starts so is not followed, or NULL */
};

struct page {
    long status;
    char *url;        /* of this page; where a redirect was stopped, its target */
    const char *body; /* NUL-terminated */
    bool stopped;     /* at options.stop_at */
    char *posted;     /* stopped at a form: its body as it would be sent; else NULL */
    const struct http_response *response;
    struct html_page forms;
};

/* A value to type into a field, by name or id. */
struct typed {
    const char *control, *value;
};

struct browser *browser_new(const struct browser_options *options);
void browser_free(struct browser *browser);
/* The page, which belongs to the browser until the next call. NULL: no answer; see
 * browser_problem. */
const struct page *browser_get(struct browser *browser, const char *url);
const struct page *browser_post(struct browser *browser, const char *url, const char *form);
/* Fills the current page's form that holds `button` (name, id or text) and presses it. NULL also if
 * there is no such form or field. */
const struct page *browser_press(struct browser *browser, const char *button,
                                 const struct typed *typed, size_t n);
/* A request beside the page: JSON or form body (NULL: GET), bearer token or NULL. */
const struct page *browser_call(struct browser *browser, const char *url, const char *content_type,
                                const char *body, const char *bearer);
/* All cookies are gone. */
void browser_forget(struct browser *browser);
/* The current page. */
const struct page *browser_here(const struct browser *browser);
/* A request with the browser's cookies, as a page's script sends one; the page is left. */
const struct page *browser_send(struct browser *browser, const struct http_request *request);
/* Whether the current page has a control of this name, id or text. */
bool browser_sees(const struct browser *browser, const char *control);
const char *browser_problem(const struct browser *browser);

#endif
