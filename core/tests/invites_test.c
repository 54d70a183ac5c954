/* /projects/:slug/invites, /invites/:token and POST /auth/register/with-invite. */
#include "project_helper.h"

#include "core/reap.h"

static const char with_invite[] = "/auth/register/with-invite";
static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

static struct answer invite(const char *slug, const struct person *by, const char *text) {
    return POST(at(slug, "/invites"), by->token, text);
}

/* Invites and takes the token out of the mail. */
static char *invited(const char *slug, const struct person *by, const char *email,
                     const char *role) {
    char token[128];
    expect(
        201, NULL,
        invite(slug, by,
               body("email", email, "role", role, "redirect_url", "https://app.example/in", NULL)));
    mailed_invite_token(email, token);
    return strdup(token);
}

static const char *invite_path(const char *token, const char *rest) {
    static _Thread_local char buffers[2][256];
    static _Thread_local unsigned turn;
    char *out = buffers[turn++ % COUNT(buffers)];
    snprintf(out, sizeof buffers[0], "/invites/%s%s", token, rest);
    return out;
}

static struct answer accept_it(const char *token, const struct person *who) {
    return POST(invite_path(token, "/accept"), who->token, NULL);
}

static const char *joining(const char *token, const char *email, const char *chosen) {
    return body("invite_token", token, "email", email, "password", chosen, NULL);
}

static void invite_has_every_documented_member_and_no_other(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    expect(200, NULL, call("PATCH", "/auth/profile", ada.token, "{\"displayName\":\"Countess\"}"));
    struct answer made = invite(slug, &ada,
                                "{\"email\":\"Bob@Example.com\",\"role\":\"admin\","
                                "\"redirect_url\":\"https://app.example/in?x=1\"}");
    assert_int_equal(made.status, 201);
    assert_int_equal(json_object_size(made.json), 8);
    assert_string_equal(text_of(&made, "email"), "bob@example.com");
    assert_string_equal(text_of(&made, "role"), "admin");
    assert_string_equal(text_of(&made, "redirect_url"), "https://app.example/in?x=1");
    assert_string_equal(text_of(&made, "invited_by"), ada.id);
    assert_string_equal(text_of(&made, "created_at"), "2023-11-14T22:13:20.000Z");
    assert_string_equal(text_of(&made, "expires_at"), "2023-11-21T22:13:20.000Z");
    assert_true(json_is_false(json_object_get(made.json, "is_expired")));
    struct answer list = GET(at(slug, "/invites/"), ada.token);
    assert_int_equal(json_array_size(list.json), 1);
    assert_true(json_equal(json_array_get(list.json, 0), made.json));
    done(list);
    char token[128];
    mailed_invite_token("bob@example.com", token);
    struct answer shown = GET(invite_path(token, ""), NULL);
    assert_int_equal(shown.status, 200);
    assert_int_equal(json_object_size(shown.json), 7);
    assert_string_equal(text_of(&shown, "id"), text_of(&made, "id"));
    assert_string_equal(text_of(&shown, "email"), "bob@example.com");
    assert_string_equal(text_of(&shown, "role"), "admin");
    assert_string_equal(text_of(&shown, "expiresAt"), "2023-11-21T22:13:20.000Z");
    assert_true(json_is_false(json_object_get(shown.json, "is_expired")));
    assert_non_null(strstr(shown.text, "\"project\":{\"name\":\"Engine\",\"slug\":\"engine\"}"));
    assert_non_null(strstr(shown.text, "\"invitedBy\":{\"displayName\":\"Countess\"}"));
    done(shown);
    done(made);
    free(slug);
    person_free(&ada);
}

static void create_is_422_for_bad_fields(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *rule;
    } rows[] = {
        {"{}", "email", "required"},
        {"{\"email\":\"x\"}", "email", "email"},
        {"{\"email\":\"b@c.example\",\"role\":\"owner\"}", "role", "enum"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":7}", "redirect_url", "string"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"/in\"}", "redirect_url", "url"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"http://app.example/\"}", "redirect_url",
         "url"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"javascript:alert(1)\"}", "redirect_url",
         "url"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"https://good.example@evil.example/\"}",
         "redirect_url", "url"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"https:///in\"}", "redirect_url", "url"},
        {"{\"email\":\"b@c.example\",\"redirect_url\":\"https:app.example\"}", "redirect_url",
         "url"},
    };
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false), url[2100];
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_field(rows[i].field, rows[i].rule, invite(slug, &ada, rows[i].text));
    expect(400, NULL, invite(slug, &ada, "{\"email\":\"b@c.example\",\"email\":\"d@c.example\"}"));
    snprintf(url, sizeof url, "{\"email\":\"b@c.example\",\"redirect_url\":\"https://a/%02000d\"}",
             0);
    expect_field("redirect_url", "maxLength", invite(slug, &ada, url));
    assert_true(no_mail());
    expect(201, NULL,
           invite(slug, &ada,
                  "{\"email\":\"b@c.example\",\"redirect_url\":\"http://localhost:3000/in\"}"));
    free(slug);
    person_free(&ada);
}

