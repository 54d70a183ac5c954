/* Logout that the provider tells us of: by a token, or by a page in the browser. */
#include "common/base/percent.h"
#include "rp/engine/op.h"
#include "rp/engine/session.h"
#include "rp/tests/token_helper.h"

#define EVENTS "'events':{'http://schemas.openid.net/event/backchannel-logout':{}}"
#define CLAIMS                                                                                     \
    "{'iss':'" ISSUER "','aud':'app','iat':1800000000,'exp':1800000120,'jti':'j-1','sub':'jane',"  \
    "'sid':'s-1'," EVENTS "}"

struct world {
    struct feed feed;
    struct issuer issuer;
    hk_rp *rp;
};

static int world_start(void **state) {
    static struct world world;
    hk_error e = HK_ERROR_INIT;
    world = (struct world){0};
    issuer_start(&world.issuer, JOSE_ES256);
    hk_cfg *cfg = feed_cfg(&world.feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world.issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    *state = &world;
    return 0;
}

static int world_stop(void **state) {
    struct world *world = *state;
    hk_rp_free(world->rp);
    issuer_stop(&world->issuer);
    return 0;
}

/* The rule that breaks for that body, "" if none; then *doc is the result, if it is asked for. */
static const char *broken(struct world *world, const char *body, hk_doc **doc) {
    hk_error e = HK_ERROR_INIT;
    hk_op *op = hk_backchannel_logout_op(world->rp, body);
    int code = feed_run(&world->feed, op, NULL, 0, &e);
    const struct rule *rule = rule_row(op->failure.rule);
    hk_doc *made = hk_op_take_doc(op);
    assert_int_equal(code, rule->code);
    assert_true((code == HK_OK) == (made != NULL));
    if (doc)
        *doc = made;
    else
        hk_doc_free(made);
    hk_op_free(op);
    return rule->name;
}

static const char *body_of(struct world *world, str token) {
    str body;
    assert_ok(STR_JOIN(world->issuer.arena, &body, S("logout_token="), token));
    return body.p;
}

static void each_rule_of_a_logout_token_counts(void **state) {
    static const struct {
        const char *name, *value, *rule;
    } rows[] = {
        {"iss", NULL, "token_iss_matches"},
        {"iss", "'https://other.example'", "token_iss_matches"},
        {"aud", NULL, "token_aud_is_text"},
        {"aud", "'other'", "token_aud_has_us"},
        {"aud", "['app','other']", "token_aud_is_ours_alone"},
        {"iat", NULL, "token_iat_present"}, /* mod_auth_openidc, 2026 audit */
        {"iat", "1800000061", "token_iat_is_past"},
        {"iat", "'1800000000'", "token_times_are_numbers"},
        {"exp", NULL, "token_exp_present"},
        {"exp", "1799999940", "token_not_expired"},
        {"exp", "1e300", "token_times_are_numbers"},
        {"nbf", "1800000061", "token_nbf_is_past"},
        {"jti", NULL, "logout_has_jti"}, /* mod_auth_openidc, 2026 audit */
        {"jti", "''", "logout_has_jti"},
        {"jti", "null", "logout_has_jti"},
        {"jti", "1", "logout_has_jti"},
        {"jti", "['j']", "logout_has_jti"},
        {"sub", "''", "token_sub_valid"},
        {"sub", "null", "token_sub_valid"},
        {"sub", "1", "token_sub_valid"},
        {"sid", "''", "logout_names_a_session"},
        {"sid", "null", "logout_names_a_session"},
        {"sid", "['s-1']", "logout_names_a_session"},
        {"events", NULL, "logout_has_its_event"},
        {"events", "null", "logout_has_its_event"},
        {"events", "{}", "logout_has_its_event"},
        {"events", "[]", "logout_has_its_event"},
        {"events", "['http://schemas.openid.net/event/backchannel-logout']",
         "logout_has_its_event"},
        {"events", "'http://schemas.openid.net/event/backchannel-logout'", "logout_has_its_event"},
        {"events", "{'http://schemas.openid.net/event/backchannel-logout':null}",
         "logout_has_its_event"},
        {"events", "{'http://schemas.openid.net/event/backchannel-logout':[]}",
         "logout_has_its_event"},
        {"events", "{'http://schemas.openid.net/event/other':{}}", "logout_has_its_event"},
        {"nonce", "'n-1'", "logout_has_no_nonce"},
        {"nonce", "''", "logout_has_no_nonce"},
        {"nonce", "null", "logout_has_no_nonce"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(CLAIMS, rows[i].name, rows[i].value);
        str token = issuer_sign_json(&world->issuer, claims, S("logout+jwt"));
        const char *rule = broken(world, body_of(world, token), NULL);
        if (strcmp(rule, rows[i].rule) != 0)
            fail_msg("row %d, %s, broke \"%s\", not \"%s\"", (int)i, rows[i].name, rule,
                     rows[i].rule);
        json_decref(claims);
    }
}

static void a_logout_token_ends_the_sessions_that_it_names(void **state) {
    static const struct {
        const char *dropped, *jti, *typ;
    } rows[] = {
        {"none", "'a'", "logout+jwt"},
        {"sub", "'b'", "JWT"},
        {"sid", "'c'", NULL},
        {"none", "'d'", "application/logout+jwt"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(CLAIMS, "jti", rows[i].jti);
        json_object_del(claims, rows[i].dropped);
        str token = issuer_sign_json(&world->issuer, claims, str_from(rows[i].typ));
        hk_doc *doc;
        assert_string_equal(broken(world, body_of(world, token), &doc), "");
        hk_str sub = hk_doc_str(doc, "sub"), sid = hk_doc_str(doc, "sid");
        assert_true((sub.p == NULL) == (strcmp(rows[i].dropped, "sub") == 0));
        assert_true((sid.p == NULL) == (strcmp(rows[i].dropped, "sid") == 0));
        hk_doc_free(doc);
        json_decref(claims);
    }
    str bare = issuer_sign(&world->issuer,
                           "{'iss':'" ISSUER "','aud':'app','iat':1800000000,'exp':1800000120,"
                           "'jti':'e'," EVENTS "}",
                           S("logout+jwt"));
    assert_string_equal(broken(world, body_of(world, bare), NULL), "logout_names_a_session");
}

static void other_tokens_do_not_log_out(void **state) {
    struct world *world = *state;
    struct issuer thief;
    str token;
    issuer_start(&thief, JOSE_ES256);
    token = issuer_sign(&world->issuer, CLAIMS, S("at+jwt"));
    assert_string_equal(broken(world, body_of(world, token), NULL), "token_typ_fits");
    token = issuer_sign(&thief, CLAIMS, S("logout+jwt"));
    assert_string_equal(broken(world, body_of(world, token), NULL), "token_key_is_known");
    token = S("eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5lIn0.");
    assert_string_equal(broken(world, body_of(world, token), NULL), "token_alg_matches");
    hk_rp_free(world->rp); /* another algorithm than was registered */
    hk_cfg *cfg = feed_cfg(&world->feed);
    hk_error e = HK_ERROR_INIT;
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world->issuer.jwks);
    assert_int_equal(hk_rp_new(cfg, &world->rp, &e), HK_OK);
    token = issuer_sign(&world->issuer, CLAIMS, S("logout+jwt"));
    assert_string_equal(broken(world, body_of(world, token), NULL), "token_alg_matches");
    issuer_stop(&thief);
}

/* Once for all that counts: a refused one is not used up, one that counted is. */
static void a_logout_token_counts_once(void **state) {
    struct world *world = *state;
    str good = issuer_sign(&world->issuer, CLAIMS, S("logout+jwt"));
    json_t *other = token_changed(CLAIMS, "aud", "'other'");
    str refused = issuer_sign_json(&world->issuer, other, S("logout+jwt"));
    assert_string_equal(broken(world, body_of(world, refused), NULL), "token_aud_has_us");
    struct issuer thief;
    issuer_start(&thief, JOSE_ES256);
    str forged = issuer_sign(&thief, CLAIMS, S("logout+jwt"));
    assert_string_equal(broken(world, body_of(world, forged), NULL), "token_key_is_known");
    assert_string_equal(broken(world, body_of(world, good), NULL), "");
    assert_string_equal(broken(world, body_of(world, good), NULL), "logout_token_is_new");
    world->feed.now += 179; /* until it would be refused as too old */
    assert_string_equal(broken(world, body_of(world, good), NULL), "logout_token_is_new");
    world->feed.now += 1;
    assert_string_equal(broken(world, body_of(world, good), NULL), "token_not_expired");
    json_decref(other);
    issuer_stop(&thief);
}

static void the_body_has_one_logout_token(void **state) {
    struct world *world = *state;
    str token = issuer_sign(&world->issuer, CLAIMS, S("logout+jwt")), body;
    static const char *const rows[] = {"",
                                       "logout_token=",
                                       "logout_token",
                                       "&",
                                       "Logout_token=e.e.e",
                                       "token=e.e.e",
                                       "logout_token=%",
                                       "logout_token=%ff"};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(broken(world, rows[i], NULL), "logout_token_given");
    assert_ok(STR_JOIN(world->issuer.arena, &body, S("logout_token="), token, S("&logout_token="),
                       token));
    assert_string_equal(broken(world, body.p, NULL), "logout_token_given");
    assert_ok(STR_JOIN(world->issuer.arena, &body, S("unknown=1&unknown=2&logout_token="), token));
    assert_string_equal(broken(world, body.p, NULL), "");
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    assert_int_equal(hk_backchannel_logout(world->rp, NULL, &doc, &e), HK_E_ARG);
    assert_null(doc);
}

#define QUERY_ISS "iss=https%3A%2F%2Fop.example"

static void a_page_ends_the_session_that_it_names(void **state) {
    static const struct {
        const char *query;
        bool with_session, required;
        int code;
    } rows[] = {
        {"", true, false, HK_OK},
        {"other=1", true, false, HK_OK},
        {QUERY_ISS "&sid=s-1", true, false, HK_OK},
        {QUERY_ISS "&sid=s-1&more=1", true, true, HK_OK},
        {QUERY_ISS "&sid=s-1", false, true, HK_OK},
        {"", true, true, HK_E_TOKEN},
        {"", false, true, HK_E_TOKEN},
        {QUERY_ISS, true, false, HK_E_TOKEN},
        {"sid=s-1", true, false, HK_E_TOKEN},
        {QUERY_ISS "&sid=", true, false, HK_E_TOKEN},
        {"iss=https%3A%2F%2Fop.example%2F&sid=s-1", true, false, HK_E_ISS},
        {"iss=https%3A%2F%2Fother.example&sid=s-1", false, false, HK_E_ISS},
        {QUERY_ISS "&sid=s-2", true, false, HK_E_STATE},
        {QUERY_ISS "&sid=S-1", true, false, HK_E_STATE},
        {QUERY_ISS "&sid=s-1&sid=s-1", true, false, HK_E_TOKEN},
        {QUERY_ISS "&sid=s-1&" QUERY_ISS, true, false, HK_E_TOKEN},
        {QUERY_ISS "&sid=%zz", true, false, HK_E_TOKEN},
    };
    struct world *world = *state;
    hk_session *session;
    assert_ok(session_new(&world->rp->memory, &session));
    session->iss = S(ISSUER);
    session->sid = S("s-1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        world->rp->settings.options.frontchannel_session = rows[i].required;
        const hk_session *s = rows[i].with_session ? session : NULL;
        assert_int_equal(hk_frontchannel_logout(world->rp, rows[i].query, s, &e), rows[i].code);
        assert_int_equal(e.code, rows[i].code);
    }
    char long_query[10000];
    memset(long_query, 'a', sizeof long_query - 1);
    long_query[sizeof long_query - 1] = 0;
    assert_int_equal(hk_frontchannel_logout(world->rp, long_query, session, NULL), HK_E_TOKEN);
    assert_int_equal(hk_frontchannel_logout(world->rp, NULL, session, NULL), HK_E_ARG);
    assert_int_equal(hk_frontchannel_logout(NULL, "", session, NULL), HK_E_ARG);
    session->sid = STR_ABSENT; /* a session that the provider gave no name cannot be meant */
    assert_int_equal(hk_frontchannel_logout(world->rp, QUERY_ISS "&sid=s-1", session, NULL),
                     HK_E_STATE);
    hk_session_free(session);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_start, world_stop)
    const struct CMUnitTest tests[] = {
        TEST(each_rule_of_a_logout_token_counts),
        TEST(a_logout_token_ends_the_sessions_that_it_names),
        TEST(other_tokens_do_not_log_out),
        TEST(a_logout_token_counts_once),
        TEST(the_body_has_one_logout_token),
        TEST(a_page_ends_the_session_that_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
