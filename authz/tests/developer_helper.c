#include "authz/tests/developer_helper.h"

#include <stdio.h>

#include "common/base/json_read.h"

struct browser *ann, *bob;
static char ann_token[256];

int developer_open(void **state) {
    flow_world_open(state);
    flow_api_token("ann@example.com", ann_token);
    ann = browser_at_home("ann@example.com");
    bob = browser_at_home("bob@example.com");
    return 0;
}

int developer_close(void **state) {
    browser_free(ann);
    browser_free(bob);
    return flow_world_close(state);
}

const char *join(const char *a, const char *b, const char *c) {
    static char out[16][1024];
    static unsigned turn;
    char *to = out[turn++ % COUNT(out)];
    snprintf(to, sizeof out[0], "%s%s%s", a, b, c);
    return to;
}

const char *app_page(const char *id, const char *rest) {
    return join("/developer/apps/", id, rest);
}

const char *project_page(const char *slug, const char *rest) {
    return join("/developer/projects/", slug, rest);
}

void made(const char *path, const char *json, const char *member, char out[256]) {
    struct test_request *t = test_request_new("POST", path);
    AUTO(json_ref) answer = NULL;
    t->rq.now_ms = flow_world()->now_ms;
    test_request_header(t, "Authorization", join("Bearer ", ann_token, ""));
    test_request_body(t, "application/json", json);
    test_request_send(t, flow_world()->authz->app);
    if (t->rs.status != 201 || failed(json_read_object(t->rs.body, &answer)))
        fail_msg("%s: %d %.*s", path, t->rs.status, STR_FMT(t->rs.body));
    snprintf(out, 256, "%.*s", STR_FMT(json_read_str(answer, member)));
    test_request_free(t);
}

const char *app(void) {
    static char client_id[256];
    made("/oauth/clients",
         "{\"client_name\":\"My App\",\"redirect_uris\":[\"https://app.example/cb\"]}", "client_id",
         client_id);
    return client_id;
}

const char *project(void) {
    static char slug[256];
    made("/projects", "{\"name\":\"Team\"}", "slug", slug);
    return slug;
}

void expect(struct browser *b, int status, const char *shown) {
    if (browser_status(b) != status || (shown && !browser_sees(b, shown)))
        fail_msg("%d instead of %d, or without \"%s\": %.*s", browser_status(b), status, shown,
                 STR_FMT(b->last->rs.body));
}

void send_form(struct browser *b, const char *path, const char *fields) {
    browser_get(b, path);
    expect(b, 200, NULL);
    browser_submit_own(b, path, fields);
    if (browser_status(b) == 303)
        browser_follow(b);
}
