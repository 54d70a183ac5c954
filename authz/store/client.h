/* Clients: who may ask for tokens, and how (RFC 7591 metadata). */
#ifndef AUTHZ_STORE_CLIENT_H
#define AUTHZ_STORE_CLIENT_H

#include "authz/store/store.h"
#include "keys/jwe_alg.h"
#include "keys/jwk.h"

enum { CLIENTS_OF_ONE_OWNER = 200, CLIENTS_OF_ONE_PROJECT = 100 };

enum client_auth {
    CLIENT_AUTH_NONE, /* a public client */
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    CLIENT_SECRET_JWT,
    CLIENT_PRIVATE_KEY_JWT
};

struct client {
    str client_id, id;
    str owner_id;   /* the user whose client it is, or who made it; absent: it registered itself */
    str project_id; /* the project whose client it is, or absent */
    bool hitkey;    /* made by POST /oauth/clients: redirect URIs match after normalisation,
                       either way of sending the secret is taken */
    bool first_party;         /* our own pages (account/own_client.h): nothing to consent to */
    str name;                 /* shown to people */
    const str *redirect_uris; /* as registered */
    size_t redirect_uri_count;
    enum client_auth auth;
    enum jose_alg token_auth_alg; /* of its assertions; JOSE_NONE: any that fits its method */
    bool native;        /* application_type native: loopback ports are ignored (RFC 8252 7.3) */
    str scope;          /* what it may ask for, words */
    str grant_types;    /* words */
    str response_types; /* joined by ',': "code,code id_token" */
    bool pairwise;      /* subject_type */
    str sector_identifier_uri, sector_identifier; /* the host of pairwise subjects, or absent */
    str jwks;                                     /* JSON text, or absent */
    str jwks_uri;                                 /* or absent */
    enum jose_alg id_token_alg;
    enum jose_alg userinfo_alg;       /* JOSE_NONE: plain JSON */
    enum jose_alg request_object_alg; /* JOSE_NONE: any */
    bool request_object_unsigned;     /* it registered "none" */
    enum jwe_alg id_token_enc_alg, userinfo_enc_alg, request_object_enc_alg; /* or JWE_ALG_NONE */
    enum jwe_enc id_token_enc, userinfo_enc, request_object_enc;
    int64_t default_max_age_s; /* -1: none */
    bool require_auth_time;
    str default_acr_values; /* words */
    str initiate_login_uri; /* or absent, as those that follow */
    const str *request_uris;
    size_t request_uri_count;
    const str *post_logout_redirect_uris;
    size_t post_logout_redirect_uri_count;
    str frontchannel_logout_uri, backchannel_logout_uri;
    bool frontchannel_logout_session_required, backchannel_logout_session_required;
    str client_uri, logo_uri, policy_uri, tos_uri;
    int64_t created_ms, updated_ms;
    str metadata;          /* the whole RFC 7591 JSON */
    str registration_hash; /* HMAC(pepper, registration access token) (RFC 7592), or absent */
};

/* A secret as it is stored. */
struct client_secret {
    str hash;   /* HMAC(pepper, secret); absent: no secret */
    str sealed; /* authz/client_secret.h; or absent */
};

/* E_not_found: *out is untouched. */
err client_get(struct store *store, struct arena *arena, str client_id,
               struct client *out) MUST_CHECK;
/* The same inside a transaction. */
err client_get_in(struct tx *tx, struct arena *arena, str client_id, struct client *out) MUST_CHECK;
/* What RFC 7591 metadata, already checked and with its defaults, says: every member of *out from
 * `name` to `tos_uri`. In client_members.c. */
err client_from_metadata(struct arena *arena, const json_t *json, struct client *out) MUST_CHECK;
/* Whether HMAC(pepper, secret) is one of the live ones; constant time in the secret. */
err client_secret_matches(struct store *store, struct arena *arena, str client_id, str hash,
                          bool *out) MUST_CHECK;
struct client_secrets_held {
    int64_t live, sealed; /* how many, and how many of them are sealed too */
};
err client_secrets_held(struct store *store, str client_id,
                        struct client_secrets_held *out) MUST_CHECK;
/* When those that are live were made, the newest first; *n is 2 at most. In client_secrets.c. */
err client_secrets_times(struct store *store, str client_id, int64_t created_ms[2],
                         size_t *n) MUST_CHECK;
/* All but the newest go. */
err client_secrets_drop_old(struct store *store, str client_id) MUST_CHECK;
/* The sealed ones, the newest first. */
err client_secrets_sealed(struct store *store, struct arena *arena, str client_id, str sealed[2],
                          size_t *n) MUST_CHECK;
/* Stores client_id, id, owner_id, project_id, hitkey, created_ms, registration_hash and metadata,
 * from which the rest is read back. `stored` NULL: it has none. E_conflict: the owner has
 * CLIENTS_OF_ONE_OWNER, or the project CLIENTS_OF_ONE_PROJECT. */
err client_create(struct store *store, const struct client *client,
                  const struct client_secret *stored) MUST_CHECK;

struct client_secrets_change {
    bool drop;                  /* all that there are: the client needs none any more */
    struct client_secret fresh; /* one more, if its hash is there; the oldest of three goes */
};
/* Stores metadata and updated_ms; `secrets` NULL: they stay. E_not_found unless the owner is
 * `owner_id`, or there is none and it is absent. */
err client_update(struct store *store, const struct client *client,
                  const struct client_secrets_change *secrets) MUST_CHECK;
/* Removes it with its secrets, grants, tokens and consents. E_not_found as of client_update. */
err client_delete(struct store *store, str client_id, str owner_id) MUST_CHECK;
/* Adds a second live secret; the oldest of three goes. */
err client_secret_add(struct store *store, const struct client *client,
                      const struct client_secret *stored, int64_t now_ms) MUST_CHECK;

/* What a list shows of a client. */
struct client_summary {
    str client_id, id, owner_id, name, redirect_uri; /* the first */
    int64_t created_ms, updated_ms;
};
/* Those of one owner that belong to no project, the oldest first. The rest of their metadata is not
 * read: it may be long. */
err client_list(struct store *store, struct arena *arena, str owner_id, struct client_summary **out,
                size_t *n) MUST_CHECK;
/* The same of a project. */
err client_list_of_project(struct store *store, struct arena *arena, str project_id,
                           struct client_summary **out, size_t *n) MUST_CHECK;
/* The project is gone: its clients go, each as by client_delete. */
err client_delete_project(struct store *store, str project_id) MUST_CHECK;

#endif
