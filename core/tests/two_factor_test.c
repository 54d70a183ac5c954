/* /auth/2fa/… and /internal/second-factor. */
#include "core_helper.h"

static const char enable[] = "/auth/2fa/enable", disable[] = "/auth/2fa/disable",
                  verify[] = "/auth/2fa/verify", renew[] = "/auth/2fa/recovery-codes",
                  second[] = "/internal/second-factor";

static struct answer login(void) {
    return POST("/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL));
}

static const char *answer_to(const char *challenge, const char *code) {
    return body("challenge_token", challenge, "code", code, NULL);
}

/* Of a code that the app will not show around now. */
static const char *wrong_code(const char *base32) {
    static char code[16];
    char near[8];
    for (int n = 0; n < 10; n++) {
        bool shown = false;
        snprintf(code, sizeof code, "%06d", n);
        for (int step = -2; step <= 2; step++) {
            totp_at(base32, now_ms + step * 30000, near);
            shown = shown || strcmp(code, near) == 0;
        }
        if (!shown)
            break;
    }
    return code;
}

static void codes_are_422_when_missing(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(422, NULL, POST(enable, token, "{}"));
    expect(422, NULL, POST(disable, token, "{\"code\":1}"));
    expect(422, NULL, POST(verify, NULL, "{\"code\":\"123456\"}"));
    expect(422, NULL, POST(verify, NULL, "{\"challenge_token\":\"x\"}"));
    expect(422, NULL, POST(second, NULL, "{}"));
    free(token);
}

static void setup_gives_secret_url_and_picture(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), expected[256];
    struct answer answer = GET("/auth/2fa/setup", token);
    assert_int_equal(answer.status, 200);
    const char *base32 = json_string_value(json_object_get(answer.json, "secret"));
    assert_int_equal(strlen(base32), 32);
    assert_int_equal(strspn(base32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
    snprintf(expected, sizeof expected,
             "otpauth://totp/HitKey:ada%%40example.com?secret=%s&issuer=HitKey", base32);
    assert_string_equal(json_string_value(json_object_get(answer.json, "qrCodeUrl")), expected);
    assert_memory_equal(json_string_value(json_object_get(answer.json, "qrCodeSvg")), "<svg ", 5);
    done(answer);
    expect(200, NULL, login()); /* not in force yet */
    free(token);
}

static void enable_without_setup_is_SETUP_NOT_INITIATED(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(400, "SETUP_NOT_INITIATED", POST(enable, token, "{\"code\":\"123456\"}"));
    free(token);
}

static void enable_with_a_wrong_code_is_INVALID_CODE(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), code[8];
    char *old = member(GET("/auth/2fa/setup", token), "secret");
    char *base32 = member(GET("/auth/2fa/setup", token), "secret");
    assert_string_not_equal(old, base32);
    expect(400, "INVALID_CODE", POST(enable, token, body("code", wrong_code(base32), NULL)));
    totp_at(base32, now_ms - 60000, code); /* two steps ago */
    expect(400, "INVALID_CODE", POST(enable, token, body("code", code, NULL)));
    totp_at(base32, now_ms + 30000, code); /* a clock that is fast */
    expect(200, NULL, POST(enable, token, body("code", code, NULL)));
    free(base32);
    free(old);
    free(token);
}

static void wrong_codes_block_enable_and_disable(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    char *base32 = member(GET("/auth/2fa/setup", token), "secret"), code[8];
    for (int i = 0; i < 5; i++)
        expect(400, "INVALID_CODE", POST(enable, token, body("code", wrong_code(base32), NULL)));
    totp_at(base32, now_ms, code);
    struct answer answer = POST(enable, token, body("code", code, NULL));
    assert_int_equal(answer.retry_after_s, 60);
    expect(429, "too_many_requests", answer);
    expect(429, "too_many_requests", POST(disable, token, body("code", code, NULL)));
    now_ms += 60000;
    totp_at(base32, now_ms, code);
    expect(200, NULL, POST(enable, token, body("code", code, NULL)));
    free(base32);
    free(token);
}

static void renewal_without_a_second_factor_is_NOT_ENABLED(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), code[8];
    expect(401, "unauthorized", POST(renew, NULL, body("code", "123456", NULL)));
    expect(422, NULL, POST(renew, token, "{}"));
    expect(400, "NOT_ENABLED", POST(renew, token, body("code", "123456", NULL)));
    char *base32 = member(GET("/auth/2fa/setup", token), "secret");
    totp_at(base32, now_ms, code);
    expect(400, "NOT_ENABLED", POST(renew, token, body("code", code, NULL))); /* not enabled yet */
    free(base32);
    free(token);
}

