#include "authz/tests/home_helper.h"

#include <stdio.h>

void browser_submit_own(struct browser *browser, const char *path, const char *more) {
    static char form[60000], field[40000];
    browser_field(browser, "csrf", field);
    snprintf(form, sizeof form, "csrf=%s%s", field, more);
    browser_post(browser, path, form);
}

void browser_follow(struct browser *browser) {
    static const char issuer[] = "https://id.example";
    char target[8192];
    for (int i = 0; i < 5; i++) {
        str location = test_request_answer(browser->last, "Location");
        if (!str_starts(location, S("https://id.example/")))
            return;
        str path = str_from_pos(location, strlen(issuer));
        snprintf(target, sizeof target, "%.*s", STR_FMT(path));
        browser_get(browser, target);
    }
    fail_msg("redirects without end");
}

struct browser *browser_at_home(const char *email) {
    struct browser *browser = browser_new();
    browser_get(browser, "/account");
    browser_follow(browser);
    browser_sign_in(browser, email);
    browser_follow(browser);
    if (!browser_sees(browser, "id=\"sign-out\""))
        fail_msg("%s is not at home: %d", email, browser_status(browser));
    return browser;
}

/* On the page of `path`, its form with `more`; followed to the page after it. */
void browser_change(struct browser *b, const char *path, const char *more) {
    browser_get(b, path);
    browser_follow(b);
    if (browser_sees(b, "sign-in-form"))
        fail_msg("%s asks for a sign-in", path);
    browser_submit_own(b, path, more);
    browser_follow(b);
}

void browser_expect(struct browser *b, int status, const char *text, const char *row) {
    if (!browser_shows(b, status, text))
        fail_msg("%s: %d %.*s", row, browser_status(b), STR_FMT(b->last->rs.body));
}

/* Of the last page: what stands behind `before` up to a quote. */
void browser_pick(const struct browser *b, const char *before, char out[512]) {
    str body = b->last->rs.body;
    size_t at = str_find_str(body, str_from(before));
    if (at == body.n)
        fail_msg("there is no %s in %.*s", before, STR_FMT(body));
    str rest = str_from_pos(body, at + strlen(before));
    snprintf(out, 512, "%.*s", (int)strcspn(rest.p, "\"<"), rest.p);
}
