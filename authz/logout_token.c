#include "authz/logout_token.h"

#include "authz/subject.h"
#include "common/base/json_put.h"
#include "common/base/random.h"
#include "keys/ring.h"

enum { PAYLOAD_MAX = 4096, LIFE_S = 120, JTI_BYTES = 16 };

/* Back-Channel Logout 2.4; its 2.6 forbids a nonce. */
err logout_token_make(const struct authz *authz, struct arena *arena, const struct client *client,
                      const struct logout_notice *notice, int64_t now_ms, str *out) {
    str sub, jti, payload;
    TRY(subject_of(authz, arena, client, notice->user_id, &sub));
    TRY(random_token(arena, S(""), JTI_BYTES, &jti));
    struct json_put j = json_put_begin(arena, PAYLOAD_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", authz->issuer);
    json_put_str(&j, "sub", sub);
    json_put_str(&j, "aud", client->client_id);
    json_put_int(&j, "iat", now_ms / 1000);
    json_put_int(&j, "exp", now_ms / 1000 + LIFE_S);
    json_put_str(&j, "jti", jti);
    json_put_str(&j, "sid", notice->sid);
    json_put_raw(&j, "events", S("{\"http://schemas.openid.net/event/backchannel-logout\":{}}"));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &payload));
    return ring_sign(authz->ring, client->id_token_alg, S("logout+jwt"), payload, arena, out);
}
