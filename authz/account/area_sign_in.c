/* GET /account/signed-in: the answer of the authorization endpoint to our own client; and
 * GET /account/switch: to another account.
 *
 * The code is not redeemed: who is signed in, the session says. The code only tells which of the
 * session's accounts was chosen. */
#include "authz/account/area_sign_in.h"

#include "authz/account/area.h"
#include "authz/account/own_client.h"
#include "authz/authorization_code.h"
#include "authz/browser_session.h"
#include "authz/config.h"
#include "authz/endpoints/endpoints.h"
#include "authz/session_cookie.h"
#include "common/base/json_put.h"

enum { STATE_PATH_MAX = 2048, CLAIMS_MAX = 512, PARAMS = 8 };

#define PURPOSE S("account path")

/* --- there ------------------------------------------------------------------------------------ */

/* OIDC Core 5.5.1: this very person. */
static err write_claims(struct request *rq, const struct account *account, str *out) {
    struct json_put j = json_put_begin(rq->arena, CLAIMS_MAX);
    *out = STR_ABSENT;
    if (!account)
        return OK;
    json_put_open(&j, '{');
    json_put_open_at(&j, "id_token", '{');
    json_put_open_at(&j, "sub", '{');
    json_put_str(&j, "value", account->user_id);
    json_put_close(&j, '}');
    json_put_close(&j, '}');
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static void put(struct form_param *params, size_t *n, str name, str value) {
    if (str_present(value))
        params[(*n)++] = (struct form_param){name, value, false};
}

static err write_query(struct request *rq, const struct area_sign_in *in, str *query) {
    struct form_param params[PARAMS];
    str redirect_uri, state, claims, max_age = STR_ABSENT;
    size_t n = 0;
    TRY(own_client_redirect_uri(rq, &redirect_uri));
    TRY(seal(&authz_of(rq)->interaction_key, PURPOSE, in->path, rq->arena, &state));
    TRY(write_claims(rq, in->account, &claims));
    if (in->max_age_s >= 0)
        TRY(str_printf(rq->arena, &max_age, "%lld", (long long)in->max_age_s));
    put(params, &n, S("response_type"), S("code"));
    put(params, &n, S("client_id"), S(OWN_CLIENT_ID));
    put(params, &n, S("redirect_uri"), redirect_uri);
    put(params, &n, S("scope"), S("openid"));
    put(params, &n, S("state"), state);
    put(params, &n, S("max_age"), max_age);
    put(params, &n, S("claims"), claims);
    put(params, &n, S("prompt"), in->prompt);
    return form_write(rq->arena, params, n, query);
}

err area_sign_in(struct request *rq, const struct area_sign_in *in, struct response *rs) {
    struct area_sign_in to = *in;
    str query, url;
    if (to.path.n > STATE_PATH_MAX)
        to.path = S("/account");
    TRY(write_query(rq, &to, &query));
    TRY(STR_JOIN(rq->arena, &url, authz_of(rq)->issuer, S("/oauth/authorize?"), query));
    response_redirect(rs, url);
    return OK;
}

err account_switch(struct request *rq, struct response *rs) {
    return area_sign_in(rq,
                        &(struct area_sign_in){
                            .path = S("/account"), .max_age_s = -1, .prompt = S("select_account")},
                        rs);
}

/* --- and back --------------------------------------------------------------------------------- */

/* Sealed by us, and a path of ours all the same. */
static err read_path(struct request *rq, str state, str *path) {
    err e = str_present(state)
                ? seal_open(&authz_of(rq)->interaction_key, PURPOSE, state, rq->arena, path)
                : FAIL(seal_broken, "there is no state");
    if (err_is(e, E_seal_broken) || (!failed(e) && !area_is_path(*path))) {
        *path = S("/account");
        return OK;
    }
    return e;
}

/* The account that was chosen, if the code tells and it is signed in here. */
static err note_choice(struct request *rq, const struct session *session, str text,
                       struct response *rs) {
    struct code code;
    if (!str_present(text))
        return OK;
    err e = authorization_code_open(rq, text, &code);
    if (failed(e))
        return err_status(e.code) >= 500 ? e : OK;
    for (size_t i = 0; i < session->n; i++)
        if (str_eq(session->accounts[i].sid, code.sid))
            return session_cookie_set(rq, rs, COOKIE_ACCOUNT, code.sid,
                                      authz_of(rq)->config->session_lifetime);
    return OK;
}

/* Who went back without a sign-in is not led into the same page again; nor is a browser that keeps
 * no cookies led in circles. */
static err choose_path(struct request *rq, const struct session *session, const struct form *form,
                       str *path) {
    *path = session->n ? S("/account") : S("/");
    bool refused = str_present(form_get(form, S("error")));
    return session->n && !refused ? read_path(rq, form_get(form, S("state")), path) : OK;
}

err account_signed_in(struct request *rq, struct response *rs) {
    struct session session = {0};
    struct form form;
    str path, url;
    TRY(form_parse(rq->arena, rq->query, &form));
    TRY(form_unique(&form, STR_ABSENT));
    TRY(browser_session(rq, &session));
    TRY(note_choice(rq, &session, form_get(&form, S("code")), rs));
    TRY(choose_path(rq, &session, &form, &path));
    TRY(STR_JOIN(rq->arena, &url, authz_of(rq)->issuer, path));
    response_redirect(rs, url);
    return OK;
}
