#include "conformance/browser.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/html_form.h"
#include "conformance/memory.h"

enum { MAX_REDIRECTS = 10, TIMEOUT_S = 30, MAX_PAGE = 4 << 20 };

struct browser {
    struct browser_options options;
    CURL *curl;
    struct page page;
    struct html_page forms;
    char problem[CURL_ERROR_SIZE + 64];
};

static size_t collect(char *bytes, size_t size, size_t n, void *user) {
    struct page *page = user;
    size *= n;
    if (size > MAX_PAGE - page->size)
        return 0;
    page->body = memory_grow(page->body, page->size + size + 1, 1);
    memcpy(page->body + page->size, bytes, size);
    page->size += size;
    page->body[page->size] = '\0';
    return size;
}

struct browser *browser_new(const struct browser_options *options) {
    struct browser *browser = memory_new(1, sizeof *browser);
    browser->options = *options;
    browser->curl = curl_easy_init();
    if (!browser->curl)
        abort();
    return browser;
}

static void page_clear(struct browser *browser) {
    html_page_free(&browser->forms);
    free(browser->page.url);
    free(browser->page.body);
    browser->page = (struct page){.body = memory_copy("", 0)};
}

void browser_free(struct browser *browser) {
    if (!browser)
        return;
    page_clear(browser);
    free(browser->page.body);
    curl_easy_cleanup(browser->curl);
    free(browser);
}

static void set_up(struct browser *browser, const char *url, const char *form) {
    CURL *curl = browser->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &browser->page);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, browser->problem);
    if (browser->options.ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, browser->options.ca_file);
    if (browser->options.cookie_jar)
        curl_easy_setopt(curl, CURLOPT_COOKIEJAR, browser->options.cookie_jar);
    if (form)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
}

/* One exchange; *next is the absolute target of a redirect, or NULL. The caller frees it. */
static bool exchange(struct browser *browser, const char *url, const char *form,
                     struct curl_slist *headers, char **next) {
    char *copy = memory_copy(url, strlen(url));
    page_clear(browser);
    browser->page.url = copy;
    set_up(browser, copy, form);
    curl_easy_setopt(browser->curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(browser->curl);
    if (code != CURLE_OK) {
        if (!browser->problem[0])
            snprintf(browser->problem, sizeof browser->problem, "%s", curl_easy_strerror(code));
        return false;
    }
    char *location = NULL;
    curl_easy_getinfo(browser->curl, CURLINFO_RESPONSE_CODE, &browser->page.status);
    curl_easy_getinfo(browser->curl, CURLINFO_REDIRECT_URL, &location);
    *next = location ? memory_copy(location, strlen(location)) : NULL;
    return true;
}

static bool stops(const struct browser *browser, const char *url) {
    const char *at = browser->options.stop_at;
    return at && strncmp(url, at, strlen(at)) == 0;
}

/* RFC 9110 15.4: a form is not sent again to where its answer points. */
static const struct page *travel(struct browser *browser, const char *url, const char *form,
                                 struct curl_slist *headers) {
    char *here = memory_copy(url, strlen(url)), *next = NULL;
    for (int i = 0; i < MAX_REDIRECTS; i++) {
        bool answered = exchange(browser, here, i == 0 ? form : NULL, headers, &next);
        free(here);
        if (!answered)
            return NULL;
        if (!next) {
            browser->forms = html_page_read(browser->page.body);
            return &browser->page;
        }
        here = next;
        if (stops(browser, here)) {
            free(browser->page.url);
            browser->page.url = here;
            browser->page.stopped = true;
            return &browser->page;
        }
    }
    free(here);
    snprintf(browser->problem, sizeof browser->problem, "more than %d redirects", MAX_REDIRECTS);
    return NULL;
}

const struct page *browser_get(struct browser *browser, const char *url) {
    return travel(browser, url, NULL, NULL);
}

static const char *value_of(const struct html_control *control, const struct typed *typed,
                            size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(typed[i].control, control->id) == 0 ||
            strcmp(typed[i].control, control->name) == 0)
            return typed[i].value;
    return control->value;
}

/* HTML 4.10.21.4: every named control with a value, of the buttons only the one pressed. */
static char *form_body(CURL *curl, const struct html_form *form, const struct html_control *pressed,
                       const struct typed *typed, size_t n) {
    char *body = memory_copy("", 0);
    for (size_t i = 0; i < form->n; i++) {
        const struct html_control *control = &form->controls[i];
        if (!control->name[0] || (strcmp(control->type, "submit") == 0 && control != pressed))
            continue;
        char *name = curl_easy_escape(curl, control->name, 0);
        char *value = curl_easy_escape(curl, value_of(control, typed, n), 0);
        char *longer = memory_format("%s%s%s=%s", body, body[0] ? "&" : "", name, value);
        curl_free(name);
        curl_free(value);
        free(body);
        body = longer;
    }
    return body;
}

/* `reference` against the page's URL; NULL if it cannot be resolved. */
static char *resolve(const char *base, const char *reference) {
    CURLU *url = curl_url();
    char *text = NULL, *copy = NULL;
    if (url && !curl_url_set(url, CURLUPART_URL, base, 0) &&
        (!reference[0] || !curl_url_set(url, CURLUPART_URL, reference, 0)) &&
        !curl_url_get(url, CURLUPART_URL, &text, 0))
        copy = memory_copy(text, strlen(text));
    curl_free(text);
    curl_url_cleanup(url);
    return copy;
}

const struct page *browser_press(struct browser *browser, const char *button,
                                 const struct typed *typed, size_t n) {
    const struct html_form *form = html_form_with(&browser->forms, button);
    for (size_t i = 0; form && i < n; i++)
        if (!html_control_find(form, typed[i].control))
            form = NULL;
    if (!form) {
        snprintf(browser->problem, sizeof browser->problem,
                 "the page has no form with the button \"%s\" and the fields typed into", button);
        return NULL;
    }
    const struct html_control *pressed = html_control_find(form, button);
    char *body = form_body(browser->curl, form, pressed, typed, n);
    char *target =
        resolve(browser->page.url, pressed->formaction[0] ? pressed->formaction : form->action);
    const struct page *page = target ? travel(browser, target, body, NULL) : NULL;
    free(target);
    free(body);
    return page;
}

const struct page *browser_call(struct browser *browser, const char *url, const char *content_type,
                                const char *body, const char *bearer) {
    struct curl_slist *headers = NULL;
    char *type = memory_format("Content-Type: %s", content_type ? content_type : "");
    char *authorization = memory_format("Authorization: Bearer %s", bearer ? bearer : "");
    if (content_type)
        headers = curl_slist_append(headers, type);
    if (bearer)
        headers = curl_slist_append(headers, authorization);
    char *next = NULL;
    bool answered = exchange(browser, url, body, headers, &next);
    free(next);
    curl_slist_free_all(headers);
    free(type);
    free(authorization);
    return answered ? &browser->page : NULL;
}

bool browser_sees(struct browser *browser, const char *control) {
    return html_form_with(&browser->forms, control) != NULL;
}

const char *browser_problem(const struct browser *browser) {
    return browser->problem;
}
