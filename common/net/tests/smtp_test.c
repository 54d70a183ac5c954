/* Delivery to a real mail server (aiosmtpd) that keeps what it gets in a maildir. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/net/mail.h"
#include "common/net/tests/http_stub_helper.h"
#include "common/ops/log.h"

enum { TRIES = 200, TRY_US = 100000 };

static char dir[] = "/tmp/hitkey-smtp-XXXXXX";
static struct arena *arena;
static int port;
static pid_t server;

static void become_server(void) {
    char listen_at[32], box[64];
    snprintf(listen_at, sizeof listen_at, "127.0.0.1:%d", port);
    snprintf(box, sizeof box, "%s/box", dir);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, STDOUT_FILENO);
    execl("/usr/bin/python3", "python3", "-m", "aiosmtpd", "-n", "-l", listen_at, "-c",
          "aiosmtpd.handlers.Mailbox", box, (char *)NULL);
    _exit(127);
}

static bool answers(void) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool there = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    close(fd);
    return there;
}

static int start_server(void **state) {
    (void)state;
    log_setup(LOG_OFF, LOG_JSON, 2);
    arena = arena_new(1 << 22);
    assert_non_null(mkdtemp(dir));
    port = http_stub_free_port();
    server = fork();
    if (server == 0)
        become_server();
    for (int i = 0; i < TRIES; i++) {
        if (answers())
            return 0;
        if (waitpid(server, NULL, WNOHANG) == server)
            break;
        usleep(TRY_US);
    }
    print_error("the mail server did not start: is python3-aiosmtpd installed?\n");
    return 1;
}

static int stop_server(void **state) {
    (void)state;
    char command[64];
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    arena_free(arena);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

static struct mailer *mailer_to(const char *user, int at) {
    struct mailer *mailer;
    str url;
    assert_ok(str_printf(arena, &url, "smtp://%s127.0.0.1:%d", user, at));
    assert_ok(mailer_new(&(struct mailer_options){.smtp_url = url,
                                                  .from = S("no-reply@hitkey.example"),
                                                  .from_name = S("HitKey")},
                         &mailer));
    return mailer;
}

/* Runs Python over the maildir; it exits 0 if the box is as it says. */
static void assert_box(const char *program) {
    char path[64], box[64];
    snprintf(path, sizeof path, "%s/check.py", dir);
    snprintf(box, sizeof box, "%s/box", dir);
    FILE *file = fopen(path, "w");
    fprintf(file,
            "import email, mailbox, sys\nfrom email import policy\n"
            "box = [email.message_from_bytes(bytes(m), policy=policy.default) for m in "
            "mailbox.Maildir(sys.argv[1])]\n%s",
            program);
    fclose(file);
    char command[192];
    snprintf(command, sizeof command, "/usr/bin/python3 %s %s", path, box);
    assert_int_equal(system(command), 0);
}

static void a_password_is_never_sent_without_tls(void **state) {
    (void)state;
    struct mailer *mailer = mailer_to("user:hunter2@", port);
    assert_err(
        mailer_send(mailer, arena,
                    &(struct mail){.to = S("a@b.example"), .subject = S("s"), .text = S("t")}),
        io);
    mailer_free(mailer);
    assert_box("assert box == [], box\n");
}

static void a_recipient_cannot_carry_a_command(void **state) {
    (void)state;
    static const char *const bad[] = {"a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example> <c@d",
                                      "a@b.example,c@d.example", ""};
    struct mailer *mailer = mailer_to("", port);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(
            mailer_send(mailer, arena,
                        &(struct mail){.to = str_from(bad[i]), .subject = S("s"), .text = S("t")}),
            bad_request);
    mailer_free(mailer);
    assert_box("assert box == [], box\n");
}

static void a_server_that_is_not_there_is_an_error(void **state) {
    (void)state;
    struct mailer *mailer = mailer_to("", http_stub_free_port());
    assert_err(
        mailer_send(mailer, arena,
                    &(struct mail){.to = S("a@b.example"), .subject = S("s"), .text = S("t")}),
        io);
    mailer_free(mailer);
}

static void a_mail_arrives_as_it_was_written(void **state) {
    (void)state;
    struct mailer *mailer = mailer_to("", port);
    assert_ok(mailer_send(
        mailer, arena,
        &(struct mail){.to = S("a.b+c@d.example"),
                       .subject = S("Gr\xc3\xbc\xc3\x9f dich, dein Code \xe2\x80\x93 und noch viel "
                                    "mehr \xc3\xa4\xc3\xb6\xc3\xbc Text als in eine Zeile passt"),
                       .text = S("Code: 123456\n.\n..two dots\n\nFrom here \xe2\x82\xac = 1 \nend"),
                       .html = S("<p class=\"x\">\n.\n\xe2\x82\xac</p>")}));
    mailer_free(mailer);
    assert_box(
        "m, = box\n"
        "assert m['X-RcptTo'] == 'a.b+c@d.example', m['X-RcptTo']\n"
        "assert m['X-MailFrom'] == 'no-reply@hitkey.example'\n"
        "assert m['To'] == 'a.b+c@d.example'\n"
        "assert m['From'] == 'HitKey <no-reply@hitkey.example>', m['From']\n"
        "assert m['Subject'] == 'Gr\\u00fc\\u00df dich, dein Code \\u2013 und noch viel mehr "
        "\\u00e4\\u00f6\\u00fc Text als in eine Zeile passt', m['Subject']\n"
        "assert m['Date'] and m['Message-ID'].endswith('@hitkey.example>')\n"
        "assert m.get_content_type() == 'multipart/alternative'\n"
        "text, html = m.iter_parts()\n"
        "got = text.get_content().rstrip('\\n')\n"
        "assert got == 'Code: 123456\\n.\\n..two dots\\n\\nFrom here \\u20ac = 1 \\nend', "
        "repr(got)\n"
        "got = html.get_content().rstrip('\\n')\n"
        "assert html.get_content_type() == 'text/html'\n"
        "assert got == '<p class=\"x\">\\n.\\n\\u20ac</p>', repr(got)\n"
        "assert not m.defects and not text.defects and not html.defects\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_never_sent_without_tls),
        cmocka_unit_test(a_recipient_cannot_carry_a_command),
        cmocka_unit_test(a_server_that_is_not_there_is_an_error),
        cmocka_unit_test(a_mail_arrives_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
