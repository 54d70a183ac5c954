/* POST /auth/register/…: every row and error of the section. */
#include "core_helper.h"

static const char start[] = "/auth/register/start", resend[] = "/auth/register/resend",
                  verify[] = "/auth/register/verify", password[] = "/auth/register/password";
static const char ada[] = "{\"email\":\"ada@example.com\"}";
static const char ada_river[] = "{\"email\":\"ada@example.com\",\"password\":\"a quiet river\"}";

static const char *code_body(const char *code) {
    return body("email", "ada@example.com", "code", code, NULL);
}

static const char *another(const char *code) {
    static char other[8];
    snprintf(other, sizeof other, "%06d", (atoi(code) + 1) % 1000000);
    return other;
}

static void start_is_422_for_a_bad_email(void **state) {
    (void)state;
    static const struct {
        const char *text, *rule;
    } rows[] = {{"{}", "required"},
                {"{\"email\":null}", "required"},
                {"{\"email\":\"\"}", "required"},
                {"{\"email\":1}", "string"},
                {"{\"email\":\"nobody\"}", "email"},
                {"{\"email\":\"a@b@c.example\"}", "email"},
                {"{\"email\":\"a b@c.example\"}", "email"},
                {"{\"email\":\"a@c.example\\r\\nBcc: x@y.example\"}", "email"}};
    static const char *const paths[] = {start, resend};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(paths); k++) {
            struct answer answer = POST(paths[k], NULL, rows[i].text);
            const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
            assert_int_equal(answer.status, 422);
            assert_string_equal(json_string_value(json_object_get(error, "field")), "email");
            assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
            assert_true(json_is_string(json_object_get(error, "message")));
            done(answer);
        }
    assert_true(no_mail());
}

static void body_that_is_not_an_object_is_400(void **state) {
    (void)state;
    static const char *const rows[] = {"{}}", "[]", "{",
                                       "{\"email\":\"a@b.example\",\"email\":\"c\"}", "\"x\""};
    for (size_t i = 0; i < COUNT(rows); i++)
        expect(400, NULL, POST(start, NULL, rows[i]));
}

static void start_mails_a_code_of_six_digits(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    assert_int_equal(strlen(code), 6);
}

static void start_again_within_60_s_is_429_with_the_rest(void **state) {
    (void)state;
    static const char *const paths[] = {start, resend};
    expect(200, NULL, POST(start, NULL, ada));
    now_ms += 59000;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct answer answer = POST(paths[i], NULL, ada);
        assert_int_equal(answer.retry_after_s, 1);
        expect(429, "COOLDOWN", answer);
    }
    now_ms += 1000;
    expect(200, NULL, POST(resend, NULL, ada));
}

static void resend_for_an_address_never_seen_looks_the_same(void **state) {
    (void)state;
    struct answer first = POST(start, NULL, ada);
    struct answer unseen = POST(resend, NULL, "{\"email\":\"bob@example.com\"}");
    assert_int_equal(unseen.status, 200);
    assert_string_equal(first.text, unseen.text);
    done(first);
    done(unseen);
}

static void mailbox_is_not_flooded(void **state) {
    (void)state;
    int sent = 0;
    for (int i = 0; i < 60; i++) {
        struct answer answer = POST(start, NULL, ada);
        sent += answer.status == 200;
        assert_true(answer.status == 200 || answer.retry_after_s > 0);
        done(answer);
        now_ms += 60000;
    }
    assert_in_range(sent, 5, 12);
}

static void start_for_an_account_is_EMAIL_ALREADY_VERIFIED(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    now_ms += 60000;
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(start, NULL, ada));
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(resend, NULL, ada));
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(start, NULL, "{\"email\":\" ADA@Example.COM \"}"));
}

