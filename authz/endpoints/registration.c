/* RFC 7591 3: a client registers itself; RFC 7592 2: with the token that it then gets it reads,
 * replaces and removes what it registered. The token stays the same for the life of the client. */
#include "authz/endpoints/registration.h"

#include "authz/client_auth.h"
#include "authz/client_metadata.h"
#include "authz/client_registration.h"
#include "authz/client_secret.h"
#include "authz/initial_access.h"
#include "authz/store/audit.h"
#include "authz/store/client.h"
#include "common/base/random.h"
#include "common/base/secret.h"

enum { ANSWER_MAX = 512 * 1024, TOKEN_BYTES = 32 };

static err read_body(struct request *rq, json_t **out) {
    REQUIRE(!failed(json_read_object(rq->body, out)), invalid_client_metadata,
            "the body is not a JSON object");
    return OK;
}

/* --- answers (RFC 7591 3.2.1, RFC 7592 3) ----------------------------------------------------- */

struct shown {
    const struct client *client;
    str secret; /* a new one, or absent: it is shown once */
    str token;  /* its registration access token */
};

static err put_management(struct request *rq, struct json_put *j, const struct shown *shown) {
    str uri;
    TRY(STR_JOIN(rq->arena, &uri, authz_of(rq)->issuer, S("/oauth/register/"),
                 shown->client->client_id));
    json_put_str(j, "registration_client_uri", uri);
    json_put_str(j, "registration_access_token", shown->token);
    return OK;
}

static err answer(struct request *rq, int status, const struct shown *shown, struct response *rs) {
    AUTO(json_ref) metadata = NULL;
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    str json;
    TRY(json_read_object(shown->client->metadata, &metadata));
    json_put_open(&j, '{');
    json_put_str(&j, "client_id", shown->client->client_id);
    json_put_int(&j, "client_id_issued_at", shown->client->created_ms / 1000);
    json_put_str(&j, "client_secret", shown->secret);
    if (str_present(shown->secret))
        json_put_int(&j, "client_secret_expires_at", 0);
    TRY(put_management(rq, &j, shown));
    TRY(client_metadata_put(&j, rq->arena, metadata));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, status, json);
    return OK;
}

/* --- registering ------------------------------------------------------------------------------ */

static err make_token(struct request *rq, struct client *client, str *token) {
    TRY(random_token(rq->arena, S("hk_rat_"), TOKEN_BYTES, token));
    return client_auth_hash(authz_of(rq), rq->arena, *token, &client->registration_hash);
}

err registration_create(struct request *rq, struct response *rs) {
    AUTO(json_ref) body = NULL;
    struct client client = {0};
    struct shown shown = {.client = &client};
    struct client_secret stored;
    err allowed = initial_access_check(rq, &client.owner_id);
    if (failed(allowed)) {
        audit_event(rq, AUDIT_client_refused, STR_ABSENT, STR_ABSENT, STR_ABSENT);
        return allowed;
    }
    TRY(read_body(rq, &body));
    TRY(client_registration_new(rq, &client));
    TRY(client_registration_take(rq, body, &client));
    TRY(make_token(rq, &client, &shown.token));
    TRY(client_secret_make(authz_of(rq), rq->arena, &client, &shown.secret, &stored));
    TRY(client_create(authz_of(rq)->store, &client, &stored));
    audit_event(rq, AUDIT_client_created, client.owner_id, client.client_id, STR_ABSENT);
    return answer(rq, 201, &shown, rs);
}

/* --- managing --------------------------------------------------------------------------------- */

/* RFC 7592 2: a client that is gone, a token of another client and a wrong one look alike. */
static err load(struct request *rq, struct client *out, str *token) {
    struct client client = {0};
    str hash;
    *token = request_authorization(rq, S("Bearer"));
    REQUIRE(!request_header_repeated(rq, S("Authorization")), invalid_request,
            "Authorization comes more than once");
    REQUIRE(str_present(*token), unauthorized, "the registration access token is missing");
    TRY(client_auth_hash(authz_of(rq), rq->arena, *token, &hash));
    err found = client_get(authz_of(rq)->store, rq->arena, rq->args[0], &client);
    if (failed(found) && !err_is(found, E_not_found))
        return found;
    if (!failed(found))
        rq->client_id = client.client_id;
    REQUIRE(!failed(found) && secret_eq(secret_of(hash), secret_of(client.registration_hash)),
            invalid_token, "the registration access token is not one of this client");
    rq->who = client.client_id;
    *out = client;
    return OK;
}

err registration_show(struct request *rq, struct response *rs) {
    struct client client = {0};
    struct shown shown = {.client = &client};
    TRY(load(rq, &client, &shown.token));
    return answer(rq, 200, &shown, rs);
}

/* RFC 7592 2.2: what the client must not choose itself. */
static err check_identity(struct request *rq, const json_t *body, const struct client *client) {
    static const char *const ours[] = {"registration_access_token", "registration_client_uri",
                                       "client_secret_expires_at", "client_id_issued_at"};
    str hash;
    bool matches = true;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        REQUIRE(!json_object_get(body, ours[i]), invalid_client_metadata,
                "registration_access_token, registration_client_uri, client_secret_expires_at and "
                "client_id_issued_at must not be sent: they are given by the server");
    REQUIRE(str_eq(json_read_str(body, "client_id"), client->client_id), invalid_client_metadata,
            "client_id must be sent as it was issued");
    if (json_read_has(body, "client_secret")) {
        TRY(client_auth_hash(authz_of(rq), rq->arena, json_read_str(body, "client_secret"), &hash));
        TRY(client_secret_matches(authz_of(rq)->store, rq->arena, client->client_id, hash,
                                  &matches));
    }
    REQUIRE(matches, invalid_client_metadata,
            "client_secret, where it is sent, must be the one that was issued");
    return OK;
}

err registration_replace(struct request *rq, struct response *rs) {
    AUTO(json_ref) body = NULL;
    struct client client = {0};
    struct shown shown = {.client = &client};
    struct client_secrets_change secrets;
    TRY(load(rq, &client, &shown.token));
    TRY(read_body(rq, &body));
    TRY(check_identity(rq, body, &client));
    TRY(client_registration_take(rq, body, &client));
    TRY(client_secret_after_change(authz_of(rq), rq->arena, &client, &shown.secret, &secrets));
    TRY(client_update(authz_of(rq)->store, &client, &secrets));
    audit_event(rq, AUDIT_client_updated, client.owner_id, client.client_id, STR_ABSENT);
    return answer(rq, 200, &shown, rs);
}

err registration_delete(struct request *rq, struct response *rs) {
    struct client client = {0};
    str token;
    TRY(load(rq, &client, &token));
    TRY(client_delete(authz_of(rq)->store, client.client_id, client.owner_id));
    audit_event(rq, AUDIT_client_deleted, client.owner_id, client.client_id, STR_ABSENT);
    rs->status = 204;
    return OK;
}
