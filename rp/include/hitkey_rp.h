/* hitkey_rp.h: "Sign in with HitKey", or with any OpenID provider, for C.
 *
 * What holds for every function here is said once:
 *  - Times are int64_t Unix seconds, UTC; durations uint32_t milliseconds; sizes bytes.
 *  - Text is UTF-8. An hk_str is BORROWED from the object that returned it, stays valid until that
 *    object is freed (a session's: or refreshed), and has a NUL behind (p[n] == 0). p == NULL means
 *    absent.
 *  - What goes in is copied before the call returns. *_free(NULL) does nothing; every *_free wipes.
 *  - A call returns HK_OK (0) or a negative hk_code that keeps its meaning. `e` may be NULL;
 * nothing is ever allocated for it, so it works when memory is gone. Out parameters are NULL on
 * error.
 *  - [net N]: the most HTTP requests that a call makes in the common case (DPoP nonces and rotated
 *    keys may each add one). Functions without it make none, ever.
 *  - An hk_rp does not change after hk_rp_new: share one between all threads. Every other object
 *    belongs to one thread at a time. No globals, no threads, no signals, nothing printed.
 *  - Structs that you fill begin with their size: hk_auth a = {.size = sizeof a}; the rest is then
 *    absent. In C++ before 20: hk_auth a = {}; a.size = sizeof a;
 *
 * hitkey-rp(3) is the manual; docs/rp/ has a guide of five minutes. */
#ifndef HITKEY_RP_H
#define HITKEY_RP_H

#include <stddef.h>
#include <stdint.h>

#define HITKEY_RP_VERSION     "0.1.0"
#define HITKEY_RP_VERSION_NUM 0x000100

#if defined(__GNUC__) && !defined(_WIN32)
#    define HK_API __attribute__((visibility("default")))
#else
#    define HK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *p;
    size_t n;
} hk_str;

typedef struct hk_cfg hk_cfg;         /* settings under construction */
typedef struct hk_rp hk_rp;           /* the client: settings, metadata, keys, connections */
typedef struct hk_login hk_login;     /* a sign-in that has begun */
typedef struct hk_session hk_session; /* a verified user, or a client of its own, with tokens */
typedef struct hk_doc hk_doc;         /* a JSON answer that was checked */
typedef struct hk_op hk_op;           /* one call in progress, for event loops */

typedef enum {
    HK_OK = 0,
    HK_PENDING = 1,   /* hk_op_*: not finished; hk_device_poll, hk_ciba_poll: ask again later */
    HK_E_ARG = -1,    /* the call was made wrongly */
    HK_E_NOMEM = -2,  /* there is no memory */
    HK_E_CONFIG = -3, /* a setting is missing or wrong */
    HK_E_UNSUPPORTED = -4, /* the provider, or this library, cannot do that */
    HK_E_NET = -20,        /* no connection */
    HK_E_TIMEOUT = -21,    /* no answer in time */
    HK_E_TLS = -22,        /* the server could not prove who it is */
    HK_E_TOO_LARGE = -23,  /* more bytes than may be */
    HK_E_HTTP = -24,       /* an answer that is not what the specification asks for */
    HK_E_OAUTH = -30,      /* the server said no: see e->oauth */
    HK_E_DENIED = -31,     /* the user said no (access_denied): offer to sign in again */
    HK_E_RELOGIN = -32,    /* the session is over at the provider: sign in again */
    HK_E_STATE = -40,      /* not an answer to a sign-in that this browser began */
    HK_E_NONCE = -41,
    HK_E_ISS = -42,
    HK_E_AUD = -43,
    HK_E_SUB = -44,
    HK_E_EXPIRED = -45, /* too old, or from the future */
    HK_E_SIG = -46,
    HK_E_ALG = -47,
    HK_E_KEY = -48,     /* no key, or not one, verifies it */
    HK_E_HASH = -49,    /* at_hash, c_hash, s_hash */
    HK_E_TOKEN = -50,   /* a token or answer without what must be in it */
    HK_E_REPLAY = -51,  /* used before */
    HK_E_SCOPE = -52,   /* the token does not reach that far */
    HK_E_STEP_UP = -53, /* the user must authenticate again, or better (RFC 9470) */
    HK_E_BINDING = -54  /* the token's key is not the sender's (DPoP, mTLS) */
} hk_code;