static void verify_is_422_without_a_code_of_six_digits(void **state) {
    (void)state;
    static const struct {
        const char *code, *rule;
    } rows[] = {
        {"", "required"}, {"12345", "minLength"}, {"1234567", "maxLength"}, {"12345a", "regex"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = POST(verify, NULL, code_body(rows[i].code));
        const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
        assert_int_equal(answer.status, 422);
        assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
        done(answer);
    }
}

static void verify_without_start_is_NO_CODE(void **state) {
    (void)state;
    expect(400, "NO_CODE", POST(verify, NULL, code_body("123456")));
}

static void verify_with_a_wrong_code_is_INVALID_CODE(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    expect(400, "INVALID_CODE", POST(verify, NULL, code_body(another(code))));
    expect(200, NULL, POST(verify, NULL, code_body(code)));
}

static void verify_with_the_code_of_another_address_is_INVALID_CODE(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    expect(200, NULL, POST(start, NULL, "{\"email\":\"bob@example.com\"}"));
    expect(400, "INVALID_CODE",
           POST(verify, NULL, body("email", "bob@example.com", "code", code, NULL)));
}

static void verify_after_three_wrong_codes_is_TOO_MANY_ATTEMPTS(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    for (int i = 0; i < 3; i++)
        expect(400, "INVALID_CODE", POST(verify, NULL, code_body(another(code))));
    expect(400, "TOO_MANY_ATTEMPTS", POST(verify, NULL, code_body(code)));
    core_helper_restart(); /* the count is durable */
    expect(400, "TOO_MANY_ATTEMPTS", POST(verify, NULL, code_body(code)));
    now_ms += 60000;
    expect(200, NULL, POST(resend, NULL, ada));
    mailed_code(code);
    expect(200, NULL, POST(verify, NULL, code_body(code)));
}

static void verify_after_ten_minutes_is_CODE_EXPIRED(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    now_ms += 10 * 60000;
    expect(400, "CODE_EXPIRED", POST(verify, NULL, code_body(code)));
    now_ms -= 1;
    expect(200, NULL, POST(verify, NULL, code_body(code)));
}

static void verify_takes_the_newest_code_only(void **state) {
    (void)state;
    char old[8], fresh[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(old);
    do {
        now_ms += 16 * 60000;
        expect(200, NULL, POST(resend, NULL, ada));
        mailed_code(fresh);
    } while (strcmp(old, fresh) == 0);
    expect(400, "INVALID_CODE", POST(verify, NULL, code_body(old)));
    expect(200, NULL, POST(verify, NULL, code_body(fresh)));
}

static void verify_twice_is_NO_CODE(void **state) {
    (void)state;
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    expect(200, NULL, POST(verify, NULL, code_body(code)));
    expect(400, "NO_CODE", POST(verify, NULL, code_body(code)));
}

static void verify_of_an_account_is_EMAIL_ALREADY_VERIFIED(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(verify, NULL, code_body("123456")));
}

#define BROWSER "0123456789abcdef-browser"
#define OTHER   "0123456789abcdef-another"

static const char *bound(const char *chosen, const char *binding) {
    return body("email", "ada@example.com", "password", chosen, "binding", binding, NULL);
}

static void verified_on_pages(void) {
    char code[8];
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    expect(200, NULL,
           POST("/internal/register/verify", NULL,
                body("email", "ada@example.com", "code", code, "binding", BROWSER, NULL)));
}

/* Neither a neighbour behind the same address nor another browser takes up what was verified on
 * the pages; nor do pages take up what was verified through the API. */
static void password_of_another_binding_is_EMAIL_UNVERIFIED(void **state) {
    (void)state;
    verified_on_pages();
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, bound(RIVER, BROWSER)));
    expect(400, "EMAIL_UNVERIFIED", POST("/internal/register", NULL, bound(RIVER, OTHER)));
    expect(422, NULL, POST("/internal/register", NULL, ada_river));
    expect(200, NULL, POST("/internal/register", NULL, bound(RIVER, BROWSER)));
}

static void pages_do_not_take_up_what_the_api_has_verified(void **state) {
    (void)state;
    verified("ada@example.com");
    expect(400, "EMAIL_UNVERIFIED", POST("/internal/register", NULL, bound(RIVER, BROWSER)));
    expect(422, NULL, POST("/internal/register", NULL, bound(RIVER, "192.0.2.1")));
}

static void password_before_verify_is_EMAIL_UNVERIFIED(void **state) {
    (void)state;
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
    expect(200, NULL, POST(start, NULL, ada));
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
    expect(400, "EMAIL_UNVERIFIED", POST("/internal/register", NULL, bound(RIVER, BROWSER)));
}

static void password_from_elsewhere_is_EMAIL_UNVERIFIED(void **state) {
    (void)state;
    verified("ada@example.com");
    remote = "203.0.113.9";
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
    remote = "192.0.2.1";
    expect(200, NULL, POST(password, NULL, ada_river));
}

