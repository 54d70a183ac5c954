/* Every page in every language: it says which, has its own sentences, and nothing unfilled. */
#include "authz/pages/pages.h"

#include <stdio.h>

#include "authz/render.h"
#include "common/base/testing.h"
#include "common/base/utf8.h"
#include "common/http/test_request.h"

static const struct page_frame frame = {
    .interaction = S_INIT("sealed"),
    .client_name = S_INIT("A {client} & {{t.allow_button}}"),
    .client_uri = S_INIT("https://app.example"),
    .logo_uri = S_INIT("https://app.example/logo.png"),
    .policy_uri = S_INIT("https://app.example/policy"),
    .tos_uri = S_INIT("https://app.example/tos"),
    .form_target = S_INIT("https:"),
    .error = S_INIT("{error}"),
};
static const struct page_account account = {S_INIT("u1"), S_INIT("Ann"), S_INIT("ann@b.example")};

typedef err page_fn(struct request *rq, struct response *rs);

static err sign_in(struct request *rq, struct response *rs) {
    return page_sign_in(rq, rs, 200, &(struct page_sign_in){frame, S("a@b.example")});
}

static err second_factor(struct request *rq, struct response *rs) {
    return page_second_factor(rq, rs, 200, &(struct page_second_factor){frame});
}

static err register_email(struct request *rq, struct response *rs) {
    return page_register(rq, rs, 200, &(struct page_register){frame, REGISTER_EMAIL, STR_ABSENT});
}

static err register_code(struct request *rq, struct response *rs) {
    return page_register(rq, rs, 200,
                         &(struct page_register){frame, REGISTER_CODE, S("{email}@b.example")});
}

static err register_password(struct request *rq, struct response *rs) {
    return page_register(rq, rs, 200,
                         &(struct page_register){frame, REGISTER_PASSWORD, S("a@b.example")});
}

static err forgot(struct request *rq, struct response *rs) {
    return page_forgot(rq, rs, 200, &(struct page_forgot){frame, false, S("a@b.example")});
}

static err forgot_sent(struct request *rq, struct response *rs) {
    return page_forgot(rq, rs, 200, &(struct page_forgot){frame, true, S("a@b.example")});
}

static err choose_account(struct request *rq, struct response *rs) {
    return page_choose_account(rq, rs, 200, &(struct page_choose_account){frame, &account, 1});
}

static err consent(struct request *rq, struct response *rs) {
    return page_consent(
        rq, rs, 200,
        &(struct page_consent){frame, account,
                               S("openid profile email phone address project:read offline_access"),
                               true});
}

static err not_member(struct request *rq, struct response *rs) {
    return page_not_member(rq, rs, 403, &(struct page_not_member){frame, account});
}

/* Every claim alone, none of their scopes. */
static err consent_claims(struct request *rq, struct response *rs) {
    static const char words[] = ""
#define CLAIM(name, scope, type) "claim:" name " "
#include "authz/protocol/claims.def"
#undef CLAIM
        ;
    return page_consent(rq, rs, 200,
                        &(struct page_consent){frame, account, str_from(words), false});
}

static err reset(struct request *rq, struct response *rs) {
    return page_reset(rq, rs, 200,
                      &(struct page_reset){.token = S("t"), .csrf = S("c"), .error = S("{e}")});
}

static err reset_done(struct request *rq, struct response *rs) {
    return page_reset(rq, rs, 200, &(struct page_reset){.done = true});
}

static err form_post(struct request *rq, struct response *rs) {
    const struct form_param params[] = {{S("code"), S("{code}"), false}};
    return page_form_post(rq, rs, S("https://app.example/cb"), params, 1);
}

static err error_page(struct request *rq, struct response *rs) {
    static const struct route route = {.dialect = DIALECT_PAGE};
    rq->route = &route;
    render(rq, FAIL(seal_broken, "for us alone"), rs);
    return OK;
}

