/* Every call with little memory, a little more each time: an error, never half a deed. */
#include "project_helper.h"

#include "common/http/test_request.h"

enum { STEP = 512, PLENTY = 400 };

/* The status of the call in an arena of `ceiling` bytes. */
static int call_within(size_t ceiling, const char *method, const char *path, const char *bearer,
                       const char *text) {
    struct test_request *t = test_request_new(method, path);
    struct arena *own = t->rq.arena, *small = arena_new(ceiling);
    char authorization[256];
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer ? bearer : "");
    if (bearer)
        test_request_header(t, "Authorization", authorization);
    if (text)
        test_request_body(t, "application/json", text);
    t->rq.arena = small;
    t->rq.now_ms = now_ms;
    core_call(core, &t->rq, &t->rs);
    int status = t->rs.status;
    t->rq.arena = own;
    test_request_free(t);
    arena_free(small);
    return status;
}

static void scarce(const char *method, const char *path, const char *bearer, const char *text) {
    int status = 503;
    for (size_t i = 1; i < PLENTY && status == 503; i++) {
        status = call_within(i * STEP, method, path, bearer, text);
        now_ms += 1000;
    }
    if (status != 200)
        fail_msg("%s: %d", path, status);
}

static void calls_fail_whole_for_want_of_memory(void **state) {
    (void)state;
    char code[8];
    const char *ada = "{\"email\":\"ada@example.com\"}";
    int status = 503;
    for (size_t i = 1; i < PLENTY && status != 200; i++) {
        status = call_within(i * STEP, "POST", "/auth/register/start", NULL, ada);
        now_ms += 61000; /* it may have failed behind the commit */
    }
    assert_int_equal(status, 200);
    now_ms += 16 * 60000;
    (void)no_mail(); /* those that failed behind the commit */
    expect(200, NULL, POST("/auth/register/resend", NULL, ada));
    mailed_code(code);
    char *bearer;
    expect(
        200, NULL,
        POST("/auth/register/verify", NULL, body("email", "ada@example.com", "code", code, NULL)));
    bearer = member(POST("/auth/register/password", NULL,
                         body("email", "ada@example.com", "password", RIVER, NULL)),
                    "token");
    scarce("GET", "/auth/me", bearer, NULL);
    scarce("PATCH", "/auth/profile", bearer, "{\"surname\":\"Lovelace\",\"username\":\"ada\"}");
    scarce("POST", "/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL));
    scarce("GET", "/auth/2fa/setup", bearer, NULL);
    scarce("POST", "/auth/password/forgot", NULL, ada);
    expect(200, NULL,
           POST("/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL)));
    free(bearer);
}

static void calls_of_a_project_fail_whole_for_want_of_memory(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true), member_path[256];
    struct answer list = GET(at(slug, "/members"), ada.token);
    snprintf(member_path, sizeof member_path, "%s",
             at(slug, "/members/%s",
                json_string_value(json_object_get(json_array_get(list.json, 0), "id"))));
    done(list);
    scarce("GET", "/projects/", ada.token, NULL);
    scarce("GET", at(slug, "/"), ada.token, NULL);
    scarce("GET", at(slug, "/members"), ada.token, NULL);
    scarce("GET", at(slug, "/permissions"), ada.token, NULL);
    scarce("GET", at(slug, "/invites"), ada.token, NULL);
    scarce("PATCH", at(slug, "/"), ada.token, "{\"name\":\"Mill\"}");
    scarce("PATCH", member_path, ada.token, "{\"permissions\":[]}");
    free(slug);
    person_free(&ada);
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE(calls_fail_whole_for_want_of_memory),
                                       CASE(calls_of_a_project_fail_whole_for_want_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