static void password_may_come_from_the_same_ipv6_64(void **state) {
    (void)state;
    remote = "2001:db8:1:2::1";
    verified("ada@example.com");
    remote = "2001:db8:1:3::1";
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
    remote = "2001:db8:1:2:ffff::9";
    expect(200, NULL, POST(password, NULL, ada_river));
}

static void password_an_hour_after_the_code_is_EMAIL_UNVERIFIED(void **state) {
    (void)state;
    verified("ada@example.com");
    now_ms += 60 * 60000;
    expect(400, "EMAIL_UNVERIFIED", POST(password, NULL, ada_river));
}

static void another_start_does_not_undo_the_verification(void **state) {
    (void)state;
    verified("ada@example.com");
    now_ms += 60000;
    expect(200, NULL, POST(start, NULL, ada));
    expect(200, NULL, POST(password, NULL, ada_river));
}

static void password_rules_are_422(void **state) {
    (void)state;
    static const struct {
        const char *text, *rule;
    } rows[] = {{"", "required"},
                {"short12", "minLength"},
                {"password123", "common"},
                {"PassWord123", "common"},
                {"iloveyou1", "common"},
                {"ada@example.com", "common"},
                {"ADA@EXAMPLE.COM", "common"}};
    char long_one[130];
    verified("ada@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer =
            POST(password, NULL, body("email", "ada@example.com", "password", rows[i].text, NULL));
        const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
        assert_int_equal(answer.status, 422);
        assert_string_equal(json_string_value(json_object_get(error, "field")), "password");
        assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
        done(answer);
    }
    memset(long_one, 'x', 129);
    long_one[129] = '\0';
    expect(422, NULL,
           POST(password, NULL, body("email", "ada@example.com", "password", long_one, NULL)));
    long_one[128] = '\0';
    expect(200, NULL,
           POST(password, NULL, body("email", "ada@example.com", "password", long_one, NULL)));
}

static void password_answers_a_login_with_a_message(void **state) {
    (void)state;
    verified("ada@example.com");
    struct answer answer = POST(password, NULL, ada_river);
    assert_int_equal(answer.status, 200);
    assert_true(json_is_string(json_object_get(answer.json, "message")));
    assert_string_equal(json_string_value(json_object_get(answer.json, "type")), "bearer");
    assert_memory_equal(json_string_value(json_object_get(answer.json, "token")), "hitkey_", 7);
    const char *refresh = json_string_value(json_object_get(answer.json, "refresh_token"));
    assert_int_equal(strspn(refresh, "0123456789abcdef"), 64);
    assert_int_equal(strlen(refresh), 64);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "expires_in")), 3600);
    const json_t *user = json_object_get(answer.json, "user");
    assert_int_equal(json_object_size(user), 3);
    assert_int_equal(strlen(json_string_value(json_object_get(user, "id"))), 36);
    assert_string_equal(json_string_value(json_object_get(user, "email")), "ada@example.com");
    assert_true(json_is_null(json_object_get(user, "displayName")));
    done(answer);
}

static void password_twice_is_EMAIL_ALREADY_VERIFIED(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(password, NULL, ada_river));
}

static void pages_register_without_an_api_token(void **state) {
    (void)state;
    verified_on_pages();
    remote = "203.0.113.9"; /* a phone moves from one network to another */
    struct answer answer = POST("/internal/register", NULL, bound(RIVER, BROWSER));
    remote = "192.0.2.1";
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 2);
    assert_int_equal(strlen(json_string_value(json_object_get(answer.json, "user_id"))), 36);
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\"]"));
    done(answer);
}

static void registration_survives_a_restart(void **state) {
    (void)state;
    verified("ada@example.com");
    core_helper_restart();
    expect(200, NULL, POST(password, NULL, ada_river));
    core_helper_restart();
    expect(200, NULL, POST("/auth/login", NULL, ada_river));
}

