#include "rp/protocol/login_cookie.h"

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "rp/protocol/cookie.h"

enum { HASH_BYTES = 16, HASH_TEXT = 22, SEEN_MAX = 64 };

static const str prefixes[] = {S_INIT("__Host-hk_"), S_INIT("__Secure-hk_"), S_INIT("hk_")};

err login_cookie_name(struct arena *arena, enum login_cookie_kind kind, str state, str *out) {
    struct sha256 digest = sha256(state);
    str text;
    TRY(base64url_encode(arena, str_head(sha256_str(&digest), HASH_BYTES), &text));
    return STR_JOIN(arena, out, prefixes[kind], text);
}

static bool is_hash(str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return text.n == HASH_TEXT;
}

bool login_cookie_is(str name) {
    for (size_t i = 0; i < LOGIN_COOKIE_KINDS; i++)
        if (str_starts(name, prefixes[i]) && is_hash(str_from_pos(name, prefixes[i].n)))
            return true;
    return false;
}

/* A POST that comes from the provider's page has only cookies with SameSite=None, and these must be
 * Secure, which browsers allow on loopback too. */
err login_cookie_set(struct arena *arena, const struct login_cookie *cookie, str *out) {
    bool secure = cookie->posted || str_starts(cookie->name, S("__"));
    str max_age;
    TRY(str_printf(arena, &max_age, "%lld", (long long)cookie->max_age));
    return STR_JOIN(arena, out, cookie->name, S("="), cookie->value, S("; Path="), cookie->path,
                    S("; Max-Age="), max_age, S("; HttpOnly"), secure ? S("; Secure") : S(""),
                    cookie->posted ? S("; SameSite=None") : S("; SameSite=Lax"));
}

int64_t login_cookie_started(str *value) {
    int64_t started;
    size_t dot = str_find(*value, '.');
    if (dot == value->n || failed(str_to_int(str_head(*value, dot), INT64_MAX, &started)))
        return 0;
    *value = str_from_pos(*value, dot + 1);
    return started;
}

struct begun {
    str name;
    int64_t started;
};

static size_t find_all(str cookies, struct begun *out) {
    struct cookie cookie;
    size_t n = 0;
    while (n < SEEN_MAX && cookie_next(&cookies, &cookie)) {
        if (!login_cookie_is(cookie.name))
            continue;
        out[n].name = cookie.name;
        out[n++].started = login_cookie_started(&cookie.value);
    }
    return n;
}

void login_cookie_surplus(str cookies, size_t keep, str *out, size_t room, size_t *n) {
    struct begun all[SEEN_MAX];
    size_t left = find_all(cookies, all);
    for (*n = 0; left > keep && *n < room; left--) {
        size_t oldest = 0;
        for (size_t i = 1; i < left; i++)
            if (all[i].started < all[oldest].started)
                oldest = i;
        out[(*n)++] = all[oldest].name;
        all[oldest] = all[left - 1];
    }
}
