#include "conformance/engine/browser.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/memory.h"

enum { MAX_REDIRECTS = 10 };

struct browser {
    char *stop_at;
    struct http *http;
    struct http_response *response;
    struct page page;
    char problem[512];
};

struct browser *browser_new(const struct browser_options *options) {
    struct browser *browser = memory_new(1, sizeof *browser);
    if (options->stop_at)
        browser->stop_at = memory_copy(options->stop_at, strlen(options->stop_at));
    browser->http = http_new(&options->http);
    return browser;
}

static void page_clear(struct browser *browser) {
    html_page_free(&browser->page.forms);
    free(browser->page.url);
    free(browser->page.posted);
    http_response_free(browser->response);
    browser->response = NULL;
    browser->page = (struct page){.body = ""};
}

void browser_free(struct browser *browser) {
    if (!browser)
        return;
    page_clear(browser);
    http_free(browser->http);
    free(browser->stop_at);
    free(browser);
}

static bool exchange(struct browser *browser, const struct http_request *request) {
    char *url = memory_copy(request->url, strlen(request->url));
    struct http_response *response = http_send(browser->http, request);
    page_clear(browser);
    browser->page.url = url;
    if (!response) {
        snprintf(browser->problem, sizeof browser->problem, "%s", http_problem(browser->http));
        return false;
    }
    browser->response = response;
    browser->page.response = response;
    browser->page.status = response->status;
    browser->page.body = response->body;
    return true;
}

static bool stops(const struct browser *browser, const char *url) {
    const char *at = browser->stop_at;
    return at && strncmp(url, at, strlen(at)) == 0;
}

static char *redirect_of(const struct page *page) {
    const char *location = http_header(page->response, "location");
    bool redirect = page->status >= 300 && page->status < 400 && page->status != 304;
    return redirect && location[0] ? http_resolve(page->url, location) : NULL;
}

static const char *value_of(const struct html_control *control, const struct typed *typed,
                            size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(typed[i].control, control->id) == 0 ||
            strcmp(typed[i].control, control->name) == 0)
            return typed[i].value;
    return control->value;
}

static bool is_button(const struct html_control *control) {
    return strcmp(control->type, "submit") == 0 || strcmp(control->type, "button") == 0 ||
           strcmp(control->type, "image") == 0 || strcmp(control->type, "reset") == 0;
}

/* HTML 4.10.21.4: every named control that is on, of the buttons only the one pressed. */
static bool is_sent(const struct html_control *control, const struct html_control *pressed) {
    bool choice = strcmp(control->type, "checkbox") == 0 || strcmp(control->type, "radio") == 0;
    if (!control->name[0] || control->disabled || (choice && !control->checked))
        return false;
    return !is_button(control) || control == pressed;
}

static char *form_body(const struct html_form *form, const struct html_control *pressed,
                       const struct typed *typed, size_t n) {
    char *body = memory_copy("", 0);
    for (size_t i = 0; i < form->n; i++) {
        const struct html_control *control = &form->controls[i];
        if (!is_sent(control, pressed))
            continue;
        char *name = curl_easy_escape(NULL, control->name, 0);
        char *value = curl_easy_escape(NULL, value_of(control, typed, n), 0);
        char *longer = memory_format("%s%s%s=%s", body, body[0] ? "&" : "", name, value);
        curl_free(name);
        curl_free(value);
        free(body);
        body = longer;
    }
    return body;
}

/* A form to the place waited for is taken as sent, as the page's script would. */
static void stop_at_form(struct browser *browser) {
    struct page *page = &browser->page;
    for (size_t i = 0; i < page->forms.n; i++) {
        const struct html_form *form = &page->forms.forms[i];
        char *target = http_resolve(page->url, form->action);
        if (target && strcasecmp(form->method, "post") == 0 && stops(browser, target)) {
            page->posted = form_body(form, NULL, NULL, 0);
            page->stopped = true;
            free(page->url);
            page->url = target;
            return;
        }
        free(target);
    }
}

/* What the frames answer is theirs; a frame that does not answer leaves the page as it is. */
static void load_frames(struct browser *browser) {
    const struct page *page = &browser->page;
    for (size_t i = 0; i < page->forms.frames_n; i++) {
        char *url = http_resolve(page->url, page->forms.frames[i]);
        if (url)
            http_response_free(http_send(browser->http, &(struct http_request){.url = url}));
        free(url);
    }
}

/* Reads the page that came. Where it leads on by itself: the URL, which the caller frees. */
static char *read_page(struct browser *browser) {
    struct page *page = &browser->page;
    page->forms = html_page_read(page->body);
    load_frames(browser);
    stop_at_form(browser);
    return page->forms.refresh && !page->stopped ? http_resolve(page->url, page->forms.refresh)
                                                 : NULL;
}

/* RFC 9110 15.4: a form is not sent again to where its answer points. */
static const struct page *travel(struct browser *browser, const char *url, const char *form) {
    char *here = memory_copy(url, strlen(url));
    for (int i = 0; i < MAX_REDIRECTS; i++) {
        struct http_request request = {.url = here, .body = i == 0 ? form : NULL};
        bool answered = exchange(browser, &request);
        free(here);
        if (!answered)
            return NULL;
        here = redirect_of(&browser->page);
        if (!here)
            here = read_page(browser);
        if (!here)
            return &browser->page;
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
    return travel(browser, url, NULL);
}

const struct page *browser_post(struct browser *browser, const char *url, const char *form) {
    return travel(browser, url, form);
}

/* A form with the method GET puts its fields in place of the target's query. */
static const struct page *submit(struct browser *browser, const struct html_form *form,
                                 const char *target, const char *body) {
    if (strcasecmp(form->method, "post") == 0)
        return travel(browser, target, body);
    char *url = memory_format("%.*s?%s", (int)strcspn(target, "?#"), target, body);
    const struct page *page = travel(browser, url, NULL);
    free(url);
    return page;
}

const struct page *browser_press(struct browser *browser, const char *button,
                                 const struct typed *typed, size_t n) {
    const struct html_form *form = html_form_with(&browser->page.forms, button);
    for (size_t i = 0; form && i < n; i++)
        if (!html_control_find(form, typed[i].control))
            form = NULL;
    if (!form) {
        snprintf(browser->problem, sizeof browser->problem,
                 "the page has no form with the button \"%s\" and the fields typed into", button);
        return NULL;
    }
    const struct html_control *pressed = html_control_find(form, button);
    char *body = form_body(form, pressed, typed, n);
    char *target = http_resolve(browser->page.url,
                                pressed->formaction[0] ? pressed->formaction : form->action);
    const struct page *page = target ? submit(browser, form, target, body) : NULL;
    free(target);
    free(body);
    return page;
}

const struct page *browser_call(struct browser *browser, const char *url, const char *content_type,
                                const char *body, const char *bearer) {
    char *authorization = bearer ? memory_format("Bearer %s", bearer) : NULL;
    bool answered = exchange(browser, &(struct http_request){.url = url,
                                                             .content_type = content_type,
                                                             .body = body,
                                                             .authorization = authorization});
    free(authorization);
    return answered ? &browser->page : NULL;
}

void browser_forget(struct browser *browser) {
    http_forget(browser->http);
}

const struct page *browser_here(const struct browser *browser) {
    return &browser->page;
}

const struct page *browser_send(struct browser *browser, const struct http_request *request) {
    return exchange(browser, request) ? &browser->page : NULL;
}

bool browser_sees(const struct browser *browser, const char *control) {
    return html_form_with(&browser->page.forms, control) != NULL;
}

const char *browser_problem(const struct browser *browser) {
    return browser->problem;
}
