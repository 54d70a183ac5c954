/* Answers with tokens in the front channel (OIDC Core 3.2, 3.3), by POST, fragment and JARM. */
#include <stdio.h>

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "rp/tests/sign_in_helper.h"

/* at_hash and c_hash of ES256 (OIDC Core 3.1.3.6). */
static const char *half_hash(struct world *world, const char *text) {
    struct sha256 digest = sha256(str_from(text));
    str hash;
    assert_ok(base64url_encode(world->issuer.arena, str_head(sha256_str(&digest), 16), &hash));
    return hash.p;
}

/* What an answer in the front channel has; NULL: not. */
struct front {
    const char *code, *token, *id_changes; /* id_changes "": a good ID token */
};

static const char *front_params(struct world *world, const struct begun *begun,
                                const struct front *front) {
    const char *text = world_text(world, "state=%s", begun->state);
    if (front->code)
        text = world_text(world, "%s&code=%s", text, front->code);
    if (front->token)
        text = world_text(world, "%s&access_token=%s&token_type=bearer&expires_in=60", text,
                          front->token);
    if (!front->id_changes)
        return text;
    const char *changes =
        world_text(world, "{'at_hash':%s%s%s,'c_hash':%s%s%s%s%s}", front->token ? "'" : "",
                   front->token ? half_hash(world, "at-front") : "null", front->token ? "'" : "",
                   front->code ? "'" : "", front->code ? half_hash(world, "c") : "null",
                   front->code ? "'" : "", *front->id_changes ? "," : "", front->id_changes);
    return world_text(world, "%s&id_token=%s", text, world_id_token(world, begun->nonce, changes));
}

static const struct type {
    const char *setting;
    struct front front;
    bool code; /* the token endpoint is asked */
} types[] = {
    {"response_type=id_token", {NULL, NULL, ""}, false},
    {"response_type=id_token token", {NULL, "at-front", ""}, false},
    {"response_type=code id_token", {"c", NULL, ""}, true},
    {"response_type=code token", {"c", "at-front", NULL}, true},
    {"response_type=code id_token token", {"c", "at-front", ""}, true},
};

static void every_response_type_signs_in(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(types); i++) {
        const struct type *type = &types[i / 2];
        bool posted = i % 2;
        struct world world = {0};
        hk_session *session;
        hk_error e = HK_ERROR_INIT;
        world_open(&world, (world_settings){type->setting, "userinfo=off",
                                            posted ? "response_mode=form_post" : NULL});
        struct begun begun = world_begun(&world, NULL);
        const struct canned answer =
            world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
        const hk_callback callback = {sizeof callback, front_params(&world, &begun, &type->front),
                                      begun.cookie, posted ? HK_VIA_FORM_POST : HK_VIA_FRAGMENT};
        if (world_finish(&world, &callback, &answer, type->code, &session, &e))
            fail_msg("%s: %s", type->setting, e.msg);
        assert_string_equal(hk_sub(session).p, "joe");
        const char *token = hk_access_token(session).p;
        const char *expected = type->code ? "at" : type->front.token;
        assert_string_equal(token ? token : "", expected ? expected : "");
        if (token && !type->code)
            assert_int_equal(hk_access_expires(session), world.feed.now + 60);
        hk_session_free(session);
        world_close(&world);
    }
}

