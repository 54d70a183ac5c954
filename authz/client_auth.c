#include "authz/client_auth.h"

#include "authz/client_assertion.h"
#include "authz/client_failures.h"
#include "common/base/base64.h"
#include "common/base/percent.h"
#include "keys/digest.h"

#define REFUSED "client authentication failed"

struct credentials {
    str id, secret;
    enum client_auth method;
};

err client_auth_hash(const struct authz *authz, struct arena *arena, str text, str *out) {
    str pepper = str_of((const char *)authz->secret_pepper, sizeof authz->secret_pepper);
    struct sha256 hash = hmac_sha256(secret_of(pepper), text);
    return str_dup(arena, sha256_str(&hash), out);
}

/* RFC 6749 2.3.1: both are form-encoded inside the Basic credentials. */
static err read_basic(struct arena *arena, str token, struct credentials *out) {
    str text;
    REQUIRE(!failed(base64_decode(arena, token, &text)), invalid_client, REFUSED);
    size_t colon = str_find(text, ':');
    REQUIRE(colon > 0 && colon < text.n, invalid_client, REFUSED);
    REQUIRE(!failed(percent_decode_form(arena, str_head(text, colon), &out->id)), invalid_client,
            REFUSED);
    REQUIRE(!failed(percent_decode_form(arena, str_from_pos(text, colon + 1), &out->secret)),
            invalid_client, REFUSED);
    out->method = CLIENT_SECRET_BASIC;
    return OK;
}

static err read_secret(struct request *rq, const struct client_credentials *given,
                       struct credentials *out) {
    str basic = request_authorization(rq, S("Basic"));
    *out = (struct credentials){given->client_id, given->client_secret, CLIENT_AUTH_NONE};
    if (!str_present(basic)) {
        if (str_present(given->client_secret))
            out->method = CLIENT_SECRET_POST;
        return OK;
    }
    TRY(read_basic(rq->arena, basic, out));
    REQUIRE(!str_present(given->client_id) || str_eq(given->client_id, out->id), invalid_request,
            "client_id is not the one in the Authorization header");
    return OK;
}

/* RFC 7591 2: the registered method is the one to use. Clients of the HitKey API may send their
 * secret either way. */
static bool method_allowed(const struct client *client, enum client_auth method) {
    bool by_secret = client->auth == CLIENT_SECRET_BASIC || client->auth == CLIENT_SECRET_POST;
    if (client->hitkey && by_secret)
        return method != CLIENT_AUTH_NONE;
    return method == client->auth;
}

static err check_secret(struct request *rq, const struct client_credentials *body,
                        struct client *out) {
    const struct authz *authz = authz_of(rq);
    struct credentials given;
    struct client client = {0};
    bool matches;
    str hash;
    TRY(read_secret(rq, body, &given));
    REQUIRE(str_present(given.id), invalid_client, "the client does not say who it is");
    err found = client_get(authz->store, rq->arena, given.id, &client);
    if (failed(found) && !err_is(found, E_not_found))
        return found;
    if (!failed(found))
        rq->client_id = client.client_id;
    /* Also for an unknown client, so that time does not tell which ones there are. */
    TRY(client_auth_hash(authz, rq->arena, given.secret, &hash));
    TRY(client_secret_matches(authz->store, rq->arena, given.id, hash, &matches));
    REQUIRE(!failed(found), invalid_client, REFUSED);
    REQUIRE(client_failures_rule(rq, method_allowed(&client, given.method),
                                 "the client authenticates by another method than it registered"),
            invalid_client, REFUSED);
    REQUIRE(client_failures_rule(rq, matches || client.auth == CLIENT_AUTH_NONE,
                                 "the client secret is wrong, or was replaced"),
            invalid_client, REFUSED);
    *out = client;
    return OK;
}

/* RFC 6749 2.3: "MUST NOT use more than one authentication method in each request". */
static err check_one_method(const struct request *rq, const struct client_credentials *given,
                            bool assertion) {
    REQUIRE(!request_header_repeated(rq, S("Authorization")), invalid_request,
            "Authorization comes more than once");
    int methods = assertion + str_present(given->client_secret) +
                  str_present(request_authorization(rq, S("Basic")));
    REQUIRE(methods <= 1, invalid_request, "the client authenticates in two ways at once");
    return OK;
}

err client_auth_check(struct request *rq, const struct client_credentials *given,
                      struct client *out) {
    bool assertion =
        str_present(given->client_assertion) || str_present(given->client_assertion_type);
    TRY(check_one_method(rq, given, assertion));
    TRY(assertion ? client_assertion_check(rq, given, out) : check_secret(rq, given, out));
    rq->who = rq->client_id = out->client_id;
    return OK;
}
