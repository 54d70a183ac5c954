#include "rp/tests/token_helper.h"

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/digest.h"

json_t *token_json(const char *text) {
    char copy[8192];
    size_t n = strlen(text);
    assert_true(n < sizeof copy);
    for (size_t i = 0; i <= n; i++)
        copy[i] = text[i] == '\'' ? '"' : text[i];
    json_error_t error;
    json_t *json = json_loads(copy, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!json)
        fail_msg("%s: %s", error.text, text);
    return json;
}

json_t *token_changed(const char *base, const char *name, const char *value) {
    json_t *json = token_json(base);
    if (!value)
        json_object_del(json, name);
    else
        json_object_set_new(json, name, token_json(value));
    return json;
}

/* An RSA key takes long to make: one for each algorithm and test program. */
static struct jwk *key_of(enum jose_alg alg, struct arena *arena) {
    static char kept[JOSE_ALG_COUNT][4096];
    bool slow = jose_alg_name(alg).p[0] == 'R' || jose_alg_name(alg).p[0] == 'P';
    struct jwk *key = NULL;
    str text;
    if (slow && kept[alg][0]) {
        json_t *json = json_loads(kept[alg], 0, NULL);
        assert_ok(jwk_import(json, &key));
        json_decref(json);
        return key;
    }
    assert_ok(jwk_generate(alg, &key));
    assert_ok(jwk_private_json(key, arena, &text));
    assert_true(text.n < sizeof kept[alg]);
    memcpy(kept[alg], text.p, text.n + 1);
    return key;
}

void issuer_start(struct issuer *issuer, enum jose_alg alg) {
    str public, set;
    issuer->arena = arena_new(4 << 20);
    issuer->alg = alg;
    issuer->key = key_of(alg, issuer->arena);
    assert_ok(jwk_public_json(issuer->key, issuer->arena, &public));
    assert_ok(str_printf(issuer->arena, &set, "{\"keys\":[%.*s]}", STR_FMT(public)));
    issuer->jwks = set.p;
}

void issuer_stop(struct issuer *issuer) {
    jwk_free(issuer->key);
    arena_free(issuer->arena);
}

str issuer_sign_json(struct issuer *issuer, const json_t *claims, str typ) {
    str text, token;
    assert_ok(json_read_dump(issuer->arena, claims, &text));
    assert_ok(jws_sign(issuer->key, issuer->alg, typ, text, issuer->arena, &token));
    return token;
}

str issuer_sign(struct issuer *issuer, const char *claims, str typ) {
    json_t *json = token_json(claims);
    str token = issuer_sign_json(issuer, json, typ);
    json_decref(json);
    return token;
}

str token_hs256(struct arena *arena, str header, str claims) {
    const str key = S("a-secret-of-more-than-thirty-two-bytes");
    str first, second, input, signature, token;
    assert_ok(base64url_encode(arena, header, &first));
    assert_ok(base64url_encode(arena, claims, &second));
    assert_ok(STR_JOIN(arena, &input, first, S("."), second));
    const struct sha256 mac = hmac_sha256(secret_of(key), input);
    assert_ok(base64url_encode(arena, sha256_str(&mac), &signature));
    assert_ok(STR_JOIN(arena, &token, input, S("."), signature));
    return token;
}