typedef struct {
    uint32_t size;
    int32_t code;
    int32_t http_status;     /* of the provider's answer, or 0 */
    uint32_t retry_after_ms; /* when to try again, or 0 */
    char msg[192];           /* one English sentence, safe to log: never a token or secret */
    char fix[160];           /* what the developer should change, or "" */
    char oauth[48];          /* the server's error code, of the characters of RFC 6749 5.2, or "" */
} hk_error;
#define HK_ERROR_INIT                                                                              \
    { sizeof(hk_error), 0, 0, 0, "", "", "" }

HK_API const char *hk_code_name(int code); /* "HK_E_STATE"; static */
HK_API const char *hk_version(void);       /* of the library in use; static */

/* ---- configure once ---------------------------------------------------------------------- */
/* Setters keep the first bad value for hk_rp_new to report, and take a NULL cfg: their results
 * need no looking at. `client_id` NULL: not registered yet (hk_register). NULL: no memory. */
HK_API hk_cfg *hk_cfg_new(const char *issuer, const char *client_id);
HK_API void hk_cfg_free(hk_cfg *);
HK_API int hk_cfg_secret(hk_cfg *, const char *secret); /* absent: a public client */
/* A PEM private key for client assertions and request objects. `kid` may be NULL (the thumbprint);
 * `alg`: "ES256", "PS256", "EdDSA"... */
HK_API int hk_cfg_private_key(hk_cfg *, const char *pem, const char *kid, const char *alg);
/* A PEM private key that what is encrypted to us is opened with. May be called again. */
HK_API int hk_cfg_decryption_key(hk_cfg *, const char *pem, const char *kid, const char *alg);
/* Files (PEM) of a client certificate for mutual TLS (RFC 8705). */
HK_API int hk_cfg_certificate(hk_cfg *, const char *cert_file, const char *key_file);
HK_API int hk_cfg_redirect_uri(hk_cfg *, const char *uri);       /* exact; never guessed */
HK_API int hk_cfg_scopes(hk_cfg *, const char *space_separated); /* default "openid" */
/* What cookies and saved sessions are sealed with. Call it again for older keys, which still open.
 * Without one a random key is made, which this process alone has. */
HK_API int hk_cfg_seal_key(hk_cfg *, const uint8_t key[32], uint32_t key_id);
/* "dpop"="require", "par"="auto", "timeout_ms"="10000": hitkey-rp(3) has the table. */
HK_API int hk_cfg_set(hk_cfg *, const char *name, const char *value);
HK_API int hk_cfg_metadata(hk_cfg *, const char *json); /* instead of discovery */
HK_API int hk_cfg_jwks(hk_cfg *, const char *json);     /* instead of fetching jwks_uri */
/* The answer of hk_register (hk_doc_json): client_id, secret, algorithms, redirect_uri. */
HK_API int hk_cfg_registration(hk_cfg *, const char *json);

typedef void *(*hk_realloc_fn)(void *ctx, void *p, size_t n); /* n == 0 frees */
/* For this client's own memory, from hk_rp_new on; the settings themselves are the C library's, and
 * jansson, OpenSSL and libcurl keep theirs. Called by any thread. */
HK_API int hk_cfg_allocator(hk_cfg *, hk_realloc_fn, void *ctx);
HK_API int hk_cfg_clock(hk_cfg *, int64_t (*now)(void *ctx), void *ctx); /* for tests */
typedef struct {
    uint32_t size;
    const char *what; /* "http", "cache_hit", "keys_changed", "refused", "retry", "warning" */
    hk_str url;       /* without its query, or absent */
    int32_t code, http_status;
    uint64_t usec;
    const char *detail; /* the rule that refused, or a sentence; no secrets */
} hk_event;
HK_API int hk_cfg_on_event(hk_cfg *, void (*fn)(void *ctx, const hk_event *), void *ctx);
/* Called with every new set of tokens of a session before the call returns: save it there
 * (hk_session_save). `old_refresh_token`: the one that was used, for a compare-and-swap; absent at
 * sign-in. A result other than 0 fails the call. */
HK_API int hk_cfg_on_tokens(hk_cfg *,
                            int (*fn)(void *ctx, const hk_session *, hk_str old_refresh_token),
                            void *ctx);
/* A store for what is begun, instead of sealed cookies alone: the cookie then holds a key only.
 * put: keep `value` for `ttl_s`; take: give it once and forget it, in one step (0: found). A key is
 * 43 characters of base64url, also one that a stranger made up. */
