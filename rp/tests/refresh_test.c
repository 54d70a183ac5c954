/* hk_refresh: what stays, what must not change, and one request for all that hold the same refresh
 * token. */
#include <stdio.h>

#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"
#include "rp/tests/token_helper.h"

#define TOKEN_URL ISSUER "/token"
#define CLAIMS                                                                                     \
    "{'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,'iat':1800000000,"              \
    "'auth_time':1799990000,'nonce':'n-1'}"
#define GOOD "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\",\"expires_in\":60}"

struct tokens {
    struct world world;
    int told;       /* times that the hook was called */
    char old[64];   /* the refresh token that it was told of */
    int hook_fails; /* what it gives */
};

static int on_tokens(void *context, const hk_session *session, hk_str old_refresh_token) {
    struct tokens *tokens = context;
    tokens->told++;
    assert_non_null(hk_access_token(session).p);
    snprintf(tokens->old, sizeof tokens->old, "%s", old_refresh_token.p);
    return tokens->hook_fails;
}

static void begin(struct tokens *tokens, const char *setting) {
    const char *const settings[WORLD_SETTINGS] = {"jwks_mode=manual", setting};
    hk_error e = HK_ERROR_INIT;
    *tokens = (struct tokens){0};
    hk_cfg *cfg = world_cfg(&tokens->world, settings);
    hk_cfg_on_tokens(cfg, on_tokens, tokens);
    assert_int_equal(hk_rp_new(cfg, &tokens->world.rp, &e), HK_OK);
}

static void end(struct tokens *tokens) {
    world_close(&tokens->world);
}

/* As a sign-in would have made it. */
static hk_session *session_of(const char *issuer, const char *client_id,
                              const char *refresh_token) {
    hk_session *session;
    assert_ok(session_new(&memory_default, &session));
    assert_ok(session_text(session, str_from(issuer), &session->iss));
    assert_ok(session_text(session, str_from(client_id), &session->client_id));
    assert_ok(session_text(session, S("jane"), &session->sub));
    assert_ok(session_text(session, S("openid mail"), &session->scope));
    assert_ok(session_text(session, S("at-1"), &session->access_token));
    assert_ok(session_text(session, S("Bearer"), &session->token_type));
    assert_ok(session_text(session, S("old.id.token"), &session->id_token));
    assert_ok(session_text(session, str_from(refresh_token), &session->refresh_token));
    session->id_claims = token_json(CLAIMS);
    AUTO(json_ref) claims = token_json(CLAIMS);
    json_object_update(session->claims, claims);
    json_object_set_new(session->claims, "email", json_string("jane@a.example"));
    assert_ok(session_claims_done(session));
    return session;
}

static hk_session *session(const char *refresh_token) {
    return session_of(ISSUER, "app", refresh_token);
}

static int refresh(struct tokens *tokens, hk_session *s, const struct canned *answers, size_t n,
                   hk_error *e) {
    hk_op *op = hk_refresh_op(tokens->world.rp, s);
    int code = feed_run(&tokens->world.feed, op, answers, n, e);
    hk_op_free(op);
    return code;
}

static void assert_untouched(const hk_session *s) {
    assert_string_equal(hk_access_token(s).p, "at-1");
    assert_string_equal(hk_refresh_token(s).p, "rt-1");
    assert_string_equal(hk_id_token(s).p, "old.id.token");
    assert_string_equal(hk_claim(s, "email").p, "jane@a.example");
}

