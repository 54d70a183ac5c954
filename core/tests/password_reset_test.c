/* POST /auth/password/forgot and /auth/password/reset. */
#include "core_helper.h"

#include "common/http/test_request.h"
#include "core/password.h"
#include "core/store/password_reset.h"
#include "core/world.h"

static const char forgot[] = "/auth/password/forgot", reset[] = "/auth/password/reset";
static const char ada[] = "{\"email\":\"ada@example.com\"}",
                  bob[] = "{\"email\":\"bob@example.com\"}";

static const char *with(const char *token, const char *password) {
    return body("token", token, "password", password, NULL);
}

static struct answer login(const char *password) {
    return POST("/auth/login", NULL, body("email", "ada@example.com", "password", password, NULL));
}

static void forgotten(char token[128]) {
    expect(200, NULL, POST(forgot, NULL, ada));
    mailed_reset_token(token);
}

static void forgot_and_reset_are_422_for_bad_bodies(void **state) {
    (void)state;
    static const struct {
        const char *path, *text, *field, *rule;
    } rows[] = {{forgot, "{}", "email", "required"},
                {forgot, "{\"email\":\"x\"}", "email", "email"},
                {reset, "{\"password\":\"a quiet river\"}", "token", "required"},
                {reset, "{\"token\":\"x\"}", "password", "required"},
                {reset, "{\"token\":\"x\",\"password\":\"short\"}", "password", "minLength"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = POST(rows[i].path, NULL, rows[i].text);
        const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
        assert_int_equal(answer.status, 422);
        assert_string_equal(json_string_value(json_object_get(error, "field")), rows[i].field);
        assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
        done(answer);
    }
}

static void forgot_says_the_same_for_every_email(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    verified("carol@example.com");
    struct answer known = POST(forgot, NULL, ada);
    mailed_reset_token(token);
    struct answer unknown = POST(forgot, NULL, bob);
    struct answer half = POST(forgot, NULL, "{\"email\":\"carol@example.com\"}");
    assert_int_equal(known.status, 200);
    assert_string_equal(known.text, unknown.text);
    assert_string_equal(known.text, half.text);
    assert_true(no_mail());
    done(known);
    done(unknown);
    done(half);
}

static err count_rows(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM throttles"));
    TRY(db_next(rows, &row));
    *(int64_t *)arg = db_get_int(rows, 0);
    return OK;
}

/* Else who waits for the disk tells who has an account. */
static void forgot_writes_for_every_email(void **state) {
    (void)state;
    int64_t before, known, unknown;
    char token[128];
    free(registered("ada@example.com"));
    assert_ok(db_read(core->db, count_rows, &before));
    forgotten(token);
    assert_ok(db_read(core->db, count_rows, &known));
    expect(200, NULL, POST(forgot, NULL, bob));
    assert_ok(db_read(core->db, count_rows, &unknown));
    assert_int_equal(known - before, 1);
    assert_int_equal(unknown - known, 1);
}

static void forgot_does_not_flood_a_mailbox(void **state) {
    (void)state;
    char text[8192];
    free(registered("ada@example.com"));
    for (int i = 0; i < 6; i++) {
        expect(200, NULL, POST(forgot, NULL, ada));
        take_mail(text);
        now_ms += 60000;
    }
    expect(200, NULL, POST(forgot, NULL, ada)); /* from the fifth on the pauses grow */
    assert_true(no_mail());
    now_ms += 60000;
    expect(200, NULL, POST(forgot, NULL, ada));
    take_mail(text);
}

static void forgot_twice_within_a_minute_mails_one_link(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    forgotten(token);
    now_ms += 59999;
    expect(200, NULL, POST(forgot, NULL, ada));
    assert_true(no_mail());
    now_ms += 1;
    forgotten(token);
}

static void reset_with_an_unknown_token_is_INVALID_TOKEN_without_a_hash(void **state) {
    (void)state;
    size_t before = password_hasher_done(core->hasher);
    expect(400, "INVALID_TOKEN", POST(reset, NULL, with("x", RIVER)));
    expect(400, "INVALID_TOKEN", POST(reset, NULL, with("hk_pr_AAAA", RIVER)));
    assert_int_equal(password_hasher_done(core->hasher), before);
}

static void reset_after_fifteen_minutes_is_TOKEN_EXPIRED(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    forgotten(token);
    now_ms += 15 * 60000;
    expect(400, "TOKEN_EXPIRED", POST(reset, NULL, with(token, "another river")));
    now_ms -= 1;
    expect(200, NULL, POST(reset, NULL, with(token, "another river")));
}

static void reset_refuses_common_passwords_and_keeps_the_link(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    forgotten(token);
    expect(422, NULL, POST(reset, NULL, with(token, "password123")));
    expect(422, NULL, POST(reset, NULL, with(token, "ada@example.com")));
    expect(200, NULL, POST(reset, NULL, with(token, "another river")));
}

static void reset_works_once_and_ends_every_link_and_sign_in(void **state) {
    (void)state;
    char first[128], second[128], text[8192];
    char *token = registered("ada@example.com");
    char *refresh = member(login(RIVER), "refresh_token");
    forgotten(first);
    now_ms += 60000;
    forgotten(second);
    struct answer answer = POST(reset, NULL, with(first, "another river"));
    assert_true(json_is_string(json_object_get(answer.json, "message")));
    expect(200, NULL, answer);
    take_mail(text);
    assert_non_null(strstr(text, "Subject: Your HitKey password was changed"));
    assert_non_null(strstr(text, "To: ada@example.com"));
    expect(400, "INVALID_TOKEN", POST(reset, NULL, with(first, "a third river")));
    expect(400, "INVALID_TOKEN", POST(reset, NULL, with(second, "a third river")));
    expect(401, NULL, GET("/auth/me", token));
    expect(401, NULL, POST("/auth/token/refresh", NULL, body("refresh_token", refresh, NULL)));
    expect(401, "INVALID_CREDENTIALS", login(RIVER));
    expect(200, NULL, login("another river"));
    free(refresh);
    free(token);
}

static void reset_ends_half_a_sign_in_and_keeps_the_second_factor(void **state) {
    (void)state;
    char token[128], code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(RIVER), "challenge_token");
    forgotten(token);
    expect(200, NULL, POST(reset, NULL, with(token, "another river")));
    totp_at(base32, now_ms, code);
    expect(400, "INVALID_TOKEN",
           POST("/auth/2fa/verify", NULL, body("challenge_token", challenge, "code", code, NULL)));
    expect(202, NULL, login("another river"));
    free(challenge);
    free(base32);
}

