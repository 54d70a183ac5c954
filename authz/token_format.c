#include "authz/token_format.h"

#include "keys/ring.h"

struct token_format token_format_id_token(const struct client *client) {
    return (struct token_format){client->id_token_alg};
}

struct token_format token_format_userinfo(const struct client *client) {
    return (struct token_format){client->userinfo_alg};
}

bool token_format_is_plain(const struct token_format *format) {
    return format->sign == JOSE_NONE;
}

err token_format_write(struct request *rq, const struct client *client,
                       const struct token_format *format, str claims, str *token) {
    (void)client;
    return ring_sign(authz_of(rq)->ring, format->sign, S("JWT"), claims, rq->arena, token);
}
