/* Memory that ends anywhere in a request: an error is answered, nothing is lost but the request. */
#include "authz/endpoints/tests/token_calls_helper.h"
#include "common/http/test_request.h"

enum { STEP = 256, ENOUGH = 256 * 1024 };

static int send_with(struct oauth_world *w, const char *method, const char *target,
                     const char *authorization, const char *body, size_t ceiling) {
    struct test_request *t = test_request_new(method, target);
    if (authorization)
        test_request_header(t, "Authorization", authorization);
    if (body)
        test_request_body(t, FORM, body);
    arena_free(t->rq.arena);
    t->rq.arena = arena_new(ceiling);
    test_request_send(t, w->authz->app);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

/* The smallest ceiling that is enough; below it every answer is an error. */
static size_t first_success(struct oauth_world *w, const char *method, const char *target,
                            const char *authorization, const char *body) {
    for (size_t ceiling = STEP; ceiling < ENOUGH; ceiling += STEP) {
        int status = send_with(w, method, target, authorization, body, ceiling);
        if (status == 200)
            return ceiling;
        assert_true(status >= 400);
    }
    fail_msg("%s never succeeded", target);
    return 0;
}

static void a_refresh_survives_every_lack_of_memory(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_POST, JOSE_ES256);
    struct code code = oauth_world_code(w, client_id);
    struct pair redeem[] = {{"grant_type", "authorization_code"},
                            {"code", oauth_world_seal(w, &code).p},
                            {"client_id", client_id.p},
                            {"client_secret", CLIENT_SECRET},
                            {"redirect_uri", CLIENT_URI},
                            {"code_verifier", PKCE_VERIFIER},
                            {NULL, NULL}};
    struct answer first = token_call(w, FORM, oauth_world_form(w, redeem, NULL), NULL);
    str refresh_token = oauth_world_member(w, first.body, "refresh_token");
    struct pair refresh[] = {{"grant_type", "refresh_token"},
                             {"client_id", client_id.p},
                             {"client_secret", CLIENT_SECRET},
                             {"refresh_token", refresh_token.p},
                             {NULL, NULL}};
    assert_true(first_success(w, "POST", "/oauth/token", NULL, oauth_world_form(w, refresh, NULL)) >
                STEP);
}

static void userinfo_survives_every_lack_of_memory(void **state) {
    struct oauth_world *w = *state;
    str client_id = oauth_world_client(w, CLIENT_BASIC, JOSE_ES256), bearer;
    struct code code = oauth_world_code(w, client_id);
    struct answer first = token_call_code(w, CLIENT_BASIC, client_id, &code, PKCE_VERIFIER);
    assert_ok(str_printf(w->arena, &bearer, "Bearer %s",
                         oauth_world_member(w, first.body, "access_token").p));
    assert_true(first_success(w, "GET", "/oauth/userinfo", bearer.p, NULL) > STEP);
}

#define TEST(name) cmocka_unit_test_setup(name, oauth_world_rewind)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_refresh_survives_every_lack_of_memory),
        TEST(userinfo_survives_every_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, oauth_world_open, oauth_world_close);
}
