#include "keys/tests/keys_helper.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/base64url.h"
#include "common/base/hex.h"
#include "common/base/json_read.h"
#include "keys/jws.h"

json_t *helper_json(const char *text) {
    json_t *json = NULL;
    size_t n = strlen(text);
    char *copy = malloc(n + 1);
    for (size_t i = 0; i <= n; i++)
        copy[i] = text[i] == '\'' ? '"' : text[i];
    assert_ok(json_read(str_of(copy, n), &json));
    free(copy);
    return json;
}

struct jwk *helper_jwk(const char *text) {
    struct jwk *jwk = NULL;
    json_t *json = helper_json(text);
    assert_ok(jwk_import(json, &jwk));
    json_decref(json);
    return jwk;
}

/* The same private key without its alg. */
static struct jwk *without_alg(struct jwk *key) {
    str text;
    json_t *json;
    struct jwk *out;
    struct arena *arena = arena_new(1 << 20);
    assert_ok(jwk_private_json(key, arena, &text));
    assert_ok(json_read_object(text, &json));
    json_object_del(json, "alg");
    assert_ok(jwk_import(json, &out));
    json_decref(json);
    jwk_free(key);
    arena_free(arena);
    return out;
}

struct jwk *helper_key(enum jose_alg alg) {
    struct jwk *key;
    str name = jose_alg_name(alg);
    if (name.p[0] == 'H')
        return helper_jwk("{'kty':'oct','kid':'h','k':'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"
                          "-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'}");
    assert_ok(jwk_generate(alg, &key));
    return name.p[0] == 'R' || name.p[0] == 'P' ? without_alg(key) : key;
}

str helper_base64(struct arena *arena, str bytes) {
    str out;
    assert_ok(base64url_encode(arena, bytes, &out));
    return out;
}

str helper_from_hex(struct arena *arena, const char *hex) {
    str out;
    assert_ok(hex_decode(arena, str_from(hex), &out));
    return out;
}

str helper_input(struct arena *arena, const char *header, const char *payload) {
    str out, copy;
    assert_ok(str_dup(arena, str_from(header), &copy));
    char *text = arena_alloc(arena, copy.n + 1);
    for (size_t i = 0; i < copy.n; i++)
        text[i] = copy.p[i] == '\'' ? '"' : copy.p[i];
    assert_ok(STR_JOIN(arena, &out, helper_base64(arena, str_of(text, copy.n)), S("."),
                       helper_base64(arena, str_from(payload))));
    return out;
}

str helper_token(struct arena *arena, str input, str signature) {
    str out;
    assert_ok(STR_JOIN(arena, &out, input, S("."), helper_base64(arena, signature)));
    return out;
}

err helper_verify(struct arena *arena, str token, enum jose_alg alg, const struct jwk *key) {
    AUTO(jws_ref) jws = {0};
    TRY(jws_parse(arena, token, &jws));
    return jws_verify(&jws, alg, key);
}

void helper_folder(char path[64]) {
    snprintf(path, 64, "/tmp/hitkey-keys-XXXXXX");
    assert_non_null(mkdtemp(path));
}

void helper_remove(const char *path) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}
