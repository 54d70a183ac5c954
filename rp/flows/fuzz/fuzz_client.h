/* What the fuzzers of this folder share: a client with a fixed clock and its metadata at hand, and
 * a provider that signs whatever it is given. */
#ifndef RP_FLOWS_FUZZ_FUZZ_CLIENT_H
#define RP_FLOWS_FUZZ_FUZZ_CLIENT_H

#include <assert.h>

#include "common/base/base64url.h"
#include "common/base/buf.h"
#include "common/base/form.h"
#include "common/base/url.h"
#include "keys/digest.h"
#include "rp/engine/op.h"

#define FUZZ_ISSUER "https://op.example"
#define FUZZ_SECRET "a-secret-of-more-than-thirty-two-bytes"
enum { FUZZ_NOW = 1800000000 };

static int64_t fuzz_now(void *context) {
    (void)context;
    return FUZZ_NOW;
}

/* Made once; it lives as long as the process. */
static hk_rp *fuzz_client(void) {
    static hk_rp *rp;
    if (rp)
        return rp;
    hk_cfg *cfg = hk_cfg_new(FUZZ_ISSUER, "app");
    hk_cfg_secret(cfg, FUZZ_SECRET);
    hk_cfg_set(cfg, "id_token_alg", "HS256");
    hk_cfg_set(cfg, "audiences", "friend");
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_metadata(cfg, "{\"issuer\":\"" FUZZ_ISSUER "\",\"jwks_uri\":\"" FUZZ_ISSUER "/jwks\","
                         "\"authorization_endpoint\":\"" FUZZ_ISSUER "/authorize\","
                         "\"token_endpoint\":\"" FUZZ_ISSUER "/token\","
                         "\"userinfo_endpoint\":\"" FUZZ_ISSUER "/userinfo\"}");
    hk_cfg_jwks(cfg, "{\"keys\":[]}");
    hk_cfg_clock(cfg, fuzz_now, NULL);
    int code = hk_rp_new(cfg, &rp, NULL);
    assert(code == HK_OK);
    return rp;
}

/* Whether the URL is one of the provider's host. */
static inline bool fuzz_is_provider(hk_str text) {
    struct url url;
    return !failed(url_parse(str_of(text.p, text.n), &url)) &&
           str_eq_nocase(url.scheme, S("https")) && str_eq_nocase(url.host, S("op.example")) &&
           !str_present(url.userinfo);
}

/* A token of the input: its first line is the header, the rest the claims. */
static inline str fuzz_token(struct arena *arena, str input) {
    size_t line = str_find(input, '\n');
    str first, second, signed_part, signature, token = STR_ABSENT;
    str claims = str_from_pos(input, line < input.n ? line + 1 : line);
    err e = base64url_encode(arena, str_head(input, line), &first);
    assert(!failed(e));
    e = base64url_encode(arena, claims, &second);
    assert(!failed(e));
    e = STR_JOIN(arena, &signed_part, first, S("."), second);
    assert(!failed(e));
    const struct sha256 mac = hmac_sha256(secret_of(S(FUZZ_SECRET)), signed_part);
    e = base64url_encode(arena, sha256_str(&mac), &signature);
    assert(!failed(e));
    e = STR_JOIN(arena, &token, signed_part, S("."), signature);
    assert(!failed(e));
    return token;
}

/* The input with each '$' replaced. */
static inline const char *fuzz_filled(struct arena *arena, const uint8_t *data, size_t size,
                                      str value) {
    enum { MOST = 1 << 20 };
    struct buf buf = buf_in(arena, MOST);
    for (size_t i = 0; i < size; i++)
        if (data[i] == '$')
            buf_add(&buf, value);
        else
            buf_add_c(&buf, (char)data[i]);
    str text;
    err e = buf_str(&buf, &text);
    return failed(e) ? "" : text.p;
}

/* A sign-in that has begun. */
struct fuzz_begun {
    str state, cookie;
};

static inline struct fuzz_begun fuzz_begin(struct arena *arena, const char *cookies) {
    const hk_auth auth = {.size = sizeof auth, .cookie = cookies};
    hk_login *login;
    struct form form;
    int code = hk_begin_with(fuzz_client(), &auth, &login, NULL);
    assert(code == HK_OK);
    const hk_str url = hk_login_url(login), cookie = hk_login_cookie(login);
    str query = str_from_pos(str_of(url.p, url.n), str_find(str_of(url.p, url.n), '?') + 1);
    struct fuzz_begun begun = {STR_ABSENT, STR_ABSENT};
    err e = form_parse(arena, query, &form);
    assert(!failed(e));
    e = str_dup(arena, form_get(&form, S("state")), &begun.state);
    assert(!failed(e));
    e = str_dup(arena, str_head(str_of(cookie.p, cookie.n), strcspn(cookie.p, ";")), &begun.cookie);
    assert(!failed(e));
    hk_login_free(login);
    return begun;
}

#endif
