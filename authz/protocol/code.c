/* The sealed text: a version, the two times in milliseconds and the flag, then the strings in
 * order, each with two bytes of length before it (0xFFFF: absent). About 500 characters in a code
 * of ordinary size. */
#include "authz/protocol/code.h"

#include <assert.h>

#include "common/base/buf.h"

enum { VERSION = 3, ABSENT = 0xFFFF, ID_MIN = 16 };

#define PURPOSE S("authorization code")

/* The string members in their order. */
#define CODE_STRINGS(X)                                                                            \
    X(id)                                                                                          \
    X(client_id)                                                                                   \
    X(user_id)                                                                                     \
    X(sid)                                                                                         \
    X(acr)                                                                                         \
    X(amr)                                                                                         \
    X(scope)                                                                                       \
    X(userinfo_claims)                                                                             \
    X(id_token_claims)                                                                             \
    X(redirect_uri)                                                                                \
    X(nonce)                                                                                       \
    X(front_grant_id)                                                                              \
    X(challenge)

static void put_number(struct buf *out, uint64_t number, size_t bytes) {
    while (bytes-- > 0)
        buf_add_c(out, (char)(number >> (8 * bytes) & 0xFF));
}

static void put_string(struct buf *out, str s) {
    put_number(out, str_present(s) ? s.n : ABSENT, 2);
    buf_add(out, s);
}

err code_seal(const struct seal_key *key, struct arena *arena, const struct code *code, str *out) {
    assert(code->id.n >= ID_MIN);
    struct buf plain = buf_in(arena, CODE_PLAIN_MAX);
    put_number(&plain, VERSION, 1);
    put_number(&plain, (uint64_t)code->signed_in_ms, 8);
    put_number(&plain, (uint64_t)code->expires_ms, 8);
    put_number(&plain, code->redirect_uri_given, 1);
#define X(member)                                                                                  \
    REQUIRE(code->member.n <= CODE_PLAIN_MAX, invalid_request, "the request is too large");        \
    put_string(&plain, code->member);
    CODE_STRINGS(X)
#undef X
    str text;
    if (failed(buf_str(&plain, &text)))
        return FAIL(invalid_request, "the request is too large");
    return seal(key, PURPOSE, text, arena, out);
}

static bool get_number(str *rest, size_t bytes, uint64_t *out) {
    if (rest->n < bytes)
        return false;
    *out = 0;
    for (size_t i = 0; i < bytes; i++)
        *out = *out << 8 | (unsigned char)rest->p[i];
    *rest = str_from_pos(*rest, bytes);
    return true;
}

static bool get_string(str *rest, str *out) {
    uint64_t n;
    *out = STR_ABSENT;
    if (!get_number(rest, 2, &n))
        return false;
    if (n == ABSENT)
        return true;
    if (n > rest->n)
        return false;
    *out = str_head(*rest, n);
    *rest = str_from_pos(*rest, n);
    return true;
}

static bool parse(str plain, struct code *out) {
    uint64_t version, signed_in_ms, expires_ms, given;
    str rest = plain;
    if (!get_number(&rest, 1, &version) || version != VERSION ||
        !get_number(&rest, 8, &signed_in_ms) || !get_number(&rest, 8, &expires_ms) ||
        !get_number(&rest, 1, &given) || given > 1)
        return false;
    *out = (struct code){.signed_in_ms = (int64_t)signed_in_ms,
                         .expires_ms = (int64_t)expires_ms,
                         .redirect_uri_given = given == 1};
#define X(member)                                                                                  \
    if (!get_string(&rest, &out->member))                                                          \
        return false;
    CODE_STRINGS(X)
#undef X
    return str_empty(rest);
}

err code_open(const struct seal_key *key, struct arena *arena, str text, struct code *out) {
    str plain;
    err e = seal_open(key, PURPOSE, text, arena, &plain);
    if (err_is(e, E_no_memory))
        return e;
    REQUIRE(!failed(e) && parse(plain, out), invalid_grant,
            "Invalid or expired authorization code");
    return OK;
}
