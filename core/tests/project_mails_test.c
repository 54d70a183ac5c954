/* Mails that tell somebody what another did in a project: to whom, of what, in which language, and
 * once. */
#include "project_helper.h"

#include "core/world.h"

static struct person ada, bob;
static char *slug;

static int open_all(void **state) {
    if (core_helper_open(state))
        return -1;
    ada = person("ada@example.com");
    bob = person("bob@example.com");
    slug = project_of(&ada, "Rivers & Lakes", false);
    expect(200, NULL,
           call("PATCH", "/auth/profile", ada.token, "{\"displayName\":\"Countess Ada\"}"));
    return 0;
}

static int close_all(void **state) {
    free(slug);
    person_free(&ada);
    person_free(&bob);
    return core_helper_close(state);
}

#define MAIL_CASE(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

static void add_bob(void) {
    expect(201, NULL, POST(at(slug, "/members"), ada.token, body("email", bob.email, NULL)));
}

static void give_to_bob(void) {
    char words[8192];
    add_bob();
    take_mail_to(bob.email, "You were added", words);
    expect(200, NULL,
           POST(at(slug, "/transfer-ownership"), ada.token, body("new_owner_id", bob.id, NULL)));
}

static void invite(const char *email, char token[128]) {
    expect(201, NULL, POST(at(slug, "/invites"), ada.token, body("email", email, NULL)));
    mailed_invite_token(email, token);
}

static void accept_as_bob(void) {
    char token[128], path[256];
    invite(bob.email, token);
    snprintf(path, sizeof path, "/invites/%s/accept", token);
    expect(200, NULL, POST(path, bob.token, NULL));
    expect(404, "INVITE_NOT_FOUND", POST(path, bob.token, NULL));
}

static void register_as_eve(void) {
    char token[128];
    invite("eve@example.com", token);
    expect(200, NULL,
           POST("/auth/register/with-invite", NULL,
                body("email", "eve@example.com", "password", RIVER, "invite_token", token, NULL)));
}

static err count_put(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*) FROM mail_log"));
    TRY(db_next(rows, &row));
    *(int64_t *)arg = db_get_int(rows, 0);
    return OK;
}

static int64_t mails_put(void) {
    int64_t n;
    assert_ok(db_read(core->db, count_put, &n));
    return n;
}

static const struct row {
    void (*happens)(void);
    int64_t mails; /* with what leads to it */
    const char *to, *subject, *says;
} rows[] = {
    {add_bob, 1, "bob@example.com", "You were added to a project at HitKey", "Countess Ada"},
    {give_to_bob, 2, "bob@example.com", "A project at HitKey is yours now", "Countess Ada"},
    {accept_as_bob, 2, "ada@example.com", "Your invitation was accepted", "bob@example.com"},
    {register_as_eve, 2, "ada@example.com", "Your invitation was accepted", "eve@example.com"},
};

static void whom_it_concerns_is_told_once(void **state) {
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        char text[8192];
        int64_t before = mails_put();
        row->happens();
        take_mail_to(row->to, row->subject, text);
        assert_non_null(strstr(text, "Rivers & Lakes"));
        assert_non_null(strstr(text, row->says));
        assert_int_equal(mails_put() - before, row->mails);
        assert_true(no_mail());
        if (i + 1 < COUNT(rows)) {
            close_all(state);
            open_all(state);
        }
    }
}

static void it_is_in_the_recipients_language(void **state) {
    (void)state;
    char text[8192];
    expect(200, NULL, call("PATCH", "/auth/profile", bob.token, "{\"locale\":\"ru-RU\"}"));
    add_bob();
    take_mail_to(bob.email, "lang=\"ru\"", text);
}

static void what_did_not_happen_is_not_told(void **state) {
    (void)state;
    char text[8192];
    expect(404, "USER_NOT_FOUND",
           POST(at(slug, "/members"), ada.token, body("email", "nobody@example.com", NULL)));
    expect(404, "MEMBER_NOT_FOUND",
           POST(at(slug, "/transfer-ownership"), ada.token, body("new_owner_id", bob.id, NULL)));
    assert_true(no_mail());
    add_bob();
    take_mail_to(bob.email, NULL, text);
    expect(400, "ALREADY_MEMBER",
           POST(at(slug, "/members"), ada.token, body("email", bob.email, NULL)));
    assert_true(no_mail());
}

/* Past the bound the change is made and not told; and what others do leaves room for what tells the
 * owner of a changed account. */
static void others_cannot_use_up_what_an_owner_is_told(void **state) {
    (void)state;
    char text[8192], name[32];
    int64_t before = mails_put();
    for (int i = 0; i < 45; i++) {
        snprintf(name, sizeof name, "Many %d", i);
        char *one = project_of(&ada, name, false);
        expect(201, NULL, POST(at(one, "/members"), ada.token, body("email", bob.email, NULL)));
        assert_role(one, &bob, "member");
        free(one);
    }
    assert_int_equal(mails_put() - before, 20);
    expect(200, NULL,
           POST("/auth/password/change", bob.token,
                body("current_password", RIVER, "password", "a loud river", NULL)));
    take_mail_to(bob.email, "Your HitKey password was changed", text);
    expect(200, NULL, POST("/auth/password/forgot", NULL, body("email", bob.email, NULL)));
    take_mail_to(bob.email, "Set a new HitKey password", text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MAIL_CASE(whom_it_concerns_is_told_once),
        MAIL_CASE(it_is_in_the_recipients_language),
        MAIL_CASE(what_did_not_happen_is_not_told),
        MAIL_CASE(others_cannot_use_up_what_an_owner_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
