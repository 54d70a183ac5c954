#include "authz/account/area.h"

#include "authz/account/area_sign_in.h"
#include "authz/account/flash.h"
#include "authz/browser_binding.h"
#include "authz/browser_session.h"
#include "authz/person.h"
#include "authz/session_cookie.h"
#include "common/base/json_read.h"

enum { PART_MAX = 128 };

#define CSRF S("account form")

/* --- paths ------------------------------------------------------------------------------------ */

bool area_is_path(str path) {
    static const str roots[] = {S_INIT("/account"), S_INIT("/developer"), S_INIT("/invite")};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        str rest = str_from_pos(path, roots[i].n);
        if (str_starts(path, roots[i]) && (rest.n == 0 || rest.p[0] == '/' || rest.p[0] == '?'))
            return true;
    }
    return false;
}

static err own_path(struct request *rq, str *out) {
    *out = rq->path;
    if (rq->method == HTTP_POST || !str_present(rq->query))
        return OK;
    return STR_JOIN(rq->arena, out, rq->path, S("?"), rq->query);
}

/* --- who it is -------------------------------------------------------------------------------- */

/* The account that was chosen for these pages, or the one that was used last. */
static const struct account *choose(const struct request *rq, const struct session *session) {
    str sid = session_cookie_get(rq, COOKIE_ACCOUNT);
    for (size_t i = 0; i < session->n; i++)
        if (str_eq(session->accounts[i].sid, sid))
            return &session->accounts[i];
    return session->n ? &session->accounts[0] : NULL;
}

/* In whole seconds, like the authorization endpoint (protocol/decision.c): what it takes for fresh
 * must be so here. */
static bool is_fresh(const struct request *rq, const struct area *area) {
    int64_t age_s = rq->now_ms / 1000 - area->account->signed_in_ms / 1000;
    bool grace = rq->method == HTTP_POST || str_present(area->frame.status);
    return age_s < AREA_FRESH_S + (grace ? AREA_GRACE_S : 0);
}

static err read_person(struct request *rq, struct area *area) {
    AUTO(json_ref) person = NULL;
    TRY(person_read(rq, area->account->user_id, area->account->signed_in_ms, &person));
    TRY(str_dup(rq->arena, json_read_str(person, "email"), &area->frame.email));
    str name = json_read_str(person, "name");
    if (str_empty(name))
        name = json_read_str(person, "display_name");
    return str_dup(rq->arena, name, &area->frame.name);
}

/* Whose pages these are; out->account stays NULL if nobody is signed in. */
static err find_person(struct request *rq, struct area *area) {
    TRY(browser_session(rq, &area->session));
    area->account = choose(rq, &area->session);
    if (!area->account)
        return OK;
    err e = read_person(rq, area);
    if (err_is(e, E_not_found)) /* gone in this moment */
        area->account = NULL;
    else
        TRY(e);
    return OK;
}

static err lead_to_sign_in(struct request *rq, const struct area *area, struct response *rs) {
    struct area_sign_in in = {.account = area->account,
                              .max_age_s = area->account ? AREA_FRESH_S : -1};
    TRY(own_path(rq, &in.path));
    return area_sign_in(rq, &in, rs);
}

/* --- its forms -------------------------------------------------------------------------------- */

/* Of the sign-in; of the browser where nobody is signed in. */
static err make_csrf(struct request *rq, struct area *area, struct response *rs) {
    str whose;
    if (area->account)
        whose = area->account->sid;
    else
        TRY(browser_binding_add(rq, rs, &whose));
    return seal(&authz_of(rq)->interaction_key, CSRF, whose, rq->arena, &area->frame.csrf);
}

static err check_csrf(struct request *rq, const struct area *area) {
    str csrf = form_get(&area->form, S("csrf")), whose;
    REQUIRE(str_present(csrf), seal_broken, "the form has no csrf");
    TRY(seal_open(&authz_of(rq)->interaction_key, CSRF, csrf, rq->arena, &whose));
    bool ours = area->account ? str_eq(whose, area->account->sid) : browser_binding_has(rq, whose);
    REQUIRE(ours, seal_broken, "the form is of another sign-in");
    return OK;
}

str area_field(const struct area *area, str name) {
    str value = form_get(&area->form, name);
    return str_present(value) ? str_trim(value) : S("");
}

static bool is_part(str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && c != '-' && c != '_')
            return false;
    }
    return text.n > 0 && text.n <= PART_MAX;
}

err area_path_part(const struct area *area, str name, str *out) {
    *out = area_field(area, name);
    REQUIRE(is_part(*out), not_found, "the form names nothing that there is");
    return OK;
}

bool area_does(const struct area *area, str what) {
    return str_eq(form_get(&area->form, S("do")), what);
}

/* --- a request -------------------------------------------------------------------------------- */

static err note_use(struct request *rq, const struct area *area) {
    rq->who = area->account->user_id;
    if (!session_used_due(area->account, rq->now_ms))
        return OK;
    return session_used(authz_of(rq)->store, area->account->sid, rq->now_ms);
}

static err read_form(struct request *rq, struct area *area) {
    TRY(form_parse(rq->arena, rq->body, &area->form));
    return form_unique(&area->form, STR_ABSENT);
}

/* Nothing was done: the way back to the page. */
static err stale_page(struct request *rq, struct area *area, struct response *rs) {
    const struct template_value values[] = {{.name = "path", .text = rq->path}};
    area->frame.error = texts_get(rq, TEXT_stale_form);
    TRY(make_csrf(rq, area, rs));
    return account_page(rq, rs, 400, ACCOUNT_SECTION_NONE, &area->frame,
                        &(struct page){.template_name = "account_stale.html",
                                       .title = TEXT_stale_title,
                                       .values = values,
                                       .n = 1});
}

/* Whether it may go on; if not, rs leads to a sign-in or says that the form is stale. */
static err let_in(struct request *rq, struct response *rs, enum area_need need, struct area *area,
                  bool *in) {
    bool posted = rq->method == HTTP_POST;
    *in = false;
    if (!area->account && need != AREA_ANYBODY)
        return lead_to_sign_in(rq, area, rs);
    err e = posted ? check_csrf(rq, area) : OK;
    if (err_is(e, E_seal_broken) && area->account)
        return stale_page(rq, area, rs);
    TRY(e);
    if (!posted && area->account)
        TRY(flash_take(rq, rs, area->account->sid, &area->frame.status));
    *in = need != AREA_FRESH || is_fresh(rq, area);
    return *in ? OK : lead_to_sign_in(rq, area, rs);
}

err area_serve(struct request *rq, struct response *rs, enum area_need need, area_fn *answer) {
    struct area area = {.account = NULL};
    bool in;
    if (rq->method == HTTP_POST)
        TRY(read_form(rq, &area));
    TRY(find_person(rq, &area));
    TRY(let_in(rq, rs, need, &area, &in));
    if (!in)
        return OK;
    if (area.account)
        TRY(note_use(rq, &area));
    TRY(make_csrf(rq, &area, rs));
    return answer(rq, &area, rs);
}

err area_done(struct request *rq, struct area *area, str path, str sentence, struct response *rs) {
    str url;
    TRY(flash_set(rq, rs, area->account->sid, sentence));
    TRY(STR_JOIN(rq->arena, &url, authz_of(rq)->issuer, path));
    response_redirect(rs, url);
    return OK;
}
