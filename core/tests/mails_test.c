/* What mails say: each kind in each language, and what people wrote in them. */
#include "core/mails.h"

#include "core_helper.h"

static struct arena *arena;

static int open_all(void **state) {
    arena = arena_new(4 << 20);
    return arena ? core_helper_open(state) : -1;
}

static int close_all(void **state) {
    arena_free(arena);
    return core_helper_close(state);
}

#define MAIL_CASE(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

static struct mail written(enum mail_kind kind, str ui_locales, const struct mail_values *values) {
    struct request rq = {
        .arena = arena, .app = core_app(core), .now_ms = now_ms, .ui_locales = ui_locales};
    struct outbox_mail waiting;
    struct mail mail = {.to = STR_ABSENT};
    assert_ok(mails_write(&rq, kind, S("ada@example.com"), values, &waiting));
    assert_ok(mails_open(core, arena, waiting.sealed, &mail));
    return mail;
}

static bool has(str text, const char *part) {
    return str_find_str(text, str_from(part)) < text.n;
}

static void assert_whole(const struct mail *mail, enum language language) {
    str tag;
    assert_ok(STR_JOIN(arena, &tag, S("<html lang=\""), language_tag(language), S("\"")));
    assert_true(str_find_str(mail->html, tag) < mail->html.n);
    assert_true(str_eq(mail->to, S("ada@example.com")));
    assert_true(mail->id.n > 0 && mail->subject.n > 5 && mail->text.n > 50);
    const str parts[] = {mail->subject, mail->text, mail->html};
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_false(has(parts[i], "{minutes") || has(parts[i], "{days") || has(parts[i], "{{"));
    assert_false(has(mail->html, "<img") || has(mail->html, "src="));
}

static void every_mail_says_its_all_in_every_language(void **state) {
    (void)state;
    const struct mail_values values = {.code = S("123456"),
                                       .link = S("http://localhost:9400/x?token=y"),
                                       .address = S("second@example.com"),
                                       .project = S("Rivers"),
                                       .person = S("Grace")};
    static const char *const said[] = {"123456", "http://localhost:9400/x?token=y",
                                       "second@example.com", "Rivers", "Grace"};
    for (int kind = 0; kind < MAIL_KINDS; kind++)
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            struct mail mail =
                written((enum mail_kind)kind, language_tag((enum language)language), &values);
            assert_whole(&mail, (enum language)language);
            for (size_t i = 0; i < COUNT(said); i++)
                assert_true(has(mail.text, said[i]) && has(mail.html, said[i]));
        }
}

static void every_language_has_words_of_its_own(void **state) {
    (void)state;
    for (int kind = 0; kind < MAIL_KINDS; kind++)
        for (int a = 0; a < LANGUAGE_COUNT; a++)
            for (int b = 0; b < a; b++) {
                struct mail one =
                    written((enum mail_kind)kind, language_tag((enum language)a), NULL);
                struct mail other =
                    written((enum mail_kind)kind, language_tag((enum language)b), NULL);
                assert_false(str_eq(one.subject, other.subject));
                assert_false(str_eq(one.text, other.text));
            }
}

static void the_recipients_own_language_comes_before_that_of_the_request(void **state) {
    (void)state;
    struct mail own = written(MAIL_member_added, S("ru"), &(struct mail_values){.locale = S("kk")});
    struct mail unknown =
        written(MAIL_member_added, S("ru"), &(struct mail_values){.locale = S("xx")});
    assert_true(has(own.html, "lang=\"kk\""));
    assert_true(has(unknown.html, "lang=\"ru\""));
}

static void what_people_wrote_is_neither_markup_nor_a_line_nor_a_header(void **state) {
    (void)state;
    const struct mail_values values = {
        .link = S("http://localhost:9400/invite?token=y"),
        .project = S("<script>alert(1)</script>\r\nBcc: eve@example.com\r\n\r\nPay now"),
        .person = S("\"><a href=x>\xe2\x80\xae")};
    struct mail mail = written(MAIL_invite, S("en"), &values);
    assert_false(has(mail.html, "<script") || has(mail.html, "<a href=x"));
    assert_false(has(mail.text, "\nBcc:") || has(mail.html, "\nBcc:"));
    assert_false(has(mail.text, "\nPay now") || has(mail.text, "\r"));
    assert_false(has(mail.text, "\xe2\x80\xae") || has(mail.html, "\xe2\x80\xae"));
    assert_false(has(mail.subject, "Pay") || has(mail.subject, "\n") || has(mail.subject, "Bcc"));
}

static void a_long_name_is_cut(void **state) {
    (void)state;
    char name[4001];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    struct mail mail =
        written(MAIL_project_owner, S("en"), &(struct mail_values){.project = str_from(name)});
    name[61] = 0;
    assert_false(has(mail.text, name));
    assert_true(has(mail.text, "nnnnnnnn"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MAIL_CASE(every_mail_says_its_all_in_every_language),
        MAIL_CASE(every_language_has_words_of_its_own),
        MAIL_CASE(the_recipients_own_language_comes_before_that_of_the_request),
        MAIL_CASE(what_people_wrote_is_neither_markup_nor_a_line_nor_a_header),
        MAIL_CASE(a_long_name_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