typedef struct {
    uint32_t size;
    int (*put)(void *ctx, const char *key, const char *value, uint32_t ttl_s);
    int (*take)(void *ctx, const char *key, char *value, size_t cap);
    void *ctx;
} hk_store;
HK_API int hk_cfg_store(hk_cfg *, const hk_store *);
HK_API int hk_rp_new(hk_cfg *takes, hk_rp **out, hk_error *e); /* consumes cfg, on error too */
HK_API hk_str hk_redirect_uri(const hk_rp *);                  /* the configured one */
HK_API void hk_rp_free(hk_rp *);                               /* after everything made with it */

/* ---- sign in: two calls ------------------------------------------------------------------- */
HK_API int hk_begin(hk_rp *, const char *return_to, hk_login **out, hk_error *e); /* [net 2] */
HK_API hk_str hk_login_url(const hk_login *);    /* 303 the browser there */
HK_API hk_str hk_login_cookie(const hk_login *); /* the value of a Set-Cookie header */
/* More Set-Cookie values, i from 0 until one is absent: they end the browser's oldest sign-ins
 * where hk_auth.cookie has max_logins of them. */
HK_API hk_str hk_login_old_cookie(const hk_login *, size_t i);
/* With the setting request_object=reference (RFC 9101): answer a GET of that URL with the object,
 * as application/oauth-authz-req+jwt, once or until the sign-in ends. Else absent. */
HK_API hk_str hk_login_request_uri(const hk_login *);
HK_API hk_str hk_login_request_object(const hk_login *);
HK_API void hk_login_free(hk_login *);
/* `query`: the raw query string of the callback. `cookie`: the raw Cookie header. All or nothing:
 * state, iss (RFC 9207), PKCE, every rule of OIDC Core 3.1.3.7 and the userinfo's sub. */
HK_API int hk_finish(hk_rp *, const char *query, const char *cookie, hk_session **out,
                     hk_error *e); /* [net 4] */

/* The same with all there is. Members that are NULL or 0 are absent. */
typedef struct {
    uint32_t size;
    const char *return_to; /* a path of your own site; "/" if absent */
    const char *scopes;    /* instead of the configured ones */
    const char *prompt, *acr_values, *login_hint, *id_token_hint, *ui_locales, *display;
    const char *claims;                /* JSON, OIDC Core 5.5 */
    const char *authorization_details; /* JSON array, RFC 9396 */
    const char *resources;             /* separated by spaces, RFC 8707 */
    int32_t max_age;                   /* seconds; with has_max_age */
    int32_t has_max_age;
    const char *redirect_uri; /* instead of the configured one: a loopback port (RFC 8252 7.3) */
    const char *acr;          /* refuse an ID token with another acr */
    const char *extra;        /* more parameters as a query string; may not repeat ours */
    const char *cookie;       /* the browser's Cookie header: see hk_login_old_cookie */
} hk_auth;
HK_API int hk_begin_with(hk_rp *, const hk_auth *, hk_login **out, hk_error *e); /* [net 2] */
/* Third-party-initiated login (OIDC Core 4): the query of your initiate_login_uri. */
HK_API int hk_initiate(hk_rp *, const char *query, hk_login **out, hk_error *e); /* [net 2] */

enum { HK_VIA_QUERY = 0, HK_VIA_FORM_POST = 1, HK_VIA_FRAGMENT = 2 };
typedef struct {
    uint32_t size;
    const char *params; /* the query, the body of a POST, or the fragment that your page sent on */
    const char *cookie; /* the Cookie header */
    int32_t via;        /* HK_VIA_*: how it came; another way than was asked for is refused */
} hk_callback;
HK_API int hk_finish_with(hk_rp *, const hk_callback *, hk_session **out,
                          hk_error *e); /* [net 4] */

/* ---- the user ---------------------------------------------------------------------------- */
HK_API hk_str hk_iss(const hk_session *); /* key accounts by iss and sub */
HK_API hk_str hk_sub(const hk_session *);
HK_API hk_str hk_sid(const hk_session *);                     /* for logout, or absent */
HK_API hk_str hk_claim(const hk_session *, const char *name); /* absent if not a string */
HK_API int hk_claim_int(const hk_session *, const char *name, int64_t *out); /* HK_OK if it is */
HK_API hk_str hk_claims_json(const hk_session *); /* ID token and userinfo, merged */
HK_API hk_str hk_return_to(const hk_session *);   /* a path of your own site, checked */
HK_API hk_str hk_end_cookie(const hk_session *);  /* Set-Cookie value: the sign-in's goes */
HK_API hk_str hk_id_token(const hk_session *);
HK_API hk_str hk_access_token(const hk_session *);
HK_API hk_str hk_token_type(const hk_session *); /* "Bearer" or "DPoP" */
HK_API hk_str hk_refresh_token(const hk_session *);
HK_API hk_str hk_scope(const hk_session *);                 /* what was granted */
HK_API int64_t hk_access_expires(const hk_session *);       /* 0: the server did not say */
HK_API hk_str hk_authorization_details(const hk_session *); /* JSON, or absent */
HK_API int hk_session_save(hk_rp *, const hk_session *, char *buf, size_t *len,
                           hk_error *e); /* sealed text; *len in: room, out: size with the NUL */
