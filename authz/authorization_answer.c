#include "authz/authorization_answer.h"

#include "authz/access_token.h"
#include "authz/authorization_code.h"
#include "authz/config.h"
#include "authz/id_token.h"
#include "authz/membership.h"
#include "authz/person.h"
#include "authz/store/session.h"
#include "authz/token_format.h"
#include "common/base/json_read.h"

static bool issues(const struct authorization *authorization, unsigned what) {
    return authorization->in.type->issues & what;
}

/* --- the access token ----------------------------------------------------------------------- */

static err make_access_token(struct request *rq, const struct client *client,
                             const struct grant *grant, struct authorization_answer *out) {
    const struct authz *authz = authz_of(rq);
    struct access_token_made made;
    struct audit_entry audit =
        audit_entry(rq, AUDIT_grant_made, grant->user_id, grant->client_id, grant->id);
    TRY(may_block(rq));
    const struct access_token_plan plan = {grant, client, grant->scope};
    TRY(access_token_make(authz, rq->arena, &plan, rq->now_ms, &made));
    TRY(grant_make(authz->store, grant, &audit));
    out->access_token = made.text;
    out->expires_in_s = made.expires_in_s;
    out->scope = grant->scope;
    return OK;
}

/* --- the ID token --------------------------------------------------------------------------- */

/* For logout: with an access token the grant tells, with a code its redemption does, but an ID
 * token alone has no other trace. */
static err note_client(struct request *rq, const struct grant *grant) {
    struct store *store = authz_of(rq)->store;
    bool known;
    if (!str_present(grant->sid))
        return OK;
    TRY(session_has_client(store, grant->sid, grant->client_id, &known));
    if (known)
        return OK;
    TRY(may_block(rq));
    return session_note_client(store, grant->sid, grant->client_id, rq->now_ms);
}

static err read_person(struct request *rq, const struct authorization *a, const struct grant *grant,
                       json_t **out) {
    bool alone = a->in.type->issues == RESPONSE_ID_TOKEN;
    const struct membership_claim project = {
        &a->client, grant->user_id, alone ? grant->scope : STR_ABSENT, grant->id_token_claims};
    TRY(person_read(rq, grant->user_id, grant->signed_in_ms, out));
    return membership_add_claim(rq, &project, *out);
}

static err sign_id_token(struct request *rq, const struct authorization *a,
                         const struct grant *grant, struct authorization_answer *out) {
    AUTO(json_ref) person = NULL;
    bool alone = a->in.type->issues == RESPONSE_ID_TOKEN;
    if (!issues(a, RESPONSE_TOKEN))
        TRY(note_client(rq, grant));
    if (alone || str_present(grant->id_token_claims))
        TRY(read_person(rq, a, grant, &person));
    struct id_token token = {.grant = grant,
                             .client = &a->client,
                             .nonce = a->in.nonce,
                             .access_token = out->access_token,
                             .code = out->code,
                             .state = a->in.state,
                             .person = person,
                             .claims = grant->id_token_claims,
                             /* OIDC Core 5.4: nothing else brings the claims of the scope */
                             .scope = alone ? grant->scope : STR_ABSENT};
    return id_token_make(rq, &token, &out->id_token);
}

/* --- all of it ------------------------------------------------------------------------------ */

err authorization_answer_make(struct request *rq, const struct authorization *authorization,
                              const struct account *account, struct authorization_answer *out) {
    struct code code;
    struct grant grant;
    const struct token_format format = token_format_id_token(&authorization->client);
    *out = (struct authorization_answer){.code = STR_ABSENT};
    if (issues(authorization, RESPONSE_ID_TOKEN))
        TRY(token_format_prepare(rq, &authorization->client, &format));
    TRY(authorization_code_plan(rq, authorization, account, &code));
    TRY(authorization_code_grant(rq, &code, authz_of(rq)->config->access_token_lifetime, &grant));
    if (issues(authorization, RESPONSE_TOKEN)) {
        TRY(make_access_token(rq, &authorization->client, &grant, out));
        code.front_grant_id = grant.id;
    }
    if (issues(authorization, RESPONSE_CODE))
        TRY(authorization_code_write(rq, &code, &out->code));
    if (issues(authorization, RESPONSE_ID_TOKEN))
        TRY(sign_id_token(rq, authorization, &grant, out));
    return OK;
}
