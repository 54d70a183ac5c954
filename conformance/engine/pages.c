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
    size_t i;
    json_t *control;
    json_array_foreach(
        json_object_get(rule, "see"), i,
        control) if (!browser_sees(run->browser, json_string_value(control))) return false;
    return json_array_size(json_object_get(rule, "see")) > 0;
}

const json_t *pages_rule(struct run *run) {
    const json_t *rules = json_object_get(run->settings->file, "pages");
    size_t i;
    json_t *rule;
    if (!rules)
        rules = pool_json(run->pool, json_loads(default_rules, 0, NULL));
    json_array_foreach(rules, i, rule) if (fits(run, rule)) return rule;
    return NULL;
}

static const char *filled(struct run *run, const char *value) {
    size_t n = strlen(value);
    if (strncmp(value, "${", 2) != 0 || value[n - 1] != '}')
        return value;
    const char *name = pool_copy(run->pool, value + 2, n - 3);
    const json_t *member = json_object_get(json_object_get(run->settings->file, "person"), name);
    if (!json_is_string(member))
        module_failed(run, "the-person-is-known", "", "the client file's person has no \"%s\"",
                      name);
    return json_string_value(member);
}

const struct page *pages_act(struct run *run, const json_t *rule) {
    struct typed typed[MAX_FIELDS];
    size_t n = 0;
    const char *control;
    json_t *value;
    json_object_foreach(json_object_get(rule, "type"), control,
                        value) if (n < MAX_FIELDS && json_is_string(value)) typed[n++] =
        (struct typed){control, filled(run, json_string_value(value))};
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
