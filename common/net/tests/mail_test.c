#include "common/net/mail.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/testing.h"

static const struct mailer_options from = {.from = S_INIT("no-reply@hitkey.example"),
                                           .from_name = S_INIT("HitKey")};

static void injections_into_headers_are_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    static const char *const bad[] = {"a@b\r\nBcc: c@d", "a@b c@d", "<a@b>", "a", "",
                                      "a@b,c@d",         "\"a\"@b"};
    str text;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(
            mail_compose(arena, &from,
                         &(struct mail){.to = str_from(bad[i]), .subject = S("s"), .text = S("t")},
                         0, S("id"), &text),
            bad_request);
    assert_err(
        mail_compose(
            arena, &from,
            &(struct mail){.to = S("a@b.example"), .subject = S("s\r\nBcc: x@y"), .text = S("t")},
            0, S("id"), &text),
        internal);
    arena_free(arena);
}

static void a_mail_has_its_headers_and_short_lines(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    char longer[300];
    memset(longer, 'x', sizeof longer);
    str text;
    assert_ok(mail_compose(arena, &from,
                           &(struct mail){.to = S("a@b.example"),
                                          .subject = S("Gr\xc3\xbc\xc3\x9f dich"),
                                          .text = str_of(longer, sizeof longer),
                                          .html = S("<p>1 = 1 \n</p>")},
                           1704067200000, S("abc"), &text));
    assert_true(str_find_str(text, S("Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n")) < text.n);
    assert_true(str_find_str(text, S("Subject: =?UTF-8?B?R3LDvMOfIGRpY2g=?=\r\n")) < text.n);
    assert_true(str_find_str(text, S("<p>1 =3D 1=20\r\n</p>")) < text.n);
    str line;
    while (str_next(&text, '\n', &line))
        assert_true(line.n <= 77);
    arena_free(arena);
}

static void a_spooled_mail_is_a_private_file(void **state) {
    (void)state;
    char dir[] = "/tmp/hitkey-mail-XXXXXX", path[64], command[128];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/mail", dir);
    struct mailer_options options = from;
    options.spool_dir = str_from(path);
    struct mailer *mailer;
    struct arena *arena = arena_new(1 << 20);
    assert_ok(mailer_new(&options, &mailer));
    assert_ok(mailer_send(
        mailer, arena, &(struct mail){.to = S("a@b.example"), .subject = S("s"), .text = S("t")}));
    snprintf(command, sizeof command, "test $(find %s -name '*.eml' -perm 600 | wc -l) = 1", path);
    assert_int_equal(system(command), 0);
    mailer_free(mailer);
    arena_free(arena);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(injections_into_headers_are_refused),
        cmocka_unit_test(a_mail_has_its_headers_and_short_lines),
        cmocka_unit_test(a_spooled_mail_is_a_private_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
