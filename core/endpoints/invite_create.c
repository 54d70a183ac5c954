/* POST /projects/:slug/invites: a link is mailed to an address, whoever has it or not; so nobody is
 * told whether it has an account. What goes to one address, and what one person sends, is bounded.
 */
#include "common/base/random.h"
#include "common/base/url.h"
#include "core/endpoints/invites.h"
#include "core/endpoints/members.h"
#include "core/event.h"
#include "core/mails.h"

enum { TOKEN_BYTES = 32, SENT_AN_HOUR = 50, SENT_AN_HOUR_FROM_ADDRESS = 200 };

struct invite_body {
    str email, role, redirect_url;
};

static const struct field fields[] = {
    FIELD_ROW_EMAIL(struct invite_body),
    FIELD_ROW_ROLE(struct invite_body),
    {"redirect_url", FIELD_URL, FIELD_NULLABLE, 0, REDIRECT_URL_MAX,
     offsetof(struct invite_body, redirect_url), NULL},
};
FIELD_TABLE(invite_create_takes, fields);

struct inviting {
    struct request *rq;
    struct standing standing;
    struct invite invite;
    str token_hash, link;
    struct outbox_mail mail;
    struct throttle recipient;
    struct throttle_budget sender;
};

/* https, or this machine; the page of the invite shows it before anybody goes there. */
static err check_redirect(struct request *rq, str text) {
    struct url url;
    if (!str_present(text))
        return OK;
    bool good = !failed(url_parse(text, &url)) && url.host.n > 0 && !str_present(url.userinfo) &&
                (str_eq_nocase(url.scheme, S("https")) || url_is_loopback(&url));
    if (good)
        return OK;
    return request_field_error(rq, "redirect_url", "url",
                               "The redirect_url field must be an https URL");
}

static err cool_down(struct tx *tx, const struct inviting *in) {
    int64_t wait_ms;
    TRY(throttle_open(tx, in->rq, &in->sender.throttle));
    TRY(throttle_spend(tx, &in->sender, in->rq->now_ms));
    TRY(throttle_mail(tx, &in->recipient, in->rq->now_ms, &wait_ms));
    in->rq->retry_after_s = (wait_ms + 999) / 1000;
    REQUIRE(wait_ms == 0, COOLDOWN, "This email was invited a few times just now: wait a while");
    return OK;
}

/* Says to which project and by whom, as both are called in this transaction. */
static err write_mail(struct tx *tx, struct inviting *in) {
    struct user inviter = {0};
    struct mail_values values = {.link = in->link, .project = in->standing.project.name};
    TRY(user_get(tx, in->rq->arena, in->invite.invited_by, &inviter));
    in->invite.inviter_profile = inviter.profile;
    TRY(invites_inviter(in->rq->arena, &in->invite, &values.person));
    return mails_write(in->rq, MAIL_invite, in->invite.address, &values, &in->mail);
}

static err insert(struct tx *tx, void *arg) {
    struct inviting *in = arg;
    TRY(project_enter(tx, in->rq, ROLE_ADMIN, &in->standing));
    TRY(member_rules_add(in->standing.role, in->invite.role));
    in->invite.project_id = in->standing.project.id;
    TRY(invite_insert(tx, &in->invite, in->token_hash));
    TRY(cool_down(tx, in));
    TRY(write_mail(tx, in));
    return outbox_put_or_wait(tx, in->rq, &in->mail);
}

static err prepare(struct inviting *in) {
    struct request *rq = in->rq;
    str token;
    in->sender = (struct throttle_budget){.allowed = SENT_AN_HOUR,
                                          .address_allowed = SENT_AN_HOUR_FROM_ADDRESS};
    TRY(throttle_for(rq, "throttle invites", in->invite.address, &in->recipient));
    TRY(throttle_budget_for(rq, "invites", in->invite.invited_by, &in->sender));
    TRY(random_uuid(rq->arena, &in->invite.id));
    TRY(random_token(rq->arena, S("hk_iv_"), TOKEN_BYTES, &token));
    TRY(core_token_hash(rq->arena, token, &in->token_hash));
    return STR_JOIN(rq->arena, &in->link, core_of(rq)->issuer, S("/invite?token="), token);
}

static err answer(struct request *rq, struct response *rs, const struct invite *invite) {
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    str json;
    TRY(invites_put(&j, rq->arena, invite, rq->now_ms));
    TRY(json_put_done(&j, &json));
    response_json(rs, 201, json);
    return OK;
}

err invite_create(struct request *rq, struct response *rs) {
    struct invite_body body = {0};
    TRY(fields_read_body(rq, &body));
    TRY(check_redirect(rq, body.redirect_url));
    enum member_role role = member_role_of(body.role);
    struct inviting in = {.rq = rq,
                          .invite = {.address = body.email,
                                     .role = role == ROLE_NONE ? ROLE_MEMBER : role,
                                     .redirect_url = body.redirect_url,
                                     .invited_by = endpoints_bearer(rq)->user_id,
                                     .created_ms = rq->now_ms,
                                     .valid_until_ms = rq->now_ms + INVITE_LIFE_MS}};
    TRY(prepare(&in));
    TRY(db_write(core_of(rq)->db, insert, &in));
    outbox_wake(core_of(rq)->outbox);
    TRY(event_note_project(rq, "invite_created", in.standing.project.id, STR_ABSENT));
    return answer(rq, rs, &in.invite);
}