static void reset_lifts_the_block_of_the_account(void **state) {
    (void)state;
    char token[128];
    free(registered("ada@example.com"));
    for (int i = 0; i < 5; i++)
        expect(401, NULL, login("a wrong river"));
    expect(429, NULL, login(RIVER));
    forgotten(token);
    expect(200, NULL, POST(reset, NULL, with(token, "another river")));
    expect(200, NULL, login("another river"));
}

/* Who signed in with the old password while the new one was being hashed is out too. */
static void a_reset_ends_what_came_before_its_commit(void **state) {
    (void)state;
    char token[128], path[128];
    char *bearer = registered("ada@example.com");
    char *id = member(GET("/auth/me", bearer), "id");
    struct password_reset found;
    forgotten(token);
    struct test_request *t = test_request_new("POST", reset);
    t->rq.app = core_app(core);
    t->rq.now_ms = now_ms;
    assert_ok(password_reset_find(&t->rq, str_from(token), &found));
    now_ms += 70;
    assert_ok(password_reset_use(&found, S("$argon2id$")));
    snprintf(path, sizeof path, "/internal/users/%s", id);
    struct answer claims = GET(path, NULL);
    assert_int_equal(json_integer_value(json_object_get(claims.json, "signed_out_ms")), now_ms);
    done(claims);
    test_request_free(t);
    free(bearer);
    free(id);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(forgot_and_reset_are_422_for_bad_bodies),
        CASE(forgot_says_the_same_for_every_email),
        CASE(forgot_writes_for_every_email),
        CASE(forgot_does_not_flood_a_mailbox),
        CASE(forgot_twice_within_a_minute_mails_one_link),
        CASE(reset_with_an_unknown_token_is_INVALID_TOKEN_without_a_hash),
        CASE(reset_after_fifteen_minutes_is_TOKEN_EXPIRED),
        CASE(reset_refuses_common_passwords_and_keeps_the_link),
        CASE(reset_works_once_and_ends_every_link_and_sign_in),
        CASE(reset_ends_half_a_sign_in_and_keeps_the_second_factor),
        CASE(reset_lifts_the_block_of_the_account),
        CASE(a_reset_ends_what_came_before_its_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
