#include "authz/authorization.h"

#include "authz/account/own_client.h"
#include "authz/protocol/redirect_uri.h"
#include "authz/protocol/scope.h"
#include "authz/request_object.h"
#include "authz/requested_claims.h"

static err find_client(struct request *rq, struct authorization *out) {
    REQUIRE(str_present(out->in.client_id), invalid_client, "Invalid client_id");
    err e = own_client_is(out->in.client_id)
                ? own_client_get(rq, &out->client)
                : client_get(authz_of(rq)->store, rq->arena, out->in.client_id, &out->client);
    REQUIRE(!err_is(e, E_not_found), invalid_client, "Invalid client_id");
    TRY(e);
    rq->who = out->client.client_id;
    if (!out->client.first_party)
        rq->client_id = out->client.client_id;
    return OK;
}

/* RFC 6749 3.1.2.3: with one registered URI it may be left out; OIDC Core 3.1.2.1: not there. */
static bool may_omit_redirect_uri(const struct form *form, const struct authorization *out) {
    bool sent = false;
    for (size_t i = 0; i < form->n; i++)
        sent |= str_eq(form->list[i].name, S("redirect_uri"));
    return !sent && out->client.redirect_uri_count == 1 && !out->client.hitkey &&
           !str_has_word(out->in.scope, S("openid"));
}

static err match_target(struct request *rq, const struct form *form, struct authorization *out) {
    const struct client *client = &out->client;
    struct redirect_uri_rules rules = {.normalise = client->hitkey, .native = client->native};
    if (str_present(out->in.redirect_uri))
        return redirect_uri_find(rq->arena, &rules, client->redirect_uris,
                                 client->redirect_uri_count, out->in.redirect_uri, &out->target);
    REQUIRE(may_omit_redirect_uri(form, out), invalid_redirect_uri, "redirect_uri doesn't match");
    out->target = client->redirect_uris[0];
    return OK;
}

/* RFC 6749 4.1.2.1 unauthorized_client; RFC 7591 2.1 for the grant types. */
static err check_registered(const struct client *client, const struct response_type *type) {
    REQUIRE(response_type_in(type, client->response_types), unauthorized_client,
            "the client is not registered for this response_type");
    REQUIRE(scope_within(type->grant_types, client->grant_types), unauthorized_client,
            "the client is not registered for the grant types of this response_type");
    return OK;
}

/* The HitKey API drops scopes that it does not know without a word; who the person is stays. */
static err find_scope(struct request *rq, struct authorization *out) {
    err e = authorization_request_scope(rq->arena, &out->in, out->client.scope, &out->scope);
    if (!out->client.hitkey || !err_is(e, E_invalid_scope) || failed(scope_check(out->in.scope)))
        return e;
    out->scope = S("openid");
    return OK;
}

static err find_target(struct request *rq, const struct form *form, struct authorization *out) {
    err e = match_target(rq, form, out);
    if (failed(e))
        rq->rule = "redirect_uri is none of those that are registered for the client";
    return e;
}

/* From here on the client can be told. */
static err check(struct request *rq, const struct form *form, struct authorization *out) {
    const struct client *client = &out->client;
    TRY(authorization_request_check(form, client->auth == CLIENT_AUTH_NONE, &out->in));
    if (out->in.max_age_s < 0) /* OIDC Registration 2: the request goes before it */
        out->in.max_age_s = client->default_max_age_s;
    TRY(check_registered(client, out->in.type));
    TRY(authorization_request_write(rq->arena, &out->in, &out->params));
    TRY(find_scope(rq, out));
    REQUIRE(str_has_word(out->scope, S("openid")) || !(out->in.type->issues & RESPONSE_ID_TOKEN),
            invalid_scope, "an ID token needs the scope openid"); /* OIDC Core 3.1.2.1 */
    return requested_claims_read(rq, out);
}

/* What the object says is not known: only a redirect_uri outside it can be told, and not the one
 * registered that could be left out, since another may be inside. */
static err refuse_object(struct request *rq, const struct form *form, struct authorization *out,
                         err e) {
    if (err_is(e, E_defer) || !str_present(out->in.redirect_uri))
        return e;
    err target = match_target(rq, form, out);
    if (failed(target))
        out->target = STR_ABSENT;
    err mode = authorization_request_check(form, false, &out->in); /* how errors travel */
    (void)mode;
    return e;
}

err authorization_read(struct request *rq, str text, struct authorization *out) {
    struct form form;
    *out = (struct authorization){.target = STR_ABSENT};
    REQUIRE(text.n <= AUTHORIZATION_REQUEST_MAX, invalid_request, "the request is too large");
    TRY(form_parse(rq->arena, text, &form));
    authorization_request_read(&form, &out->in);
    rq->ui_locales = out->in.ui_locales;
    TRY(find_client(rq, out));
    err object = request_object_apply(rq, &out->client, &form, &out->in);
    if (failed(object))
        return refuse_object(rq, &form, out, object);
    rq->ui_locales = out->in.ui_locales;
    TRY(find_target(rq, &form, out));
    return check(rq, &form, out);
}

bool authorization_client_is_known(const struct authorization *authorization) {
    return authorization->client.first_party || authorization->client.auth != CLIENT_AUTH_NONE ||
           str_starts(authorization->target, S("https://"));
}
