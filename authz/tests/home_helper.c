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
