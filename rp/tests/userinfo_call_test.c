/* hk_userinfo: claims anew, for the session that is there. */
#include "rp/engine/session.h"

#include <stdio.h>

#include "rp/tests/token_helper.h"

#define USERINFO_URL ISSUER "/userinfo"

struct world {
    struct feed feed;
    hk_rp *rp;
    hk_session *session;
};

static int world_start(void **state) {
    static struct world world;
    hk_error e = HK_ERROR_INIT;
    world = (struct world){0};
    hk_cfg *cfg = feed_cfg(&world.feed);
    hk_cfg_metadata(cfg, feed_metadata);
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    assert_ok(session_new(&world.rp->memory, &world.session));
    hk_session *session = world.session;
    assert_ok(session_text(session, S(ISSUER), &session->iss));
    assert_ok(session_text(session, S("app"), &session->client_id));
    assert_ok(session_text(session, S("jane"), &session->sub));
    assert_ok(session_text(session, S("at-1"), &session->access_token));
    assert_ok(session_text(session, S("Bearer"), &session->token_type));
    assert_ok(session_text(session, S("/home"), &session->return_to));
    session->id_claims = token_json("{'sub':'jane','acr':'gold','email':'old@x.example'}");
    json_object_update(session->claims, session->id_claims);
    assert_ok(session_claims_done(session));
    *state = &world;
    return 0;
}

static int world_stop(void **state) {
    struct world *world = *state;
    hk_session_free(world->session);
    hk_rp_free(world->rp);
    return 0;
}

static int ask(struct world *world, int status, const char *body) {
    hk_error e = HK_ERROR_INIT;
    const struct canned answer = {USERINFO_URL, status, body, NULL, 0};
    hk_op *op = hk_userinfo_op(world->rp, world->session);
    int code = feed_run(&world->feed, op, &answer, body ? 1 : 0, &e);
    hk_op_free(op);
    return code;
}

static void claims_are_renewed(void **state) {
    struct world *world = *state;
    for (int i = 0; i < 300; i++) /* more than the session's memory would hold of all */
        assert_int_equal(ask(world, 200,
                             "{\"sub\":\"jane\",\"email\":\"new@x.example\","
                             "\"acr\":\"silver\",\"n\":7}"),
                         HK_OK);
    int64_t n;
    assert_string_equal(hk_claim(world->session, "email").p, "new@x.example");
    assert_string_equal(hk_claim(world->session, "acr").p, "gold");
    assert_int_equal(hk_claim_int(world->session, "n", &n), HK_OK);
    assert_string_equal(hk_return_to(world->session).p, "/home");
    assert_string_equal(hk_access_token(world->session).p, "at-1");
    assert_non_null(strstr(hk_claims_json(world->session).p, "new@x.example"));
    /* What userinfo no longer says is gone; what the ID token said is there. */
    assert_int_equal(ask(world, 200, "{\"sub\":\"jane\"}"), HK_OK);
    assert_int_equal(hk_claim_int(world->session, "n", &n), HK_E_ARG);
    assert_string_equal(hk_claim(world->session, "email").p, "old@x.example");
}

static void a_refused_answer_changes_nothing(void **state) {
    static const struct {
        int status;
        const char *body;
        int code;
    } rows[] = {
        {200, "{\"sub\":\"mary\",\"email\":\"new@x.example\"}", HK_E_SUB},
        {200, "[]", HK_E_HTTP},
        {401, "", HK_E_EXPIRED},
        {403, "", HK_E_HTTP},
        {500, "", HK_E_HTTP},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(ask(world, rows[i].status, rows[i].body), rows[i].code);
        assert_string_equal(hk_claim(world->session, "email").p, "old@x.example");
    }
}

static void a_token_is_not_sent_to_another_provider(void **state) {
    struct world *world = *state;
    hk_session *session = world->session;
    session->iss = S("https://other.example");
    assert_int_equal(ask(world, 0, NULL), HK_E_ISS);
    session->iss = S(ISSUER);
    session->client_id = S("other");
    assert_int_equal(ask(world, 0, NULL), HK_E_AUD);
    session->client_id = S("app");
    session->access_token = STR_ABSENT;
    assert_int_equal(ask(world, 0, NULL), HK_E_TOKEN);
    assert_int_equal(hk_userinfo(world->rp, NULL, NULL), HK_E_ARG);
}

static void without_an_id_token_userinfo_names_the_user(void **state) {
    struct world *world = *state;
    hk_session *session = world->session;
    json_decref(session->id_claims);
    session->id_claims = NULL;
    session->sub = STR_ABSENT;
    assert_int_equal(ask(world, 200, "{\"sub\":\"\"}"), HK_E_SUB);
    assert_int_equal(ask(world, 200, "{\"sub\":\"mary\"}"), HK_OK);
    assert_string_equal(hk_sub(session).p, "mary");
    assert_int_equal(ask(world, 200, "{\"sub\":\"jane\"}"), HK_E_SUB);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_start, world_stop)
    const struct CMUnitTest tests[] = {
        TEST(claims_are_renewed),
        TEST(a_refused_answer_changes_nothing),
        TEST(a_token_is_not_sent_to_another_provider),
        TEST(without_an_id_token_userinfo_names_the_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
