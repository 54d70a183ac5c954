/* What people do to projects through this server: a row each in the audit trail, and no secret of
 * an invite in the log. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/store/store.h"
#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "common/ops/log.h"

static char ann[256], bob[256], anns_id[256], bobs_id[256], member_id[64], token[128];

/* `path` takes member_id or token for its '*'. Sets *id to the answer's. */
static int call(const char *method, const char *path, const char *bearer, const char *json,
                char id[64]) {
    char whole[512], authorization[300];
    const char *star = strchr(path, '*');
    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(star ? star - path : (int)strlen(path)), path,
             star ? (strncmp(path, "/invites", 8) == 0 ? token : member_id) : "",
             star ? star + 1 : "");
    struct test_request *t = test_request_new(method, whole);
    AUTO(json_ref) answer = NULL;
    t->rq.now_ms = flow_world()->now_ms;
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer ? bearer : "");
    if (bearer)
        test_request_header(t, "Authorization", authorization);
    if (json)
        test_request_body(t, "application/json", json);
    test_request_send(t, flow_world()->authz->app);
    if (id && !failed(json_read_object(t->rs.body, &answer)))
        snprintf(id, 64, "%.*s", STR_FMT(json_read_str(answer, "id")));
    assert_false(str_present(test_request_answer(t, "X-Account-Event")));
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

struct counting {
    const char *event, *user; /* of whoever did it */
    int64_t n;
};

static err count_tx(struct tx *tx, void *arg) {
    struct counting *counting = arg;
    AUTO(db_rows_ref) found = NULL;
    bool row;
    TRY(DB_QUERY(tx, &found, "SELECT count(*) FROM audit WHERE event = ?1 AND user_id = ?2",
                 DB_T(str_from(counting->event)), DB_T(str_from(counting->user))));
    TRY(db_next(found, &row));
    counting->n = db_get_int(found, 0);
    return OK;
}

static int64_t rows(const char *event, const char *bearer) {
    struct counting counting = {event, bearer == ann ? anns_id : bobs_id, 0};
    assert_ok(db_read(flow_world()->authz->store->db, count_tx, &counting));
    return counting.n;
}

static void every_change_leaves_a_row_and_no_refusal_does(void **state) {
    (void)state;
    static char transfer[300];
    snprintf(transfer, sizeof transfer, "{\"new_owner_id\":\"%s\"}", bobs_id);
    const struct {
        const char *method, *path, *bearer, *json, *event;
        int status;
    } calls[] = {
        {"POST", "/projects/", ann, "{\"name\":\"Engine\"}", "project_created", 201},
        {"PATCH", "/projects/engine", ann, "{\"is_public\":true}", "project_changed", 200},
        {"PATCH", "/projects/engine", bob, "{\"is_public\":true}", "project_changed", 403},
        {"POST", "/projects/engine/join", bob, NULL, "member_added", 200},
        {"PATCH", "/projects/engine/members/*", bob, "{\"role\":\"admin\"}", "member_changed", 403},
        {"PATCH", "/projects/engine/members/*", ann, "{\"role\":\"admin\"}", "member_changed", 200},
        {"POST", "/projects/engine/invites", ann, "{\"email\":\"x@example.com\"}", "invite_created",
         201},
        {"POST", "/projects/engine/transfer-ownership", ann, transfer, "owner_changed", 200},
        {"DELETE", "/projects/engine/members/*", ann, NULL, "member_removed", 400},
        {"DELETE", "/projects/engine/leave", ann, NULL, "member_removed", 200},
        {"DELETE", "/projects/engine", ann, NULL, "project_deleted", 403},
        {"DELETE", "/projects/engine", bob, NULL, "project_deleted", 200},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        int64_t before = rows(calls[i].event, calls[i].bearer);
        bool joins = strcmp(calls[i].path, "/projects/engine/join") == 0;
        assert_int_equal(call(calls[i].method, calls[i].path, calls[i].bearer, calls[i].json,
                              joins ? member_id : NULL),
                         calls[i].status);
        assert_int_equal(rows(calls[i].event, calls[i].bearer), before + (calls[i].status < 300));
    }
}

static void token_of_an_invite_is_in_no_log(void **state) {
    (void)state;
    static char text[65536];
    char link[512];
    assert_int_equal(call("POST", "/projects/", ann, "{\"name\":\"Hidden\"}", NULL), 201);
    FILE *file = tmpfile();
    log_setup(LOG_DEBUG, LOG_JSON, fileno(file));
    flow_forget_mails();
    assert_int_equal(
        call("POST", "/projects/hidden/invites", ann, "{\"email\":\"bob@example.com\"}", NULL),
        201);
    flow_mailed("/invite?token=", link);
    snprintf(token, sizeof token, "%s", strchr(link, '=') + 1);
    token[strcspn(token, "&\" \r\n<")] = '\0';
    assert_int_equal(call("GET", "/invites/*", NULL, NULL, NULL), 200);
    assert_int_equal(call("POST", "/invites/*/accept", ann, NULL, NULL), 400);
    assert_int_equal(call("POST", "/invites/*/accept", bob, NULL, NULL), 200);
    assert_int_equal(call("GET", "/invites/*", NULL, NULL, NULL), 404);
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(text, "\"route\":\"/invites/:token/accept\""));
    assert_null(strstr(text, token));
    assert_null(strstr(text, "hk_iv_"));
    assert_int_equal(rows("invite_accepted", bob), 1);
}

static int set_up(void **state) {
    int status = flow_world_open(state);
    flow_api_token("ann@example.com", ann);
    flow_api_token("bob@example.com", bob);
    flow_call("GET", "/auth/me", ann, NULL, "id", anns_id);
    flow_call("GET", "/auth/me", bob, NULL, "id", bobs_id);
    return status;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_leaves_a_row_and_no_refusal_does),
        cmocka_unit_test(token_of_an_invite_is_in_no_log),
    };
    return cmocka_run_group_tests(tests, set_up, flow_world_close);
}
