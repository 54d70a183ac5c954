#include "authz/logout_request.h"

#include "authz/id_token_hint.h"
#include "authz/subject.h"
#include "common/base/json_read.h"
#include "common/base/url.h"
#include "keys/jws.h"

#define NOT_OURS "id_token_hint is not an ID token of this server"

/* --- the hint ------------------------------------------------------------------------------- */

/* Trouble of ours is no fault of the hint. */
static err refused(err e) {
    REQUIRE(!failed(e) || err_is(e, E_no_memory), invalid_request, NOT_OURS);
    return e;
}

/* What the hint says, not yet verified: whose key and secret it must be checked with. */
static err peek(struct request *rq, str hint, str *client_id, str *sid) {
    AUTO(jws_ref) jws = {0};
    AUTO(json_ref) claims = NULL;
    TRY(refused(jws_parse(rq->arena, hint, &jws)));
    TRY(refused(json_read_object(jws.payload, &claims)));
    TRY(str_dup(rq->arena, json_read_str(claims, "aud"), client_id));
    return str_dup(rq->arena, json_read_str(claims, "sid"), sid);
}

/* Whether it is ours cannot be told: it is not counted, and client_id, the same as its audience,
 * stands alone. */
static err forget_hint(str client_id, struct logout_request *out) {
    out->hint_sid = STR_ABSENT;
    out->has_client = str_present(client_id);
    return OK;
}

/* RP-Initiated Logout 2: also an expired one, and one of a sign-in that is over. */
static err read_hint(struct request *rq, str hint, str client_id, struct logout_request *out) {
    str audience;
    TRY(peek(rq, hint, &audience, &out->hint_sid));
    REQUIRE(str_present(audience) && (!str_present(client_id) || str_eq(client_id, audience)),
            invalid_request, "client_id is not the one that id_token_hint was made for");
    err e = client_get(authz_of(rq)->store, rq->arena, audience, &out->client);
    REQUIRE(!err_is(e, E_not_found), invalid_request, NOT_OURS);
    TRY(e);
    rq->client_id = out->client.client_id;
    e = id_token_hint_read(authz_of(rq), rq->arena, &out->client, hint, &out->hint_sub);
    if (err_is(e, E_jose_key))
        return forget_hint(client_id, out);
    TRY(e);
    out->has_client = true;
    return OK;
}

static err read_client(struct request *rq, str client_id, struct logout_request *out) {
    err e = client_get(authz_of(rq)->store, rq->arena, client_id, &out->client);
    REQUIRE(!err_is(e, E_not_found), invalid_request, "client_id is not known");
    TRY(e);
    rq->client_id = out->client.client_id;
    out->has_client = true;
    return OK;
}

/* --- the way back --------------------------------------------------------------------------- */

static bool is_registered(const struct client *client, str uri) {
    for (size_t i = 0; i < client->post_logout_redirect_uri_count; i++)
        if (str_eq(client->post_logout_redirect_uris[i], uri))
            return true;
    return false;
}

/* RP-Initiated Logout 3: exactly one of those that were registered, and `state` as it came. */
static err read_target(struct request *rq, const struct form *form, struct logout_request *out) {
    str uri = form_get(form, S("post_logout_redirect_uri")), query;
    const struct form_param state = {S("state"), form_get(form, S("state")), false};
    if (!str_present(uri) || !out->has_client)
        return OK;
    REQUIRE(is_registered(&out->client, uri), invalid_request,
            "post_logout_redirect_uri is not registered");
    out->target = uri;
    if (!str_present(state.value))
        return OK;
    TRY(form_write(rq->arena, &state, 1, &query));
    return url_add_query(rq->arena, uri, query, &out->target);
}

err logout_request_read(struct request *rq, const struct form *form, struct logout_request *out) {
    str hint = form_get(form, S("id_token_hint")), client_id = form_get(form, S("client_id"));
    *out = (struct logout_request){.has_client = false};
    if (str_present(hint))
        TRY(read_hint(rq, hint, client_id, out));
    else if (str_present(client_id))
        TRY(read_client(rq, client_id, out));
    return read_target(rq, form, out);
}

/* --- whose sign-in -------------------------------------------------------------------------- */

const struct account *logout_request_account(struct request *rq, const struct logout_request *in,
                                             const struct session *session) {
    for (size_t i = 0; str_present(in->hint_sub) && i < session->n; i++) {
        const struct account *account = &session->accounts[i];
        str sub;
        if (str_present(in->hint_sid) && str_eq(in->hint_sid, account->sid))
            return account;
        if (!failed(subject_of(authz_of(rq), rq->arena, &in->client, account->user_id, &sub)) &&
            str_eq(sub, in->hint_sub))
            return account;
    }
    return NULL;
}
