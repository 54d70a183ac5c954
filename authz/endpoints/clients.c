/* /oauth/clients: a developer's own clients, and /projects/:slug/clients: those of a project, in
 * the two shapes of the HitKey API: {"name", "redirect_uri"} and RFC 7591 metadata. Nobody but its
 * owner, or the owner and admins of its project, learns that a client exists here. */
#include "authz/endpoints/clients.h"

#include "authz/admit.h"
#include "authz/client_metadata.h"
#include "authz/client_registration.h"
#include "authz/client_secret.h"
#include "authz/membership.h"
#include "authz/protocol/redirect_uri.h"
#include "authz/store/audit.h"
#include "authz/store/client.h"
#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "common/http/fields.h"

enum { ANSWER_MAX = 512 * 1024 };

static str owner_of(const struct request *rq) {
    const struct api_user *user = rq->caller;
    return user->user_id;
}

static void note(const struct request *rq, enum audit_event event, str client_id) {
    audit_event(rq, event, owner_of(rq), client_id, STR_ABSENT);
}

/* --- the HitKey shape ----------------------------------------------------------------------- */

struct short_form {
    str name, redirect_uri;
};

static const struct field create_fields[] = {
    {"name", FIELD_TEXT, FIELD_REQUIRED, 1, 255, offsetof(struct short_form, name), NULL},
    {"redirect_uri", FIELD_URL, FIELD_REQUIRED, 1, 2000, offsetof(struct short_form, redirect_uri),
     NULL},
};
static const struct field update_fields[] = {
    {"name", FIELD_TEXT, 0, 1, 255, offsetof(struct short_form, name), NULL},
    {"redirect_uri", FIELD_URL, 0, 1, 2000, offsetof(struct short_form, redirect_uri), NULL},
};

static bool is_short(const json_t *body) {
    return json_object_get(body, "name") || json_object_get(body, "redirect_uri");
}

/* The same said in RFC 7591 metadata. */
static err put_short(json_t *metadata, const struct short_form *in) {
    bool put = true;
    if (str_present(in->name))
        put =
            json_object_set_new(metadata, "client_name", json_stringn(in->name.p, in->name.n)) == 0;
    if (str_present(in->redirect_uri))
        put = put &&
              json_object_set_new(metadata, "redirect_uris",
                                  json_pack("[s%]", in->redirect_uri.p, in->redirect_uri.n)) == 0;
    REQUIRE(put, no_memory, "no memory for metadata");
    return OK;
}

/* What the types of the fields leave open. */
static err check_name(struct request *rq, str name) {
    if (!utf8_has_control(name))
        return OK;
    return request_field_error(rq, "name", "string",
                               "The name field must not hold control characters");
}

static err check_uri(struct request *rq, str uri, bool native) {
    const struct redirect_uri_rules rules = {.native = native, .loopback_http = true};
    if (!str_present(uri) || !failed(redirect_uri_check(uri, &rules)))
        return OK;
    return request_field_error(rq, "redirect_uri", "url",
                               "The redirect_uri field must be an https URL, or http on a loopback "
                               "host, without fragment and user information");
}

/* Everything that is wrong with either field is told at once. */
static err read_fields(struct request *rq, const struct field *table, bool native,
                       struct short_form *in) {
    err fields = fields_read(rq, table, 2, in);
    if (failed(fields) && !err_is(fields, E_validation))
        return fields;
    err name = check_name(rq, in->name), uri = check_uri(rq, in->redirect_uri, native);
    TRY(fields);
    TRY(name);
    return uri;
}

/* Clients of the HitKey API send their secret either way and always get refresh tokens. */
static err read_short(struct request *rq, json_t **metadata) {
    struct short_form in = {0};
    TRY(read_fields(rq, create_fields, false, &in));
    *metadata = json_pack("{s:s, s:[s, s]}", "token_endpoint_auth_method", "client_secret_post",
                          "grant_types", "authorization_code", "refresh_token");
    REQUIRE(*metadata, no_memory, "no memory for metadata");
    return put_short(*metadata, &in);
}

/* The field is good by itself, but not beside what the client said before. */
static err refuse_uri(struct request *rq, const char *why) {
    str text;
    TRY(str_printf(rq->arena, &text, "The redirect_uri field does not fit the client: %s", why));
    return request_field_error(rq, "redirect_uri", "url", text.p);
}

/* An error of the metadata in the words of the caller's shape: a 422 about the redirect_uri that
 * came, or RFC 7591 3.2.2. */
