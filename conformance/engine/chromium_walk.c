#include "conformance/engine/chromium_walk.h"

#include <string.h>

enum { MAX_PAGES = 8 };

/* Does what the first rule says that fits the page; false if none does. */
static const char act[] =
    "(() => {"
    "  const shows = (button) => button.textContent.trim() || button.value;"
    "  const find = (wanted) => document.getElementById(wanted) ??"
    "    document.getElementsByName(wanted)[0] ??"
    "    [...document.querySelectorAll('button, input[type=submit]')]"
    "      .find((button) => shows(button) === wanted);"
    "  const rule = %s.find(({see}) => see?.length && see.every(find));"
    "  if (!rule) return false;"
    "  for (const [name, value] of Object.entries(rule.type ?? {})) find(name).value = value;"
    "  setTimeout(() => find(rule.press).click());"
    "  return true;"
    "})()";

static void release(void *chromium) {
    chromium_free(chromium);
}

struct chromium *chromium_for(struct run *run) {
    const char *program = run->settings->chromium;
    if (!program)
        module_skipped(run, "this needs a browser with scripts, and --chromium names none");
    struct chromium *chromium = pool_keep(run->pool, chromium_new(program), release);
    check(run, FAILURE, "chromium-starts", "", chromium != NULL, "%s could not be started",
          program);
    return chromium;
}

/* The rules with the person's values in them, as JSON. */
static const char *rules_text(struct run *run) {
    json_t *rules = pool_json(run->pool, json_deep_copy(pages_rules(run))), *rule, *value;
    size_t i;
    const char *control;
    json_array_foreach(rules, i, rule) {
        json_object_foreach(json_object_get(rule, "type"), control, value) {
            json_string_set(value, pages_filled(run, json_string_value(value)));
        }
    }
    return pool_text(run->pool, json_dumps(rules, JSON_COMPACT));
}

static const char *address(struct run *run, struct chromium *chromium) {
    json_t *value = pool_json(run->pool, chromium_evaluate(chromium, "location.href"));
    return json_is_string(value) ? json_string_value(value) : "";
}

static const struct page *stopped_at(struct run *run, const char *url) {
    struct page *page = pool_alloc(run->pool, sizeof *page);
    *page = (struct page){
        .status = 200, .url = pool_copy(run->pool, url, strlen(url)), .body = "", .stopped = true};
    return page;
}

const struct page *chromium_walk(struct run *run, struct chromium *chromium, const char *url) {
    const char *own = run->settings->base_url;
    const char *script = pool_format(run->pool, act, rules_text(run));
    bool loaded = chromium_go(chromium, url);
    for (int i = 0; i < MAX_PAGES && loaded; i++) {
        const char *here = address(run, chromium);
        if (strncmp(here, own, strlen(own)) == 0)
            return stopped_at(run, here);
        loaded = chromium_leave(chromium, script);
    }
    const char *here = address(run, chromium);
    module_failed(run, "chromium-comes-back-to-the-client", "", "it ended at %.*s",
                  (int)strcspn(here, "?#"), here);
}
