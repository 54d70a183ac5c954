/* The account API as it looks through this server: one request to whoever watches. */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/store/store.h"
#include "authz/tests/flow_helper.h"
#include "common/base/buf.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

static struct test_request *call(const char *path, const char *json) {
    struct test_request *t = test_request_new("POST", path);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_body(t, "application/json", json);
    test_request_send(t, flow_world()->authz->app);
    return t;
}

static int status_of(const char *path, const char *json) {
    struct test_request *t = call(path, json);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

/* --- one line, one count ---------------------------------------------------------------------- */

static int64_t counted(const char *series) {
    static char text[1 << 20];
    struct arena *arena = arena_new(4 << 20);
    struct buf out = buf_in(arena, 1 << 20);
    str all;
    metrics_write(&out);
    assert_ok(buf_str(&out, &all));
    snprintf(text, sizeof text, "%.*s", STR_FMT(all));
    arena_free(arena);
    const char *at = strstr(text, series);
    return at ? atoll(at + strlen(series)) : 0;
}

static size_t times(const char *text, const char *what) {
    size_t n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

static void logged(FILE *file, char text[16384]) {
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    rewind(file);
    text[fread(text, 1, 16383, file)] = '\0';
    fclose(file);
}

#define SERIES(route, status)                                                                      \
    "hitkey_http_requests_total{route=\"" route "\",status=\"" status "\"} "

static void a_call_is_logged_and_counted_once_under_its_own_route(void **state) {
    (void)state;
    char text[16384];
    int64_t before = counted(SERIES("/auth/login", "401"));
    FILE *file = tmpfile();
    log_setup(LOG_INFO, LOG_JSON, fileno(file));
    assert_int_equal(status_of("/auth/login", "{\"email\":\"ann@example.com\",\"password\":\"x\"}"),
                     401);
    logged(file, text);
    assert_int_equal(times(text, "\"event\":\"request\""), 1);
    assert_non_null(strstr(text, "\"app\":\"authz\""));
    assert_non_null(strstr(text, "\"route\":\"/auth/login\""));
    assert_non_null(strstr(text, "\"code\":\"INVALID_CREDENTIALS\""));
    assert_int_equal(counted(SERIES("/auth/login", "401")), before + 1);
    assert_int_equal(counted(SERIES("/auth/*", "401")), 0);
}

/* A request without memory: the fault is ours. */
static void a_fault_of_ours_is_logged_with_its_place(void **state) {
    (void)state;
    char text[16384];
    FILE *file = tmpfile();
    struct test_request *t = test_request_new("POST", "/auth/login");
    test_request_body(t, "application/json", "{\"email\":\"ann@example.com\",\"password\":\"x\"}");
    arena_free(t->rq.arena);
    t->rq.arena = arena_new(64);
    log_setup(LOG_INFO, LOG_JSON, fileno(file));
    test_request_send(t, flow_world()->authz->app);
    logged(file, text);
    assert_true(t->rs.status >= 500);
    assert_int_equal(times(text, "\"event\":\"request\""), 1);
    assert_non_null(strstr(text, "\"route\":\"/auth/login\""));
    assert_non_null(strstr(text, "\"at\":\""));
    test_request_free(t);
}

static void an_unknown_path_is_counted_under_the_route_that_passes_it_on(void **state) {
    (void)state;
    int64_t before = counted(SERIES("/auth/*", "404"));
    assert_int_equal(status_of("/auth/nothing", "{}"), 404);
    assert_int_equal(counted(SERIES("/auth/*", "404")), before + 1);
    assert_int_equal(counted(SERIES("none", "404")), 0);
}

/* --- the audit trail -------------------------------------------------------------------------- */

struct counting {
    const char *event, *client, *user; /* "": none */
    int64_t n;
};

static err count_tx(struct tx *tx, void *arg) {
    struct counting *counting = arg;
    AUTO(db_rows_ref) found = NULL;
    bool row;
    TRY(DB_QUERY(tx, &found,
                 "SELECT count(*) FROM audit WHERE event = ?1 AND coalesce(client_id, '') = ?2"
                 " AND coalesce(user_id, '') = ?3 AND remote = '192.0.2.1'",
                 DB_T(str_from(counting->event)), DB_T(str_from(counting->client)),
                 DB_T(str_from(counting->user))));
    TRY(db_next(found, &row));
    counting->n = db_get_int(found, 0);
    return OK;
}

static int64_t rows_of(const char *event, const char *client, const char *user) {
    struct counting counting = {event, client, user, 0};
    assert_ok(db_read(flow_world()->authz->store->db, count_tx, &counting));
    return counting.n;
}

/* Through the API no client takes part. */
static int64_t rows(const char *event, const char *user) {
    return rows_of(event, "", user);
}

static void user_id_of(const char *token, char id[256]) {
    flow_call("GET", "/auth/me", token, NULL, "id", id);
}

static void sign_ins_leave_a_row_with_their_person(void **state) {
    (void)state;
    static const struct {
        const char *json, *event;
        bool anns;
        int status;
    } calls[] = {
        {"{\"email\":\"ann@example.com\",\"password\":\"" FLOW_PASSWORD "\"}", "sign_in", true,
         200},
        {"{\"email\":\"ann@example.com\",\"password\":\"x\"}", "sign_in_failed", true, 401},
        {"{\"email\":\"zoe@example.com\",\"password\":\"x\"}", "sign_in_failed", false, 401},
    };
    char token[256], ann[256];
    flow_api_token("ann@example.com", token);
    user_id_of(token, ann);
    for (size_t i = 0; i < COUNT(calls); i++) {
        const char *who = calls[i].anns ? ann : "";
        int64_t before = rows(calls[i].event, who);
        struct test_request *t = call("/auth/login", calls[i].json);
        assert_int_equal(t->rs.status, calls[i].status);
        assert_int_equal(rows(calls[i].event, who), before + 1);
        assert_false(str_present(test_request_answer(t, "X-Account-Event")));
        test_request_free(t);
    }
    assert_int_equal(rows("signed_up", ann), 1);
}

static void failures_on_the_pages_leave_a_row_with_their_person(void **state) {
    (void)state;
    char token[256], bob[256];
    flow_api_token("bob@example.com", token);
    user_id_of(token, bob);
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    browser_submit(b, "/interaction/sign-in", "&email=bob@example.com&password=wrong");
    assert_int_equal(rows_of("sign_in_failed", "web", bob), 1);
    assert_int_equal(rows("sign_in_failed", bob), 0); /* not twice */
    browser_free(b);
}

static void totp(const char *base32, char json[64]) {
    char *raw, code[8];
    size_t n;
    assert_int_equal(oath_base32_decode(base32, strlen(base32), &raw, &n), OATH_OK);
    assert_int_equal(
        oath_totp_generate(raw, n, (time_t)(flow_world()->now_ms / 1000), 30, 0, 6, code), OATH_OK);
    free(raw);
    snprintf(json, 64, "{\"code\":\"%s\"}", code);
}

static void a_changed_second_factor_leaves_a_row(void **state) {
    (void)state;
    char token[256], bob[256], base32[256], json[64];
    flow_api_token("bob@example.com", token);
    user_id_of(token, bob);
    flow_call("GET", "/auth/2fa/setup", token, NULL, "secret", base32);
    totp(base32, json);
    flow_call("POST", "/auth/2fa/enable", token, json, NULL, NULL);
    assert_int_equal(rows("second_factor_on", bob), 1);
    assert_int_equal(status_of("/auth/2fa/disable", json), 401); /* without the token: no event */
    flow_world()->now_ms += 30 * 1000;
    totp(base32, json);
    assert_int_equal(rows("second_factor_off", bob), 0);
    flow_call("POST", "/auth/2fa/disable", token, json, NULL, NULL);
    assert_int_equal(rows("second_factor_off", bob), 1);
    assert_int_equal(rows("second_factor_failed", bob), 0);
}

static void reset_password(const char *email, const char *password) {
    char link[512], json[800];
    flow_forget_mails();
    flow_world()->now_ms += 60000; /* one link a minute */
    snprintf(json, sizeof json, "{\"email\":\"%s\"}", email);
    assert_int_equal(status_of("/auth/password/forgot", json), 200);
    flow_mailed("/reset?token=", link);
    snprintf(json, sizeof json, "{\"token\":\"%s\",\"password\":\"%s\"}", strchr(link, '=') + 1,
             password);
    assert_int_equal(status_of("/auth/password/reset", json), 200);
    assert_int_equal(status_of("/auth/password/reset", json), 400);
}

static void a_new_password_leaves_a_row_once(void **state) {
    (void)state;
    char token[256], ann[256];
    flow_api_token("ann@example.com", token);
    user_id_of(token, ann);
    reset_password("ann@example.com", "another river in june");
    assert_int_equal(rows("password_forgotten", ""), 1);
    assert_int_equal(rows("password_reset", ann), 1);
    assert_int_equal(rows("password_reset", ""), 0);
}

/* --- a new password ends every session -------------------------------------------------------- */

/* Signs ann in, and on to a client with a back channel. */
static struct browser *ann_at_leaver(const char *password) {
    struct browser *b = browser_new();
    char more[200];
    flow_world()->now_ms += 10; /* after the last password was set */
    browser_get(b, "/oauth/authorize?response_type=code%20id_token&client_id=leaver&redirect_uri="
                   "https%3A%2F%2Fleaver.example%2Fcb&scope=openid&nonce=n");
    snprintf(more, sizeof more, "&email=ann@example.com&password=%s", password);
    browser_submit(b, "/interaction/sign-in", more);
    if (browser_sees(b, "id=\"allow\""))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_answer(b, "id_token")[0]);
    return b;
}

static int64_t notices_of_leaver(void) {
    return flow_count("SELECT count(*) FROM logout_notices WHERE client_id = 'leaver'");
}

static int64_t sessions(void) {
    return flow_count("SELECT count(*) FROM session_accounts a JOIN session_clients c"
                      " ON c.sid = a.sid WHERE c.client_id = 'leaver'");
}

static void a_new_password_by_the_api_ends_sessions_and_clients_are_told(void **state) {
    (void)state;
    struct browser *b = ann_at_leaver("another+river+in+june");
    int64_t before = notices_of_leaver();
    assert_int_equal(sessions(), 1);
    reset_password("ann@example.com", "a third river in july");
    assert_int_equal(notices_of_leaver(), before + 1);
    assert_int_equal(sessions(), 0);
    browser_free(b);
}

static void a_new_password_by_the_page_ends_sessions_and_clients_are_told(void **state) {
    (void)state;
    static char form[2000], csrf[40000], token[256], ann[256];
    char link[512];
    struct browser *b = ann_at_leaver("a+third+river+in+july"), *other = browser_new();
    int64_t before = notices_of_leaver();
    flow_forget_mails();
    flow_world()->now_ms += 60000;
    assert_int_equal(status_of("/auth/password/forgot", "{\"email\":\"ann@example.com\"}"), 200);
    flow_mailed("/reset?token=", link);
    browser_get(other, link);
    browser_field(other, "csrf", csrf);
    snprintf(form, sizeof form, "csrf=%.1000s&token=%s&password=a+quiet+river+in+may", csrf,
             strchr(link, '=') + 1);
    browser_post(other, "/reset", form);
    assert_true(browser_shows(other, 200, "Your password is set"));
    assert_int_equal(notices_of_leaver(), before + 1);
    assert_int_equal(sessions(), 0);
    flow_api_token("ann@example.com", token);
    user_id_of(token, ann);

    assert_int_equal(rows("password_reset", ann), 3); /* two by the API, and this one once */
    browser_free(b);
    browser_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_logged_and_counted_once_under_its_own_route),
        cmocka_unit_test(a_fault_of_ours_is_logged_with_its_place),
        cmocka_unit_test(sign_ins_leave_a_row_with_their_person),
        cmocka_unit_test(failures_on_the_pages_leave_a_row_with_their_person),
        cmocka_unit_test(a_changed_second_factor_leaves_a_row),
        cmocka_unit_test(a_new_password_leaves_a_row_once),
        cmocka_unit_test(a_new_password_by_the_api_ends_sessions_and_clients_are_told),
        cmocka_unit_test(a_new_password_by_the_page_ends_sessions_and_clients_are_told),
        cmocka_unit_test(an_unknown_path_is_counted_under_the_route_that_passes_it_on),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
