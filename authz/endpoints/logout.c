/* GET and POST /oauth/logout (OpenID Connect RP-Initiated Logout 1.0), and the form of its page.
 *
 * A hint that means somebody who is signed in here signs them out at once. In every other case the
 * person is asked first: anybody can link to this address. */
#include "authz/browser_session.h"
#include "authz/client_failures.h"
#include "authz/endpoints/endpoints.h"
#include "authz/logout_request.h"
#include "authz/pages/pages.h"
#include "authz/session_cookie.h"
#include "authz/sign_out.h"
#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { SEALED_MAX = 16 * 1024, REDIRECT_MAX = 6000 };

#define PURPOSE S("logout")

/* --- asking ----------------------------------------------------------------------------------- */

/* What the form brings back: for which session it was shown, and where to go. */
static err seal_form(struct request *rq, const struct session *session, str target, str *out) {
    struct json_put j = json_put_begin(rq->arena, SEALED_MAX);
    str session_id, text;
    TRY(base64url_encode(rq->arena, session->id_hash, &session_id));
    json_put_open(&j, '{');
    json_put_str(&j, "session", session_id);
    json_put_str(&j, "target", target);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    return seal(&authz_of(rq)->interaction_key, PURPOSE, text, rq->arena, out);
}

static err ask(struct request *rq, const struct session *session, const struct logout_request *in,
               struct response *rs) {
    struct page_logout page = {.frame = {.client_name = in->client.name}};
    TRY(seal_form(rq, session, in->target, &page.logout));
    if (str_present(in->target))
        TRY(page_form_target(rq, in->target, &page.frame.form_target));
    return page_logout(rq, rs, 200, &page);
}

static err refusal_page(struct request *rq, struct response *rs) {
    return page_notice(rq, rs, 400,
                       &(struct page_notice){
                           .title = TEXT_link_broken_title,
                           .text = TEXT_logout_broken,
                           .hint = TEXT_logout_broken_hint,
                       });
}

/* --- the request ------------------------------------------------------------------------------ */

/* A form that another site posts comes without SameSite=Lax cookies: a redirect to ourselves brings
 * them. */
static bool lacks_cookies(const struct request *rq) {
    return rq->method == HTTP_POST && rq->body.n <= REDIRECT_MAX &&
           !str_present(session_cookie_get(rq, COOKIE_SESSION));
}

static err once_more(struct request *rq, struct response *rs) {
    str url;
    TRY(STR_JOIN(rq->arena, &url, authz_of(rq)->issuer, S("/oauth/logout?"), rq->body));
    response_redirect(rs, url);
    return OK;
}

static err answer(struct request *rq, const struct logout_request *in, struct response *rs) {
    struct session session = {0};
    TRY(browser_session(rq, &session));
    const struct account *meant = logout_request_account(rq, in, &session);
    if (meant)
        return sign_out(rq, &session, meant, 1, in->target, rs);
    if (session.n > 0)
        return ask(rq, &session, in, rs);
    /* Nobody is signed in. Without a hint nobody knows that the app asked (3). */
    return sign_out(rq, &session, NULL, 0, str_present(in->hint_sub) ? in->target : STR_ABSENT, rs);
}

err logout(struct request *rq, struct response *rs) {
    struct logout_request in;
    struct form form;
    TRY(form_parse(rq->arena, rq->method == HTTP_POST ? rq->body : rq->query, &form));
    TRY(form_unique(&form, STR_ABSENT));
    err e = logout_request_read(rq, &form, &in);
    if (err_is(e, E_invalid_request)) {
        client_failures_note(rq, e);
        return refusal_page(rq, rs);
    }
    TRY(e);
    return lacks_cookies(rq) ? once_more(rq, rs) : answer(rq, &in, rs);
}

/* --- the form --------------------------------------------------------------------------------- */

static err open_form(struct request *rq, const struct form *form, const struct session *session,
                     str *target) {
    AUTO(json_ref) json = NULL;
    str text, session_id;
    REQUIRE(str_present(form_get(form, S("logout"))), seal_broken, "the form has no state");
    TRY(seal_open(&authz_of(rq)->interaction_key, PURPOSE, form_get(form, S("logout")), rq->arena,
                  &text));
    TRY(json_read_object(text, &json));
    TRY(base64url_encode(rq->arena, session->id_hash, &session_id));
    REQUIRE(session->n > 0 && str_eq(json_read_str(json, "session"), session_id), seal_broken,
            "the form was made for another session");
    return str_dup(rq->arena, json_read_str(json, "target"), target);
}

err interaction_logout(struct request *rq, struct response *rs) {
    struct session session = {0};
    struct form form;
    str target;
    TRY(form_parse(rq->arena, rq->body, &form));
    TRY(form_unique(&form, STR_ABSENT));
    TRY(browser_session(rq, &session));
    TRY(open_form(rq, &form, &session, &target));
    if (str_eq(form_get(&form, S("decision")), S("sign-out")))
        return sign_out(rq, &session, session.accounts, session.n, target, rs);
    return page_notice(
        rq, rs, 200,
        &(struct page_notice){.title = TEXT_still_signed_in_title, .text = TEXT_still_signed_in});
}
