#include "authz/protocol/decision.h"

#include "authz/protocol/acr.h"
#include "authz/protocol/prompt.h"
#include "authz/protocol/scope.h"

static const struct account *find(const struct decision_input *in, str user_id) {
    for (size_t i = 0; i < in->n; i++)
        if (str_eq(in->accounts[i].user_id, user_id))
            return &in->accounts[i];
    return NULL;
}

const struct account *decision_candidate(const struct decision_input *in) {
    if (str_present(in->chosen_user_id))
        return find(in, in->chosen_user_id);
    if (str_present(in->hint_user_id))
        return find(in, in->hint_user_id);
    return in->n == 1 ? &in->accounts[0] : NULL;
}

/* OIDC Core 3.1.2.1, select_account; and nobody guesses which of several people is meant. A request
 * for a new sign-in leaves that to the sign-in. */
static bool must_choose(const struct decision_input *in) {
    if (str_present(in->chosen_user_id) || in->n == 0)
        return false;
    if (in->prompts & PROMPT_SELECT_ACCOUNT)
        return true;
    return in->n > 1 && !str_present(in->hint_user_id) && !(in->prompts & PROMPT_LOGIN);
}

/* OIDC Core 3.1.2.3: the person must sign in (again). A sign-in since the request came is as young
 * as anybody can ask for: the time that the consent page takes does not make it old. */
static bool must_sign_in(const struct decision_input *in, const struct account *account) {
    if (!account)
        return true;
    if (in->fresh)
        return false;
    if (in->prompts & PROMPT_LOGIN)
        return true;
    /* max_age=0 is prompt=login (Core errata); whole seconds err on the side of asking. */
    return in->max_age_s >= 0 && in->now_s - account->signed_in_ms / 1000 >= in->max_age_s;
}

/* OIDC Core 5.5.1.1: an essential acr. A sign-in asks for the second factor where there is one; who
 * has just signed in without cannot do better. */
static bool falls_short(const struct decision_input *in, const struct account *account) {
    return str_present(in->acr) && !acr_meets(account->amr, in->acr);
}

/* RFC 8252 8.6 and RFC 6749 10.2: consent is remembered only for a client that is the one it was
 * given to, as far as can be known. */
static bool must_consent(const struct decision_input *in) {
    if (str_present(in->allowed) && scope_within(in->scope, in->allowed))
        return false;
    if (in->prompts & PROMPT_CONSENT || !in->known_client)
        return true;
    return !str_present(in->remembered) || !scope_within(in->scope, in->remembered);
}

static struct decision refuse(err error) {
    return (struct decision){.step = DECISION_ERROR, .error = error};
}

/* A step that shows a page, or its error when nothing may be shown. */
static struct decision show(const struct decision_input *in, enum decision_step step,
                            const struct account *account, err silent) {
    if (in->prompts & PROMPT_NONE)
        return refuse(silent);
    return (struct decision){.step = step, .account = account};
}

struct decision decision_make(const struct decision_input *in) {
    const struct account *account = decision_candidate(in);
    if (in->prompts & PROMPT_CREATE && !in->fresh)
        return (struct decision){.step = DECISION_REGISTER};
    if (must_choose(in))
        return show(in, DECISION_CHOOSE_ACCOUNT, NULL,
                    FAIL(account_selection_required, "several accounts are signed in"));
    /* OIDC Core 3.1.2.1, id_token_hint */
    if (str_present(in->chosen_user_id) && str_present(in->hint_user_id) &&
        !str_eq(in->chosen_user_id, in->hint_user_id))
        return refuse(FAIL(login_required, "another person than id_token_hint names signed in"));
    if (must_sign_in(in, account))
        return show(in, DECISION_SIGN_IN, account, FAIL(login_required, "the person must sign in"));
    if (falls_short(in, account) && in->fresh)
        return refuse(FAIL(unmet_authentication_requirements,
                           "the person cannot sign in the way that is demanded"));
    if (falls_short(in, account))
        return show(in, DECISION_SIGN_IN, account,
                    FAIL(login_required, "the person must sign in with a second factor"));
    if (must_consent(in))
        return show(in, DECISION_CONSENT, account,
                    FAIL(consent_required, "the person must allow it"));
    return (struct decision){.step = DECISION_ISSUE, .account = account};
}