static void a_front_channel_that_does_not_fit_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *type;
        struct front front;
        const char *more;
        int code;
        const char *rule;
    } rows[] = {
        {"id_token", {NULL, NULL, NULL}, "", HK_E_TOKEN, "answer_has_id_token"},
        {"id_token", {"c", NULL, ""}, "", HK_E_TOKEN, "answer_has_no_more"},
        {"id_token", {NULL, "at-front", ""}, "", HK_E_TOKEN, "answer_has_no_more"},
        {"id_token", {NULL, NULL, "'nonce':'other'"}, "", HK_E_NONCE, "nonce_matches"},
        {"id_token", {NULL, NULL, "'aud':'another'"}, "", HK_E_AUD, "token_aud_has_us"},
        {"id_token token", {NULL, NULL, ""}, "", HK_E_TOKEN, "answer_has_token"},
        {"id_token token", {NULL, "at-front", "'at_hash':null"}, "", HK_E_HASH, "at_hash_present"},
        {"id_token token", {NULL, "other", ""}, "", HK_E_HASH, "at_hash_matches"},
        {"code id_token", {NULL, NULL, ""}, "", HK_E_TOKEN, "answer_has_code"},
        {"code id_token", {"c", NULL, "'c_hash':null"}, "", HK_E_HASH, "c_hash_present"},
        {"code id_token", {"d", NULL, ""}, "", HK_E_HASH, "c_hash_matches"},
        {"code id_token",
         {"c", NULL, "'s_hash':'AAAAAAAAAAAAAAAAAAAAAA'"},
         "",
         HK_E_HASH,
         "s_hash_matches"},
        {"code token",
         {"c", NULL, NULL},
         "&access_token=t&token_type=mac",
         HK_E_TOKEN,
         "answer_token_is_bearer"},
        {"code token",
         {"c", NULL, NULL},
         "&access_token=t%0D%0AX:y&token_type=bearer",
         HK_E_TOKEN,
         "access_token_is_text"},
        {"code token",
         {"c", NULL, NULL},
         "&access_token=%C3%A4&token_type=bearer",
         HK_E_TOKEN,
         "access_token_is_text"},
        {"code token", {"c", NULL, NULL}, "&access_token=t", HK_E_TOKEN, "answer_token_is_bearer"},
        {"code token", {"c", "at-front", ""}, "", HK_E_TOKEN, "answer_has_no_more"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        char setting[64];
        snprintf(setting, sizeof setting, "response_type=%s", rows[i].type);
        world_open(&world, (world_settings){setting, "userinfo=off"});
        struct begun begun = world_begun(&world, NULL);
        const hk_callback callback = {
            sizeof callback,
            world_text(&world, "%s%s", front_params(&world, &begun, &rows[i].front), rows[i].more),
            begun.cookie, HK_VIA_FRAGMENT};
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

/* RFC 9207 4: iss may be left out where an ID token says it, and nowhere else. */
static void an_id_token_in_the_answer_stands_for_the_promised_iss(void **state) {
    (void)state;
    static const char metadata[] =
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\","
        "\"token_endpoint\":\"" ISSUER "/token\","
        "\"authorization_response_iss_parameter_supported\":true}";
    static const struct {
        const char *type, *setting;
        struct front front;
        const char *more;
        int code;
        const char *rule;
    } rows[] = {
        {"code token", NULL, {"c", "at-front", NULL}, "", HK_E_ISS, "answer_has_iss"},
        {"code token", NULL, {"c", "at-front", ""}, "", HK_E_ISS, "answer_has_iss"},
        {"id_token", NULL, {NULL, NULL, NULL}, "", HK_E_ISS, "answer_has_iss"},
        {"id_token", NULL, {NULL, NULL, ""}, "&error=access_denied", HK_E_ISS, "answer_has_iss"},
        {"id_token", "answer_iss=require", {NULL, NULL, ""}, "", HK_E_ISS, "answer_has_iss"},
        {"id_token",
         NULL,
         {NULL, NULL, ""},
         "&iss=https://evil.example",
         HK_E_ISS,
         "answer_iss_matches"},
        {"code id_token",
         NULL,
         {"c", NULL, "'iss':'https://evil.example'"},
         "",
         HK_E_ISS,
         "token_iss_matches"},
        {"id_token", NULL, {NULL, NULL, ""}, "", HK_OK, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_session *session = NULL;
        char setting[64];
        snprintf(setting, sizeof setting, "response_type=%s", rows[i].type);
        hk_cfg *cfg = world_cfg(&world, (world_settings){setting, "userinfo=off", rows[i].setting});
        hk_cfg_metadata(cfg, metadata);
        assert_int_equal(hk_rp_new(cfg, &world.rp, NULL), HK_OK);
        struct begun begun = world_begun(&world, NULL);
        const hk_callback callback = {
            sizeof callback,
            world_text(&world, "%s%s", front_params(&world, &begun, &rows[i].front), rows[i].more),
            begun.cookie, HK_VIA_FRAGMENT};
        assert_int_equal(world_finish(&world, &callback, NULL, 0, &session, NULL), rows[i].code);
        if (rows[i].rule)
            assert_string_equal(world.rule, rows[i].rule);
        hk_session_free(session);
        world_close(&world);
    }
}

/* OIDC Core 3.3.3.6: both ID tokens are of one provider and one user. */
static void both_id_tokens_are_of_one_user(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"response_type=code id_token", "userinfo=off"});
    struct begun begun = world_begun(&world, NULL);
    const struct canned answer =
        world_tokens(&world, world_id_token(&world, begun.nonce, "{'sub':'eve'}"));
    const hk_callback callback = {sizeof callback,
                                  front_params(&world, &begun, &(struct front){"c", NULL, ""}),
                                  begun.cookie, HK_VIA_FRAGMENT};
    assert_int_equal(world_finish(&world, &callback, &answer, 1, NULL, &e), HK_E_SUB);
    world_close(&world);
}

static void userinfo_needs_an_access_token(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"response_type=id_token", "userinfo=require"});
    struct begun begun = world_begun(&world, NULL);
    const hk_callback callback = {sizeof callback,
                                  front_params(&world, &begun, &(struct front){NULL, NULL, ""}),
                                  begun.cookie, HK_VIA_FRAGMENT};
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_UNSUPPORTED);
    assert_string_equal(world.rule, "userinfo_is_possible");
    world_close(&world);
}