static err metadata_error(struct request *rq, err e, bool with_uri, struct response *rs) {
    if (!err_is(e, E_invalid_redirect_uri) && !err_is(e, E_invalid_client_metadata))
        return e;
    if (with_uri)
        return refuse_uri(rq, e.why);
    render_oauth_error(rq, e, rs);
    return OK;
}

/* --- answers -------------------------------------------------------------------------------- */

/* As the HitKey API shows a client; never a secret. */
static err put_client(struct request *rq, struct json_put *j, const struct client_summary *client) {
    str created, updated;
    TRY(clock_iso8601(rq->arena, client->created_ms, &created));
    TRY(clock_iso8601(rq->arena, client->updated_ms, &updated));
    json_put_str(j, "id", client->id);
    json_put_str(j, "name", client->name);
    json_put_str(j, "clientId", client->client_id);
    json_put_str(j, "redirectUri", client->redirect_uri);
    json_put_str(j, "userId", client->owner_id);
    json_put_str(j, "createdAt", created);
    json_put_str(j, "updatedAt", updated);
    return OK;
}

static err put_metadata(struct request *rq, struct json_put *j, const struct client *client) {
    AUTO(json_ref) metadata = NULL;
    TRY(json_read_object(client->metadata, &metadata));
    return client_metadata_put(j, rq->arena, metadata);
}

static err answer_json(struct json_put *j, int status, struct response *rs) {
    str json;
    TRY(json_put_done(j, &json));
    response_json(rs, status, json);
    return OK;
}

static err answer_client(struct request *rq, const struct client *client, struct response *rs) {
    const struct client_summary summary = {.client_id = client->client_id,
                                           .id = client->id,
                                           .owner_id = client->owner_id,
                                           .name = client->name,
                                           .redirect_uri = client->redirect_uris[0],
                                           .created_ms = client->created_ms,
                                           .updated_ms = client->updated_ms};
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    TRY(put_client(rq, &j, &summary));
    json_put_str(&j, "client_id", client->client_id);
    TRY(put_metadata(rq, &j, client));
    json_put_close(&j, '}');
    return answer_json(&j, 200, rs);
}

/* RFC 7591 3.2.1, or the five members of the HitKey API. */
static err answer_created(struct request *rq, const struct client *client, str plain_secret,
                          struct response *rs) {
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "id", client->id);
    json_put_str(&j, "client_id", client->client_id);
    json_put_str(&j, "client_secret", plain_secret);
    if (client->hitkey) {
        json_put_str(&j, "name", client->name);
        json_put_str(&j, "redirect_uri", client->redirect_uris[0]);
    } else {
        json_put_int(&j, "client_id_issued_at", client->created_ms / 1000);
        if (str_present(plain_secret))
            json_put_int(&j, "client_secret_expires_at", 0);
        TRY(put_metadata(rq, &j, client));
    }
    json_put_close(&j, '}');
    return answer_json(&j, 201, rs);
}

/* --- making --------------------------------------------------------------------------------- */

/* Of the project in the path, for its owner and admins; absent: there is none in the path. */
static err read_project(struct request *rq, str *project_id) {
    struct membership membership;
    *project_id = STR_ABSENT;
    if (!str_present(rq->args[0]))
        return OK;
    err e = membership_read(rq, rq->args[0], owner_of(rq), &membership);
    bool seen = membership.is_public || str_present(membership.role);
    REQUIRE(!err_is(e, E_not_found) && (failed(e) || seen), PROJECT_NOT_FOUND,
            "There is no such project");
    TRY(e);
    REQUIRE(str_present(membership.role), NOT_PROJECT_MEMBER,
            "You are not a member of this project");
    REQUIRE(membership_manages(&membership), INSUFFICIENT_ROLE,
            "Only the owner and admins may do this");
    *project_id = membership.project_id;
    return OK;
}

static err plan_client(struct request *rq, bool in_short, const json_t *given, struct client *out) {
    *out = (struct client){.owner_id = owner_of(rq), .hitkey = in_short};
    TRY(read_project(rq, &out->project_id));
    TRY(client_registration_new(rq, out));
    return client_registration_take(rq, given, out);
}