/* A token of somebody whose second factor is on, with a recovery code. */
static char *token_for(const char *recovery_code) {
    char *challenge = member(login(), "challenge_token");
    char *token = member(POST(verify, NULL, answer_to(challenge, recovery_code)), "token");
    free(challenge);
    return token;
}

static void wrong_codes_block_the_renewal(void **state) {
    (void)state;
    json_t *old;
    char *base32 = with_second_factor("ada@example.com", &old), code[8];
    char *token = token_for(json_string_value(json_array_get(old, 0)));
    for (int i = 0; i < 5; i++)
        expect(400, "INVALID_CODE", POST(renew, token, body("code", wrong_code(base32), NULL)));
    totp_at(base32, now_ms, code);
    struct answer answer = POST(renew, token, body("code", code, NULL));
    assert_int_equal(answer.retry_after_s, 60);
    expect(429, "too_many_requests", answer);
    now_ms += 60000;
    free(token_for(json_string_value(json_array_get(old, 1)))); /* the old ones still work */
    json_decref(old);
    free(base32);
    free(token);
}

static void renewal_gives_ten_codes_and_ends_the_old(void **state) {
    (void)state;
    json_t *old;
    char *base32 = with_second_factor("ada@example.com", &old), code[8], text[8192];
    char *token = token_for(json_string_value(json_array_get(old, 0)));
    totp_at(base32, now_ms, code);
    struct answer answer = POST(renew, token, body("code", code, NULL));
    json_t *fresh = json_incref(json_object_get(answer.json, "recovery_codes"));
    expect(200, NULL, answer);
    take_mail(text);
    assert_int_equal(json_array_size(fresh), 10);
    expect(400, "INVALID_CODE", POST(renew, token, body("code", code, NULL))); /* works once */
    char *challenge = member(login(), "challenge_token");
    for (size_t i = 0; i < 2; i++)
        expect(400, "INVALID_CODE",
               POST(verify, NULL, answer_to(challenge, json_string_value(json_array_get(old, i)))));
    free(challenge);
    for (size_t i = 0; i < 10; i++)
        free(token_for(json_string_value(json_array_get(fresh, i))));
    json_decref(old);
    json_decref(fresh);
    free(base32);
    free(token);
}

static void enable_shows_ten_recovery_codes_and_mails_a_notice(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), code[8], text[8192];
    char *base32 = member(GET("/auth/2fa/setup", token), "secret");
    totp_at(base32, now_ms, code);
    struct answer answer = POST(enable, token, body("code", code, NULL));
    assert_int_equal(answer.status, 200);
    const json_t *codes = json_object_get(answer.json, "recovery_codes");
    assert_int_equal(json_array_size(codes), 10);
    for (size_t i = 0; i < 10; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(json_string_value(json_array_get(codes, i)),
                                    json_string_value(json_array_get(codes, k)));
    done(answer);
    take_mail(text);
    assert_non_null(strstr(text, "Subject: Two-factor sign-in is on"));
    struct answer me = GET("/auth/me", token);
    assert_true(json_is_true(json_object_get(me.json, "totpEnabled")));
    done(me);
    free(base32);
    free(token);
}

/* Else a stolen token could put its own app in the place of the owner's. */
static void setup_and_enable_of_what_is_on_are_refused(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(), "challenge_token");
    totp_at(base32, now_ms, code);
    char *token = member(POST(verify, NULL, answer_to(challenge, code)), "token");
    expect(400, "ALREADY_ENABLED", GET("/auth/2fa/setup", token));
    totp_at(base32, now_ms + 30000, code);
    expect(400, "SETUP_NOT_INITIATED", POST(enable, token, body("code", code, NULL)));
    free(token);
    free(challenge);
    free(base32);
}

static void disable_of_what_is_off_is_NOT_ENABLED(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(400, "NOT_ENABLED", POST(disable, token, "{\"code\":\"123456\"}"));
    done(GET("/auth/2fa/setup", token));
    expect(400, "NOT_ENABLED", POST(disable, token, "{\"code\":\"123456\"}"));
    free(token);
}