HK_API int hk_session_load(hk_rp *, const char *buf, size_t len, hk_session **out, hk_error *e);
HK_API void hk_session_free(hk_session *);
/* New tokens for the session, which keeps what it had on error. Many callers with one refresh token
 * make one request. HK_E_RELOGIN: it is over. */
HK_API int hk_refresh(hk_rp *, hk_session *, hk_error *e);  /* [net 2] */
HK_API int hk_userinfo(hk_rp *, hk_session *, hk_error *e); /* [net 1] claims anew */
/* RFC 7009: the refresh token, then the access token. The session keeps the user, not the tokens.
 */
HK_API int hk_revoke(hk_rp *, hk_session *, hk_error *e); /* [net 3] */

/* ---- sign out ---------------------------------------------------------------------------- */
/* Where to send the browser (RP-Initiated Logout 1.0). `state` may be NULL. [net 1] */
HK_API int hk_logout_url(hk_rp *, const hk_session *, const char *state, char *buf, size_t cap,
                         hk_error *e);
/* The body of a POST to your backchannel_logout_uri. The doc has sub, sid or both: end those
 * sessions, then answer 200; on error 400; both with Cache-Control: no-store. [net 1] */
HK_API int hk_backchannel_logout(hk_rp *, const char *body, hk_doc **out, hk_error *e);
/* The query of your frontchannel_logout_uri; `s` is the session of the browser, or NULL. HK_OK: end
 * it. */
HK_API int hk_frontchannel_logout(hk_rp *, const char *query, const hk_session *s, hk_error *e);

/* ---- tokens without a browser ------------------------------------------------------------ */
HK_API int hk_client_credentials(hk_rp *, const char *scopes, const char *resources,
                                 hk_session **out, hk_error *e); /* [net 2] */
/* RFC 8628: show user_code and verification_uri of the doc, then poll until it is not HK_PENDING,
 * waiting e->retry_after_ms each time. */
HK_API int hk_device_start(hk_rp *, const char *scopes, hk_doc **out, hk_error *e); /* [net 2] */
HK_API int hk_device_poll(hk_rp *, hk_doc *device, hk_session **out, hk_error *e);  /* [net 3] */
typedef struct {
    uint32_t size;
    const char *scopes, *login_hint, *login_hint_token, *id_token_hint, *binding_message,
        *user_code, *acr_values;
    int32_t requested_expiry_s;
    const char *notification_token; /* ping mode: the bearer token that the provider will send */
} hk_ciba;
HK_API int hk_ciba_start(hk_rp *, const hk_ciba *, hk_doc **out, hk_error *e);    /* [net 2] */
HK_API int hk_ciba_poll(hk_rp *, hk_doc *request, hk_session **out, hk_error *e); /* [net 3] */
/* Ping mode: the Authorization header and body of the provider's POST. HK_OK: poll now. */
HK_API int hk_ciba_ping(hk_rp *, const hk_doc *request, const char *authorization, const char *body,
                        hk_error *e);
typedef struct {
    uint32_t size;
    const char *subject_token, *subject_token_type, *actor_token, *actor_token_type,
        *requested_token_type, *scopes, *resources, *audiences;
} hk_exchange;
/* RFC 8693. Types that are absent are those of access tokens; the session's claim issued_token_type
 * says what came. */
HK_API int hk_token_exchange(hk_rp *, const hk_exchange *, hk_session **out,
                             hk_error *e); /* [net 2] */
/* RFC 7662; `hint` may be NULL. A token that is not active is a doc with active false. */
HK_API int hk_introspect(hk_rp *, const char *token, const char *hint, hk_doc **out,
                         hk_error *e); /* [net 2] */

