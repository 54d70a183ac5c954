/* The language of the pages, through the whole server: from the app's ui_locales, which goes along
 * with the person, or from the browser. */
#include <stdio.h>

#include "authz/store/client.h"
#include "authz/tests/flow_helper.h"

static const struct {
    const char *tag, *title, *wrong, *consent;
} languages[] = {
    {"en", "<h1>Sign in</h1>", "is not right.", "The web app will be able to"},
    {"es", "<h1>Inicia sesión</h1>", "no son correctas.", "The web app podrá"},
    {"ru", "<h1>Войдите в аккаунт</h1>", "Неверный адрес", "Приложение «The web app» сможет"},
    {"kk", "<h1>Аккаунтқа кіріңіз</h1>", "құпиясөз қате.", "«The web app» қолданбасы мыналарды"},
    {"tg", "<h1>Ба ҳисоб ворид шавед</h1>", "парол нодуруст аст.", "«The web app» чунин имкон"},
};

static bool speaks(const struct browser *b, const char *tag) {
    char html[64];
    snprintf(html, sizeof html, "<html lang=\"%s\" dir=\"ltr\">", tag);
    return browser_sees(b, html) &&
           str_eq(test_request_answer(b->last, "Content-Language"), str_from(tag));
}

/* From the first page to the consent, whatever the browser wants. */
static void ui_locales_holds_on_every_page_of_the_interaction(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(languages); i++) {
        struct browser *b = browser_new();
        char target[512];
        snprintf(target, sizeof target, "%s&prompt=consent&ui_locales=se+%s-XX", FLOW_REQUEST,
                 languages[i].tag);
        b->language = "de, fr;q=0.5, en;q=0.1";
        browser_get(b, target);
        assert_true(browser_shows(b, 200, languages[i].title) && speaks(b, languages[i].tag));
        browser_submit(b, "/interaction/sign-in", "&email=ann@example.com&password=wrong");
        assert_true(browser_shows(b, 422, languages[i].wrong) && speaks(b, languages[i].tag));
        browser_submit(b, "/interaction/forgot", "");
        assert_true(browser_status(b) == 200 && speaks(b, languages[i].tag));
        browser_submit(b, "/interaction/register", "&step=email&email=nobody");
        assert_true(browser_status(b) == 422 && speaks(b, languages[i].tag));
        browser_sign_in(b, "ann@example.com");
        assert_true(browser_shows(b, 200, languages[i].consent) && speaks(b, languages[i].tag));
        browser_submit(b, "/interaction/consent", "&decision=allow");
        assert_true(browser_got_code(b, FLOW_REDIRECT));
        browser_free(b);
    }
}

static void without_it_the_browser_is_asked(void **state) {
    (void)state;
    static const struct {
        const char *more, *accept, *tag;
    } cases[] = {
        {"", NULL, "en"},
        {"&ui_locales=", "kk", "kk"},
        {"&ui_locales=se", "ru-RU,ru;q=0.9,en;q=0.8", "ru"},
        {"&ui_locales=%3Cb%3E", "es-MX", "es"},
        {"&ui_locales=tg", "ru", "tg"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct browser *b = browser_new();
        char target[512];
        snprintf(target, sizeof target, "%s%s", FLOW_REQUEST, cases[i].more);
        b->language = cases[i].accept;
        browser_get(b, target);
        assert_true(browser_status(b) == 200 && speaks(b, cases[i].tag));
        assert_false(browser_sees(b, "<b>"));
        browser_free(b);
    }
}

/* Pages that no request leads to, or none that could be read. */
static void pages_outside_an_interaction_speak_the_browser_s(void **state) {
    (void)state;
    static const struct {
        const char *target;
        int status;
        const char *tag, *text;
    } cases[] = {
        {"/", 200, "ru", "Один аккаунт для приложений"},
        {"/reset?token=x", 200, "ru", "Задайте новый пароль"},
        {"/reset", 400, "ru", "Эта ссылка не работает"},
        {"/oauth/authorize?client_id=nobody", 400, "ru", "Мы не знаем приложение"},
        {"/oauth/authorize?client_id=nobody&ui_locales=kk", 400, "kk", "қолданбаны танымаймыз"},
        {"/oauth/authorize?client_id=web&redirect_uri=https://x.example&ui_locales=es", 400, "es",
         "una dirección de retorno que no es suya"},
        {"/oauth/authorize?client_id=nobody&ui_locales=es&ui_locales=kk", 400, "ru", "Мы не знаем"},
        {"/oauth/authorize?client_id=%ff", 400, "ru", "Чего-то в нём не хватает"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct browser *b = browser_new();
        b->language = "ru";
        browser_get(b, cases[i].target);
        if (!browser_shows(b, cases[i].status, cases[i].text) || !speaks(b, cases[i].tag))
            fail_msg("%s: %d %.*s", cases[i].target, browser_status(b), STR_FMT(b->last->rs.body));
        browser_free(b);
    }
}

static void a_form_that_is_stale_is_told_in_the_browser_s_language(void **state) {
    (void)state;
    struct browser *b = browser_new();
    b->language = "tg";
    browser_post(b, "/interaction/sign-in", "interaction=x");
    assert_true(browser_shows(b, 400, "Ин саҳифа кӯҳна шуд") && speaks(b, "tg"));
    browser_free(b);
}

/* The app's wish before the browser's. */
static void a_mail_speaks_the_language_of_the_page_that_caused_it(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(languages); i++) {
        struct browser *b = browser_new();
        char target[512], form[128], lang[32], out[512];
        snprintf(target, sizeof target, "%s&ui_locales=%s", FLOW_REQUEST, languages[i].tag);
        snprintf(form, sizeof form, "&step=email&email=mail-%s@example.com", languages[i].tag);
        snprintf(lang, sizeof lang, "lang=\"%s\"", languages[i].tag);
        flow_forget_mails();
        b->language = i % 2 ? "en" : "es";
        browser_get(b, target);
        browser_submit(b, "/interaction/register", form);
        assert_int_equal(browser_status(b), 200);
        flow_mailed(lang, out);
        browser_free(b);
    }
}

/* What the account API says of a field is in its English: the page's sentence is not. */
static void a_password_that_is_refused_is_told_in_the_language(void **state) {
    (void)state;
    static const struct {
        const char *password, *text;
    } cases[] = {
        {"", "Придумайте пароль."},
        {"short", "Пароль слишком короткий"},
        {"password1", "Этот пароль используют многие"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456789012345678901234567890123456789012345678901234567890123456789",
         "Пароль слишком длинный"},
    };
    struct browser *b = browser_new();
    char code[512], more[600];
    flow_forget_mails();
    browser_get(b, FLOW_REQUEST "&ui_locales=ru");
    browser_submit(b, "/interaction/register", "&step=email&email=vera@example.com");
    assert_true(browser_shows(b, 200, "Мы отправили код на vera@example.com."));
    browser_submit(b, "/interaction/register/resend", "");
    assert_true(browser_shows(b, 429, "Подождите 1 минуту") ||
                browser_shows(b, 429, "Подождите 60 секунд"));
    flow_mailed(NULL, code);
    snprintf(more, sizeof more, "&code=%s", code);
    browser_submit(b, "/interaction/register/code", more);
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(more, sizeof more, "&password=%s", cases[i].password);
        browser_submit(b, "/interaction/register/password", more);
        if (!browser_shows(b, 422, cases[i].text))
            fail_msg("%s: %.*s", cases[i].password, STR_FMT(b->last->rs.body));
    }
    browser_free(b);
}