static void disable_takes_a_fresh_code(void **state) {
    (void)state;
    char code[8], text[8192];
    json_t *recovery;
    char *base32 = with_second_factor("ada@example.com", &recovery);
    char *challenge = member(login(), "challenge_token");
    totp_at(base32, now_ms, code);
    char *token = member(POST(verify, NULL, answer_to(challenge, code)), "token");
    expect(400, "INVALID_CODE", POST(disable, token, body("code", code, NULL)));
    expect(400, "INVALID_CODE", POST(disable, token, body("code", wrong_code(base32), NULL)));
    totp_at(base32, now_ms + 30000, code);
    expect(200, NULL, POST(disable, token, body("code", code, NULL)));
    take_mail(text);
    assert_non_null(strstr(text, "Subject: Two-factor sign-in is off"));
    expect(200, NULL, login());
    expect(
        400, "NOT_ENABLED",
        POST(disable, token, body("code", json_string_value(json_array_get(recovery, 0)), NULL)));
    json_decref(recovery);
    free(token);
    free(challenge);
    free(base32);
}

static void disable_takes_a_recovery_code(void **state) {
    (void)state;
    json_t *recovery;
    free(with_second_factor("ada@example.com", &recovery));
    char *challenge = member(login(), "challenge_token");
    char *token = member(
        POST(verify, NULL, answer_to(challenge, json_string_value(json_array_get(recovery, 0)))),
        "token");
    expect(
        400, "INVALID_CODE",
        POST(disable, token, body("code", json_string_value(json_array_get(recovery, 0)), NULL)));
    expect(
        200, NULL,
        POST(disable, token, body("code", json_string_value(json_array_get(recovery, 1)), NULL)));
    json_decref(recovery);
    free(token);
    free(challenge);
}

static void verify_of_an_unknown_challenge_is_INVALID_TOKEN(void **state) {
    (void)state;
    static const char *const rows[] = {"x", "hk_2f_AAAA", "hitkey_AAAA"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(400, "INVALID_TOKEN", POST(verify, NULL, answer_to(rows[i], "123456")));
        expect(400, "INVALID_TOKEN", POST(second, NULL, answer_to(rows[i], "123456")));
    }
}

static void verify_answers_a_login(void **state) {
    (void)state;
    char code[8], spaced[16];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(), "challenge_token");
    totp_at(base32, now_ms, code);
    snprintf(spaced, sizeof spaced, "%.3s %s", code, code + 3); /* as apps show it */
    struct answer answer = POST(verify, NULL, answer_to(challenge, spaced));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 5);
    char *token = member(answer, "token");
    struct answer bearer = GET("/internal/bearer", token);
    assert_non_null(strstr(bearer.text, "\"amr\":[\"pwd\",\"otp\",\"mfa\"]"));
    done(bearer);
    free(token);
    free(challenge);
    free(base32);
}

static void pages_learn_the_user_and_amr(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(
        POST("/internal/sign-in", NULL, body("email", "ada@example.com", "password", RIVER, NULL)),
        "challenge_token");
    totp_at(base32, now_ms, code);
    struct answer answer = POST(second, NULL, answer_to(challenge, code));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 2);
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\",\"otp\",\"mfa\"]"));
    done(answer);
    free(challenge);
    free(base32);
}

static void totp_code_works_once_ever(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *first = member(login(), "challenge_token"), *later = member(login(), "challenge_token");
    totp_at(base32, now_ms, code);
    expect(200, NULL, POST(verify, NULL, answer_to(first, code)));
    expect(400, "INVALID_CODE", POST(verify, NULL, answer_to(later, code)));
    totp_at(base32, now_ms - 30000, code); /* the one before the used one is dead with it */
    expect(400, "INVALID_CODE", POST(verify, NULL, answer_to(later, code)));
    core_helper_restart();
    totp_at(base32, now_ms, code);
    expect(400, "INVALID_CODE", POST(verify, NULL, answer_to(later, code)));
    now_ms += 30000;
    totp_at(base32, now_ms, code);
    expect(200, NULL, POST(verify, NULL, answer_to(later, code)));
    free(first);
    free(later);
    free(base32);
}

static void challenge_works_once(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(), "challenge_token");
    totp_at(base32, now_ms, code);
    expect(200, NULL, POST(verify, NULL, answer_to(challenge, code)));
    totp_at(base32, now_ms + 30000, code);
    expect(400, "INVALID_TOKEN", POST(verify, NULL, answer_to(challenge, code)));
    free(challenge);
    free(base32);
}

static void challenge_lives_five_minutes(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(), "challenge_token");
    now_ms += 5 * 60000;
    totp_at(base32, now_ms, code);
    expect(400, "INVALID_TOKEN", POST(verify, NULL, answer_to(challenge, code)));
    now_ms -= 1;
    expect(200, NULL, POST(verify, NULL, answer_to(challenge, code)));
    free(challenge);
    free(base32);
}