static void an_answer_that_is_not_right_leaves_the_session(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        int code;
        const char *rule;
    } rows[] = {
        {{TOKEN_URL, 400, "{\"error\":\"invalid_grant\"}", NULL, 0},
         HK_E_RELOGIN,
         "grant_is_valid"},
        {{TOKEN_URL, 400, "{\"error\":\"invalid_scope\"}", NULL, 0}, HK_E_OAUTH, "server_refused"},
        {{TOKEN_URL, 401, "{\"error\":\"invalid_client\"}", NULL, 0},
         HK_E_OAUTH,
         "client_is_accepted"},
        {{TOKEN_URL, 503, "", "Retry-After: 3\r\n", 0}, HK_E_HTTP, "server_is_not_busy"},
        {{TOKEN_URL, 200, "{}", NULL, 0}, HK_E_TOKEN, "access_token_is_text"},
        {{TOKEN_URL, 0, NULL, NULL, HK_E_NET}, HK_E_NET, "request_was_answered"},
        {{TOKEN_URL, 0, NULL, NULL, HK_E_TIMEOUT}, HK_E_TIMEOUT, "answer_in_time"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tokens tokens;
        hk_error e = HK_ERROR_INIT;
        begin(&tokens, NULL);
        hk_session *s = session("rt-1");
        assert_int_equal(refresh(&tokens, s, &rows[i].answer, 1, &e), rows[i].code);
        assert_string_equal(tokens.world.rule, rows[i].rule);
        assert_int_equal(tokens.told, 0);
        assert_untouched(s);
        hk_session_free(s);
        end(&tokens);
    }
}

static void a_session_that_cannot_be_refreshed_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *issuer, *client_id, *refresh_token, *rule;
        int code;
    } rows[] = {
        {ISSUER, "app", NULL, "session_has_refresh_token", HK_E_RELOGIN},
        {"https://another.example", "app", "rt-1", "session_is_of_this_issuer", HK_E_ISS},
        {ISSUER, "another", "rt-1", "session_is_of_this_client", HK_E_AUD},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tokens tokens;
        hk_error e = HK_ERROR_INIT;
        begin(&tokens, NULL);
        hk_session *s = session_of(rows[i].issuer, rows[i].client_id, rows[i].refresh_token);
        assert_int_equal(refresh(&tokens, s, NULL, 0, &e), rows[i].code);
        assert_string_equal(tokens.world.rule, rows[i].rule);
        assert_int_equal(refresh(&tokens, NULL, NULL, 0, &e), HK_E_ARG);
        hk_session_free(s);
        end(&tokens);
    }
}

/* An answer with an ID token of those claims. */
static const char *with_id_token(struct tokens *tokens, const char *name, const char *value) {
    AUTO(json_ref) claims = token_changed(CLAIMS, name, value);
    str token = issuer_sign_json(&tokens->world.issuer, claims, STR_ABSENT), body;
    assert_ok(str_printf(tokens->world.issuer.arena, &body,
                         "{\"access_token\":\"at-2\",\"token_type\":\"Bearer\",\"id_token\":\"%s\","
                         "\"refresh_token\":\"rt-2\",\"scope\":\"openid\"}",
                         token.p));
    return body.p;
}

static void an_id_token_of_another_sign_in_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *name, *value, *rule;
        int code;
    } rows[] = {
        {"sub", "'joe'", "refresh_keeps_sub", HK_E_SUB},
        {"iss", "'https://another.example'", "refresh_keeps_iss", HK_E_ISS},
        {"aud", "'another'", "token_aud_has_us", HK_E_AUD},
        {"auth_time", "1799990001", "refresh_keeps_auth_time", HK_E_TOKEN},
        {"nonce", "'n-2'", "nonce_matches", HK_E_NONCE},
        {"at_hash", "'AAAAAAAAAAAAAAAAAAAAAA'", "at_hash_matches", HK_E_HASH},
        {"exp", "1700000000", "token_not_expired", HK_E_EXPIRED},
        {"nonce", NULL, "", HK_OK},
        {"auth_time", NULL, "", HK_OK},
        {"name", "'Jane'", "", HK_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tokens tokens;
        hk_error e = HK_ERROR_INIT;
        begin(&tokens, NULL);
        hk_session *s = session("rt-1");
        const struct canned answer = {TOKEN_URL, 200,
                                      with_id_token(&tokens, rows[i].name, rows[i].value), NULL, 0};
        assert_int_equal(refresh(&tokens, s, &answer, 1, &e), rows[i].code);
        assert_string_equal(tokens.world.rule, rows[i].rule);
        if (rows[i].code != HK_OK)
            assert_untouched(s);
        hk_session_free(s);
        end(&tokens);
    }
}