static void only_the_owner_invites_admins_and_members_nobody(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  eve = person("eve@example.com");
    char *slug = project_of(&ada, "Engine", true);
    const char *plain = "{\"email\":\"x@c.example\"}",
               *admin = "{\"email\":\"x@c.example\",\"role\":\"admin\"}";
    expect(201, NULL,
           POST(at(slug, "/members"), ada.token,
                "{\"email\":\"bob@example.com\",\"role\":\"admin\"}"));
    expect(403, "ONLY_OWNER_MAKES_ADMINS", invite(slug, &bob, admin));
    expect(201, NULL, invite(slug, &bob, plain));
    expect(403, "NOT_PROJECT_MEMBER", invite(slug, &eve, plain));
    expect(403, "NOT_PROJECT_MEMBER", GET(at(slug, "/invites"), eve.token));
    expect(200, NULL, POST(at(slug, "/join"), eve.token, NULL));
    expect(403, "INSUFFICIENT_ROLE", invite(slug, &eve, plain));
    expect(403, "INSUFFICIENT_ROLE", GET(at(slug, "/invites"), eve.token));
    free(slug);
    person_free(&ada);
    person_free(&bob);
    person_free(&eve);
}

/* An admin whom the owner does not trust any more may have let a friend in. */
static void whoever_is_no_admin_any_more_has_no_invites_out(void **state) {
    (void)state;
    static const struct {
        const char *method, *path, *text;
        bool by_owner;
    } ways[] = {{"PATCH", "/members/", "{\"role\":\"member\"}", true},
                {"DELETE", "/members/", NULL, true},
                {"DELETE", "/leave", NULL, false}};
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    for (size_t i = 0; i < COUNT(ways); i++) {
        char *slug = project_of(&ada, "Engine", false), email[64];
        char *id = member(
            POST(at(slug, "/members"), ada.token, body("email", bob.email, "role", "admin", NULL)),
            "id");
        snprintf(email, sizeof email, "friend%zu@example.com", i);
        char *token = invited(slug, &bob, email, "member");
        snprintf(email, sizeof email, "guest%zu@example.com", i);
        char *kept = invited(slug, &ada, email, "member");
        expect(200, NULL,
               call(ways[i].method, at(slug, "%s%s", ways[i].path, ways[i].by_owner ? id : ""),
                    ways[i].by_owner ? ada.token : bob.token, ways[i].text));
        expect(404, "INVITE_NOT_FOUND", GET(invite_path(token, ""), NULL));
        expect(200, NULL, GET(invite_path(kept, ""), NULL));
        free(id);
        free(token);
        free(kept);
        free(slug);
    }
    person_free(&ada);
    person_free(&bob);
}

static void address_has_one_live_invite_and_an_expired_one_makes_room(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    char *token = invited(slug, &ada, "bob@example.com", "member");
    expect(400, "INVITE_ALREADY_EXISTS",
           invite(slug, &ada, body("email", "BOB@example.com", NULL)));
    expect(400, "ALREADY_MEMBER", invite(slug, &ada, body("email", "ada@example.com", NULL)));
    now_ms += 7 * DAY_MS;
    struct answer shown = GET(invite_path(token, ""), NULL);
    assert_true(json_is_true(json_object_get(shown.json, "is_expired")));
    expect(200, NULL, shown);
    expect(400, "INVITE_EXPIRED",
           POST(with_invite, NULL, joining(token, "bob@example.com", RIVER)));
    struct person again = {
        .token = member(
            POST("/auth/login", NULL, body("email", "ada@example.com", "password", RIVER, NULL)),
            "token")};
    char *fresh = invited(slug, &again, "bob@example.com", "member");
    expect(404, "INVITE_NOT_FOUND", GET(invite_path(token, ""), NULL));
    expect(200, NULL, GET(invite_path(fresh, ""), NULL));
    now_ms += 37 * DAY_MS;
    assert_ok(reap_expired(core, now_ms));
    expect(404, "INVITE_NOT_FOUND", GET(invite_path(fresh, ""), NULL));
    person_free(&again);
    free(token);
    free(fresh);
    free(slug);
    person_free(&ada);
}

