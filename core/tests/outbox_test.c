/* Mails: stored with what they speak of, sealed, delivered again and again.
 * ctest: threads */
#include "core_helper.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/mails.h"
#include "core/outbox.h"
#include "core/reap.h"

static const char ada[] = "{\"email\":\"ada@example.com\"}";

static err count_mails(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT count(*), max(attempts), max(next_ms) FROM outbox"));
    TRY(db_next(rows, &row));
    for (int i = 0; i < 3; i++)
        ((int64_t *)arg)[i] = db_get_int(rows, i);
    return OK;
}

/* Until the outbox looks like that: n mails, tried so often. */
static void wait_for(int64_t n, int64_t attempts, int64_t found[3]) {
    for (int i = 0; i < 1000; i++) {
        assert_ok(db_read(core->db, count_mails, found));
        if (found[0] == n && found[1] == attempts)
            return;
        usleep(5000);
    }
    fail_msg("%d mails tried %d times", (int)found[0], (int)found[1]);
}

static void hide_mail_folder(bool hidden) {
    char aside[128];
    snprintf(aside, sizeof aside, "%s.aside", core_helper_mail());
    assert_int_equal(
        rename(hidden ? core_helper_mail() : aside, hidden ? aside : core_helper_mail()), 0);
}

static void undelivered_mail_is_tried_again_with_growing_pauses(void **state) {
    (void)state;
    static const int64_t pauses_ms[] = {5000, 10000, 20000, 40000};
    int64_t found[3], pause_ms;
    char code[8];
    hide_mail_folder(true);
    expect(200, NULL, POST("/auth/register/start", NULL, ada));
    for (size_t i = 0; i < COUNT(pauses_ms); i++) {
        wait_for(1, (int64_t)i + 1, found);
        pause_ms = found[2] - now_ms;
        assert_in_range(pause_ms, pauses_ms[i] * 3 / 4, pauses_ms[i] * 5 / 4);
        now_ms += pause_ms - 1;
        outbox_wake(core->outbox);
        usleep(20000);
        wait_for(1, (int64_t)i + 1, found); /* not before its time */
        now_ms += 1;
        if (i + 1 == COUNT(pauses_ms))
            hide_mail_folder(false);
        outbox_wake(core->outbox);
    }
    mailed_code(code);
    wait_for(0, 0, found);
    expect(
        200, NULL,
        POST("/auth/register/verify", NULL, body("email", "ada@example.com", "code", code, NULL)));
}

static void one_bad_mail_does_not_stop_the_next(void **state) {
    (void)state;
    char code[8];
    int64_t found[3];
    hide_mail_folder(true);
    expect(200, NULL, POST("/auth/register/start", NULL, ada));
    wait_for(1, 1, found);
    hide_mail_folder(false);
    expect(200, NULL, POST("/auth/register/start", NULL, "{\"email\":\"bob@example.com\"}"));
    mailed_code(code);
    expect(
        200, NULL,
        POST("/auth/register/verify", NULL, body("email", "bob@example.com", "code", code, NULL)));
    wait_for(1, 1, found);
}

static void mail_outlives_the_process(void **state) {
    (void)state;
    int64_t found[3];
    char code[8];
    hide_mail_folder(true);
    expect(200, NULL, POST("/auth/register/start", NULL, ada));
    wait_for(1, 1, found);
    core_helper_restart(); /* makes the folder anew */
    now_ms += 6250;
    outbox_wake(core->outbox);
    mailed_code(code);
}

static void mail_past_its_time_is_dropped(void **state) {
    (void)state;
    int64_t found[3];
    hide_mail_folder(true);
    expect(200, NULL, POST("/auth/register/start", NULL, ada));
    wait_for(1, 1, found);
    hide_mail_folder(false);
    now_ms += 10 * 60000;
    outbox_wake(core->outbox);
    assert_true(no_mail());
    assert_ok(reap_expired(core, now_ms));
    wait_for(0, 0, found);
}

static err read_sealed(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(DB_QUERY(tx, &rows, "SELECT instr(sealed, '@'), length(sealed) FROM outbox"));
    TRY(db_next(rows, &row));
    ((int64_t *)arg)[0] = db_get_int(rows, 0);
    ((int64_t *)arg)[1] = db_get_int(rows, 1);
    return OK;
}

static void waiting_mail_is_sealed(void **state) {
    (void)state;
    int64_t found[3], sealed[2];
    char command[256];
    hide_mail_folder(true);
    expect(200, NULL, POST("/auth/register/start", NULL, ada));
    wait_for(1, 1, found);
    assert_ok(db_read(core->db, read_sealed, sealed));
    assert_int_equal(sealed[0], 0);
    assert_in_range(sealed[1], 100, 1000);
    snprintf(command, sizeof command, "grep -qaF '\"language\"' %s*", core_helper_db());
    assert_int_not_equal(system(command), 0);
    hide_mail_folder(false);
}

enum { ASKED_AN_HOUR = 20, ASKED_A_DAY = 50, HOUR_MS = 60 * 60000 };

static err put_mail(struct tx *tx, void *arg) {
    struct outbox_mail *mail = arg;
    return outbox_put(tx, mail);
}

/* How long until one may go to this recipient; 0: it went. */
static int64_t wait_after_mail_to(str recipient) {
    struct outbox_mail mail = {.sealed = S("none of ours: given up"),
                               .recipient = recipient,
                               .class = OUTBOX_ASKED,
                               .now_ms = now_ms,
                               .expires_ms = now_ms + 60000,
                               .cause_until_ms = now_ms + 60000};
    assert_ok(db_write(core->db, put_mail, &mail));
    assert_true(mail.put == (mail.wait_ms == 0));
    return mail.wait_ms;
}

static void one_recipient_has_so_many_an_hour_and_a_day_also_after_a_restart(void **state) {
    (void)state;
    const int64_t start_ms = now_ms;
    for (int i = 0; i < ASKED_A_DAY; i++) {
        if (i && i % ASKED_AN_HOUR == 0) {
            assert_int_equal(wait_after_mail_to(S("ada")), HOUR_MS);
            core_helper_restart();
            now_ms += HOUR_MS - 1;
            assert_int_equal(wait_after_mail_to(S("ada")), 1);
            now_ms += 1;
        }
        assert_int_equal(wait_after_mail_to(S("ada")), 0);
    }
    now_ms += HOUR_MS;
    core_helper_restart();
    assert_int_equal(wait_after_mail_to(S("ada")), start_ms + 24 * HOUR_MS - now_ms);
    assert_int_equal(wait_after_mail_to(S("bob")), 0);
    now_ms = start_ms + 24 * HOUR_MS;
    assert_ok(reap_expired(core, now_ms));
    assert_int_equal(wait_after_mail_to(S("ada")), 0);
}

static void stop_does_not_wait_for_mail(void **state) {
    (void)state;
    hide_mail_folder(true);
    for (int i = 0; i < 20; i++) {
        char email[32];
        snprintf(email, sizeof email, "n%d@example.com", i);
        expect(200, NULL, POST("/auth/register/start", NULL, body("email", email, NULL)));
    }
    core_helper_restart();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(undelivered_mail_is_tried_again_with_growing_pauses),
        CASE(one_bad_mail_does_not_stop_the_next),
        CASE(mail_outlives_the_process),
        CASE(mail_past_its_time_is_dropped),
        CASE(waiting_mail_is_sealed),
        CASE(one_recipient_has_so_many_an_hour_and_a_day_also_after_a_restart),
        CASE(stop_does_not_wait_for_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
