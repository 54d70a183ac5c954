/* How a JWT for a client is protected: signed with the algorithm that the client registered, HS*
 * with its secret (OIDC Core 10.1), then encrypted to it if it registered that (10.2). ID tokens
 * always are signed; a userinfo answer may be plain JSON, signed, encrypted or both. A logout token
 * goes as the ID tokens of the client do (Back-Channel Logout 2.4). */
#ifndef AUTHZ_TOKEN_FORMAT_H
#define AUTHZ_TOKEN_FORMAT_H

#include "authz/authz.h"
#include "authz/store/client.h"

struct token_format {
    str typ;              /* in the header of what is signed */
    enum jose_alg sign;   /* JOSE_NONE: not signed */
    enum jwe_alg encrypt; /* JWE_ALG_NONE: not encrypted */
    enum jwe_enc content;
};

struct token_format token_format_id_token(const struct client *client);
struct token_format token_format_userinfo(const struct client *client);
struct token_format token_format_logout_token(const struct client *client);
/* Whether it is no JWT at all. */
bool token_format_is_plain(const struct token_format *format);
/* Fetches the key to encrypt to, if there is one to fetch: before anything is done that a failure
 * would spoil. E_invalid_request: the client has no such key; E_defer on an event loop. */
err token_format_prepare(struct request *rq, const struct client *client,
                         const struct token_format *format) MUST_CHECK;
/* The claims as the client wants them. Errors as above. */
err token_format_write(struct request *rq, const struct client *client,
                       const struct token_format *format, str claims, str *token) MUST_CHECK;
/* The claims of an ID token that the client got here and that came back, decrypted: signed with any
 * algorithm of ours, since what the client registers may have changed, or with its secret if that
 * is what it registers. E_jose_key: with a key that is no longer here, it may be ours or not;
 * another error of JOSE: it is none. */
err token_format_read(const struct authz *authz, struct arena *arena, const struct client *client,
                      str token, str *claims) MUST_CHECK;

#endif
