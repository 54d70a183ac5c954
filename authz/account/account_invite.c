/* GET and POST /invite: what the link of a mailed invite opens. It shows the project, who invites
 * and as what. Who is signed in accepts (POST /invites/:token/accept); anybody else signs in, or
 * makes an account with it: the link is the proof of the address (POST /auth/register/with-invite).
 *
 * Where the invite leads afterwards is shown, and gone to by the person (GET /invite/done): its
 * address is of whoever invited. It comes there sealed for the person, so that nobody is shown that
 * of another. */
#include "authz/account/account_renew.h"
#include "authz/account/area.h"
#include "authz/account/area_sign_in.h"
#include "authz/account/rows.h"
#include "authz/account_event.h"
#include "authz/endpoints/endpoints.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { TOKEN_MAX = 128, DONE_MAX = 8 * 1024, VALUES = 7 };

#define DONE_PURPOSE S("invite done ")

struct invite {
    str token;
    str email, role, project, inviter, expires;
    bool over;
};

/* --- the invite ------------------------------------------------------------------------------- */

static bool is_token(str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && c != '-' && c != '_')
            return false;
    }
    return text.n > 0 && text.n <= TOKEN_MAX;
}

static err invite_path(struct request *rq, str token, str behind, str *path) {
    return STR_JOIN(rq->arena, path, S("/invites/"), token, behind);
}

static err from_json(struct request *rq, const json_t *doc, struct invite *out) {
    const json_t *project = json_object_get(doc, "project");
    const json_t *inviter = json_object_get(doc, "invitedBy");
    out->over = json_read_true(doc, "is_expired");
    TRY(str_dup(rq->arena, json_read_str(doc, "email"), &out->email));
    TRY(str_dup(rq->arena, json_read_str(doc, "role"), &out->role));
    TRY(str_dup(rq->arena, json_read_str(doc, "expiresAt"), &out->expires));
    TRY(str_dup(rq->arena, json_read_str(project, "name"), &out->project));
    TRY(str_dup(rq->arena, json_read_str(inviter, "displayName"), &out->inviter));
    if (str_empty(out->inviter))
        out->inviter = texts_get(rq, TEXT_invite_somebody);
    return OK;
}

/* *found: it is there, and not over. */
static err read_invite(struct request *rq, str token, struct invite *out, bool *found) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_GET};
    struct account_answer answer;
    *out = (struct invite){.token = token};
    *found = false;
    if (!is_token(token))
        return OK;
    TRY(invite_path(rq, token, S(""), &call.path));
    TRY(account_call_make(rq, &call, &answer, &doc));
    if (answer.status != 200)
        return OK;
    TRY(from_json(rq, doc, out));
    *found = !out->over;
    return OK;
}

static err gone(struct request *rq, const struct invite *invite, struct response *rs) {
    return page_notice(
        rq, rs, invite->over ? 410 : 404,
        &(struct page_notice){.title = TEXT_invite_title,
                              .text = invite->over ? TEXT_invite_over : TEXT_invite_gone});
}

/* --- showing ---------------------------------------------------------------------------------- */

static enum text role_text(str role) {
    return str_eq(role, S("admin")) ? TEXT_dev_role_admin : TEXT_dev_role_member;
}

static err show(struct request *rq, struct area *area, const struct invite *invite, int status,
                struct response *rs) {
    struct template_value values[VALUES] = {
        {.name = "token", .text = invite->token},
        {.name = "invited", .text = invite->email},
        {.name = "project", .text = invite->project},
        {.name = "inviter", .text = invite->inviter},
        texts_value("role", language_of(rq), role_text(invite->role)),
    };
    TRY(rows_iso(rq, invite->expires, &values[5].text));
    values[5].name = "expires";
    values[6] = (struct template_value){.name = "member_to_be",
                                        .text = area->account ? S("yes") : STR_ABSENT};
    const struct page page = {.template_name = "account_invite.html",
                              .title = TEXT_invite_title,
                              .lead = TEXT_invite_lead,
                              .values = values,
                              .n = VALUES};
    if (area->account)
        return account_page(rq, rs, status, ACCOUNT_SECTION_NONE, &area->frame, &page);
    return account_page_alone(rq, rs, status, &area->frame, &page);
}

static err open_invite(struct request *rq, struct area *area, struct response *rs) {
    struct invite invite;
    struct form form;
    bool found;
    TRY(form_parse(rq->arena, rq->query, &form));
    TRY(form_unique(&form, STR_ABSENT));
    TRY(read_invite(rq, form_get(&form, S("token")), &invite, &found));
    return found ? show(rq, area, &invite, 200, rs) : gone(rq, &invite, rs);
}

err account_invite(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_ANYBODY, open_invite);
}