/* ---- registration and discovery ---------------------------------------------------------- */
/* RFC 7591 and OIDC Registration. `metadata`: a JSON object, or NULL for what the settings say;
 * `token`: the initial access token, or NULL. Give the doc to hk_cfg_registration. */
HK_API int hk_register(hk_rp *, const char *metadata, const char *token, hk_doc **out,
                       hk_error *e); /* [net 2] */
/* RFC 7592, with the JSON that hk_register gave. `metadata` NULL: read. */
HK_API int hk_registration(hk_rp *, const char *registration, const char *metadata, hk_doc **out,
                           hk_error *e);                                  /* [net 1] */
HK_API int hk_unregister(hk_rp *, const char *registration, hk_error *e); /* [net 1] */
/* WebFinger (OIDC Discovery 2): "joe@example.com" or a URL; the doc has issuer. The client needs
 * no issuer for it. */
HK_API int hk_webfinger(hk_rp *, const char *identifier, hk_doc **out, hk_error *e); /* [net 1] */
/* The provider's metadata, checked. */
HK_API int hk_metadata(hk_rp *, hk_doc **out, hk_error *e); /* [net 1] */

HK_API hk_str hk_doc_json(const hk_doc *);
HK_API hk_str hk_doc_str(const hk_doc *, const char *member); /* absent if not a string */
HK_API int hk_doc_int(const hk_doc *, const char *member, int64_t *out);
HK_API int hk_doc_true(const hk_doc *, const char *member); /* 1 or 0 */
HK_API void hk_doc_free(hk_doc *);

/* ---- call an API ------------------------------------------------------------------------- */
/* The header lines for a request with the session's token: "Authorization: ...\r\n", and for DPoP
 * "DPoP: ...\r\n". */
HK_API int hk_api_headers(hk_rp *, const hk_session *, const char *method, const char *url,
                          char *buf, size_t cap, hk_error *e);
/* What the API's answer says of the token: HK_OK (the status itself is yours to read); HK_PENDING:
 * a DPoP nonce came, send again with new headers; HK_E_EXPIRED: refresh; HK_E_SCOPE; HK_E_STEP_UP:
 * hk_begin_with acr_values, max_age and scope of the doc, which comes with these errors too.
 * `headers`: its lines, or NULL. `out` may be NULL. */
HK_API int hk_api_answer(hk_rp *, hk_session *, const char *url, int status, const char *headers,
                         hk_doc **out, hk_error *e);
typedef struct {
    uint32_t size;
    const char *method, *url, *headers, *body; /* headers: "Name: value\r\n" lines */
    size_t body_len;                           /* 0: up to its NUL */
} hk_api;
/* All of it: headers, DPoP nonce, and a refresh before the token expires or, once, when the API
 * does not take it. hk_doc_json of the doc is the body as it came, JSON or not; with the errors of
 * hk_api_answer it is that one's doc. *status is 0 when the API gave no answer. [net 3] */
HK_API int hk_api_call(hk_rp *, hk_session *, const hk_api *, int *status, hk_doc **out,
                       hk_error *e);

/* ---- protect an API (RFC 9068) ----------------------------------------------------------- */
typedef struct {
    uint32_t size;
    const char *authorization, *dpop, *method, *url; /* of the request; url as the sender sees it */
    const char *certificate; /* the sender's TLS certificate in PEM, or NULL */
    const char *acr_values;  /* one of these (RFC 9470), or NULL */
    int32_t max_age, has_max_age;
} hk_request;
/* No request while keys are fresh. `aud` is required; `scope`: words that must all be there. */
HK_API int hk_verify(hk_rp *, const hk_request *, const char *aud, const char *scope,
                     hk_session **out, hk_error *e); /* [net 1] */
/* The value of WWW-Authenticate for that refusal (NULL: no token came), with its HTTP status in
 * *status; "" for 500 and 503, which are no fault of the client's. */
HK_API int hk_challenge(hk_rp *, const hk_request *, const hk_error *refusal, const char *scope,
                        int *status, char *buf, size_t cap);
/* RFC 9728: the document at /.well-known/oauth-protected-resource. */
HK_API int hk_resource_metadata(hk_rp *, const char *resource, const char *scopes, char *buf,
                                size_t cap, hk_error *e);

/* ---- your own event loop: the same calls, nothing blocks ---------------------------------- */
/* Each hk_x above that says [net] has hk_x_op here, which takes the same and returns NULL only
 * when there is no memory. Every other error comes from hk_op_next. A session or doc that a call
 * works on must outlive its op. hk_device_poll_op and hk_ciba_poll_op end with HK_OK and without a
 * session when there is none yet: make another after e->retry_after_ms. */
