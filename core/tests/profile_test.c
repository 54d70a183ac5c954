/* GET /auth/me, PATCH /auth/profile, GET /internal/users/:id. */
#include "core_helper.h"

static struct answer patch(const char *token, const char *text) {
    return call("PATCH", "/auth/profile", token, text);
}

static struct answer claims_of(const char *token) {
    char path[128];
    char *id = member(GET("/auth/me", token), "id");
    snprintf(path, sizeof path, "/internal/users/%s", id);
    free(id);
    return GET(path, NULL);
}

static const char *text_of(const struct answer *answer, const char *name) {
    return json_string_value(json_object_get(answer->json, name));
}

static void me_has_every_documented_member_and_no_other(void **state) {
    (void)state;
    static const char *const nulls[] = {"name",        "surname",      "givenNames",
                                        "displayName", "nativeScript", "preferredOrder",
                                        "username"};
    char *token = registered("ada@example.com");
    struct answer answer = GET("/auth/me", token);
    assert_int_equal(json_object_size(answer.json), 14);
    for (size_t i = 0; i < COUNT(nulls); i++)
        assert_true(json_is_null(json_object_get(answer.json, nulls[i])));
    assert_int_equal(strlen(text_of(&answer, "id")), 36);
    assert_string_equal(text_of(&answer, "email"), "ada@example.com");
    assert_true(json_is_true(json_object_get(answer.json, "emailVerified")));
    assert_true(json_is_false(json_object_get(answer.json, "totpEnabled")));
    assert_string_equal(text_of(&answer, "createdAt"), "2023-11-14T22:13:20.000Z");
    assert_string_equal(text_of(&answer, "updatedAt"), "2023-11-14T22:13:20.000Z");
    const json_t *emails = json_object_get(answer.json, "emails");
    assert_int_equal(json_array_size(emails), 1);
    const json_t *email = json_array_get(emails, 0);
    assert_int_equal(json_object_size(email), 4);
    assert_int_equal(strlen(json_string_value(json_object_get(email, "id"))), 36);
    assert_string_equal(json_string_value(json_object_get(email, "email")), "ada@example.com");
    assert_true(json_is_true(json_object_get(email, "isDefault")));
    assert_true(json_is_true(json_object_get(email, "isVerified")));
    done(answer);
    free(token);
}

static void profile_rules_are_kept(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int status;
        const char *code;
    } rows[] = {
        {"{\"username\":\"ab\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"with space\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"a-b-c\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"\\u0430dmin\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"abcdefghijklmnopqrstuvwxyz12345\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"ADMIN\"}", 400, "USERNAME_RESERVED"},
        {"{\"username\":\"hitkey\"}", 400, "USERNAME_RESERVED"},
        {"{\"username\":\"GRACE\"}", 409, "USERNAME_TAKEN"},
        {"{\"username\":7}", 422, NULL},
        {"{\"preferredOrder\":\"northern\"}", 422, NULL},
        {"{\"preferredOrder\":\"western eastern\"}", 422, NULL},
        {"{\"birthdate\":\"1990-13-01\"}", 422, NULL},
        {"{\"birthdate\":\"yesterday\"}", 422, NULL},
        {"{\"website\":\"javascript:alert(1)\"}", 422, NULL},
        {"{\"picture\":\"https://a:b@c.example/\"}", 422, NULL},
        {"{\"profile\":\"not a url\"}", 422, NULL},
        {"{\"zoneinfo\":\"Europe//London\"}", 422, NULL},
        {"{\"locale\":\"english language\"}", 422, NULL},
        {"{\"phone_number\":\"555\"}", 422, NULL},
        {"{\"address\":{\"planet\":\"Earth\"}}", 422, NULL},
        {"{\"address\":\"Earth\"}", 422, NULL},
        {"{\"surname\":1}", 422, NULL},
        {"{\"surname\":\"a\\u0007b\"}", 422, NULL},
        {"{\"surname\":\"a\\u0000b\"}", 400, NULL},
        {"[]", 400, NULL},
    };
    char *grace = registered("grace@example.com"), *token = registered("ada@example.com");
    expect(200, NULL, patch(grace, "{\"username\":\"grace\"}"));
    for (size_t i = 0; i < COUNT(rows); i++)
        expect(rows[i].status, rows[i].code, patch(token, rows[i].text));
    struct answer answer = GET("/auth/me", token);
    assert_int_equal(json_object_size(answer.json), 14); /* nothing of it was stored */
    assert_true(json_is_null(json_object_get(answer.json, "username")));
    done(answer);
    free(grace);
    free(token);
}

