/* A sign-in whose browser is the test's. */
#include <stdlib.h>
#include <string.h>

#include "rp/tests/grants/tool.h"

static hk_login *login;

void command_begin(char **word, hk_error *e) {
    const hk_auth auth = {.size = sizeof auth,
                          .resources = word[0],
                          .authorization_details = word[1],
                          .acr_values = word[2],
                          .acr = word[2],
                          .has_max_age = word[3] != NULL,
                          .max_age = word[3] ? atoi(word[3]) : 0};
    hk_login_free(login);
    int code = hk_begin_with(tool_rp, &auth, &login, e);
    tool_tell(code, e, login ? hk_login_url(login).p : "");
}

/* The browser sends back the name and the value of what Set-Cookie said. */
void command_finish(char **word, hk_error *e) {
    static char cookie[8192];
    hk_session *fresh;
    hk_str set = hk_login_cookie(login);
    size_t n = set.p ? strcspn(set.p, ";") : 0;
    memcpy(cookie, set.p, n < sizeof cookie ? n : 0);
    cookie[n < sizeof cookie ? n : 0] = 0;
    int code = hk_finish(tool_rp, word[0], cookie, &fresh, e);
    tool_take(code, e, fresh);
}

void command_details(char **word, hk_error *e) {
    (void)word;
    hk_str details = hk_authorization_details(tool_session);
    tool_tell(HK_OK, e, details.p ? details.p : "-");
}

void sign_in_commands_end(void) {
    hk_login_free(login);
}
