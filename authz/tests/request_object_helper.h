/* Request objects at the authorization endpoint: clients that sign them, and what becomes of a
 * request. A good one asks for prompt=none of nobody: it gets login_required, with the state that
 * counts. */
#ifndef AUTHZ_TESTS_REQUEST_OBJECT_HELPER_H
#define AUTHZ_TESTS_REQUEST_OBJECT_HELPER_H

#include "authz/tests/client_jwt_helper.h"
#include "authz/tests/document_server_helper.h"

#define ISSUER  "https://id.example"
#define OUTSIDE "response_type=code&scope=openid&prompt=none&state=out"
#define GOOD    "&redirect_uri=https://app.example/cb"
#define BAD     "&redirect_uri=https://evil.example/cb"
#define INSIDE  "'redirect_uri':'" FLOW_REDIRECT "','scope':'openid','prompt':'none','state':'in'"

/* Of the clients whose secret is a key: "shared" (any algorithm), "dir" (dir, A256GCM), "hs256". */
struct request_object_secrets {
    const char *shared, *dir, *secret;
};
extern struct request_object_secrets request_object_secrets;

/* cmocka setup and teardown. Clients with the keys of client_jwt_all(): "any", "es256" and "none"
 * (registered), "reference" (request_uris); "remote" (jwks_uri), "keyless". Lenient: unsigned
 * objects are taken. */
int request_object_open(void **state);
int request_object_open_lenient(void **state);
int request_object_close(void **state);

/* Signed by the key "ec"; JSON with ' for ". */
const char *object_of(const char *payload);
/* GET /oauth/authorize with the client_id, the form text `outside` and, unless NULL, the object. */
struct browser *object_ask(const char *client_id, const char *outside, const char *object);
/* It was found good, and this state counts. */
void object_counts(const char *client_id, const char *outside, const char *object,
                   const char *state);
/* The client was told of an error. */
void object_told(const char *client_id, const char *outside, const char *object, const char *error,
                 const char *state);
/* The person was shown an error. */
void object_page(const char *client_id, const char *outside, const char *object);

#endif