/* A JARM answer with the claims of a good one, changed. */
static const char *jarm(struct world *world, const struct begun *begun, const char *changes) {
    const char *base = world_text(world,
                                  "{'iss':'" ISSUER "','aud':'app','exp':%lld,'code':'c',"
                                  "'state':'%s'}",
                                  (long long)world->feed.now + 60, begun->state);
    json_t *claims = token_json(base), *json = token_json(changes), *value;
    const char *name;
    json_object_foreach(json, name, value) {
        json_object_set(claims, name, value);
        if (json_is_null(value))
            json_object_del(claims, name);
    }
    const char *text = issuer_sign_json(&world->issuer, claims, STR_ABSENT).p;
    json_decref(json);
    json_decref(claims);
    return world_text(world, "response=%s", text);
}

static void an_answer_in_a_jwt_signs_in(void **state) {
    (void)state;
    static const struct {
        const char *mode;
        int via;
    } rows[] = {{"response_mode=jwt", HK_VIA_QUERY},
                {"response_mode=query.jwt", HK_VIA_QUERY},
                {"response_mode=fragment.jwt", HK_VIA_FRAGMENT},
                {"response_mode=form_post.jwt", HK_VIA_FORM_POST}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world,
                   (world_settings){rows[i].mode, "authorization_alg=ES256", "userinfo=off"});
        struct begun begun = world_begun(&world, NULL);
        const struct canned answer =
            world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
        const hk_callback callback = {sizeof callback, jarm(&world, &begun, "{}"), begun.cookie,
                                      rows[i].via};
        if (world_finish(&world, &callback, &answer, 1, NULL, &e))
            fail_msg("%s: %s", rows[i].mode, e.msg);
        world_close(&world);
    }
}

