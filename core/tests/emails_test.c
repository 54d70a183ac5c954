/* /auth/emails: every call and error of the section. */
#include "core_helper.h"

static const char emails[] = "/auth/emails", verify[] = "/auth/emails/verify",
                  resend[] = "/auth/emails/resend";
static const char ada[] = "ada@example.com", second[] = "second@example.com",
                  third[] = "third@example.com", bob[] = "bob@example.com";

static const char *with(const char *email) {
    return body("email", email, NULL);
}

static const char *with_code(const char *email, const char *code) {
    return body("email", email, "code", code, NULL);
}

static const char *another(const char *code) {
    static char other[8];
    snprintf(other, sizeof other, "%06d", (atoi(code) + 1) % 1000000);
    return other;
}

/* Adds an address to an account; its id, the caller frees it. */
static char *added(const char *token, const char *email, char code[8]) {
    struct answer answer = POST(emails, token, with(email));
    assert_int_equal(answer.status, 201);
    char *id = strdup(json_string_value(json_object_get(answer.json, "id")));
    done(answer);
    mailed_code_to(email, code);
    return id;
}

static char *proven(const char *token, const char *email) {
    char code[8];
    char *id = added(token, email, code);
    expect(200, NULL, POST(verify, token, with_code(email, code)));
    return id;
}

static struct answer on(const char *method, const char *id, const char *rest, const char *token) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s%s", emails, id, rest);
    return call(method, path, token, NULL);
}

/* The member of GET /auth/emails with that address, borrowed from *list. */
static const json_t *listed(const char *token, const char *email, struct answer *list) {
    size_t i;
    const json_t *entry;
    *list = GET(emails, token);
    assert_int_equal(list->status, 200);
    json_array_foreach(list->json, i, entry) {
        if (strcmp(json_string_value(json_object_get(entry, "email")), email) == 0)
            return entry;
    }
    return NULL;
}

static char *id_of(const char *token, const char *email) {
    struct answer list;
    const json_t *entry = listed(token, email, &list);
    assert_non_null(entry);
    char *id = strdup(json_string_value(json_object_get(entry, "id")));
    done(list);
    return id;
}

static bool is(const char *token, const char *email, const char *member_name) {
    struct answer list;
    const json_t *entry = listed(token, email, &list);
    bool yes = json_is_true(json_object_get(entry, member_name));
    done(list);
    return yes;
}

static void every_call_needs_a_bearer_token(void **state) {
    (void)state;
    static const struct {
        const char *method, *path, *text;
    } rows[] = {{"GET", emails, NULL},
                {"POST", emails, "{\"email\":\"a@b.example\"}"},
                {"POST", verify, "{\"email\":\"a@b.example\",\"code\":\"123456\"}"},
                {"POST", resend, "{\"email\":\"a@b.example\"}"},
                {"PATCH", "/auth/emails/x/default", NULL},
                {"DELETE", "/auth/emails/x", NULL}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(401, "unauthorized", call(rows[i].method, rows[i].path, NULL, rows[i].text));
        expect(401, "unauthorized", call(rows[i].method, rows[i].path, "hitkey_x", rows[i].text));
    }
}

static void bad_bodies_are_422(void **state) {
    (void)state;
    static const struct {
        const char *path, *text, *field, *rule;
    } rows[] = {{emails, "{}", "email", "required"},
                {emails, "{\"email\":7}", "email", "string"},
                {emails, "{\"email\":\"nobody\"}", "email", "email"},
                {emails, "{\"email\":\"a@c.example\\r\\nBcc: x@y.example\"}", "email", "email"},
                {resend, "{\"email\":null}", "email", "required"},
                {verify, "{\"code\":\"123456\"}", "email", "required"},
                {verify, "{\"email\":\"a@b.example\"}", "code", "required"},
                {verify, "{\"email\":\"a@b.example\",\"code\":123456}", "code", "string"},
                {verify, "{\"email\":\"a@b.example\",\"code\":\"12345\"}", "code", "minLength"},
                {verify, "{\"email\":\"a@b.example\",\"code\":\"1234567\"}", "code", "maxLength"},
                {verify, "{\"email\":\"a@b.example\",\"code\":\"12345a\"}", "code", "regex"}};
    char *token = registered(ada);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = POST(rows[i].path, token, rows[i].text);
        const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
        assert_int_equal(answer.status, 422);
        assert_string_equal(json_string_value(json_object_get(error, "field")), rows[i].field);
        assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
        done(answer);
    }
    assert_true(no_mail());
    free(token);
}