err clients_create(struct request *rq, struct response *rs) {
    AUTO(json_ref) body = NULL;
    AUTO(json_ref) from_short = NULL;
    struct client client = {0};
    struct client_secret stored;
    str plain;
    TRY(json_read_object(rq->body, &body));
    bool in_short = !json_object_get(body, "redirect_uris");
    if (in_short)
        TRY(read_short(rq, &from_short));
    err e = plan_client(rq, in_short, in_short ? from_short : body, &client);
    if (failed(e))
        return metadata_error(rq, e, in_short, rs);
    TRY(client_secret_make(authz_of(rq), rq->arena, &client, &plain, &stored));
    TRY(client_create(authz_of(rq)->store, &client, &stored));
    note(rq, AUDIT_client_created, client.client_id);
    return answer_created(rq, &client, plain, rs);
}

/* --- one that the caller may manage ----------------------------------------------------------- */

/* The role in its project counts, not who made it: that person may have left. */
static err may_manage(struct request *rq, const struct client *client, bool *may) {
    struct membership membership;
    *may = str_eq(client->owner_id, owner_of(rq));
    if (!str_present(client->project_id))
        return OK;
    err e = membership_read(rq, client->project_id, owner_of(rq), &membership);
    *may = !failed(e) && membership_manages(&membership);
    return err_is(e, E_not_found) ? OK : e;
}

err clients_load(struct request *rq, struct client *out) {
    bool may;
    TRY(client_get(authz_of(rq)->store, rq->arena, rq->args[0], out));
    TRY(may_manage(rq, out, &may));
    REQUIRE(may, not_found, "no such client");
    return OK;
}

err clients_list(struct request *rq, struct response *rs) {
    struct client_summary *clients;
    size_t n;
    str project_id;
    struct store *store = authz_of(rq)->store;
    TRY(read_project(rq, &project_id));
    if (str_present(project_id))
        TRY(client_list_of_project(store, rq->arena, project_id, &clients, &n));
    else
        TRY(client_list(store, rq->arena, owner_of(rq), &clients, &n));
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        json_put_open(&j, '{');
        TRY(put_client(rq, &j, &clients[i]));
        json_put_close(&j, '}');
    }
    json_put_close(&j, ']');
    return answer_json(&j, 200, rs);
}

err clients_show(struct request *rq, struct response *rs) {
    struct client client = {0};
    TRY(clients_load(rq, &client));
    return answer_client(rq, &client, rs);
}

static err plan_update(struct request *rq, const json_t *body, struct client *client) {
    AUTO(json_ref) metadata = NULL;
    struct short_form in = {0};
    REQUIRE(!is_short(body) || !client_metadata_has(body), bad_request,
            "name and redirect_uri belong to one shape, client_name, redirect_uris and the other "
            "metadata to another: send one of them");
    TRY(read_fields(rq, update_fields, client->native, &in));
    TRY(json_read_object(client->metadata, &metadata));
    TRY(client_metadata_merge(metadata, body));
    TRY(put_short(metadata, &in));
    return client_registration_take(rq, metadata, client);
}

err clients_update(struct request *rq, struct response *rs) {
    AUTO(json_ref) body = NULL;
    struct client client = {0};
    TRY(clients_load(rq, &client));
    TRY(json_read_object(rq->body, &body));
    err e = plan_update(rq, body, &client);
    if (failed(e))
        return metadata_error(rq, e, json_read_has(body, "redirect_uri"), rs);
    TRY(client_update(authz_of(rq)->store, &client, NULL));
    note(rq, AUDIT_client_updated, client.client_id);
    return answer_client(rq, &client, rs);
}

err clients_delete(struct request *rq, struct response *rs) {
    struct client client = {0};
    TRY(clients_load(rq, &client));
    TRY(client_delete(authz_of(rq)->store, client.client_id, client.owner_id));
    note(rq, AUDIT_client_deleted, client.client_id);
    rs->status = 204;
    return OK;
}

err clients_new_secret(struct request *rq, struct response *rs) {
    struct client client = {0};
    struct client_secret stored;
    str plain;
    TRY(clients_load(rq, &client));
    REQUIRE(client_secret_is_needed(&client), bad_request,
            "the client has no use for a secret: it is public, or proves itself with a key");
    TRY(client_secret_make(authz_of(rq), rq->arena, &client, &plain, &stored));
    TRY(client_secret_add(authz_of(rq)->store, &client, &stored, rq->now_ms));
    note(rq, AUDIT_client_secret_added, client.client_id);
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "client_id", client.client_id);
    json_put_str(&j, "client_secret", plain);
    json_put_int(&j, "client_secret_expires_at", 0);
    json_put_close(&j, '}');
    return answer_json(&j, 201, rs);
}
