#include "authz/protocol/decision.h"

#include "authz/protocol/prompt.h"
#include "common/base/testing.h"

/* Two people who may be signed in. Ann signed in 100 s ago, Bob 5000 s ago. */
enum { NOW_S = 1000000, NOBODY = 0, ANN = 1, BOTH = 2 };
static const struct account people[] = {
    {.sid = S_INIT("s1"), .user_id = S_INIT("ann"), .auth_time_s = NOW_S - 100},
    {.sid = S_INIT("s2"), .user_id = S_INIT("bob"), .auth_time_s = NOW_S - 5000},
};

enum outcome {
    ISSUE,
    SIGN_IN,
    REGISTER,
    CHOOSE,
    CONSENT,
    LOGIN_REQUIRED,
    CONSENT_REQUIRED,
    SELECTION_REQUIRED
};

/* Absent members are the plain case: nothing asked, nothing done on the pages, scope "openid". */
struct row {
    const char *rule;
    size_t signed_in;
    const char *prompt;
    const char *max_age;
    const char *hint;
    const char *chosen;
    bool fresh;
    const char *allowed, *remembered, *scope;
    bool unknown_client;
    enum outcome outcome;
    const char *account;
};

static const struct row rows[] = {
    /* nothing asked */
    {.rule = "nobody is signed in", .outcome = SIGN_IN},
    {.rule = "one account, allowed before",
     .signed_in = ANN,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "one account, never allowed", .signed_in = ANN, .outcome = CONSENT, .account = "ann"},
    {.rule = "allowed before with less",
     .signed_in = ANN,
     .remembered = "openid",
     .scope = "openid email",
     .outcome = CONSENT,
     .account = "ann"},
    {.rule = "allowed before with more",
     .signed_in = ANN,
     .remembered = "openid email profile",
     .scope = "email openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "allowed on this way",
     .signed_in = ANN,
     .allowed = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "less allowed on this way than asked",
     .signed_in = ANN,
     .allowed = "openid",
     .scope = "openid email",
     .outcome = CONSENT,
     .account = "ann"},
    {.rule = "an empty scope must be allowed too",
     .signed_in = ANN,
     .scope = "",
     .outcome = CONSENT,
     .account = "ann"},
    {.rule = "an empty scope that was allowed",
     .signed_in = ANN,
     .scope = "",
     .remembered = "",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "two accounts: which one?",
     .signed_in = BOTH,
     .remembered = "openid",
     .outcome = CHOOSE},
    {.rule = "two accounts, one chosen",
     .signed_in = BOTH,
     .chosen = "bob",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "bob"},
    {.rule = "the chosen one is signed out meanwhile",
     .signed_in = ANN,
     .chosen = "bob",
     .remembered = "openid",
     .outcome = SIGN_IN},
    {.rule = "a client that nobody can tell apart is always asked for",
     .signed_in = ANN,
     .remembered = "openid",
     .unknown_client = true,
     .outcome = CONSENT,
     .account = "ann"},
    {.rule = "and goes on when it was allowed now",
     .signed_in = ANN,
     .allowed = "openid",
     .unknown_client = true,
     .outcome = ISSUE,
     .account = "ann"},

    /* prompt=none: never a page */
    {.rule = "none, nobody", .prompt = "none", .outcome = LOGIN_REQUIRED},
    {.rule = "none, one, allowed",
     .signed_in = ANN,
     .prompt = "none",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "none, one, not allowed",
     .signed_in = ANN,
     .prompt = "none",
     .outcome = CONSENT_REQUIRED},
    {.rule = "none, one, less allowed",
     .signed_in = ANN,
     .prompt = "none",
     .remembered = "openid",
     .scope = "openid phone",
     .outcome = CONSENT_REQUIRED},
    {.rule = "none, unknown client",
     .signed_in = ANN,
     .prompt = "none",
     .remembered = "openid",
     .unknown_client = true,
     .outcome = CONSENT_REQUIRED},
    {.rule = "none, two",
     .signed_in = BOTH,
     .prompt = "none",
     .remembered = "openid",
     .outcome = SELECTION_REQUIRED},
    {.rule = "none, two, the hint names one",
     .signed_in = BOTH,
     .prompt = "none",
     .hint = "bob",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "bob"},
    {.rule = "none, the hint names somebody else",
     .signed_in = ANN,
     .prompt = "none",
     .hint = "eve",
     .remembered = "openid",
     .outcome = LOGIN_REQUIRED},
    {.rule = "none, two, the hint names somebody else",
     .signed_in = BOTH,
     .prompt = "none",
     .hint = "eve",
     .remembered = "openid",
     .outcome = LOGIN_REQUIRED},
    {.rule = "none, the hint names nobody signed in",
     .prompt = "none",
     .hint = "ann",
     .outcome = LOGIN_REQUIRED},
    {.rule = "none, too old",
     .signed_in = ANN,
     .prompt = "none",
     .max_age = "50",
     .remembered = "openid",
     .outcome = LOGIN_REQUIRED},
    {.rule = "none, young enough",
     .signed_in = ANN,
     .prompt = "none",
     .max_age = "101",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "none with max_age=0",
     .signed_in = ANN,
     .prompt = "none",
     .max_age = "0",
     .remembered = "openid",
     .outcome = LOGIN_REQUIRED},

    /* prompt=login */
    {.rule = "login, nobody", .prompt = "login", .outcome = SIGN_IN},
    {.rule = "login, one",
     .signed_in = ANN,
     .prompt = "login",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "login, two: whoever it is signs in",
     .signed_in = BOTH,
     .prompt = "login",
     .remembered = "openid",
     .outcome = SIGN_IN},
    {.rule = "login, chosen is not signed in",
     .signed_in = ANN,
     .prompt = "login",
     .chosen = "ann",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "login, done",
     .signed_in = ANN,
     .prompt = "login",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "login, done, but that session is gone",
     .prompt = "login",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = SIGN_IN},
    {.rule = "login, done, consent to come",
     .signed_in = ANN,
     .prompt = "login",
     .chosen = "ann",
     .fresh = true,
     .outcome = CONSENT,
     .account = "ann"},

    /* max_age */
    {.rule = "young enough",
     .signed_in = ANN,
     .max_age = "101",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "as old as allowed, in whole seconds",
     .signed_in = ANN,
     .max_age = "100",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "too old",
     .signed_in = ANN,
     .max_age = "99",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "max_age=0 always signs in",
     .signed_in = ANN,
     .max_age = "0",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "max_age=0, done",
     .signed_in = ANN,
     .max_age = "0",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "a slow person is not asked twice",
     .signed_in = ANN,
     .max_age = "10",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "the chosen one is too old",
     .signed_in = BOTH,
     .max_age = "1000",
     .chosen = "bob",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "bob"},
    {.rule = "the other one is not",
     .signed_in = BOTH,
     .max_age = "1000",
     .chosen = "ann",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},

    /* prompt=consent */
    {.rule = "consent asks again",
     .signed_in = ANN,
     .prompt = "consent",
     .remembered = "openid",
     .outcome = CONSENT,
     .account = "ann"},
    {.rule = "consent, given",
     .signed_in = ANN,
     .prompt = "consent",
     .remembered = "openid",
     .allowed = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "consent, nobody", .prompt = "consent", .outcome = SIGN_IN},
    {.rule = "login and consent, nothing done",
     .signed_in = ANN,
     .prompt = "login consent",
     .remembered = "openid",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "login and consent, signed in",
     .signed_in = ANN,
     .prompt = "login consent",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = CONSENT,
     .account = "ann"},

    /* prompt=select_account */
    {.rule = "select, nobody", .prompt = "select_account", .outcome = SIGN_IN},
    {.rule = "select, one",
     .signed_in = ANN,
     .prompt = "select_account",
     .remembered = "openid",
     .outcome = CHOOSE},
    {.rule = "select, two",
     .signed_in = BOTH,
     .prompt = "select_account",
     .remembered = "openid",
     .outcome = CHOOSE},
    {.rule = "select, chosen",
     .signed_in = BOTH,
     .prompt = "select_account",
     .chosen = "ann",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "select and login, nothing done",
     .signed_in = BOTH,
     .prompt = "select_account login",
     .outcome = CHOOSE},
    {.rule = "select and login, chosen",
     .signed_in = BOTH,
     .prompt = "select_account login",
     .chosen = "ann",
     .outcome = SIGN_IN,
     .account = "ann"},
    {.rule = "select with a hint still shows the choice",
     .signed_in = BOTH,
     .hint = "ann",
     .prompt = "select_account",
     .outcome = CHOOSE},

    /* prompt=create */
    {.rule = "create, nobody", .prompt = "create", .outcome = REGISTER},
    {.rule = "create, somebody",
     .signed_in = ANN,
     .prompt = "create",
     .remembered = "openid",
     .outcome = REGISTER},
    {.rule = "create, done",
     .signed_in = ANN,
     .prompt = "create",
     .chosen = "ann",
     .fresh = true,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "create, an account chosen instead",
     .signed_in = ANN,
     .prompt = "create",
     .chosen = "ann",
     .remembered = "openid",
     .outcome = REGISTER},

    /* id_token_hint */
    {.rule = "the hint names who is here",
     .signed_in = ANN,
     .hint = "ann",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "ann"},
    {.rule = "the hint chooses",
     .signed_in = BOTH,
     .hint = "bob",
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "bob"},
    {.rule = "the hint names somebody who is not here",
     .signed_in = ANN,
     .hint = "eve",
     .remembered = "openid",
     .outcome = SIGN_IN},
    {.rule = "another one signed in than the hint names",
     .signed_in = BOTH,
     .hint = "ann",
     .chosen = "bob",
     .fresh = true,
     .remembered = "openid",
     .outcome = LOGIN_REQUIRED},
    {.rule = "the one that the hint names signed in",
     .signed_in = BOTH,
     .hint = "bob",
     .chosen = "bob",
     .fresh = true,
     .remembered = "openid",
     .outcome = ISSUE,
     .account = "bob"},
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
};

static struct decision_input input_of(const struct row *row) {
    struct decision_input in = {.max_age_s = -1,
                                .hint_user_id = str_from(row->hint),
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