static void every_field_error_is_in_the_array(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    struct answer answer = patch(token, "{\"birthdate\":\"x\",\"locale\":\"1\",\"surname\":2}");
    assert_int_equal(answer.status, 422);
    assert_in_range(json_array_size(json_object_get(answer.json, "errors")), 2, 3);
    done(answer);
    free(token);
}

static void username_is_freed_by_null_and_may_change_its_case(void **state) {
    (void)state;
    char *grace = registered("grace@example.com"), *token = registered("ada@example.com");
    expect(200, NULL, patch(grace, "{\"username\":\"grace\"}"));
    expect(200, NULL, patch(grace, "{\"username\":\"Grace\"}"));
    expect(409, "USERNAME_TAKEN", patch(token, "{\"username\":\"grace\"}"));
    expect(200, NULL, patch(grace, "{\"username\":null}"));
    expect(200, NULL, patch(token, "{\"username\":\"grace\"}"));
    free(grace);
    free(token);
}

static void profile_sets_clears_and_leaves(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    now_ms += 60000;
    struct answer answer = patch(
        token, "{\"surname\":\" Lovelace \",\"givenNames\":\"Ada\",\"displayName\":\"Countess\","
               "\"nativeScript\":\"\\u611b\\u9054\",\"preferredOrder\":\"western\","
               "\"username\":\"ada\",\"unknown\":1}");
    assert_int_equal(answer.status, 200);
    assert_string_equal(text_of(&answer, "surname"), "Lovelace");
    assert_string_equal(text_of(&answer, "name"), "Ada Lovelace");
    assert_string_equal(text_of(&answer, "displayName"), "Countess");
    assert_string_equal(text_of(&answer, "nativeScript"), "\xe6\x84\x9b\xe9\x81\x94");
    assert_string_equal(text_of(&answer, "updatedAt"), "2023-11-14T22:14:20.000Z");
    assert_null(json_object_get(answer.json, "unknown"));
    done(answer);
    answer = patch(token, "{\"surname\":null,\"givenNames\":\"\",\"displayName\":\"  \"}");
    assert_true(json_is_null(json_object_get(answer.json, "surname")));
    assert_true(json_is_null(json_object_get(answer.json, "givenNames")));
    assert_true(json_is_null(json_object_get(answer.json, "displayName")));
    assert_true(json_is_null(json_object_get(answer.json, "name")));
    assert_string_equal(text_of(&answer, "username"), "ada");
    done(answer);
    struct answer me = GET("/auth/me", token);
    assert_string_equal(text_of(&me, "username"), "ada");
    assert_true(json_is_null(json_object_get(me.json, "surname")));
    done(me);
    free(token);
}

