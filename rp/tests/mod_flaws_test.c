/* mod_auth_openidc: its advisories and what its audit of 2026 found, each as an application of this
 * library would meet it. */
#include <stdio.h>

#include "rp/tests/sign_in_helper.h"

/* The rule that a return_to breaks, "" for none. */
static const char *begin_broken(struct world *world, const char *return_to) {
    hk_error e = HK_ERROR_INIT;
    world->rule[0] = 0;
    hk_op *op = hk_begin_op(world->rp, &(hk_auth){.size = sizeof(hk_auth), .return_to = return_to});
    int code = feed_run(&world->feed, op, NULL, 0, &e);
    hk_login *login = hk_op_take_login(op);
    assert_true((code == HK_OK) == (login != NULL));
    hk_login_free(login);
    hk_op_free(op);
    return world->rule;
}

/* The same for a target_link_uri that another site asks for; only the host is its own. */
static const char *initiate_broken(struct world *world, const char *target) {
    hk_error e = HK_ERROR_INIT;
    world->rule[0] = 0;
    hk_op *op =
        hk_initiate_op(world->rp, world_text(world, "iss=" ISSUER "&target_link_uri=%s", target));
    feed_run(&world->feed, op, NULL, 0, &e);
    hk_login_free(hk_op_take_login(op));
    hk_op_free(op);
    return world->rule;
}

/* Finishes with a query in which $ is the state. */
static int finish(struct world *world, const struct begun *begun, const char *query,
                  hk_session **out, hk_error *e) {
    const char *mark = strstr(query, "$");
    const hk_callback callback = {
        sizeof callback,
        mark ? world_text(world, "%.*s%s%s", (int)(mark - query), query, begun->state, mark + 1)
             : query,
        begun->cookie, HK_VIA_QUERY};
    struct canned tokens = world_tokens(world, world_id_token(world, begun->nonce, NULL));
    return world_finish(world, &callback, &tokens, out ? 1 : 0, out, e);
}

/* CVE-2019-14857 (a third slash), CVE-2019-20479 (slash and backslash), CVE-2021-32786
 * (backslashes), CVE-2021-39191 (target_link_uri unchecked), CVE-2022-23527 (slash and tab): the
 * way back led to another site. */
static void cve_2022_23527_and_four_more_the_way_back_leads_nowhere_else(void **state) {
    (void)state;
    static const char *const rows[] = {
        "//e.example",      "///e.example",
        "////e.example",    "/\\e.example",
        "\\/e.example",     "\\\\e.example",
        "/\\/e.example",    "https:e.example",
        "https:/e.example", "https://e.example",
        "/%5ce.example",    "/%5Ce.example",
        "/%2fe.example",    "/\te.example",
        "/\t/e.example",    "/\r/e.example",
        "/\n/e.example",    "\t//e.example",
        "@e.example",       "app.example@e.example",
        "e.example.",       "app.example./",
        "javascript:x",     "https://app.example/",
        ".//e.example",     "?x",
    };
    static const char *const targets[] = {
        "https://e.example/",
        "https://app.example.e.example/",
        "https://evilapp.example/",
        "https://app.example./",
        "https://app.example@e.example/",
        "https://app.example%5c@e.example/",
        "https:///e.example/",
        "https:%5c%5capp.example/",
        "http://app.example/",
        "//app.example/",
        "https://app.example:8443/",
        "javascript:alert(1)",
        "https://app.example%09/",
        "https://app.example//e.example/",
    };
    struct world world = {0};
    char path[10 * 1024] = "/";
    memset(path + 1, 'a', sizeof path - 2);
    world_open(&world, NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(begin_broken(&world, rows[i]), "return_to_is_a_path") != 0)
            fail_msg("%s broke \"%s\"", rows[i], world.rule);
    for (size_t i = 0; i < COUNT(targets); i++)
        if (!initiate_broken(&world, targets[i])[0])
            fail_msg("%s is taken", targets[i]);
    assert_string_equal(begin_broken(&world, path), "return_to_is_a_path");
    assert_string_equal(begin_broken(&world, "/@e.example/%09?u=//e.example#x"), "");
    assert_string_equal(initiate_broken(&world, "https://app.example/a"), "");
    world_close(&world);
}