static void what_is_not_on_the_list_is_EMAIL_NOT_FOUND(void **state) {
    (void)state;
    char code[8];
    char *token = registered(ada), *other = registered(bob);
    char *id = added(other, second, code), *default_id = id_of(other, bob);
    expect(404, "EMAIL_NOT_FOUND", POST(verify, token, with_code(second, code)));
    expect(404, "EMAIL_NOT_FOUND", POST(resend, token, with(second)));
    expect(404, "EMAIL_NOT_FOUND", POST(resend, token, with(bob)));
    const char *const ids[] = {id, default_id, "x", "%00", ada};
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct answer answer = on("PATCH", ids[i], "/default", token);
        assert_in_range(answer.status, 400, 404);
        done(answer);
        answer = on("DELETE", ids[i], "", token);
        assert_in_range(answer.status, 400, 404);
        done(answer);
    }
    expect(404, "EMAIL_NOT_FOUND", on("PATCH", id, "/default", token));
    expect(404, "EMAIL_NOT_FOUND", on("DELETE", default_id, "", token));
    expect(200, NULL, POST(verify, other, with_code(second, code)));
    free(id);
    free(default_id);
    free(other);
    free(token);
}

static void add_lists_an_address_and_mails_a_code_and_a_notice(void **state) {
    (void)state;
    char code[8], text[8192];
    char *token = registered(ada);
    struct answer answer = POST(emails, token, with(" Second@EXAMPLE.com"));
    assert_int_equal(answer.status, 201);
    assert_int_equal(json_object_size(answer.json), 4);
    assert_int_equal(strlen(json_string_value(json_object_get(answer.json, "id"))), 36);
    assert_string_equal(json_string_value(json_object_get(answer.json, "email")), second);
    assert_true(json_is_false(json_object_get(answer.json, "isDefault")));
    assert_true(json_is_false(json_object_get(answer.json, "isVerified")));
    done(answer);
    mailed_code_to(second, code);
    take_mail_to(ada, "An e-mail address was added", text);
    assert_non_null(strstr(text, second));
    assert_false(is(token, second, "isVerified"));
    assert_true(is(token, ada, "isDefault"));
    expect(401, "EMAIL_NOT_VERIFIED",
           POST("/auth/login", NULL, body("email", second, "password", RIVER, NULL)));
    free(token);
}

static void add_of_an_own_address_is_EMAIL_ALREADY_IN_USE(void **state) {
    (void)state;
    char code[8];
    char *token = registered(ada);
    free(added(token, second, code));
    for (int i = 0; i < 40; i++) {
        expect(400, "EMAIL_ALREADY_IN_USE", POST(emails, token, with(second)));
        expect(400, "EMAIL_ALREADY_IN_USE", POST(emails, token, with(ada)));
    }
    free(token);
}

static void add_of_an_address_that_another_has_proven_is_EMAIL_ALREADY_IN_USE(void **state) {
    (void)state;
    char *token = registered(ada);
    free(registered(bob));
    expect(400, "EMAIL_ALREADY_IN_USE", POST(emails, token, with(bob)));
    assert_true(no_mail());
    free(token);
}

/* Nobody asks for one address after another which of them have an account. */
static void that_an_address_is_in_use_is_told_ten_times_an_hour(void **state) {
    (void)state;
    char *token = registered(ada);
    free(registered(bob));
    for (int i = 0; i < 10; i++) {
        expect(400, "EMAIL_ALREADY_IN_USE", POST(emails, token, with(bob)));
        now_ms += 60000;
    }
    struct answer in_use = POST(emails, token, with(bob)),
                  free_one = POST(emails, token, with(third));
    assert_int_equal(in_use.retry_after_s, 50 * 60);
    assert_string_equal(in_use.text, free_one.text);
    expect(429, "too_many_requests", in_use);
    expect(429, "too_many_requests", free_one);
    core_helper_restart();
    remote = "203.0.113.9";
    expect(429, "too_many_requests", POST(emails, token, with(bob)));
    now_ms += 50 * 60000;
    free(token);
    token = member(POST("/auth/login", NULL, body("email", ada, "password", RIVER, NULL)), "token");
    expect(400, "EMAIL_ALREADY_IN_USE", POST(emails, token, with(bob)));
    free(token);
}

static void accounts_of_one_address_share_what_is_told(void **state) {
    (void)state;
    char email[32];
    int told = 0;
    free(registered(bob));
    for (int i = 0; i < 5; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        char *token = registered(email);
        for (int k = 0; k < 9; k++) {
            struct answer answer = POST(emails, token, with(bob));
            told += answer.status == 400;
            done(answer);
        }
        free(token);
    }
    assert_int_equal(told, 30);
}