/* Nobody walks through addresses: not by one of the steps, nor by all of them in turn. */
static void that_there_is_an_account_is_told_thirty_times_an_hour(void **state) {
    (void)state;
    const struct {
        const char *path, *known, *unknown;
    } rows[] = {
        {start, ada, "{\"email\":\"bob@example.com\"}"},
        {resend, ada, "{\"email\":\"bob@example.com\"}"},
        {verify, "{\"email\":\"ada@example.com\",\"code\":\"123456\"}",
         "{\"email\":\"bob@example.com\",\"code\":\"123456\"}"},
        {password, ada_river, "{\"email\":\"bob@example.com\",\"password\":\"a quiet river\"}"},
    };
    char code[8];
    free(registered("ada@example.com"));
    expect(200, NULL, POST(start, NULL, "{\"email\":\"eve@example.com\"}"));
    mailed_code(code);
    for (int i = 0; i < 30; i++)
        expect(400, "EMAIL_ALREADY_VERIFIED", POST(rows[i % 4].path, NULL, rows[i % 4].known));
    core_helper_restart();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer known = POST(rows[i].path, NULL, rows[i].known),
                      unknown = POST(rows[i].path, NULL, rows[i].unknown);
        assert_string_equal(known.text, unknown.text);
        assert_int_equal(known.retry_after_s, 60 * 60);
        assert_int_equal(unknown.retry_after_s, 60 * 60);
        expect(429, "too_many_requests", known);
        expect(429, "too_many_requests", unknown);
    }
    /* Who is on the way is not held up, and other places are not either. */
    const char *const eve = body("email", "eve@example.com", "code", code, NULL);
    expect(200, NULL, POST(verify, NULL, eve));
    expect(200, NULL,
           POST(password, NULL, body("email", "eve@example.com", "password", RIVER, NULL)));
    remote = "203.0.113.9";
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(start, NULL, ada));
    remote = "192.0.2.1";
    now_ms += 60 * 60000;
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(start, NULL, ada));
    expect(200, NULL, POST(start, NULL, rows[0].unknown));
}

static void wrong_codes_are_counted_also_where_nothing_is_told(void **state) {
    (void)state;
    char code[8];
    free(registered("bob@example.com"));
    expect(200, NULL, POST(start, NULL, ada));
    mailed_code(code);
    for (int i = 0; i < 30; i++)
        expect(400, "EMAIL_ALREADY_VERIFIED",
               POST(start, NULL, body("email", "bob@example.com", NULL)));
    for (int i = 0; i < 3; i++)
        expect(429, "too_many_requests", POST(verify, NULL, code_body(another(code))));
    expect(429, "too_many_requests", POST(verify, NULL, code_body(code)));
    remote = "203.0.113.9";
    expect(400, "TOO_MANY_ATTEMPTS", POST(verify, NULL, code_body(code)));
    remote = "192.0.2.1";
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(start_is_422_for_a_bad_email),
        CASE(body_that_is_not_an_object_is_400),
        CASE(start_mails_a_code_of_six_digits),
        CASE(start_again_within_60_s_is_429_with_the_rest),
        CASE(resend_for_an_address_never_seen_looks_the_same),
        CASE(mailbox_is_not_flooded),
        CASE(start_for_an_account_is_EMAIL_ALREADY_VERIFIED),
        CASE(verify_is_422_without_a_code_of_six_digits),
        CASE(verify_without_start_is_NO_CODE),
        CASE(verify_with_a_wrong_code_is_INVALID_CODE),
        CASE(verify_with_the_code_of_another_address_is_INVALID_CODE),
        CASE(verify_after_three_wrong_codes_is_TOO_MANY_ATTEMPTS),
        CASE(verify_after_ten_minutes_is_CODE_EXPIRED),
        CASE(verify_takes_the_newest_code_only),
        CASE(verify_twice_is_NO_CODE),
        CASE(verify_of_an_account_is_EMAIL_ALREADY_VERIFIED),
        CASE(password_before_verify_is_EMAIL_UNVERIFIED),
        CASE(password_of_another_binding_is_EMAIL_UNVERIFIED),
        CASE(pages_do_not_take_up_what_the_api_has_verified),
        CASE(password_from_elsewhere_is_EMAIL_UNVERIFIED),
        CASE(password_may_come_from_the_same_ipv6_64),
        CASE(password_an_hour_after_the_code_is_EMAIL_UNVERIFIED),
        CASE(another_start_does_not_undo_the_verification),
        CASE(password_rules_are_422),
        CASE(password_answers_a_login_with_a_message),
        CASE(password_twice_is_EMAIL_ALREADY_VERIFIED),
        CASE(pages_register_without_an_api_token),
        CASE(registration_survives_a_restart),
        CASE(that_there_is_an_account_is_told_thirty_times_an_hour),
        CASE(wrong_codes_are_counted_also_where_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