/* With the account that has the address, or to make up one's mind. */
err account_invite_sign_in(struct request *rq, struct response *rs) {
    struct area_sign_in in = {.max_age_s = -1};
    struct form form;
    TRY(form_parse(rq->arena, rq->query, &form));
    TRY(form_unique(&form, STR_ABSENT));
    str token = form_get(&form, S("token"));
    REQUIRE(is_token(token), not_found, "there is no such invite");
    TRY(STR_JOIN(rq->arena, &in.path, S("/invite?token="), token));
    return area_sign_in(rq, &in, rs);
}

/* --- accepting -------------------------------------------------------------------------------- */

static err done_purpose(struct request *rq, const struct area *area, str *out) {
    return STR_JOIN(rq->arena, out, DONE_PURPOSE, area->account->user_id);
}

static err lead_on(struct request *rq, struct area *area, const json_t *doc, struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, DONE_MAX);
    str text, purpose, sealed, path;
    json_put_open(&j, '{');
    json_put_str(&j, "project_slug", json_read_str(doc, "project_slug"));
    json_put_str(&j, "redirect_url", json_read_str(doc, "redirect_url"));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    TRY(done_purpose(rq, area, &purpose));
    TRY(seal(&authz_of(rq)->interaction_key, purpose, text, rq->arena, &sealed));
    TRY(STR_JOIN(rq->arena, &path, S("/invite/done?to="), sealed));
    return area_done(rq, area, path, texts_get(rq, TEXT_invite_joined_done), rs);
}

static err refuse(struct request *rq, struct area *area, const struct invite *invite,
                  const struct account_answer *answer, const json_t *doc, struct response *rs) {
    int status;
    TRY(area_refused(rq, area, answer, doc, rs, &status));
    return show(rq, area, invite, status, rs);
}

static err accept(struct request *rq, struct area *area, const struct invite *invite,
                  struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_POST};
    struct account_answer answer;
    TRY(invite_path(rq, invite->token, S("/accept"), &call.path));
    TRY(area_call(rq, area, &call, &answer, &doc));
    if (answer.status != 200)
        return refuse(rq, area, invite, &answer, doc, rs);
    return lead_on(rq, area, doc, rs);
}

static err write_account(struct request *rq, const struct area *area, const struct invite *invite,
                         str *json) {
    struct json_put j = json_put_begin(rq->arena, DONE_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "invite_token", invite->token);
    json_put_str(&j, "email", invite->email);
    json_put_str(&j, "password", form_get(&area->form, S("password")));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

static err join(struct request *rq, struct area *area, const struct invite *invite,
                struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_POST, .path = S("/internal/register/with-invite")};
    struct account_answer answer;
    TRY(write_account(rq, area, invite, &call.json));
    TRY(account_call_make(rq, &call, &answer, &doc));
    account_event_record(rq);
    if (answer.status != 200)
        return refuse(rq, area, invite, &answer, doc, rs);
    TRY(account_begin(rq, area, answer.user_id, answer.amr, rs));
    return lead_on(rq, area, doc, rs);
}

static err answer_invite(struct request *rq, struct area *area, struct response *rs) {
    struct invite invite;
    bool found;
    TRY(read_invite(rq, area_field(area, S("token")), &invite, &found));
    if (!found)
        return gone(rq, &invite, rs);
    return area->account ? accept(rq, area, &invite, rs) : join(rq, area, &invite, rs);
}

err account_invite_answer(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_ANYBODY, answer_invite);
}

/* --- afterwards ------------------------------------------------------------------------------- */

static err open_done(struct request *rq, const struct area *area, json_t **out) {
    struct form form;
    str purpose, text;
    TRY(form_parse(rq->arena, rq->query, &form));
    TRY(form_unique(&form, STR_ABSENT));
    str sealed = form_get(&form, S("to"));
    REQUIRE(str_present(sealed), not_found, "there is no such page");
    TRY(done_purpose(rq, area, &purpose));
    err e = seal_open(&authz_of(rq)->interaction_key, purpose, sealed, rq->arena, &text);
    REQUIRE(!err_is(e, E_seal_broken), not_found, "there is no such page");
    TRY(e);
    return json_read_object(text, out);
}

static err show_done(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) done = NULL;
    TRY(open_done(rq, area, &done));
    const struct template_value values[] = {
        {.name = "slug", .text = json_read_str(done, "project_slug")},
        {.name = "next_url", .text = json_read_str(done, "redirect_url")},
    };
    return account_page(rq, rs, 200, ACCOUNT_SECTION_NONE, &area->frame,
                        &(struct page){.template_name = "account_invite_done.html",
                                       .title = TEXT_invite_done_title,
                                       .values = values,
                                       .n = 2});
}

err account_invite_done(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show_done);
}