static void invite_is_for_who_holds_the_address(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com"),
                  eve = person("eve@example.com");
    char *slug = project_of(&ada, "Engine", false);
    char *token = invited(slug, &ada, "bob@example.com", "admin");
    expect(401, NULL, POST(invite_path(token, "/accept"), NULL, NULL));
    expect(400, "EMAIL_MISMATCH", accept_it(token, &eve));
    expect(404, "INVITE_NOT_FOUND", accept_it("hk_iv_none", &bob));
    assert_role(slug, &bob, "none");
    struct answer accepted = accept_it(token, &bob);
    assert_int_equal(json_object_size(accepted.json), 2);
    assert_string_equal(text_of(&accepted, "project_slug"), slug);
    assert_string_equal(text_of(&accepted, "redirect_url"), "https://app.example/in");
    expect(200, NULL, accepted);
    assert_role(slug, &bob, "admin");
    expect(404, "INVITE_NOT_FOUND", accept_it(token, &bob));
    expect(404, "INVITE_NOT_FOUND", GET(invite_path(token, ""), NULL));
    free(token);
    free(slug);
    person_free(&ada);
    person_free(&bob);
    person_free(&eve);
}

/* Whose it is beside the one that members see is nobody's business. */
static void inviting_another_address_of_a_member_tells_nothing(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true), code[8];
    expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
    expect(201, NULL, POST("/auth/emails", bob.token, body("email", "robert@example.com", NULL)));
    mailed_code_to("robert@example.com", code);
    expect(200, NULL,
           POST("/auth/emails/verify", bob.token,
                body("email", "robert@example.com", "code", code, NULL)));
    expect(400, "ALREADY_MEMBER", invite(slug, &ada, body("email", bob.email, NULL)));
    char *token = invited(slug, &ada, "robert@example.com", "member");
    expect(400, "ALREADY_MEMBER", accept_it(token, &bob));
    free(token);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