static void a_person_has_twenty_addresses_at_most(void **state) {
    (void)state;
    char email[32];
    char *token = registered(ada);
    for (int i = 1; i < 20; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        expect(201, NULL, POST(emails, token, with(email)));
        now_ms += 15 * 60000;
        free(token);
        token =
            member(POST("/auth/login", NULL, body("email", ada, "password", RIVER, NULL)), "token");
    }
    expect(400, "TOO_MANY_EMAILS", POST(emails, token, with(second)));
    char *id = id_of(token, "n1@example.com");
    expect(200, NULL, on("DELETE", id, "", token));
    expect(201, NULL, POST(emails, token, with(second)));
    free(id);
    free(token);
}

static void strangers_are_not_mailed_without_end(void **state) {
    (void)state;
    char email[32];
    char *token = registered(ada);
    for (int i = 0; i < 5; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        expect(201, NULL, POST(emails, token, with(email)));
    }
    struct answer answer = POST(emails, token, with(second));
    assert_int_equal(answer.retry_after_s, 60);
    expect(429, "COOLDOWN", answer);
    assert_null(listed(token, second, &answer));
    done(answer);
    free(token);
}

/* However often it is added, removed and added again, and by however many. */
static void mailbox_is_not_flooded(void **state) {
    (void)state;
    char email[32];
    int sent = 0;
    for (int i = 0; i < 8; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        char *token = registered(email);
        struct answer answer = POST(emails, token, with(second));
        sent += answer.status == 201;
        done(answer);
        free(token);
    }
    assert_int_equal(sent, 5);
}

static void resend_within_60_s_is_429_with_the_rest(void **state) {
    (void)state;
    char old[8], fresh[8];
    char *token = registered(ada);
    free(added(token, second, old));
    now_ms += 59000;
    struct answer answer = POST(resend, token, with(second));
    assert_int_equal(answer.retry_after_s, 1);
    expect(429, "COOLDOWN", answer);
    do {
        now_ms += 16 * 60000;
        free(token);
        token =
            member(POST("/auth/login", NULL, body("email", ada, "password", RIVER, NULL)), "token");
        expect(200, NULL, POST(resend, token, with(second)));
        mailed_code_to(second, fresh);
    } while (strcmp(old, fresh) == 0);
    expect(400, "INVALID_CODE", POST(verify, token, with_code(second, old)));
    expect(200, NULL, POST(verify, token, with_code(second, fresh)));
    now_ms += 60000;
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(resend, token, with(second)));
    free(token);
}

static void verify_with_a_wrong_code_is_INVALID_CODE_three_times(void **state) {
    (void)state;
    char code[8];
    char *token = registered(ada);
    free(added(token, second, code));
    for (int i = 0; i < 3; i++)
        expect(400, "INVALID_CODE", POST(verify, token, with_code(second, another(code))));
    expect(400, "TOO_MANY_ATTEMPTS", POST(verify, token, with_code(second, code)));
    core_helper_restart(); /* the count is durable */
    expect(400, "TOO_MANY_ATTEMPTS", POST(verify, token, with_code(second, code)));
    now_ms += 60000;
    expect(200, NULL, POST(resend, token, with(second)));
    mailed_code_to(second, code);
    expect(200, NULL, POST(verify, token, with_code(second, code)));
    free(token);
}

static void verify_after_ten_minutes_is_CODE_EXPIRED(void **state) {
    (void)state;
    char code[8];
    char *token = registered(ada);
    free(added(token, second, code));
    now_ms += 10 * 60000;
    expect(400, "CODE_EXPIRED", POST(verify, token, with_code(second, code)));
    now_ms -= 1;
    expect(200, NULL, POST(verify, token, with_code(second, code)));
    free(token);
}

static void verify_with_the_code_of_another_claim_is_INVALID_CODE(void **state) {
    (void)state;
    char mine[8], theirs[8];
    char *token = registered(ada), *other = registered(bob);
    free(added(other, third, theirs));
    do {
        now_ms += 60000;
        char *id = added(token, third, mine);
        if (strcmp(mine, theirs) == 0)
            expect(200, NULL, on("DELETE", id, "", token));
        free(id);
    } while (strcmp(mine, theirs) == 0);
    expect(400, "INVALID_CODE", POST(verify, token, with_code(third, theirs)));
    expect(200, NULL, POST(verify, token, with_code(third, mine)));
    expect(400, "EMAIL_ALREADY_IN_USE", POST(verify, other, with_code(third, theirs)));
    free(other);
    free(token);
}

static void verified_address_signs_in_and_is_told_of(void **state) {
    (void)state;
    char code[8], text[8192];
    char *token = registered(ada);
    free(added(token, second, code));
    expect(200, NULL, POST(verify, token, with_code(second, code)));
    take_mail_to(ada, "was confirmed", text);
    expect(400, "EMAIL_ALREADY_VERIFIED", POST(verify, token, with_code(second, code)));
    assert_true(is(token, second, "isVerified"));
    expect(200, NULL, POST("/auth/login", NULL, body("email", second, "password", RIVER, NULL)));
    now_ms += 60000;
    expect(400, "EMAIL_ALREADY_VERIFIED", POST("/auth/register/start", NULL, with(second)));
    free(token);
}