static void new_tokens_and_claims_are_in_the_session(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s = session("rt-1");
    const struct canned answer = {TOKEN_URL, 200, with_id_token(&tokens, "name", "'Jane'"), NULL,
                                  0};
    assert_int_equal(refresh(&tokens, s, &answer, 1, &e), HK_OK);
    assert_string_equal(tokens.world.feed.last_body, "grant_type=refresh_token&refresh_token=rt-1");
    assert_int_equal(tokens.told, 1);
    assert_string_equal(tokens.old, "rt-1");
    assert_string_equal(hk_access_token(s).p, "at-2");
    assert_string_equal(hk_refresh_token(s).p, "rt-2");
    assert_string_equal(hk_scope(s).p, "openid");
    assert_string_equal(hk_claim(s, "name").p, "Jane");
    assert_string_equal(hk_claim(s, "email").p, "jane@a.example");
    assert_string_equal(hk_sub(s).p, "jane");
    assert_int_equal(hk_access_expires(s), 0);
    hk_session_free(s);
    end(&tokens);
}

static void what_the_provider_does_not_say_anew_stays(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s = session("rt-1");
    const struct canned answer = {TOKEN_URL, 200, GOOD, NULL, 0};
    assert_int_equal(refresh(&tokens, s, &answer, 1, &e), HK_OK);
    assert_string_equal(hk_access_token(s).p, "at-2");
    assert_int_equal(hk_access_expires(s), tokens.world.feed.now + 60);
    assert_string_equal(hk_refresh_token(s).p, "rt-1");
    assert_string_equal(hk_id_token(s).p, "old.id.token");
    assert_string_equal(hk_scope(s).p, "openid mail");
    assert_string_equal(hk_claim(s, "email").p, "jane@a.example");
    hk_session_free(s);
    end(&tokens);
}

static void another_session_with_the_same_token_shares_the_answer_for_a_while(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *first = session("rt-1"), *second = session("rt-1"), *other = session("rt-9"),
               *late = session("rt-1");
    const struct canned answer = {TOKEN_URL, 200, with_id_token(&tokens, "name", "'Jane'"), NULL,
                                  0},
                        gone = {TOKEN_URL, 400, "{\"error\":\"invalid_grant\"}", NULL, 0},
                        good = {TOKEN_URL, 200, GOOD, NULL, 0};
    assert_int_equal(refresh(&tokens, first, &answer, 1, &e), HK_OK);
    tokens.world.feed.now += 9;
    assert_int_equal(refresh(&tokens, second, NULL, 0, &e), HK_OK);
    assert_string_equal(hk_access_token(second).p, "at-2");
    assert_string_equal(hk_refresh_token(second).p, "rt-2");
    assert_string_equal(hk_claim(second, "name").p, "Jane");
    assert_int_equal(tokens.told, 2);
    assert_int_equal(refresh(&tokens, other, &good, 1, &e), HK_OK);
    tokens.world.feed.now += 1;
    assert_int_equal(refresh(&tokens, late, &gone, 1, &e), HK_E_RELOGIN);
    hk_session_free(first);
    hk_session_free(second);
    hk_session_free(other);
    hk_session_free(late);
    end(&tokens);
}

/* A refresh token that is not rotated: the session has what is shared already, and asks for more.
 */
static void a_session_is_not_given_what_it_has(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s = session("rt-1");
    const struct canned second = {TOKEN_URL, 200, GOOD, NULL, 0},
                        third = {TOKEN_URL, 200,
                                 "{\"access_token\":\"at-3\",\"token_type\":\"Bearer\"}", NULL, 0};
    assert_int_equal(refresh(&tokens, s, &second, 1, &e), HK_OK);
    assert_int_equal(refresh(&tokens, s, &third, 1, &e), HK_OK);
    assert_string_equal(hk_access_token(s).p, "at-3");
    hk_session_free(s);
    end(&tokens);
}

static void tokens_that_the_program_could_not_keep_can_be_had_again(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s = session("rt-1");
    const struct canned answer = {TOKEN_URL, 200, with_id_token(&tokens, "name", "'Jane'"), NULL,
                                  0};
    tokens.hook_fails = 1;
    assert_int_equal(refresh(&tokens, s, &answer, 1, &e), HK_E_CONFIG);
    assert_string_equal(tokens.world.rule, "tokens_were_kept");
    assert_untouched(s);
    tokens.hook_fails = 0;
    assert_int_equal(refresh(&tokens, s, NULL, 0, &e), HK_OK); /* rt-1 would not work twice */
    assert_string_equal(hk_refresh_token(s).p, "rt-2");
    hk_session_free(s);
    end(&tokens);
}

