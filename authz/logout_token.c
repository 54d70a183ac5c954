#include "authz/logout_token.h"

#include "authz/subject.h"
#include "authz/token_format.h"
#include "common/base/json_put.h"
#include "common/base/random.h"

enum { PAYLOAD_MAX = 4096, LIFE_S = 120, JTI_BYTES = 16 };

/* Back-Channel Logout 2.4, which forbids a nonce. */
static err write_claims(struct request *rq, const struct client *client,
                        const struct logout_notice *notice, str *out) {
    str sub, jti;
    TRY(subject_of(authz_of(rq), rq->arena, client, notice->user_id, &sub));
    TRY(random_token(rq->arena, S(""), JTI_BYTES, &jti));
    struct json_put j = json_put_begin(rq->arena, PAYLOAD_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", authz_of(rq)->issuer);
    json_put_str(&j, "sub", sub);
    json_put_str(&j, "aud", client->client_id);
    json_put_int(&j, "iat", rq->now_ms / 1000);
    json_put_int(&j, "exp", rq->now_ms / 1000 + LIFE_S);
    json_put_str(&j, "jti", jti);
    json_put_str(&j, "sid", notice->sid);
    json_put_raw(&j, "events", S("{\"http://schemas.openid.net/event/backchannel-logout\":{}}"));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err logout_token_make(struct request *rq, const struct client *client,
                      const struct logout_notice *notice, str *out) {
    const struct token_format format = token_format_logout_token(client);
    str claims;
    TRY(write_claims(rq, client, notice, &claims));
    return token_format_write(rq, client, &format, claims, out);
}