static void default_must_be_verified(void **state) {
    (void)state;
    char code[8], text[8192];
    char *token = registered(ada);
    char *id = added(token, second, code);
    take_mail_to(ada, "was added", text);
    expect(400, "EMAIL_NOT_VERIFIED", on("PATCH", id, "/default", token));
    expect(200, NULL, POST(verify, token, with_code(second, code)));
    take_mail_to(ada, "was confirmed", text);
    struct answer answer = on("PATCH", id, "/default", token);
    assert_true(json_is_true(json_object_get(answer.json, "isDefault")));
    expect(200, NULL, answer);
    take_mail_to(ada, "another default address", text);
    assert_true(is(token, second, "isDefault"));
    assert_false(is(token, ada, "isDefault"));
    char *email = member(GET("/auth/me", token), "email");
    assert_string_equal(email, second);
    expect(200, NULL, on("PATCH", id, "/default", token));
    assert_true(no_mail()); /* nothing has changed */
    free(email);
    free(id);
    free(token);
}

static void only_verified_address_stays(void **state) {
    (void)state;
    char code[8];
    char *token = registered(ada);
    char *first_id = id_of(token, ada), *id = added(token, second, code);
    expect(400, "ONLY_VERIFIED_EMAIL", on("DELETE", first_id, "", token));
    expect(200, NULL, on("DELETE", id, "", token));
    expect(404, "EMAIL_NOT_FOUND", on("DELETE", id, "", token));
    expect(404, "EMAIL_NOT_FOUND", POST(verify, token, with_code(second, code)));
    free(first_id);
    free(id);
    free(token);
}

static void removed_default_gives_way_to_the_oldest_verified(void **state) {
    (void)state;
    char code[8], text[8192];
    char *token = registered(ada), *first_id = id_of(token, ada);
    free(added(token, bob, code)); /* older, but not verified */
    now_ms += 1;
    free(proven(token, second));
    now_ms += 1;
    free(proven(token, third));
    expect(200, NULL, on("DELETE", first_id, "", token));
    take_mail_to(ada, "was removed", text);
    assert_true(is(token, second, "isDefault"));
    free(first_id);
    free(token);
}

static void removed_address_neither_signs_in_nor_resets(void **state) {
    (void)state;
    char link[128], text[8192];
    char *token = registered(ada), *id = proven(token, second);
    take_mail_to(ada, "was added", text);
    take_mail_to(ada, "was confirmed", text);
    expect(200, NULL, POST("/auth/password/forgot", NULL, with(second)));
    mailed_reset_token(link);
    expect(200, NULL, on("DELETE", id, "", token));
    expect(401, "INVALID_CREDENTIALS",
           POST("/auth/login", NULL, body("email", second, "password", RIVER, NULL)));
    expect(
        400, "INVALID_TOKEN",
        POST("/auth/password/reset", NULL, body("token", link, "password", "another river", NULL)));
    take_mail_to(ada, "was removed", text);
    expect(200, NULL, POST("/auth/password/forgot", NULL, with(second)));
    assert_true(no_mail());
    free(registered(second)); /* it is free for whoever proves it */
    free(id);
    free(token);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(every_call_needs_a_bearer_token),
        CASE(bad_bodies_are_422),
        CASE(what_is_not_on_the_list_is_EMAIL_NOT_FOUND),
        CASE(add_lists_an_address_and_mails_a_code_and_a_notice),
        CASE(add_of_an_own_address_is_EMAIL_ALREADY_IN_USE),
        CASE(add_of_an_address_that_another_has_proven_is_EMAIL_ALREADY_IN_USE),
        CASE(that_an_address_is_in_use_is_told_ten_times_an_hour),
        CASE(accounts_of_one_address_share_what_is_told),
        CASE(a_person_has_twenty_addresses_at_most),
        CASE(strangers_are_not_mailed_without_end),
        CASE(mailbox_is_not_flooded),
        CASE(resend_within_60_s_is_429_with_the_rest),
        CASE(verify_with_a_wrong_code_is_INVALID_CODE_three_times),
        CASE(verify_after_ten_minutes_is_CODE_EXPIRED),
        CASE(verify_with_the_code_of_another_claim_is_INVALID_CODE),
        CASE(verified_address_signs_in_and_is_told_of),
        CASE(default_must_be_verified),
        CASE(only_verified_address_stays),
        CASE(removed_default_gives_way_to_the_oldest_verified),
        CASE(removed_address_neither_signs_in_nor_resets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
