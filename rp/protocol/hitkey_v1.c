#include "rp/protocol/hitkey_v1.h"

#include "common/base/json_put.h"

enum { METADATA_MAX = 16 * 1024 };

static err put(struct json_put *j, struct arena *arena, const char *name, str base, str path) {
    str url;
    TRY(STR_JOIN(arena, &url, base, path));
    json_put_str(j, name, url);
    return OK;
}

static err site_of(struct arena *arena, str base, str *out) {
    const str scheme = S("://"), api = S("api.");
    size_t host = str_find_str(base, scheme) + scheme.n;
    str rest = str_from_pos(base, host);
    rest = str_from_pos(rest, str_starts(rest, api) ? api.n : 0);
    return STR_JOIN(arena, out, str_head(base, host), rest);
}

err hitkey_v1_metadata(struct arena *arena, str issuer, str *json) {
    str base = str_head(issuer, str_ends(issuer, S("/")) ? issuer.n - 1 : issuer.n), site;
    TRY(site_of(arena, base, &site));
    struct json_put j = json_put_begin(arena, METADATA_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "issuer", issuer);
    TRY(put(&j, arena, "authorization_endpoint", site, S("/")));
    TRY(put(&j, arena, "token_endpoint", base, S("/oauth/token")));
    TRY(put(&j, arena, "userinfo_endpoint", base, S("/oauth/userinfo")));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}