HK_API hk_op *hk_begin_op(hk_rp *, const hk_auth *);
HK_API hk_op *hk_initiate_op(hk_rp *, const char *query);
HK_API hk_op *hk_finish_op(hk_rp *, const hk_callback *);
HK_API hk_op *hk_refresh_op(hk_rp *, hk_session *);
HK_API hk_op *hk_userinfo_op(hk_rp *, hk_session *);
HK_API hk_op *hk_revoke_op(hk_rp *, hk_session *);
HK_API hk_op *hk_logout_url_op(hk_rp *, const hk_session *, const char *state);
HK_API hk_op *hk_backchannel_logout_op(hk_rp *, const char *body);
HK_API hk_op *hk_client_credentials_op(hk_rp *, const char *scopes, const char *resources);
HK_API hk_op *hk_device_start_op(hk_rp *, const char *scopes);
HK_API hk_op *hk_device_poll_op(hk_rp *, hk_doc *device);
HK_API hk_op *hk_ciba_start_op(hk_rp *, const hk_ciba *);
HK_API hk_op *hk_ciba_poll_op(hk_rp *, hk_doc *request);
HK_API hk_op *hk_token_exchange_op(hk_rp *, const hk_exchange *);
HK_API hk_op *hk_introspect_op(hk_rp *, const char *token, const char *hint);
HK_API hk_op *hk_register_op(hk_rp *, const char *metadata, const char *token);
HK_API hk_op *hk_registration_op(hk_rp *, const char *registration, const char *metadata);
HK_API hk_op *hk_unregister_op(hk_rp *, const char *registration);
HK_API hk_op *hk_webfinger_op(hk_rp *, const char *identifier);
HK_API hk_op *hk_metadata_op(hk_rp *);
HK_API hk_op *hk_api_call_op(hk_rp *, hk_session *, const hk_api *);
HK_API hk_op *hk_verify_op(hk_rp *, const hk_request *, const char *aud, const char *scope);

typedef struct {
    uint32_t size;
    const char *method;
    hk_str url;
    hk_str headers; /* "Name: value\r\n" lines */
    hk_str body;    /* absent: none */
    uint32_t timeout_ms, max_body;
    int32_t client_certificate; /* 1: over mutual TLS with the configured certificate */
} hk_http;
/* HK_PENDING: send *out and feed the answer; when out->url is absent there is nothing to send: the
 * op waits for another that fetches the same, call again when it is woken. Else the result. */
HK_API int hk_op_next(hk_op *, hk_http *out, hk_error *e);
/* `headers`: the answer's lines. `net_error`: 0, or HK_E_NET, HK_E_TIMEOUT, HK_E_TLS or
 * HK_E_TOO_LARGE when there was no answer. */
HK_API int hk_op_feed(hk_op *, int status, hk_str headers, hk_str body, int net_error);
/* Called by any thread when a waiting op may go on. It may only note that, for example by writing
 * to an eventfd, and call nothing of this library. */
HK_API void hk_op_on_wake(hk_op *, void (*fn)(void *ctx), void *ctx);
/* Sends every request of the op itself, blocking, and gives its result. As every call that blocks,
 * it waits for an op that fetches the same: not for a thread that drives that one. */
HK_API int hk_op_run(hk_op *, hk_error *e);
/* Or let a curl multi handle drive it. hk_op_curl adds the next transfer to the CURLM and returns
 * HK_PENDING, or the result when there is nothing more to send. CURLOPT_PRIVATE of the easy handle
 * is the op: give each finished CURLMsg to hk_op_curl_done, which goes on the same way. Free the
 * op before the CURLM. */
HK_API int hk_op_curl(hk_op *, void *curlm, hk_error *e);
HK_API int hk_op_curl_done(hk_op *, void *curlmsg, hk_error *e);
/* What it made; the caller frees it. NULL if there is none, or it was taken. */
HK_API hk_login *hk_op_take_login(hk_op *);
HK_API hk_session *hk_op_take_session(hk_op *);
HK_API hk_doc *hk_op_take_doc(hk_op *);
HK_API hk_str hk_op_text(const hk_op *); /* hk_logout_url_op: the URL */
HK_API int hk_op_status(const hk_op *);  /* hk_api_call_op: the HTTP status */
HK_API void hk_op_free(hk_op *);         /* cancels */

#ifdef __cplusplus
}
#endif
#endif