/* A second address that is only claimed is not held; once it is proven, it is. */
static void another_address_counts_once_it_is_verified(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", false), code[8];
    char *token = invited(slug, &ada, "robert@example.com", "member");
    expect(201, NULL, POST("/auth/emails", bob.token, body("email", "robert@example.com", NULL)));
    mailed_code_to("robert@example.com", code);
    expect(400, "EMAIL_MISMATCH", accept_it(token, &bob));
    expect(200, NULL,
           POST("/auth/emails/verify", bob.token,
                body("email", "robert@example.com", "code", code, NULL)));
    expect(200, NULL, accept_it(token, &bob));
    assert_role(slug, &bob, "member");
    free(token);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void expired_or_taken_back_invite_lets_nobody_in(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    char *token = invited(slug, &ada, "bob@example.com", "member"), *id, path[128];
    id = member(GET(invite_path(token, ""), NULL), "id");
    expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
    expect(400, "ALREADY_MEMBER", accept_it(token, &bob));
    expect(200, NULL, call("DELETE", at(slug, "/leave"), bob.token, NULL));
    expect(200, NULL, call("DELETE", at(slug, "/invites/%s", id), ada.token, NULL));
    expect(404, "INVITE_NOT_FOUND", accept_it(token, &bob));
    expect(404, "INVITE_NOT_FOUND", call("DELETE", at(slug, "/invites/%s", id), ada.token, NULL));
    expect(404, "INVITE_NOT_FOUND", POST(with_invite, NULL, joining(token, bob.email, RIVER)));
    free(token);
    token = invited(slug, &ada, "bob@example.com", "member");
    now_ms += 7 * DAY_MS;
    char *bearer = member(
        POST("/auth/login", NULL, body("email", bob.email, "password", RIVER, NULL)), "token");
    snprintf(path, sizeof path, "/invites/%s/accept", token);
    expect(400, "INVITE_EXPIRED", POST(path, bearer, NULL));
    now_ms -= 1;
    expect(200, NULL, POST(path, bearer, NULL));
    free(bearer);
    free(token);
    free(id);
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void mailbox_is_not_flooded_with_invites(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    int sent = 0;
    struct answer answer;
    do {
        char *slug = project_of(&ada, "Engine", false);
        answer = invite(slug, &ada, body("email", "bob@example.com", NULL));
        sent += answer.status == 201;
        free(slug);
        if (answer.status != 201)
            assert_true(answer.retry_after_s > 0);
        done(answer);
    } while (answer.status == 201 && sent < 50);
    assert_int_equal(answer.status, 429);
    assert_in_range(sent, 1, 10);
    person_free(&ada);
}

static void one_person_sends_no_more_than_so_many_an_hour(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false), email[64];
    int sent = 0, status;
    do {
        snprintf(email, sizeof email, "n%d@example.com", sent);
        struct answer answer = invite(slug, &ada, body("email", email, NULL));
        status = answer.status;
        sent += status == 201;
        done(answer);
    } while (status == 201 && sent < 100);
    assert_int_equal(status, 429);
    assert_int_equal(sent, 50);
    free(slug);
    person_free(&ada);
}

/* --- register/with-invite --------------------------------------------------------------------- */

static void register_refuses_what_is_not_right(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    char *token = invited(slug, &ada, "bob@example.com", "member");
    expect(404, "INVITE_NOT_FOUND",
           POST(with_invite, NULL, joining("hk_iv_none", "bob@example.com", RIVER)));
    expect(400, "EMAIL_MISMATCH",
           POST(with_invite, NULL, joining(token, "eve@example.com", RIVER)));
    expect_field("password", "minLength",
                 POST(with_invite, NULL, joining(token, "bob@example.com", "short")));
    expect_field("password", "common",
                 POST(with_invite, NULL, joining(token, "bob@example.com", "password123")));
    expect_field("invite_token", "required",
                 POST(with_invite, NULL, joining("", "bob@example.com", RIVER)));
    expect_field("email", "email", POST(with_invite, NULL, joining(token, "bob", RIVER)));
    expect(400, NULL, POST(with_invite, NULL, "{\"email\":\"a@b.example\",\"email\":\"c\"}"));
    expect(401, "INVALID_CREDENTIALS",
           POST("/auth/login", NULL, body("email", "bob@example.com", "password", RIVER, NULL)));
    free(registered("bob@example.com"));
    expect(400, "EMAIL_ALREADY_VERIFIED",
           POST(with_invite, NULL, joining(token, "bob@example.com", RIVER)));
    free(token);
    free(slug);
    person_free(&ada);
}

static void register_makes_account_address_membership_and_sign_in(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    expect(201, NULL,
           POST(at(slug, "/permissions"), ada.token,
                "{\"key\":\"build\",\"display_name\":\"B\",\"is_default\":true}"));
    char *token = invited(slug, &ada, "bob@example.com", "member");
    struct answer answer = POST(with_invite, NULL, joining(token, "Bob@example.com", RIVER));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 8);
    assert_string_equal(text_of(&answer, "type"), "bearer");
    assert_string_equal(text_of(&answer, "project_slug"), slug);
    assert_string_equal(text_of(&answer, "redirect_url"), "https://app.example/in");
    struct answer me = GET("/auth/me", text_of(&answer, "token"));
    assert_string_equal(text_of(&me, "email"), "bob@example.com");
    assert_true(json_is_true(json_object_get(me.json, "emailVerified")));
    struct person bob = {.id = strdup(text_of(&me, "id"))};
    struct answer standing = standing_of(slug, &bob);
    assert_string_equal(text_of(&standing, "role"), "member");
    assert_non_null(strstr(standing.text, "\"permissions\":[\"build\"]"));
    done(standing);
    done(me);
    done(answer);
    expect(404, "INVITE_NOT_FOUND",
           POST(with_invite, NULL, joining(token, "bob@example.com", RIVER)));
    expect(200, NULL,
           POST("/auth/login", NULL, body("email", "bob@example.com", "password", RIVER, NULL)));
    person_free(&bob);
    free(token);
    free(slug);
    person_free(&ada);
}

static void pages_register_with_an_invite_without_an_api_token(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", false);
    expect(201, NULL, invite(slug, &ada, body("email", "bob@example.com", NULL)));
    char token[128];
    mailed_invite_token("bob@example.com", token);
    struct answer answer =
        POST("/internal/register/with-invite", NULL, joining(token, "bob@example.com", RIVER));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 4);
    assert_int_equal(strlen(text_of(&answer, "user_id")), 36);
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\"]"));
    assert_true(json_is_null(json_object_get(answer.json, "redirect_url")));
    done(answer);
    free(slug);
    person_free(&ada);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(invite_has_every_documented_member_and_no_other),
        CASE(create_is_422_for_bad_fields),
        CASE(only_the_owner_invites_admins_and_members_nobody),
        CASE(whoever_is_no_admin_any_more_has_no_invites_out),
        CASE(address_has_one_live_invite_and_an_expired_one_makes_room),
        CASE(invite_is_for_who_holds_the_address),
        CASE(inviting_another_address_of_a_member_tells_nothing),
        CASE(another_address_counts_once_it_is_verified),
        CASE(expired_or_taken_back_invite_lets_nobody_in),
        CASE(mailbox_is_not_flooded_with_invites),
        CASE(one_person_sends_no_more_than_so_many_an_hour),
        CASE(register_refuses_what_is_not_right),
        CASE(register_makes_account_address_membership_and_sign_in),
        CASE(pages_register_with_an_invite_without_an_api_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
