/* The grants that need no browser, and what is asked and said of their tokens. */
#include <stdio.h>

#include "rp/tests/grants/tool.h"

static hk_doc *pending;
static int (*poll_pending)(hk_rp *, hk_doc *, hk_session **, hk_error *);

void command_client_credentials(char **word, hk_error *e) {
    hk_session *fresh;
    int code = hk_client_credentials(tool_rp, word[0], word[1], &fresh, e);
    tool_take(code, e, fresh);
}

static void tell_activity(int code, const hk_error *e, hk_doc *doc) {
    tool_tell(code, e, hk_doc_true(doc, "active") ? "active" : "inactive");
    hk_doc_free(doc);
}

void command_introspect(char **word, hk_error *e) {
    (void)word;
    hk_doc *doc;
    int code = hk_introspect(tool_rp, hk_access_token(tool_session).p, "access_token", &doc, e);
    tell_activity(code, e, doc);
}

void command_refresh(char **word, hk_error *e) {
    (void)word;
    int code = hk_refresh(tool_rp, tool_session, e);
    tool_take(code, e, NULL);
}

/* A copy of the access token, to be introspected after it was revoked. */
void command_revoke(char **word, hk_error *e) {
    (void)word;
    char token[4096];
    snprintf(token, sizeof token, "%s", hk_access_token(tool_session).p);
    int code = hk_revoke(tool_rp, tool_session, e);
    hk_doc *doc = NULL;
    if (!code)
        code = hk_introspect(tool_rp, token, NULL, &doc, e);
    tell_activity(code, e, doc);
}

static void wait_for(int code, const hk_error *e, hk_doc *doc, const char *member) {
    hk_doc_free(pending);
    pending = doc;
    tool_tell(code, e, doc ? hk_doc_str(doc, member).p : "");
}

void command_device(char **word, hk_error *e) {
    hk_doc *doc;
    int code = hk_device_start(tool_rp, word[0], &doc, e);
    poll_pending = hk_device_poll;
    wait_for(code, e, doc, "user_code");
}

void command_ciba(char **word, hk_error *e) {
    hk_doc *doc;
    const hk_ciba request = {
        .size = sizeof request, .login_hint = word[0], .notification_token = word[1]};
    int code = hk_ciba_start(tool_rp, &request, &doc, e);
    poll_pending = hk_ciba_poll;
    wait_for(code, e, doc, "auth_req_id");
}

void command_ping(char **word, hk_error *e) {
    tool_tell(hk_ciba_ping(tool_rp, pending, word[0], word[1], e), e, "poll now");
}

void command_poll(char **word, hk_error *e) {
    (void)word;
    char text[32];
    hk_session *fresh;
    int code = poll_pending(tool_rp, pending, &fresh, e);
    snprintf(text, sizeof text, "%u", e->retry_after_ms);
    if (code == HK_PENDING)
        tool_tell(code, e, text);
    else
        tool_take(code, e, fresh);
}

void grant_commands_end(void) {
    hk_doc_free(pending);
}