/* CVE-2021-32785: what strangers wrote was the format of a printf. The compiler refuses that here
 * (-Wformat=2); and such texts come through as they are. */
static void cve_2021_32785_percent_signs_are_text(void **state) {
    (void)state;
#define PERCENTS "%s%n%99999999d"
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_session *session;
    world_open(&world, (world_settings){"userinfo=off", "user_agent=" PERCENTS});
    const hk_auth auth = {.size = sizeof auth, .return_to = "/" PERCENTS, .login_hint = PERCENTS};
    hk_login *login = world_begin(&world, &auth);
    assert_string_equal(param_of(hk_login_url(login).p, "login_hint"), PERCENTS);
    hk_login_free(login);
    struct begun begun = world_begun(&world, &auth);
    assert_int_equal(
        finish(&world, &begun, "state=$&error=%25s%25n&error_description=%25n", NULL, &e),
        HK_E_OAUTH);
    assert_string_equal(e.oauth, "%s%n");
    begun = world_begun(&world, &auth);
    assert_int_equal(finish(&world, &begun, "state=$&code=%25n%25s", &session, &e), HK_OK);
    assert_string_equal(hk_return_to(session).p, "/" PERCENTS);
    assert_string_equal(param_of(world.feed.last_body, "code"), "%n%s");
    hk_session_free(session);
    assert_int_equal(finish(&world, &begun, "state=" PERCENTS "&code=c", NULL, &e), HK_E_TOKEN);
    assert_int_equal(finish(&world, &begun, "state=%25s%25n&code=c", NULL, &e), HK_E_STATE);
    world_close(&world);
}

/* CVE-2021-32791: one IV and AAD for every cookie. Two of one text have no eight characters alike
 * in the same place; callback_test tampers with each byte. */
static void cve_2021_32791_no_two_cookies_are_sealed_alike(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    struct begun one = world_begun(&world, NULL), two = world_begun(&world, NULL);
    const char *a = strrchr(one.cookie, '.') + 1, *b = strrchr(two.cookie, '.') + 1;
    assert_true(strlen(a) > 100);
    for (size_t i = 0; i + 8 <= strlen(a) && i + 8 <= strlen(b); i++)
        if (memcmp(a + i, b + i, 8) == 0)
            fail_msg("both have the same at %zu", i);
    world_close(&world);
}

/* CVE-2021-20718, CVE-2023-28625, CVE-2024-24814, CVE-2025-3891: cookies of separators alone, a
 * number of chunks of 99999999, a POST without its type: a crash, or an hour of work. */
static void cve_2024_24814_and_three_more_odd_requests_are_only_refused(void **state) {
    (void)state;
    static char separators[3][16000];
    static const char fill[] = ";= ";
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"response_mode=form_post"});
    struct begun begun = world_begun(&world, NULL);
    int n = (int)strcspn(begun.cookie, "=");
    for (size_t i = 0; i < COUNT(separators); i++)
        memset(separators[i], fill[i], sizeof separators[i] - 1);
    const char *const cookies[] = {
        "",
        ";",
        "=",
        "=;",
        " = ; ",
        ";;=;;",
        separators[0],
        separators[1],
        separators[2],
        world_text(&world, "%.*s_chunks=99999999", n, begun.cookie),
        world_text(&world, "%.*s_chunks=99999999; %.*s_0=x", n, begun.cookie, n, begun.cookie),
        world_text(&world, "%.*s=99999999", n, begun.cookie),
        world_text(&world, "%.*s=99999999.", n, begun.cookie),
        world_text(&world, "%.*s=.", n, begun.cookie),
        world_text(&world, "%.*s==;=%.*s", n, begun.cookie, n, begun.cookie),
    };
    hk_callback callback = {sizeof callback, world_text(&world, "state=%s&code=c", begun.state), "",
                            HK_VIA_FORM_POST};
    for (size_t i = 0; i < COUNT(cookies); i++) {
        callback.cookie = cookies[i];
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
    }
    static const char *const bodies[] = {"", "&", "=", "{\"state\":\"x\"}", "state", "--x\r\n"};
    callback.cookie = begun.cookie;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        callback.params = bodies[i];
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
    }
    callback.params = NULL;
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_ARG);
    world_close(&world);
}

