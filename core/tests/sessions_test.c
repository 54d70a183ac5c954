/* The sign-ins of the API: shown, ended, and all but one after a change of the password. */
#include "core/password.h"
#include "core/tests/project_helper.h"
#include "core/world.h"

static const char ada[] = "ada@example.com", password[] = "a quiet river",
                  other[] = "a loud brook 7";

static char *logged_in(const char *with) {
    return member(POST("/auth/login", NULL, body("email", ada, "password", with, NULL)), "token");
}

static int status_of(const char *token) {
    struct answer answer = GET("/auth/me", token);
    int status = answer.status;
    done(answer);
    return status;
}

static struct answer change(const char *token, const char *from, const char *to) {
    return POST("/auth/password/change", token,
                body("current_password", from, "password", to, NULL));
}

static void bad_changes_change_nothing(void **state) {
    static const struct {
        const char *current, *password;
        int status;
        const char *code;
    } rows[] = {
        {"a quiet rivr", other, 400, "INVALID_PASSWORD"},
        {"A QUIET RIVER", other, 400, "INVALID_PASSWORD"},
        {password, "short", 422, NULL},
        {password, "password123", 422, NULL},
        {password, ada, 422, NULL},
    };
    char *token = registered(ada);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        expect(rows[i].status, rows[i].code, change(token, rows[i].current, rows[i].password));
    expect(401, "unauthorized", change(NULL, password, other));
    free(logged_in(password));
    free(token);
}

/* Guesses are judged where they are counted, or not at all. */
static void a_common_new_password_tells_nothing_of_the_current_one(void **state) {
    static const char *const currents[] = {"a quiet river", "a quiet rivr"}, *const commons[] = {
                                                                                 "password123",
                                                                                 "ada@example.com"};
    char *token = registered(ada);
    size_t before = password_hasher_done(core->hasher);
    (void)state;
    for (size_t i = 0; i < COUNT(commons); i++) {
        struct answer right = change(token, currents[0], commons[i]);
        struct answer wrong = change(token, currents[1], commons[i]);
        assert_string_equal(right.text, wrong.text);
        expect(422, NULL, right);
        expect(422, NULL, wrong);
    }
    assert_int_equal(password_hasher_done(core->hasher), before);
    free(token);
}

static void wrong_passwords_are_counted(void **state) {
    char *token = registered(ada);
    int refused = 0;
    (void)state;
    for (int i = 0; i < 30 && !refused; i++) {
        struct answer answer = change(token, "a quiet rivr", other);
        refused = answer.status == 429;
        done(answer);
    }
    assert_true(refused);
    expect(429, NULL, change(token, password, other)); /* the right one too */
    free(token);
}

static void a_new_password_ends_every_other_sign_in(void **state) {
    char *token = registered(ada), *second = logged_in(password), text[8192];
    (void)state;
    now_ms += 1000;
    expect(200, NULL, change(token, password, other));
    take_mail_to(ada, "password", text);
    assert_int_equal(status_of(token), 200);
    assert_int_equal(status_of(second), 401);
    expect(401, "INVALID_CREDENTIALS",
           POST("/auth/login", NULL, body("email", ada, "password", password, NULL)));
    free(logged_in(other));
    free(token);
    free(second);
}

static size_t listed(const char *token, size_t *current) {
    struct answer answer = GET("/auth/sessions", token);
    size_t i, n;
    const json_t *row;
    assert_int_equal(answer.status, 200);
    n = json_array_size(answer.json);
    *current = n;
    json_array_foreach(answer.json, i, row) {
        assert_string_equal(json_string_value(json_object_get(row, "address")), "192.0.2.1");
        if (json_is_true(json_object_get(row, "isCurrent")))
            *current = i;
    }
    done(answer);
    return n;
}

static void sign_ins_are_shown_the_last_used_first(void **state) {
    char *token = registered(ada), *second;
    size_t current;
    (void)state;
    assert_int_equal(listed(token, &current), 1);
    now_ms += 1000;
    second = logged_in(password);
    assert_int_equal(listed(second, &current), 2);
    assert_int_equal(current, 0);
    now_ms += 11 * 60 * 1000; /* a use is noted every ten minutes */
    assert_int_equal(status_of(token), 200);
    assert_int_equal(listed(token, &current), 2);
    assert_int_equal(current, 0);
    expect(200, NULL, call("DELETE", "/auth/sessions", token, NULL));
    assert_int_equal(status_of(second), 401);
    assert_int_equal(listed(token, &current), 1);
    free(token);
    free(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE(bad_changes_change_nothing),
                                       CASE(a_common_new_password_tells_nothing_of_the_current_one),
                                       CASE(wrong_passwords_are_counted),
                                       CASE(a_new_password_ends_every_other_sign_in),
                                       CASE(sign_ins_are_shown_the_last_used_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
