/* A valid ID token, changed in every way that can be thought of, and signed again: each change is
 * refused with its own code. And one that is changed by a byte after it was signed never passes. */
#include <stdio.h>

#include "common/base/buf.h"
#include "keys/jwe.h"
#include "rp/tests/id_token_helper.h"

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

/* Everything is asked for, so that every claim matters. */
static const struct id_token_expected all = {
    .nonce = {"n-1", 3},
    .nonce_required = true,
    .access_token = {"access", 6},
    .code = {"code", 4},
    .state = {"state", 5},
    .at_hash_required = true,
    .c_hash_required = true,
    .max_age = 300,
    .acr = {"gold", 4},
    .same_iss = {ISSUER, sizeof ISSUER - 1},
    .same_sub = {"jane", 4},
    .same_aud_client = {"app", 3},
    .same_auth_time = 1799999990,
};

static int check(struct id_token_client *client, str token) {
    return id_token_check(client, token, &all)->code;
}

/* The claims of a valid token, and what each change of them must come to. */
static const struct claim {
    const char *name, *value; /* JSON with ' for " */
    const char *flipped;
    int flip, drop, retype;
} claims[] = {
    {"iss", "'" ISSUER "'", "'https://op.exbmple'", HK_E_ISS, HK_E_ISS, HK_E_ISS},
    {"sub", "'jane'", "'jbne'", HK_E_SUB, HK_E_SUB, HK_E_SUB},
    {"aud", "['app','friend']", "['bpp','friend']", HK_E_AUD, HK_E_AUD, HK_E_AUD},
    {"azp", "'app'", "'bpp'", HK_E_AUD, HK_E_AUD, HK_E_AUD},
    {"exp", "1800000300", "1700000300", HK_E_EXPIRED, HK_E_TOKEN, HK_E_TOKEN},
    {"iat", "1800000000", "1900000000", HK_E_EXPIRED, HK_E_TOKEN, HK_E_TOKEN},
    {"nbf", "1800000000", "1900000000", HK_E_EXPIRED, HK_OK, HK_E_TOKEN},
    {"nonce", "'n-1'", "'o-1'", HK_E_NONCE, HK_E_NONCE, HK_E_NONCE},
    {"auth_time", "1799999990", "1799999991", HK_E_TOKEN, HK_E_TOKEN, HK_E_TOKEN},
    {"acr", "'gold'", "'gole'", HK_E_STEP_UP, HK_E_STEP_UP, HK_E_STEP_UP},
    {"at_hash", "'oFYf1knNtrqnhAVfBRuteQ'", "'oFYf1knNtrqnhAVfBRuteR'", HK_E_HASH, HK_E_HASH,
     HK_E_HASH},
    {"c_hash", "'VpTQii5T_8rgwxA-Wtb2Bw'", "'VpTQii5T-8rgwxA-Wtb2Bw'", HK_E_HASH, HK_E_HASH,
     HK_E_HASH},
    {"s_hash", "'S6aXNcpTdl7WpwnttWxuog'", "'s6aXNcpTdl7WpwnttWxuog'", HK_E_HASH, HK_OK, HK_E_HASH},
};

/* The claims with the one at `changed` written as `value`: NULL drops it, "twice" doubles it. */
static str payload(struct arena *arena, size_t changed, const char *value) {
    struct buf buf = buf_in(arena, 8192);
    str out;
    for (size_t i = 0; i < COUNT(claims); i++) {
        const char *written = i == changed ? value : claims[i].value;
        if (!written)
            continue;
        bool twice = strcmp(written, "twice") == 0;
        for (int n = 0; n < (twice ? 2 : 1); n++)
            buf_addf(&buf, "%c'%s':%s", buf.n ? ',' : '{', claims[i].name,
                     twice ? claims[i].value : written);
    }
    buf_add(&buf, S("}"));
    assert_ok(buf_str(&buf, &out));
    for (size_t i = 0; i < out.n; i++)
        if (buf.p[i] == '\'')
            buf.p[i] = '"';
    return out;
}

static void expect(struct id_token_client *client, size_t i, const char *value, int code) {
    str text = payload(client->issuer.arena, i, value);
    int got = check(client, token_hs256(client->issuer.arena, S(HEADER), text));
    if (got != code)
        fail_msg("%s = %s gave %s, not %s", claims[i].name, value ? value : "(dropped)",
                 hk_code_name(got), hk_code_name(code));
}

