/* The pages: each a struct in and an HTML answer out. No page knows the store or the protocol.
 *
 * They speak the language that the request asks for (language.h). Every text is escaped here, once.
 * Pages work without JavaScript; each control has a stable name and id. Forms post to the paths
 * below with the hidden field `interaction` (or `csrf`). */
#ifndef AUTHZ_PAGES_PAGES_H
#define AUTHZ_PAGES_PAGES_H

#include "authz/pages/texts.h"
#include "common/http/http.h"

/* What every interaction page shows: who asks, and the sealed state to post back. */
struct page_frame {
    str interaction; /* sealed */
    str client_name;
    str client_uri, logo_uri, policy_uri, tos_uri; /* or absent */
    str form_target; /* page_form_target(): what CSP form-action must allow besides 'self' */
    str error;       /* one sentence above the form, or absent */
};

/* The form-action of a page whose form leads to `uri` in the end. Browsers apply form-action to
 * every redirect that follows a form: to the client's URI, and to where the client goes from there.
 * Only the scheme can be told beforehand. */
err page_form_target(struct request *rq, str uri, str *out) MUST_CHECK;

struct page_sign_in {
    struct page_frame frame;
    str email;
};
/* posts email, password to /interaction/sign-in; buttons to /interaction/register and
 * /interaction/forgot; "cancel" */
err page_sign_in(struct request *rq, struct response *rs, int status,
                 const struct page_sign_in *page) MUST_CHECK;

struct page_second_factor {
    struct page_frame frame;
};
/* posts code to /interaction/second-factor */
err page_second_factor(struct request *rq, struct response *rs, int status,
                       const struct page_second_factor *page) MUST_CHECK;

enum register_step { REGISTER_EMAIL, REGISTER_CODE, REGISTER_PASSWORD };
struct page_register {
    struct page_frame frame;
    enum register_step step;
    str email;
};
/* posts email to /interaction/register, code to /interaction/register/code (button "resend" to
 * /interaction/register/resend), password to /interaction/register/password */
err page_register(struct request *rq, struct response *rs, int status,
                  const struct page_register *page) MUST_CHECK;

struct page_forgot {
    struct page_frame frame;
    bool sent;
    str email;
};
/* posts email to /interaction/forgot */
err page_forgot(struct request *rq, struct response *rs, int status,
                const struct page_forgot *page) MUST_CHECK;

struct page_account {
    str user_id, name, email; /* name: empty if the person gave none */
};
struct page_choose_account {
    struct page_frame frame;
    const struct page_account *accounts;
    size_t n;
};
/* a button "account" = user_id a row, posts to /interaction/choose-account; "another" to sign in */
err page_choose_account(struct request *rq, struct response *rs, int status,
                        const struct page_choose_account *page) MUST_CHECK;

struct page_consent {
    struct page_frame frame;
    struct page_account account;
    str scope; /* words: scopes, and "claim:NAME" for a claim that is asked for alone */
    bool native;
};
/* decision=allow | decision=deny to /interaction/consent */
err page_consent(struct request *rq, struct response *rs, int status,
                 const struct page_consent *page) MUST_CHECK;

struct page_not_member {
    struct page_frame frame;
    struct page_account account;
};
/* the account may not use this client; "another" posts to /interaction/choose-account; "cancel" */
err page_not_member(struct request *rq, struct response *rs, int status,
                    const struct page_not_member *page) MUST_CHECK;

struct page_reset {
    str token;
    str csrf;
    str error;
    bool done;
};
/* posts token, csrf, password to /reset */
err page_reset(struct request *rq, struct response *rs, int status,
               const struct page_reset *page) MUST_CHECK;

struct page_logout {
    struct page_frame frame; /* of the client that asks; its name may be absent */
    str logout;              /* sealed */
};
/* posts decision=sign-out | decision=stay to /interaction/logout */
err page_logout(struct request *rq, struct response *rs, int status,
                const struct page_logout *page) MUST_CHECK;

struct page_signed_out {
    const str *frames; /* what the browser itself must tell: URLs for hidden frames */
    size_t n;
    str next; /* where it goes on to, or absent */
};
err page_signed_out(struct request *rq, struct response *rs,
                    const struct page_signed_out *page) MUST_CHECK;
/* The frame of session management, which asks for nothing and shows nothing. */
err page_check_session(struct request *rq, struct response *rs) MUST_CHECK;

struct page_notice {
    enum text title, text, hint; /* hint: or TEXT_NONE */
};
/* Anything plain: an error a person meets, "you are signed out". */
err page_notice(struct request *rq, struct response *rs, int status,
                const struct page_notice *page) MUST_CHECK;

/* The front page: what this is, and the way to one's account. */
err page_front(struct request *rq, struct response *rs) MUST_CHECK;

/* response_mode=form_post (OAuth 2.0 Form Post Response Mode): submits itself, or with a button. */
err page_form_post(struct request *rq, struct response *rs, str redirect_uri,
                   const struct form_param *list, size_t n) MUST_CHECK;

/* GET /assets/NAME: the style sheet, script and icons, built in; immutable under a hashed name. */
handler_fn page_asset;
/* GET /favicon.ico: the icon, for browsers that ask for it unprompted. */
handler_fn page_icon;

#endif
