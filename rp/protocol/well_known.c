#include "rp/protocol/well_known.h"

#include "common/base/url.h"

static str without_slash(str text) {
    return str_ends(text, S("/")) ? str_head(text, text.n - 1) : text;
}

err well_known_oidc(struct arena *arena, str issuer, str *out) {
    return STR_JOIN(arena, out, without_slash(issuer), S("/.well-known/openid-configuration"));
}

err well_known_oauth(struct arena *arena, str issuer, str *out) {
    struct url url;
    TRY(url_parse(issuer, &url));
    str front = str_head(issuer, issuer.n - url.path.n);
    return STR_JOIN(arena, out, front, S("/.well-known/oauth-authorization-server"),
                    without_slash(url.path));
}