/* The audit of 2026: times were narrowed to 32 bits. 2^32 + 1 is not 1; a token that ended in 2107
 * has ended in 2108. */
static void audit_2026_times_after_2038_stay_what_they_are(void **state) {
    (void)state;
    static const struct {
        int64_t now, exp;
        int code;
    } rows[] = {{2147483648 - 100, 2147483648 + 100, HK_OK},
                {2147483648 + 100, 2147483648 + 400, HK_OK},
                {4294967296 + 100, 4294967296 + 400, HK_OK},
                {1800000000, 4294967296 + 1, HK_OK},
                {4294967296 + 1000, 4294967296 + 1, HK_E_EXPIRED},
                {4294967296 + 1000, 1800000300, HK_E_EXPIRED}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {.feed.now = rows[i].now};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, (world_settings){"userinfo=off"});
        struct begun begun = world_begun(&world, NULL);
        const char *changes = world_text(&world, "{'exp':%lld}", (long long)rows[i].exp);
        struct canned tokens = world_tokens(&world, world_id_token(&world, begun.nonce, changes));
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "state=%s&code=c", begun.state),
                                      begun.cookie, HK_VIA_QUERY};
        assert_int_equal(world_finish(&world, &callback, &tokens, 1, NULL, &e), rows[i].code);
        world_close(&world);
    }
}

/* The audit of 2026: an empty iss was read beyond its end. */
static void audit_2026_an_empty_iss_is_an_iss_that_is_not_ours(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    world_open(&world, (world_settings){"userinfo=off", "answer_iss=require"});
    struct begun begun = world_begun(&world, NULL);
    assert_int_equal(finish(&world, &begun, "state=$&code=c&iss=", NULL, &e), HK_E_ISS);
    hk_op *op = hk_initiate_op(world.rp, "iss=");
    assert_int_equal(feed_run(&world.feed, op, NULL, 0, &e), HK_E_ISS);
    hk_op_free(op);
    assert_int_equal(hk_frontchannel_logout(world.rp, "iss=&sid=s", NULL, &e), HK_E_TOKEN);
    begun = world_begun(&world, NULL);
    struct canned tokens = world_tokens(&world, world_id_token(&world, begun.nonce, "{'iss':''}"));
    const hk_callback callback = {sizeof callback,
                                  world_text(&world, "state=%s&code=c&iss=" ISSUER, begun.state),
                                  begun.cookie, HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, &tokens, 1, NULL, &e), HK_E_ISS);
    assert_int_equal(hk_rp_new(hk_cfg_new("", "app"), &rp, &e), HK_E_CONFIG);
    world_close(&world);
}

/* The audit of 2026: a session could be fixed, for it outlived the sign-in. A browser that was
 * given another's cookie gets nothing with its own answer, and the other way round. */
static void audit_2026_a_planted_cookie_takes_no_answer(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"userinfo=off"});
    struct begun attacker = world_begun(&world, NULL), victim = world_begun(&world, NULL);
    const struct begun planted[] = {{attacker.cookie, victim.state, victim.nonce},
                                    {victim.cookie, attacker.state, attacker.nonce}};
    for (size_t i = 0; i < COUNT(planted); i++)
        assert_int_equal(finish(&world, &planted[i], "state=$&code=c", NULL, &e), HK_E_STATE);
    world_close(&world);
}

/* Everything that a program could write into its log. */
struct journal {
    char text[32 * 1024];
    size_t n;
};

static void write_down(struct journal *journal, const char *text) {
    journal->n += (size_t)snprintf(journal->text + journal->n, sizeof journal->text - journal->n,
                                   "%s\n", text ? text : "");
    assert_true(journal->n < sizeof journal->text);
}

static void note_all(void *context, const hk_event *event) {
    write_down(context, event->what);
    write_down(context, event->url.p);
    write_down(context, event->detail);
}

