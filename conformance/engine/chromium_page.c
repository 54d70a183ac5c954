#include "conformance/engine/chromium_page.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

enum { PATIENCE_MS = 20000, LOOK_EVERY_MS = 50 };

json_t *chromium_evaluate(struct chromium *chromium, const char *script) {
    json_t *result = chromium_call(
        chromium, "Runtime.evaluate",
        json_pack("{s:s, s:b, s:b}", "expression", script, "awaitPromise", 1, "returnByValue", 1));
    json_t *value = json_object_get(json_object_get(result, "result"), "value");
    bool threw = json_object_get(result, "exceptionDetails") != NULL;
    json_t *out = threw ? NULL : json_incref(value);
    json_decref(result);
    return out;
}

static bool is_true(struct chromium *chromium, const char *script) {
    json_t *value = chromium_evaluate(chromium, script);
    bool yes = json_is_true(value);
    json_decref(value);
    return yes;
}

/* Marks a page, so that the next one is known by having no mark. */
#define MARK   "globalThis.seenByTheRunner = true"
#define LOADED "document.readyState === 'complete' && !globalThis.seenByTheRunner"

static bool await_next(struct chromium *chromium) {
    for (int waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
        if (is_true(chromium, LOADED))
            return true;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY_MS * 1000000L}, NULL);
    }
    return false;
}

bool chromium_go(struct chromium *chromium, const char *url) {
    json_decref(chromium_evaluate(chromium, MARK));
    json_t *result = chromium_call(chromium, "Page.navigate", json_pack("{s:s}", "url", url));
    bool went = result && !json_object_get(result, "errorText");
    json_decref(result);
    return went && await_next(chromium);
}

bool chromium_leave(struct chromium *chromium, const char *script) {
    json_decref(chromium_evaluate(chromium, MARK));
    return is_true(chromium, script) && await_next(chromium);
}

/* --- pictures ----------------------------------------------------------------------------- */

/* Answers the page's next request with this HTML: it has then the URL's origin, as style sheets
 * want it, and the provider hears nothing. */
static bool answer_instead(struct chromium *chromium, const char *html) {
    json_t *paused = chromium_event(chromium, "Fetch.requestPaused");
    size_t n = strlen(html);
    char *body = memory_new(n / 3 * 4 + 5, 1);
    EVP_EncodeBlock((unsigned char *)body, (const unsigned char *)html, (int)n);
    json_t *done = chromium_call(chromium, "Fetch.fulfillRequest",
                                 json_pack("{s:s, s:i, s:[{s:s, s:s}], s:s}", "requestId",
                                           text_of(paused, "requestId"), "responseCode", 200,
                                           "responseHeaders", "name", "Content-Type", "value",
                                           "text/html; charset=utf-8", "body", body));
    bool ok = done != NULL;
    json_decref(done);
    json_decref(paused);
    free(body);
    return ok;
}

/* The page's scripts are not run again: they would submit or leave it. */
static bool show(struct chromium *chromium, const char *html, const char *url) {
    json_decref(chromium_evaluate(chromium, MARK));
    json_decref(chromium_call(chromium, "Emulation.setScriptExecutionDisabled",
                              json_pack("{s:b}", "value", 1)));
    json_decref(chromium_call(
        chromium, "Fetch.enable",
        json_pack("{s:[{s:s, s:s}]}", "patterns", "urlPattern", "*", "resourceType", "Document")));
    bool ok = chromium_send(chromium, "Page.navigate", json_pack("{s:s}", "url", url)) &&
              answer_instead(chromium, html);
    json_decref(chromium_call(chromium, "Fetch.disable", NULL));
    return ok && await_next(chromium);
}

char *chromium_picture(struct chromium *chromium, const char *html, const char *url) {
    if (!show(chromium, html, url))
        return NULL;
    json_t *shot =
        chromium_call(chromium, "Page.captureScreenshot", json_pack("{s:s}", "format", "png"));
    const char *png = text_of(shot, "data");
    char *copy = png[0] ? memory_copy(png, strlen(png)) : NULL;
    json_decref(shot);
    return copy;
}