static void each_claim_flipped_dropped_doubled_retyped(void **state) {
    (void)state;
    static const struct {
        const char *before, *after; /* around the value; after NULL: instead of it */
    } types[] = {{"null", NULL}, {"true", NULL}, {"[", "]"}, {"{'v':", "}"}};
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, NULL, NULL);
    for (size_t i = 0; i < COUNT(claims); i++) {
        const struct claim *claim = &claims[i];
        char retyped[128];
        bool is_number = claim->value[0] == '1';
        expect(&client, i, claim->value, HK_OK);
        expect(&client, i, claim->flipped, claim->flip);
        expect(&client, i, NULL, claim->drop);
        expect(&client, i, "twice", HK_E_TOKEN);
        for (size_t k = 0; k < COUNT(types); k++) {
            snprintf(retyped, sizeof retyped, "%s%s%s", types[k].before,
                     types[k].after ? claim->value : "", types[k].after ? types[k].after : "");
            expect(&client, i, retyped, claim->retype);
        }
        snprintf(retyped, sizeof retyped, "'%s'", claim->value);
        expect(&client, i, is_number ? retyped : "7", claim->retype);
        expect(&client, i, is_number ? "-1800000300" : "''", claim->retype);
    }
    id_token_client_stop(&client);
}

static void each_member_of_the_header_changed(void **state) {
    (void)state;
    static const struct {
        const char *header;
        int code;
    } rows[] = {
        {HEADER, HK_OK},
        {"{\"alg\":\"HS256\"}", HK_OK},
        {"{\"typ\":\"JWT\"}", HK_E_ALG},
        {"{}", HK_E_ALG},
        {"{\"alg\":\"HS257\"}", HK_E_ALG},
        {"{\"alg\":\"hs256\"}", HK_E_ALG},
        {"{\"alg\":\"HS256 \"}", HK_E_ALG},
        {"{\"alg\":\"HS384\"}", HK_E_ALG},
        {"{\"alg\":\"RS256\"}", HK_E_ALG},
        {"{\"alg\":\"none\"}", HK_E_ALG}, /* Authlib CVE-2026-28802 */
        {"{\"alg\":\"None\"}", HK_E_ALG},
        {"{\"alg\":\"nOnE\"}", HK_E_ALG},
        {"{\"alg\":\"NONE\"}", HK_E_ALG},
        {"{\"alg\":\"\"}", HK_E_ALG},
        {"{\"alg\":null}", HK_E_ALG},
        {"{\"alg\":true}", HK_E_ALG},
        {"{\"alg\":256}", HK_E_ALG},
        {"{\"alg\":[\"HS256\"]}", HK_E_ALG},
        {"{\"alg\":{\"HS256\":1}}", HK_E_ALG},
        {"{\"alg\":\"HS256\",\"alg\":\"HS256\"}", HK_E_TOKEN},
        {"{\"alg\":\"none\",\"alg\":\"HS256\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"typ\":\"JWT\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":\"JWS\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":null}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":1}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"typ\":[\"JWT\"]}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"kid\":1}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"kid\":null}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", HK_E_TOKEN}, /* CVE-2025-59420 */
        {"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":true}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"crit\":[]}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"crit\":null}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"b64\":true}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"zip\":\"DEF\"}", HK_E_TOKEN},
        /* Where keys are said to be is never looked at: nothing is fetched. */
        {"{\"alg\":\"HS256\",\"jku\":\"https://evil.example/\"}", HK_OK},
        {"{\"alg\":\"HS256\",\"x5u\":\"https://evil.example/\"}", HK_OK},
        {"{\"alg\":\"HS256\",\"x5c\":[\"AAAA\"]}", HK_OK},
        {"{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", HK_OK},
        {"[{\"alg\":\"HS256\"}]", HK_E_TOKEN},
        {"\"HS256\"", HK_E_TOKEN},
        {"null", HK_E_TOKEN},
        {"{\"alg\":\"HS256\"", HK_E_TOKEN},
        {"{\"alg\":\"HS256\"}}", HK_E_TOKEN},
        {"{'alg':'HS256'}", HK_E_TOKEN},
        {"\xef\xbb\xbf{\"alg\":\"HS256\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"a\":\"\xff\"}", HK_E_TOKEN},
        {"{\"alg\":\"HS256\",\"a\":\"\\u0000\"}", HK_E_TOKEN},
    };
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, NULL, NULL);
    struct arena *arena = client.issuer.arena;
    str good = payload(arena, COUNT(claims), NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int code = check(&client, token_hs256(arena, str_from(rows[i].header), good));
        if (code != rows[i].code)
            fail_msg("%s gave %s, not %s", rows[i].header, hk_code_name(code),
                     hk_code_name(rows[i].code));
    }
    id_token_client_stop(&client);
}

