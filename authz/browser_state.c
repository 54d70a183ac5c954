#include "authz/browser_state.h"

#include "authz/authz.h"
#include "authz/config.h"
#include "authz/session_cookie.h"
#include "common/base/hex.h"
#include "common/base/random.h"
#include "common/base/url.h"
#include "keys/digest.h"

enum { STATE_BYTES = 16, STATE_CHARS = 22, SALT_BYTES = 8 };

static err set(struct request *rq, struct response *rs, str *state) {
    TRY(random_token(rq->arena, STR_ABSENT, STATE_BYTES, state));
    return session_cookie_set(rq, rs, COOKIE_BROWSER_STATE, *state,
                              authz_of(rq)->config->session_lifetime);
}

err browser_state_change(struct request *rq, struct response *rs) {
    str state;
    return set(rq, rs, &state);
}

/* The word that this very answer sets; absent if it sets none. */
static str set_here(const struct request *rq, const struct response *rs) {
    str name = session_cookie_name(rq, COOKIE_BROWSER_STATE);
    for (size_t i = rs->header_count; i > 0; i--) {
        str value = rs->headers[i - 1].value;
        if (str_eq(rs->headers[i - 1].name, S("Set-Cookie")) && str_starts(value, name) &&
            value.n > name.n + 1 && value.p[name.n] == '=')
            return str_head(str_from_pos(value, name.n + 1), STATE_CHARS);
    }
    return STR_ABSENT;
}

static err current(struct request *rq, struct response *rs, str *out) {
    *out = set_here(rq, rs);
    if (!str_present(*out))
        *out = session_cookie_get(rq, COOKIE_BROWSER_STATE);
    return str_present(*out) && out->n == STATE_CHARS ? OK : set(rq, rs, out);
}

err browser_state_for(struct request *rq, struct response *rs, str client_id, str target,
                      str *session_state) {
    struct url url = {0};
    str state, origin, salt, text, hash;
    TRY(current(rq, rs, &state));
    TRY(url_parse(target, &url));
    TRY(url_origin(rq->arena, &url, &origin));
    TRY(random_hex(rq->arena, S(""), SALT_BYTES, &salt));
    TRY(STR_JOIN(rq->arena, &text, client_id, S(" "), origin, S(" "), state, S(" "), salt));
    struct sha256 digest = sha256(text);
    TRY(hex_encode(rq->arena, sha256_str(&digest), &hash));
    return STR_JOIN(rq->arena, session_state, hash, S("."), salt);
}