static void standard_claims_are_shown_once_set(void **state) {
    (void)state;
    static const char *const rows[][2] = {{"middle_name", "Augusta"},
                                          {"nickname", "Addie"},
                                          {"gender", "female"},
                                          {"birthdate", "1815-12-10"},
                                          {"zoneinfo", "Europe/London"},
                                          {"locale", "en-GB"},
                                          {"phone_number", "+441234567890"},
                                          {"website", "https://ada.example/"},
                                          {"picture", "https://ada.example/a.png"},
                                          {"profile", "http://ada.example/me"}};
    char *token = registered("ada@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = patch(token, body(rows[i][0], rows[i][1], NULL));
        assert_int_equal(answer.status, 200);
        assert_string_equal(text_of(&answer, rows[i][0]), rows[i][1]);
        done(answer);
    }
    struct answer claims = claims_of(token);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(text_of(&claims, rows[i][0]), rows[i][1]);
    assert_true(json_is_false(json_object_get(claims.json, "phone_number_verified")));
    done(claims);
    expect(200, NULL, patch(token, "{\"phone_number\":null,\"nickname\":null}"));
    claims = claims_of(token);
    assert_null(json_object_get(claims.json, "phone_number"));
    assert_null(json_object_get(claims.json, "phone_number_verified"));
    assert_null(json_object_get(claims.json, "nickname"));
    done(claims);
    free(token);
}

static void address_is_an_object_in_both(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    struct answer answer =
        patch(token, "{\"address\":{\"formatted\":\"1 St\\nTown\",\"street_address\":\"1 St\","
                     "\"locality\":\"Town\",\"region\":\"R\",\"postal_code\":\"1\","
                     "\"country\":\"UK\"}}");
    assert_int_equal(json_object_size(json_object_get(answer.json, "address")), 6);
    done(answer);
    struct answer claims = claims_of(token);
    assert_int_equal(json_object_size(json_object_get(claims.json, "address")), 6);
    done(claims);
    free(token);
}

static void claims_of_a_new_user_are_the_least(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    struct answer claims = claims_of(token);
    assert_int_equal(claims.status, 200);
    assert_int_equal(json_object_size(claims.json), 5);
    assert_string_equal(text_of(&claims, "email"), "ada@example.com");
    assert_true(json_is_true(json_object_get(claims.json, "email_verified")));
    assert_int_equal(json_integer_value(json_object_get(claims.json, "updated_at")), now_ms / 1000);
    assert_int_equal(json_integer_value(json_object_get(claims.json, "signed_out_ms")), 0);
    char *id = member(GET("/auth/me", token), "id");
    assert_string_equal(text_of(&claims, "sub"), id);
    done(claims);
    free(id);
    free(token);
}

static void name_follows_the_order_and_is_never_blank(void **state) {
    (void)state;
    static const struct {
        const char *text, *name, *display_name;
    } rows[] = {
        {"{\"displayName\":\"Countess\"}", "Countess", "Countess"},
        {"{\"givenNames\":\"Ada\"}", "Ada", "Countess"},
        {"{\"surname\":\"Lovelace\"}", "Ada Lovelace", "Countess"},
        {"{\"preferredOrder\":\"eastern\"}", "Lovelace Ada", "Countess"},
        {"{\"preferredOrder\":\"western\",\"displayName\":null}", "Ada Lovelace", NULL},
        {"{\"givenNames\":null}", "Lovelace", NULL},
        {"{\"surname\":null}", NULL, NULL},
    };
    char *token = registered("ada@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect(200, NULL, patch(token, rows[i].text));
        struct answer claims = claims_of(token);
        const char *name = text_of(&claims, "name"), *shown = text_of(&claims, "display_name");
        assert_string_equal(name ? name : "(none)", rows[i].name ? rows[i].name : "(none)");
        assert_string_equal(shown ? shown : "(none)",
                            rows[i].display_name ? rows[i].display_name : "(none)");
        done(claims);
    }
    free(token);
}

static void claims_of_nobody_are_404(void **state) {
    (void)state;
    expect(404, "not_found", GET("/internal/users/nobody", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(me_has_every_documented_member_and_no_other),
        CASE(profile_rules_are_kept),
        CASE(every_field_error_is_in_the_array),
        CASE(username_is_freed_by_null_and_may_change_its_case),
        CASE(profile_sets_clears_and_leaves),
        CASE(standard_claims_are_shown_once_set),
        CASE(address_is_an_object_in_both),
        CASE(claims_of_a_new_user_are_the_least),
        CASE(name_follows_the_order_and_is_never_blank),
        CASE(claims_of_nobody_are_404),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
