/* Clients: who may ask for tokens, and how (RFC 7591 metadata). */
#ifndef AUTHZ_STORE_CLIENT_H
#define AUTHZ_STORE_CLIENT_H

#include "authz/store/store.h"
#include "keys/jwk.h"

enum { CLIENTS_OF_ONE_OWNER = 200 };

enum client_auth { CLIENT_AUTH_NONE, CLIENT_SECRET_BASIC, CLIENT_SECRET_POST };

struct client {
    str client_id, id, owner_id;
    bool hitkey; /* made by POST /oauth/clients: redirect URIs match after normalisation,
                    either way of sending the secret is taken */
    str name;    /* shown to people */
    const str *redirect_uris; /* as registered */
    size_t redirect_uri_count;
    enum client_auth auth; /* CLIENT_AUTH_NONE: a public client */
    bool native;           /* application_type native: loopback ports are ignored (RFC 8252 7.3) */
    str scope;             /* what it may ask for, words */
    str grant_types;       /* words */
    str response_types;    /* words joined by ',': "code" */
    enum jose_alg id_token_alg;
    str client_uri, logo_uri, policy_uri, tos_uri; /* or absent */
    int64_t created_ms, updated_ms;
    str metadata; /* the whole RFC 7591 JSON */
};

/* E_not_found: *out is untouched. */
err client_get(struct store *store, struct arena *arena, str client_id,
               struct client *out) MUST_CHECK;
/* What RFC 7591 metadata, already checked and with its defaults, says: every member of *out from
 * `name` to `tos_uri`. */
err client_from_metadata(struct arena *arena, const json_t *json, struct client *out) MUST_CHECK;
/* Whether HMAC(pepper, secret) is one of the live ones; constant time in the secret. */
err client_secret_matches(struct store *store, struct arena *arena, str client_id, str hash,
                          bool *out) MUST_CHECK;
/* Stores client_id, id, owner_id, hitkey, created_ms and metadata, from which the rest is read
 * back. `secret_hash` absent: a public client. E_conflict: the owner has CLIENTS_OF_ONE_OWNER. */
err client_create(struct store *store, const struct client *client, str secret_hash) MUST_CHECK;
/* Stores metadata and updated_ms. E_not_found unless `owner_id` owns it. */
err client_update(struct store *store, const struct client *client) MUST_CHECK;
/* Removes it with its secrets, grants, tokens and consents. */
err client_delete(struct store *store, str client_id, str owner_id) MUST_CHECK;
/* Adds a second live secret; the oldest of three goes. */
err client_secret_add(struct store *store, str client_id, str owner_id, str hash,
                      int64_t now_ms) MUST_CHECK;
err client_list(struct store *store, struct arena *arena, str owner_id, struct client **out,
                size_t *n) MUST_CHECK;

#endif