/* OIDC Registration 2.1: what the client says of itself may be in several languages. */
static void a_client_is_named_in_the_language_of_the_page(void **state) {
    (void)state;
    static const struct {
        const char *ui_locales, *sees, *sees_not;
    } cases[] = {
        {"en", "to continue to Notes", "policy-es"},
        {"es", "para continuar en Notas", "\"https://notes.example/policy\""},
        {"es", "href=\"https://notes.example/policy-es\"", "Notes"},
        {"ru", "«Заметки»", "policy-es"},
        {"kk", "«Notes»", "Заметки"},
        {"tg", "«Notes»", "javascript"},
    };
    struct client client = {
        .client_id = S("notes"),
        .id = S("notes"),
        .owner_id = S("developer"),
        .created_ms = flow_world()->now_ms,
        .metadata = S("{\"client_name\":\"Notes\",\"client_name#es-MX\":\"Notas\","
                      "\"client_name#ru\":\"Заметки\",\"client_name#fr\":\"Carnet\","
                      "\"policy_uri\":\"https://notes.example/policy\","
                      "\"policy_uri#es\":\"https://notes.example/policy-es\","
                      "\"tos_uri#tg\":\"javascript:alert(1)\",\"client_name#kk\":\"\","
                      "\"client_name#\":\"x\",\"redirect_uris\":[\"https://notes.example/cb\"],"
                      "\"token_endpoint_auth_method\":\"none\",\"response_types\":[\"code\"],"
                      "\"grant_types\":[\"authorization_code\"],\"scope\":\"openid\"}"),
    };
    assert_ok(client_create(flow_world()->authz->store, &client, NULL));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct browser *b = browser_new();
        char target[512];
        snprintf(target, sizeof target,
                 "/oauth/authorize?response_type=code&client_id=notes&scope=openid&redirect_uri="
                 "https://notes.example/cb&code_challenge=%s&code_challenge_method=S256"
                 "&ui_locales=%s",
                 FLOW_CHALLENGE, cases[i].ui_locales);
        browser_get(b, target);
        if (!browser_shows(b, 200, cases[i].sees) || browser_sees(b, cases[i].sees_not))
            fail_msg("%s: %.*s", cases[i].ui_locales, STR_FMT(b->last->rs.body));
        browser_free(b);
    }
}

static void discovery_lists_the_languages(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/.well-known/openid-configuration");
    assert_true(browser_sees(b, "\"ui_locales_supported\":[\"en\",\"es\",\"ru\",\"kk\",\"tg\"]"));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ui_locales_holds_on_every_page_of_the_interaction),
        cmocka_unit_test(without_it_the_browser_is_asked),
        cmocka_unit_test(pages_outside_an_interaction_speak_the_browser_s),
        cmocka_unit_test(a_form_that_is_stale_is_told_in_the_browser_s_language),
        cmocka_unit_test(a_mail_speaks_the_language_of_the_page_that_caused_it),
        cmocka_unit_test(a_password_that_is_refused_is_told_in_the_language),
        cmocka_unit_test(a_client_is_named_in_the_language_of_the_page),
        cmocka_unit_test(discovery_lists_the_languages),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