/* Two ops that wait for a third, which ends with that answer. */
static void wait_for(int status, const char *body, int code) {
    struct tokens tokens;
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s[3];
    hk_op *ops[3];
    for (int i = 0; i < 3; i++) {
        s[i] = session("rt-1");
        ops[i] = hk_refresh_op(tokens.world.rp, s[i]);
        assert_int_equal(hk_op_next(ops[i], &http, &e), HK_PENDING);
        assert_true((http.url.p != NULL) == (i == 0));
    }
    const struct canned answer = {TOKEN_URL, status, body, NULL, 0};
    assert_int_equal(feed_run(&tokens.world.feed, ops[0], &answer, 1, &e), code);
    for (int i = 1; i < 3; i++) {
        hk_error other = HK_ERROR_INIT;
        assert_int_equal(hk_op_next(ops[i], &http, &other), code);
        assert_string_equal(other.msg, e.msg);
        assert_string_equal(other.oauth, e.oauth);
        assert_int_equal(other.http_status, code ? status : 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_string_equal(hk_access_token(s[i]).p, code ? "at-1" : "at-2");
        hk_op_free(ops[i]);
        hk_session_free(s[i]);
    }
    end(&tokens);
}

static void those_that_wait_share_tokens_and_errors(void **state) {
    (void)state;
    wait_for(200, GOOD, HK_OK);
    wait_for(400, "{\"error\":\"invalid_grant\"}", HK_E_RELOGIN);
    wait_for(500, "", HK_E_HTTP);
}

static void a_failure_is_not_for_those_that_come_later(void **state) {
    (void)state;
    struct tokens tokens;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s = session("rt-1");
    const struct canned down = {TOKEN_URL, 0, NULL, NULL, HK_E_NET},
                        good = {TOKEN_URL, 200, GOOD, NULL, 0};
    assert_int_equal(refresh(&tokens, s, &down, 1, &e), HK_E_NET);
    assert_int_equal(refresh(&tokens, s, &good, 1, &e), HK_OK);
    hk_session_free(s);
    end(&tokens);
}

static void one_that_waits_takes_over(void **state) {
    (void)state;
    struct tokens tokens;
    hk_http http;
    hk_error e = HK_ERROR_INIT;
    begin(&tokens, NULL);
    hk_session *s[2] = {session("rt-1"), session("rt-1")};
    const struct canned down = {TOKEN_URL, 0, NULL, NULL, HK_E_NET},
                        good = {TOKEN_URL, 200, GOOD, NULL, 0};
    assert_int_equal(refresh(&tokens, s[0], &down, 1, &e), HK_E_NET); /* an older failure */
    hk_op *first = hk_refresh_op(tokens.world.rp, s[0]),
          *second = hk_refresh_op(tokens.world.rp, s[1]);
    assert_int_equal(hk_op_next(first, &http, &e), HK_PENDING);
    assert_int_equal(hk_op_next(second, &http, &e), HK_PENDING);
    assert_null(http.url.p);
    hk_op_free(first);
    assert_int_equal(feed_run(&tokens.world.feed, second, &good, 1, &e), HK_OK);
    hk_op_free(second);
    hk_session_free(s[0]);
    hk_session_free(s[1]);
    end(&tokens);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_is_not_right_leaves_the_session),
        cmocka_unit_test(a_session_that_cannot_be_refreshed_is_refused),
        cmocka_unit_test(an_id_token_of_another_sign_in_is_refused),
        cmocka_unit_test(new_tokens_and_claims_are_in_the_session),
        cmocka_unit_test(what_the_provider_does_not_say_anew_stays),
        cmocka_unit_test(another_session_with_the_same_token_shares_the_answer_for_a_while),
        cmocka_unit_test(a_session_is_not_given_what_it_has),
        cmocka_unit_test(tokens_that_the_program_could_not_keep_can_be_had_again),
        cmocka_unit_test(those_that_wait_share_tokens_and_errors),
        cmocka_unit_test(a_failure_is_not_for_those_that_come_later),
        cmocka_unit_test(one_that_waits_takes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
