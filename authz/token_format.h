/* How a JWT for a client is protected: signed with the algorithm that the client registered (OIDC
 * Core 10.1), HS* with its secret. ID tokens always are; a userinfo answer may be plain JSON. */
#ifndef AUTHZ_TOKEN_FORMAT_H
#define AUTHZ_TOKEN_FORMAT_H

#include "authz/authz.h"
#include "authz/store/client.h"

struct token_format {
    enum jose_alg sign; /* JOSE_NONE: not signed */
};

struct token_format token_format_id_token(const struct client *client);
struct token_format token_format_userinfo(const struct client *client);
/* Whether it is no JWT at all. */
bool token_format_is_plain(const struct token_format *format);
/* The claims as the client wants them. */
err token_format_write(struct request *rq, const struct client *client,
                       const struct token_format *format, str claims, str *token) MUST_CHECK;
/* The claims of an ID token that the client got here and that came back. An error of JOSE: it is
 * none. */
err token_format_read(const struct authz *authz, struct arena *arena, const struct client *client,
                      str token, str *claims) MUST_CHECK;

#endif
