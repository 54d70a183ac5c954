#include "authz/protocol/decision.h"

#include "authz/protocol/prompt.h"
#include "common/base/testing.h"

/* Two people who may be signed in. Ann signed in 100 s ago, Bob 5000 s ago. */
enum { NOW_S = 1000000, NOBODY = 0, ANN = 1, BOTH = 2 };
static const struct account people[] = {
    {.sid = S_INIT("s1"),
     .user_id = S_INIT("ann"),
     .signed_in_ms = (NOW_S - 100) * INT64_C(1000),
     .amr = S_INIT("pwd")},
    {.sid = S_INIT("s2"),
     .user_id = S_INIT("bob"),
     .signed_in_ms = (NOW_S - 5000) * INT64_C(1000),
     .amr = S_INIT("pwd otp")},
};

enum outcome {
    ISSUE,
    SIGN_IN,
    REGISTER,
    CHOOSE,
    CONSENT,
    LOGIN_REQUIRED,
    CONSENT_REQUIRED,
    SELECTION_REQUIRED,
    UNMET
};

struct row {
    const char *rule;
    size_t signed_in;
    const char *prompt;
    const char *max_age;
    const char *hint;
    const char *acr;
    const char *chosen;
    bool fresh;
    const char *allowed, *remembered, *scope;
    bool unknown_client;
    enum outcome outcome;
    const char *account;
};

static const struct row rows[] = {
#define DECISION_ROW(rule_, outcome_, account_, ...)                                               \
    {.rule = rule_, .outcome = outcome_, .account = account_, __VA_ARGS__},
#include "authz/protocol/tests/decision_rows.def"
#undef DECISION_ROW
};

static const struct {
    enum decision_step step;
    enum err_code error;
} outcomes[] = {
    [ISSUE] = {DECISION_ISSUE, E_ok},
    [SIGN_IN] = {DECISION_SIGN_IN, E_ok},
    [REGISTER] = {DECISION_REGISTER, E_ok},
    [CHOOSE] = {DECISION_CHOOSE_ACCOUNT, E_ok},
    [CONSENT] = {DECISION_CONSENT, E_ok},
    [LOGIN_REQUIRED] = {DECISION_ERROR, E_login_required},
    [CONSENT_REQUIRED] = {DECISION_ERROR, E_consent_required},
    [SELECTION_REQUIRED] = {DECISION_ERROR, E_account_selection_required},
    [UNMET] = {DECISION_ERROR, E_unmet_authentication_requirements},
};

static struct decision_input input_of(const struct row *row) {
    struct decision_input in = {.max_age_s = -1,
                                .hint_user_id = str_from(row->hint),
                                .acr = str_from(row->acr),
                                .scope = row->scope ? str_from(row->scope) : S("openid"),
                                .known_client = !row->unknown_client,
                                .accounts = people,
                                .n = row->signed_in,
                                .chosen_user_id = str_from(row->chosen),
                                .fresh = row->fresh,
                                .allowed = str_from(row->allowed),
                                .remembered = str_from(row->remembered),
                                .now_s = NOW_S};
    assert_ok(prompt_parse(str_from(row->prompt), &in.prompts));
    if (row->max_age)
        assert_ok(str_to_int(str_from(row->max_age), INT32_MAX, &in.max_age_s));
    return in;
}

static void each_row_decides_as_it_says(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decision_input in = input_of(&rows[i]);
        struct decision got = decision_make(&in);
        if (got.step != outcomes[rows[i].outcome].step ||
            got.error.code != outcomes[rows[i].outcome].error)
            fail_msg("%s: step %d, error %s", rows[i].rule, (int)got.step,
                     err_name(got.error.code));
        if (got.account ? !rows[i].account : rows[i].account != NULL)
            fail_msg("%s: an account, or none", rows[i].rule);
        if (got.account)
            assert_str(got.account->user_id, rows[i].account);
    }
}

/* Whatever the rest, prompt=none ends in a code or an error. */
static void nothing_is_ever_shown_with_prompt_none(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decision_input in = input_of(&rows[i]);
        in.prompts = PROMPT_NONE;
        enum decision_step step = decision_make(&in).step;
        assert_true(step == DECISION_ISSUE || step == DECISION_ERROR);
    }
}

/* A code is for somebody who is signed in here, whatever the sealed progress says. */
static void without_a_session_no_code_is_issued(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decision_input in = input_of(&rows[i]);
        in.n = 0;
        assert_int_not_equal(decision_make(&in).step, DECISION_ISSUE);
    }
}

static void words_of_prompt_are_known_and_none_stands_alone(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {{"none", true},
                 {"login", true},
                 {"login consent", true},
                 {"select_account create", true},
                 {"login login", true},
                 {"none login", false},
                 {"login none", false},
                 {"Login", false},
                 {"login  consent", false},
                 {" login", false},
                 {"login ", false},
                 {"maybe", false},
                 {"login,consent", false},
                 {"login\tconsent", false}};
    unsigned prompts;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (!failed(prompt_parse(str_from(cases[i].text), &prompts)) != cases[i].good)
            fail_msg("prompt=%s", cases[i].text);
    assert_ok(prompt_parse(STR_ABSENT, &prompts));
    assert_int_equal(prompts, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_decides_as_it_says),
        cmocka_unit_test(nothing_is_ever_shown_with_prompt_none),
        cmocka_unit_test(without_a_session_no_code_is_issued),
        cmocka_unit_test(words_of_prompt_are_known_and_none_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