static void a_jwt_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *changes, *more, *alg;
        int code;
        const char *rule;
    } rows[] = {
        {"{'iss':'https://evil.example'}", "", "ES256", HK_E_ISS, "token_iss_matches"},
        {"{'iss':null}", "", "ES256", HK_E_ISS, "token_iss_matches"},
        {"{'aud':'another'}", "", "ES256", HK_E_AUD, "token_aud_has_us"},
        {"{'aud':null}", "", "ES256", HK_E_AUD, "token_aud_is_text"},
        {"{'exp':1799999000}", "", "ES256", HK_E_EXPIRED, "token_not_expired"},
        {"{'exp':null}", "", "ES256", HK_E_TOKEN, "jarm_has_exp"},
        {"{'state':null}", "", "ES256", HK_E_STATE, "answer_has_state"},
        {"{'state':'other'}", "", "ES256", HK_E_STATE, "sign_in_is_known"},
        {"{'code':null}", "", "ES256", HK_E_TOKEN, "answer_has_code"},
        {"{'error':'access_denied'}", "", "ES256", HK_E_DENIED, "user_agreed"},
        {"{}", "&code=c", "ES256", HK_E_TOKEN, "jarm_is_alone"},
        {"{}", "&iss=" ISSUER, "ES256", HK_E_TOKEN, "jarm_is_alone"},
        {"{}", "x", "ES256", HK_E_SIG, "token_signature_verifies"},
        {"{}", "", "PS256", HK_E_ALG, "token_alg_matches"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        char setting[64];
        snprintf(setting, sizeof setting, "authorization_alg=%s", rows[i].alg);
        world_open(&world, (world_settings){"response_mode=jwt", setting, "jwks_mode=manual"});
        struct begun begun = world_begun(&world, NULL);
        const char *params = jarm(&world, &begun, rows[i].changes);
        if (strcmp(rows[i].more, "x") == 0) { /* another signature */
            char *signature = strrchr(params, '.') + 1;
            *signature = *signature == 'A' ? 'B' : 'A';
        } else
            params = world_text(&world, "%s%s", params, rows[i].more);
        const hk_callback callback = {sizeof callback, params, begun.cookie, HK_VIA_QUERY};
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

static void plain_parameters_are_refused_where_a_jwt_was_asked_for(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"response_mode=jwt", "authorization_alg=ES256"});
    struct begun begun = world_begun(&world, NULL);
    const hk_callback callback = {sizeof callback,
                                  world_text(&world, "code=c&state=%s", begun.state), begun.cookie,
                                  HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_TOKEN);
    assert_string_equal(world.rule, "jarm_is_there");
    world_close(&world);
}

/* A new release of the program asks otherwise than the one that began. */
static void an_answer_to_other_settings_is_refused(void **state) {
    (void)state;
    static const struct {
        world_settings before, after;
        bool jarm;
    } rows[] = {
        {{"response_mode=jwt", "authorization_alg=ES256"}, {NULL}, false},
        {{NULL}, {"response_mode=jwt", "authorization_alg=ES256"}, true},
        {{"response_mode=query"}, {"response_mode=default"}, false},
        {{"response_type=code token", "response_mode=query"}, {"response_mode=query"}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, rows[i].before);
        struct begun begun = world_begun(&world, NULL);
        hk_rp_free(world.rp);
        world_open(&world, rows[i].after);
        const char *params = rows[i].jarm ? jarm(&world, &begun, "{}")
                                          : world_text(&world, "code=c&state=%s", begun.state);
        const hk_callback callback = {sizeof callback, params, begun.cookie, HK_VIA_QUERY};
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
        assert_string_equal(world.rule, "answer_came_as_asked");
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_response_type_signs_in),
        cmocka_unit_test(a_front_channel_that_does_not_fit_is_refused),
        cmocka_unit_test(an_id_token_in_the_answer_stands_for_the_promised_iss),
        cmocka_unit_test(both_id_tokens_are_of_one_user),
        cmocka_unit_test(userinfo_needs_an_access_token),
        cmocka_unit_test(an_answer_in_a_jwt_signs_in),
        cmocka_unit_test(a_jwt_that_is_not_right_is_refused),
        cmocka_unit_test(an_answer_to_other_settings_is_refused),
        cmocka_unit_test(plain_parameters_are_refused_where_a_jwt_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
