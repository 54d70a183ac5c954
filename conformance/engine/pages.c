#include "conformance/engine/pages.h"

#include <string.h>

#include "conformance/engine/memory.h"

enum { MAX_PAGES = 12, MAX_FIELDS = 8 };

static const char default_rules[] =
    "[{\"kind\": \"sign-in\", \"see\": [\"email\", \"password\", \"sign-in\"],"
    "  \"type\": {\"email\": \"${email}\", \"password\": \"${password}\"}, \"press\": \"sign-in\"},"
    " {\"kind\": \"choose\", \"see\": [\"another-account\"], \"press\": \"account\"},"
    " {\"kind\": \"consent\", \"see\": [\"allow\", \"deny\"], \"press\": \"allow\"},"
    " {\"kind\": \"logout\", \"see\": [\"sign-out\"], \"press\": \"sign-out\"}]";

static bool fits(const struct run *run, const json_t *rule) {
    const char *at = text_of(rule, "at");
    size_t i;
    json_t *control;
    if (at[0])
        return strstr(browser_here(run->browser)->url, at) != NULL;
    json_array_foreach(json_object_get(rule, "see"), i, control) {
        if (!browser_sees(run->browser, json_string_value(control)))
            return false;
    }
    return json_array_size(json_object_get(rule, "see")) > 0;
}

const json_t *pages_rules(struct run *run) {
    const json_t *rules = json_object_get(run->settings->file, "pages");
    return rules ? rules : pool_json(run->pool, json_loads(default_rules, 0, NULL));
}

const json_t *pages_rule(struct run *run) {
    const json_t *rules = pages_rules(run);
    size_t i;
    json_t *rule;
    json_array_foreach(rules, i, rule) {
        if (fits(run, rule))
            return rule;
    }
    return NULL;
}

/* What "${name}" or "${?name}" stands for. */
static const char *value_of(struct run *run, const char *name, const json_t *query) {
    const json_t *member =
        name[0] == '?' ? json_object_get(query, name + 1)
                       : json_object_get(json_object_get(run->settings->file, "person"), name);
    if (!json_is_string(member))
        module_failed(run, "the-person-is-known", "", "nothing says what ${%s} is", name);
    return json_string_value(member);
}

/* The text with every ${} in it replaced. */
static const char *filled(struct run *run, const char *text, const json_t *query) {
    const char *mark = strstr(text, "${"), *end = mark ? strchr(mark, '}') : NULL;
    if (!end)
        return text;
    const char *name = pool_copy(run->pool, mark + 2, (size_t)(end - mark - 2));
    return pool_format(run->pool, "%.*s%s%s", (int)(mark - text), text, value_of(run, name, query),
                       filled(run, end + 1, query));
}

const char *pages_filled(struct run *run, const char *text) {
    return filled(run, text, NULL);
}

static void act_by_call(struct run *run, const json_t *call, const char *base,
                        const json_t *query) {
    json_t *body = pool_json(run->pool, json_object());
    const char *name, *method = text_of(call, "method");
    json_t *value;
    json_object_foreach(json_object_get(call, "json"), name, value) {
        json_object_set_new(body, name, json_string(filled(run, json_string_value(value), query)));
    }
    const char *url = filled(run, text_of(call, "url"), query);
    const struct page *page = browser_send(
        run->browser,
        &(struct http_request){.url = pool_text(run->pool, http_resolve(base, url)),
                               .method = method[0] ? method : NULL,
                               .content_type = "application/json",
                               .body = pool_text(run->pool, json_dumps(body, JSON_COMPACT))});
    check(run, FAILURE, "the-pages-call-succeeds", "", page && page->status / 100 == 2,
          "%s answered %ld", url, page ? page->status : 0);
}

/* A page that works by script alone. */
static const struct page *act_by_calls(struct run *run, const json_t *rule) {
    const struct page *here = pages_keep(run, browser_here(run->browser));
    json_t *query =
        pool_json(run->pool, parameters_parse(pool_text(run->pool, parameters_query(here->url))));
    size_t i;
    json_t *call;
    json_array_foreach(json_object_get(rule, "calls"), i, call) {
        act_by_call(run, call, here->url, query);
    }
    return browser_get(run->browser, filled(run, text_of(rule, "go"), query));
}

const struct page *pages_act(struct run *run, const json_t *rule) {
    struct typed typed[MAX_FIELDS];
    size_t n = 0;
    const char *control;
    json_t *value;
    if (json_object_get(rule, "calls"))
        return act_by_calls(run, rule);
    json_object_foreach(json_object_get(rule, "type"), control, value) {
        if (n < MAX_FIELDS && json_is_string(value))
            typed[n++] = (struct typed){control, pages_filled(run, json_string_value(value))};
    }
    const struct page *page = browser_press(run->browser, text_of(rule, "press"), typed, n);
    if (!page)
        module_failed(run, "the-page-can-be-used", "", "%s", browser_problem(run->browser));
    return page;
}

const struct page *pages_keep(struct run *run, const struct page *page) {
    struct page *copy = pool_alloc(run->pool, sizeof *copy);
    *copy = (struct page){.status = page->status,
                          .url = pool_copy(run->pool, page->url, strlen(page->url)),
                          .body = pool_copy(run->pool, page->body, strlen(page->body)),
                          .stopped = page->stopped};
    if (page->posted)
        copy->posted = pool_copy(run->pool, page->posted, strlen(page->posted));
    return copy;
}

const struct page *pages_walk(struct run *run, const struct page *page, struct walk *walk) {
    *walk = (struct walk){0};
    for (int i = 0; i < MAX_PAGES && page && !page->stopped; i++) {
        const json_t *rule = pages_rule(run);
        const char *kind = rule ? text_of(rule, "kind") : "logout";
        if (strcmp(kind, "logout") == 0)
            return page;
        if (strcmp(kind, "sign-in") == 0) {
            walk->sign_ins++;
            walk->sign_in_page = pages_keep(run, page);
        }
        if (strcmp(kind, "consent") == 0) {
            walk->consents++;
            walk->consent_page = pages_keep(run, page);
        }
        if (walk->sign_ins > 2 || walk->consents > 2)
            module_failed(run, "the-pages-lead-on", "",
                          "the %s page came again and again: are the person's name and password "
                          "right?",
                          kind);
        page = pages_act(run, rule);
    }
    if (!page)
        module_failed(run, "the-browser-got-an-answer", "RFC9110-15", "%s",
                      browser_problem(run->browser));
    return page;
}

/* The scheme, host and port of a URL. */
static size_t origin_length(const char *url) {
    const char *host = strstr(url, "://");
    return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

void pages_expect_own(struct run *run, const struct page *page, const char *spec,
                      const char *what) {
    const char *own = text_of(run->discovery, "authorization_endpoint");
    size_t n = origin_length(own);
    check(run, FAILURE, "the-browser-stays-at-the-provider", spec,
          !page->stopped && origin_length(page->url) == n && strncmp(page->url, own, n) == 0,
          "it was sent to %.*s", (int)strcspn(page->url, "?#"), page->url);
    module_review(run, what, page);
}