static void wrong_codes_use_the_challenge_up_and_block_the_account(void **state) {
    (void)state;
    char code[8];
    char *base32 = with_second_factor("ada@example.com", NULL);
    char *challenge = member(login(), "challenge_token"),
         *fresh = member(login(), "challenge_token");
    for (int i = 0; i < 5; i++)
        expect(400, "INVALID_CODE", POST(verify, NULL, answer_to(challenge, wrong_code(base32))));
    totp_at(base32, now_ms, code);
    core_helper_restart();
    expect(400, "INVALID_TOKEN", POST(verify, NULL, answer_to(challenge, code)));
    struct answer blocked = POST(verify, NULL, answer_to(fresh, code));
    assert_int_equal(blocked.retry_after_s, 60);
    expect(429, "too_many_requests", blocked);
    now_ms += 60000;
    totp_at(base32, now_ms, code);
    expect(200, NULL, POST(verify, NULL, answer_to(fresh, code)));
    free(challenge);
    free(fresh);
    free(base32);
}

static void recovery_codes_work_once_each_however_typed(void **state) {
    (void)state;
    char upper[32];
    json_t *recovery;
    free(with_second_factor("ada@example.com", &recovery));
    for (size_t i = 0; i < 10; i++) {
        const char *code = json_string_value(json_array_get(recovery, i));
        char *challenge = member(login(), "challenge_token");
        size_t n = 0;
        for (const char *p = code; *p; p++)
            if (*p != '-' || i % 2 == 0)
                upper[n++] = (char)(*p >= 'a' ? *p - 32 : *p);
        upper[n] = '\0';
        expect(200, NULL, POST(verify, NULL, answer_to(challenge, upper)));
        free(challenge);
        challenge = member(login(), "challenge_token");
        expect(400, "INVALID_CODE", POST(verify, NULL, answer_to(challenge, code)));
        free(challenge);
    }
    json_decref(recovery);
}

/* RFC 8176 2: two factors, but no one-time password. */
static void a_recovery_code_is_told_as_mfa_but_not_as_otp(void **state) {
    (void)state;
    json_t *recovery;
    free(with_second_factor("ada@example.com", &recovery));
    const char *code = json_string_value(json_array_get(recovery, 0));
    char *challenge = member(login(), "challenge_token");
    struct answer answer = POST(second, NULL, answer_to(challenge, code));
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\",\"mfa\"]"));
    done(answer);
    free(challenge);
    challenge = member(login(), "challenge_token");
    code = json_string_value(json_array_get(recovery, 1));
    char *token = member(POST(verify, NULL, answer_to(challenge, code)), "token");
    answer = GET("/internal/bearer", token);
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\",\"mfa\"]"));
    done(answer);
    free(token);
    free(challenge);
    json_decref(recovery);
}

static void recovery_codes_are_the_users_own(void **state) {
    (void)state;
    json_t *recovery;
    free(with_second_factor("bob@example.com", &recovery));
    free(with_second_factor("ada@example.com", NULL));
    char *challenge = member(login(), "challenge_token");
    expect(
        400, "INVALID_CODE",
        POST(verify, NULL, answer_to(challenge, json_string_value(json_array_get(recovery, 0)))));
    json_decref(recovery);
    free(challenge);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(codes_are_422_when_missing),
        CASE(setup_gives_secret_url_and_picture),
        CASE(enable_without_setup_is_SETUP_NOT_INITIATED),
        CASE(enable_with_a_wrong_code_is_INVALID_CODE),
        CASE(wrong_codes_block_enable_and_disable),
        CASE(renewal_without_a_second_factor_is_NOT_ENABLED),
        CASE(wrong_codes_block_the_renewal),
        CASE(renewal_gives_ten_codes_and_ends_the_old),
        CASE(enable_shows_ten_recovery_codes_and_mails_a_notice),
        CASE(setup_and_enable_of_what_is_on_are_refused),
        CASE(disable_of_what_is_off_is_NOT_ENABLED),
        CASE(disable_takes_a_fresh_code),
        CASE(disable_takes_a_recovery_code),
        CASE(verify_of_an_unknown_challenge_is_INVALID_TOKEN),
        CASE(verify_answers_a_login),
        CASE(pages_learn_the_user_and_amr),
        CASE(totp_code_works_once_ever),
        CASE(challenge_works_once),
        CASE(challenge_lives_five_minutes),
        CASE(wrong_codes_use_the_challenge_up_and_block_the_account),
        CASE(recovery_codes_work_once_each_however_typed),
        CASE(a_recovery_code_is_told_as_mfa_but_not_as_otp),
        CASE(recovery_codes_are_the_users_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