static void note_error(struct journal *journal, const hk_error *e) {
    write_down(journal, e->msg);
    write_down(journal, e->fix);
    write_down(journal, e->oauth);
}

/* A sign-in whose answers hold `secret` wherever the provider writes, with that status and body. */
static void sign_in_with(struct world *world, struct journal *journal, int status,
                         const char *body) {
    hk_error e = HK_ERROR_INIT;
    struct begun begun = world_begun(world, NULL);
    const char *token = world_id_token(world, begun.nonce, "{'aud':'hush-aud','hush':1}");
    const char *answer = body
                             ? body
                             : world_text(world,
                                          "{\"access_token\":\"hush-at\",\"token_type\":\"Bearer\","
                                          "\"refresh_token\":\"hush-rt\",\"id_token\":\"%s\"}",
                                          token);
    const struct canned canned = {ISSUER "/token", status, answer, "X-Hush: hush-header\r\n", 0};
    const hk_callback callback = {
        sizeof callback, world_text(world, "state=%s&code=hush-code&more=hush-more", begun.state),
        begun.cookie, HK_VIA_QUERY};
    assert_int_not_equal(world_finish(world, &callback, &canned, 1, NULL, &e), HK_OK);
    note_error(journal, &e);
    assert_null(strstr(journal->text, begun.state));
    assert_null(strstr(journal->text, begun.nonce));
    assert_null(strstr(journal->text, token));
    assert_null(strstr(journal->text, strchr(begun.cookie, '=')));
}

/* The audit of 2026: secrets were in logs. Of a sign-in that goes wrong in each place, nothing that
 * came in or is configured as a secret is in an event or an error. */
static void audit_2026_no_secret_is_in_an_event_or_an_error(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body;
    } rows[] = {
        {200, NULL},
        {200, "{\"access_token\":\"hush-at\"}"},
        {200, "{\"access_token\":\"hush-at\",\"token_type\":\"hush-type\"}"},
        {200, "hush-body"},
        {400, "{\"error\":\"invalid_grant\",\"error_description\":\"hush-description\"}"},
        {401, "{\"error\":\"invalid_client\",\"error_uri\":\"https://hush.example\"}"},
        {500, "<html>hush-page"},
    };
    struct world world = {0};
    struct journal journal = {0};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(&world, (world_settings){"proxy=http://user:hush-proxy@p.example:1"});
    hk_cfg_secret(cfg, "hush-secret-of-more-than-thirty-two-bytes");
    hk_cfg_on_event(cfg, note_all, &journal);
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    for (size_t i = 0; i < COUNT(rows); i++)
        sign_in_with(&world, &journal, rows[i].status, rows[i].body);
    struct begun begun = world_begun(&world, NULL);
    assert_int_equal(
        finish(&world, &begun, "state=$&error=access_denied&error_description=hush-why", NULL, &e),
        HK_E_DENIED);
    note_error(&journal, &e);
    assert_int_equal(finish(&world, &begun, "state=hush-state&code=hush-code", NULL, &e),
                     HK_E_STATE);
    note_error(&journal, &e);
    assert_non_null(strstr(journal.text, "refused"));
    assert_non_null(strstr(journal.text, ISSUER "/token"));
    assert_null(strstr(journal.text, "hush"));
    assert_null(strstr(journal.text, "Basic"));
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cve_2022_23527_and_four_more_the_way_back_leads_nowhere_else),
        cmocka_unit_test(cve_2021_32785_percent_signs_are_text),
        cmocka_unit_test(cve_2021_32791_no_two_cookies_are_sealed_alike),
        cmocka_unit_test(cve_2024_24814_and_three_more_odd_requests_are_only_refused),
        cmocka_unit_test(audit_2026_times_after_2038_stay_what_they_are),
        cmocka_unit_test(audit_2026_an_empty_iss_is_an_iss_that_is_not_ours),
        cmocka_unit_test(audit_2026_a_planted_cookie_takes_no_answer),
        cmocka_unit_test(audit_2026_no_secret_is_in_an_event_or_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