static const struct row {
    const char *name;
    page_fn *page;
    enum text shown[3];
} pages[] = {
    {"sign in", sign_in, {TEXT_sign_in_title, TEXT_forgot_button, TEXT_privacy_policy}},
    {"second factor", second_factor, {TEXT_second_factor_title, TEXT_second_factor_hint}},
    {"register: e-mail", register_email, {TEXT_register_title, TEXT_have_account}},
    {"register: code", register_code, {TEXT_check_mail_title, TEXT_resend_button}},
    {"register: password", register_password, {TEXT_choose_password_title, TEXT_password_hint}},
    {"forgotten", forgot, {TEXT_forgot_title, TEXT_forgot_lead, TEXT_send_link_button}},
    {"forgotten: sent", forgot_sent, {TEXT_check_mail_title, TEXT_forgot_sent_lead}},
    {"choose account", choose_account, {TEXT_choose_account_title, TEXT_another_account_button}},
    {"consent", consent, {TEXT_consent_native, TEXT_scope_openid, TEXT_scope_address_detail}},
    {"consent: claims",
     consent_claims,
     {TEXT_scope_profile, TEXT_claim_given_name, TEXT_claim_phone_number_verified}},
    {"not a member", not_member, {TEXT_not_member_signed_in, TEXT_not_member_hint}},
    {"reset", reset, {TEXT_reset_title, TEXT_new_password_label, TEXT_reset_button}},
    {"reset: done", reset_done, {TEXT_reset_done_title, TEXT_reset_done}},
    {"form post", form_post, {TEXT_form_post_title, TEXT_form_post_lead, TEXT_continue_button}},
    {"error", error_page, {TEXT_stale_title, TEXT_stale, TEXT_start_again}},
};

static bool has(str text, str part) {
    return str_find_str(text, part) < text.n;
}

static void check_frame(const struct row *row, const struct test_request *t, str tag) {
    char html[64];
    str body = t->rs.body;
    snprintf(html, sizeof html, "<html lang=\"%.*s\" dir=\"ltr\">", STR_FMT(tag));
    if (!has(body, str_from(html)) || !str_eq(test_request_answer(t, "Content-Language"), tag))
        fail_msg("%s in %.*s does not say its language", row->name, STR_FMT(tag));
    if (!utf8_valid(body) || !str_ends(body, S("</html>\n")))
        fail_msg("%s in %.*s is not whole", row->name, STR_FMT(tag));
}

/* What came from outside has braces too, and is shown as it is; "{6,8}" is a pattern. */
static void check_braces(const struct row *row, str body, str tag) {
    static const char *const foreign[] = {"A {client} &amp; {{t.allow_button}}",
                                          "{email}@b.example", "{error}", "{e}", "{code}"};
    for (size_t i = 0; i < body.n; i++) {
        bool known = false;
        for (size_t k = 0; k < COUNT(foreign); k++) {
            str rest = str_from_pos(body, i);
            if (str_starts(rest, str_from(foreign[k]))) {
                i += strlen(foreign[k]) - 1;
                known = true;
            }
        }
        if (!known && body.p[i] == '{' && !(body.p[i + 1] >= '0' && body.p[i + 1] <= '9'))
            fail_msg("%s in %.*s is not filled: %.40s", row->name, STR_FMT(tag), body.p + i);
    }
}

static void check_page(const struct row *row, enum language language) {
    struct test_request *t = test_request_new("GET", "/");
    const struct app app = {.base = S("/id")};
    str tag = language_tag(language);
    t->rq.app = &app;
    t->rq.ui_locales = tag;
    assert_ok(row->page(&t->rq, &t->rs));
    check_frame(row, t, tag);
    check_braces(row, t->rs.body, tag);
    for (size_t i = 0; i < COUNT(row->shown); i++)
        if (row->shown[i] && !has(t->rs.body, texts_get(&t->rq, row->shown[i])))
            fail_msg("%s in %.*s lacks \"%.*s\"", row->name, STR_FMT(tag),
                     STR_FMT(texts_get(&t->rq, row->shown[i])));
    test_request_free(t);
}

static void every_page_speaks_every_language(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++)
        for (size_t language = 0; language < LANGUAGE_COUNT; language++)
            check_page(&pages[i], (enum language)language);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_speaks_every_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
