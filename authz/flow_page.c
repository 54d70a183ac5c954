#include "authz/flow_page.h"

#include "authz/client_words.h"
#include "authz/person.h"
#include "common/base/json_read.h"
#include "common/http/email.h"

static err make_frame(struct request *rq, struct flow *flow, str error, struct response *rs,
                      struct page_frame *out) {
    *out = (struct page_frame){.error = error};
    TRY(client_words(rq, &flow->authorization.client, out));
    TRY(page_form_target(rq, flow->authorization.target, &out->form_target));
    return interaction_seal(rq, rs, &flow->interaction, &out->interaction);
}

/* How the pages show a person. E_not_found: the account is gone. */
static err show_account(struct request *rq, const struct account *account,
                        struct page_account *out) {
    AUTO(json_ref) person = NULL;
    *out = (struct page_account){.user_id = account->user_id};
    TRY(person_read(rq, account->user_id, account->signed_in_ms, &person));
    TRY(str_dup(rq->arena, json_read_str(person, "email"), &out->email));
    str name = json_read_str(person, "name");
    if (str_empty(name))
        name = json_read_str(person, "display_name");
    return str_dup(rq->arena, name, &out->name);
}

/* What the field begins with: what was typed, what the app said, who is expected. */
static err first_email(struct request *rq, const struct flow *flow, const struct account *account,
                       str *out) {
    struct page_account shown;
    *out = flow->interaction.email;
    if (!str_present(*out) && email_valid(flow->authorization.in.login_hint))
        *out = flow->authorization.in.login_hint;
    if (str_present(*out) || !account)
        return OK;
    err e = show_account(rq, account, &shown);
    *out = failed(e) ? STR_ABSENT : shown.email;
    return err_is(e, E_defer) ? e : OK;
}

static err sign_in(struct request *rq, struct flow *flow, str email, int status, str error,
                   struct response *rs) {
    struct page_sign_in page = {.email = email};
    TRY(make_frame(rq, flow, error, rs, &page.frame));
    return page_sign_in(rq, rs, status, &page);
}

err flow_page_sign_in(struct request *rq, struct flow *flow, const struct account *account,
                      struct response *rs) {
    str email;
    TRY(first_email(rq, flow, account, &email));
    return sign_in(rq, flow, email, 200, STR_ABSENT, rs);
}

err flow_page_sign_in_again(struct request *rq, struct flow *flow, int status, str error,
                            struct response *rs) {
    return sign_in(rq, flow, flow->interaction.email, status, error, rs);
}

err flow_page_second_factor(struct request *rq, struct flow *flow, int status, str error,
                            struct response *rs) {
    struct page_second_factor page = {0};
    TRY(make_frame(rq, flow, error, rs, &page.frame));
    return page_second_factor(rq, rs, status, &page);
}

err flow_page_register(struct request *rq, struct flow *flow, enum register_step step, int status,
                       str error, struct response *rs) {
    struct page_register page = {.step = step};
    TRY(first_email(rq, flow, NULL, &page.email));
    TRY(make_frame(rq, flow, error, rs, &page.frame));
    return page_register(rq, rs, status, &page);
}

err flow_page_forgot(struct request *rq, struct flow *flow, bool sent, int status, str error,
                     struct response *rs) {
    struct page_forgot page = {.sent = sent};
    TRY(first_email(rq, flow, NULL, &page.email));
    TRY(make_frame(rq, flow, error, rs, &page.frame));
    return page_forgot(rq, rs, status, &page);
}

err flow_page_choose_account(struct request *rq, struct flow *flow, struct response *rs) {
    struct page_account accounts[SESSION_ACCOUNTS];
    struct page_choose_account page = {.accounts = accounts};
    for (size_t i = 0; i < flow->session.n; i++) {
        err e = show_account(rq, &flow->session.accounts[i], &accounts[page.n]);
        if (err_is(e, E_not_found))
            continue;
        TRY(e);
        page.n++;
    }
    TRY(make_frame(rq, flow, STR_ABSENT, rs, &page.frame));
    return page_choose_account(rq, rs, 200, &page);
}

/* What is shown is what is allowed: the person and the scope go along in the form. */
err flow_page_consent(struct request *rq, struct flow *flow, const struct account *account,
                      struct response *rs) {
    const struct authorization *a = &flow->authorization;
    struct page_consent page = {.scope = a->consent, .native = a->client.native};
    err e = show_account(rq, account, &page.account);
    if (err_is(e, E_not_found))
        return sign_in(rq, flow, STR_ABSENT, 200, texts_get(rq, TEXT_account_gone), rs);
    TRY(e);
    flow->interaction.user_id = account->user_id;
    flow->interaction.scope = a->consent;
    TRY(make_frame(rq, flow, STR_ABSENT, rs, &page.frame));
    return page_consent(rq, rs, 200, &page);
}

err flow_page_not_member(struct request *rq, struct flow *flow, const struct account *account,
                         struct response *rs) {
    struct page_not_member page = {0};
    err e = show_account(rq, account, &page.account);
    if (err_is(e, E_not_found))
        return sign_in(rq, flow, STR_ABSENT, 200, texts_get(rq, TEXT_account_gone), rs);
    TRY(e);
    TRY(make_frame(rq, flow, STR_ABSENT, rs, &page.frame));
    return page_not_member(rq, rs, 403, &page);
}

err flow_page_status(struct request *rq, const struct account_answer *answer, struct response *rs,
                     int *status) {
    str seconds;
    *status = answer->status == 429 ? 429 : 422;
    if (*status != 429)
        return OK;
    TRY(str_printf(rq->arena, &seconds, "%lld",
                   (long long)(answer->retry_after_s > 0 ? answer->retry_after_s : 1)));
    response_header_set(rs, "Retry-After", seconds);
    return OK;
}