/* --- Bytes, after it was signed -------------------------------------------------------------- */
static uint64_t seeded;

/* xorshift64: the same bytes in every run. */
static size_t below(size_t n) {
    seeded ^= seeded << 13;
    seeded ^= seeded >> 7;
    seeded ^= seeded << 17;
    return (size_t)(seeded % n);
}

static void no_byte_may_change(struct id_token_client *client, str token, int step) {
    char copy[8192];
    assert_int_equal(check(client, token), HK_OK);
    for (size_t at = below((size_t)step); at < token.n; at += 1 + below((size_t)step)) {
        memcpy(copy, token.p, token.n);
        char other = (char)below(256);
        copy[at] = other == copy[at] ? (char)(other ^ 1) : other;
        if (check(client, str_of(copy, token.n)) == HK_OK)
            fail_msg("byte %zu may be 0x%02x instead of %c", at, (unsigned char)copy[at],
                     token.p[at]);
        memmove(copy + at, token.p + at + 1, token.n - at - 1);
        if (check(client, str_of(copy, token.n - 1)) == HK_OK)
            fail_msg("byte %zu, %c, may be missing", at, token.p[at]);
        memcpy(copy + at + 1, token.p + at, token.n - at);
        if (check(client, str_of(copy, token.n + 1)) == HK_OK)
            fail_msg("byte %zu may be doubled", at);
        if (check(client, str_head(token, at)) == HK_OK)
            fail_msg("the first %zu bytes suffice", at);
    }
}

static void a_byte_changed_after_signing_is_noticed(void **state) {
    (void)state;
    static const struct {
        enum jose_alg alg;
        int step; /* bytes between two that are tried, at most */
    } rows[] = {{JOSE_HS256, 2}, {JOSE_ES256, 16}, {JOSE_RS256, 16}, {JOSE_PS256, 16}};
    seeded = 0x5eed5eed5eed5eedULL;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct id_token_client client;
        id_token_client_start(&client, rows[i].alg, NULL, NULL);
        struct issuer *issuer = &client.issuer;
        str text = payload(issuer->arena, COUNT(claims), NULL), token;
        if (rows[i].alg == JOSE_HS256)
            token = token_hs256(issuer->arena, S(HEADER), text);
        else
            assert_ok(jws_sign(issuer->key, issuer->alg, S("JWT"), text, issuer->arena, &token));
        no_byte_may_change(&client, token, rows[i].step);
        id_token_client_stop(&client);
    }
}

static void a_byte_changed_after_encryption_is_noticed(void **state) {
    (void)state;
    static const enum jwe_enc encs[] = {JWE_A256GCM, JWE_A128CBC_HS256};
    seeded = 0xdec0dedec0dedec0ULL;
    for (size_t i = 0; i < COUNT(encs); i++) {
        struct id_token_client client;
        char way[64];
        snprintf(way, sizeof way, "A256KW %s", jwe_enc_name(encs[i]).p);
        id_token_client_start(&client, JOSE_HS256, "id_token_encryption", way);
        struct arena *arena = client.issuer.arena;
        struct jwk *key;
        str token = token_hs256(arena, S(HEADER), payload(arena, COUNT(claims), NULL)), box;
        assert_ok(jwe_key_from_client_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")),
                                             JWE_A256KW, encs[i], &key));
        assert_ok(jwe_encrypt(key, JWE_A256KW, encs[i], S("JWT"), token, arena, &box));
        no_byte_may_change(&client, box, 8);
        jwk_free(key);
        id_token_client_stop(&client);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_claim_flipped_dropped_doubled_retyped),
        cmocka_unit_test(each_member_of_the_header_changed),
        cmocka_unit_test(a_byte_changed_after_signing_is_noticed),
        cmocka_unit_test(a_byte_changed_after_encryption_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
