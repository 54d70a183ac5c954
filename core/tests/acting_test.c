/* A service calls for a person whom it has signed in itself (core.h): only a service does. */
#include "core/tests/project_helper.h"

#include "common/http/test_request.h"

#define CREDENTIAL "the-service" /* of core_helper.c */

/* GET /auth/me with these headers (NULL: none). */
static struct answer ask(bool trusted, const char *authorization, const char *acting) {
    struct test_request *t = test_request_new("GET", "/auth/me");
    struct answer answer = {.retry_after_s = -1};
    t->rq.now_ms = now_ms;
    t->rq.trusted = trusted;
    if (authorization)
        test_request_header(t, "Authorization", authorization);
    if (acting)
        test_request_header(t, "X-Act-As", acting);
    if (trusted)
        core_call(core, &t->rq, &t->rs);
    else
        test_request_send(t, core_app(core));
    answer.status = t->rs.status;
    answer.json = json_loadb(t->rs.body.p, t->rs.body.n, 0, NULL);
    test_request_free(t);
    return answer;
}

static void only_a_service_acts(void **state) {
    struct person ada = person("ada@example.com"), eve = person("eve@example.com");
    char own[128];
    (void)state;
    snprintf(own, sizeof own, "Bearer %s", eve.token);
    const struct {
        bool trusted;
        const char *authorization, *acting;
        int status;
        const char *id; /* whose profile it is */
    } rows[] = {
        {true, NULL, ada.id, 200, ada.id},
        {true, own, ada.id, 200, ada.id},
        {true, NULL, NULL, 401, NULL},
        {true, NULL, "", 404, NULL},
        {true, NULL, "nobody", 404, NULL},
        {false, "Bearer " CREDENTIAL, ada.id, 200, ada.id},
        {false, "bearer " CREDENTIAL, ada.id, 200, ada.id},
        {false, "Bearer " CREDENTIAL, "nobody", 404, NULL},
        {false, "Bearer " CREDENTIAL, NULL, 401, NULL},
        {false, "Bearer " CREDENTIAL "0", ada.id, 401, NULL},
        {false, "Bearer the", ada.id, 401, NULL},
        {false, "Basic " CREDENTIAL, ada.id, 401, NULL},
        {false, NULL, ada.id, 401, NULL},
        {false, "Bearer ", ada.id, 401, NULL},
        {false, own, ada.id, 200, eve.id}, /* a stranger's header says nothing */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = ask(rows[i].trusted, rows[i].authorization, rows[i].acting);
        const char *id = text_of(&answer, "id");
        if (answer.status != rows[i].status || (rows[i].id && strcmp(id, rows[i].id) != 0))
            fail_msg("row %zu: %d %s", i, answer.status, id ? id : "");
        done(answer);
    }
    person_free(&ada);
    person_free(&eve);
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE(only_a_service_acts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
