/* DPoP proofs: each rule of RFC 9449 4.3, and what is made here is taken here. */
#include "keys/dpop.h"

#include "common/base/json_read.h"
#include "keys/jws.h"
#include "keys/tests/jws_sign_helper.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *keys[JOSE_ALG_COUNT];
static struct jwk *key; /* ES256 */
static str jwk, jkt;    /* its public members and thumbprint */

enum { NOW = 1800000000 };
#define TOKEN "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
#define ATH   "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 26);
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++)
        keys[alg] = helper_key((enum jose_alg)alg);
    key = keys[JOSE_ES256];
    assert_ok(jwk_bare_json(key, arena, &jwk));
    assert_ok(jwk_thumbprint(key, arena, &jkt));
    return 0;
}

static int close_all(void **state) {
    (void)state;
    for (int alg = JOSE_NONE + 1; alg < JOSE_ALG_COUNT; alg++)
        jwk_free(keys[alg]);
    arena_free(arena);
    return 0;
}

static struct dpop_expected expected(void) {
    return (struct dpop_expected){.method = S("POST"),
                                  .url = S("https://as.example/token"),
                                  .now = NOW,
                                  .max_age = 300,
                                  .leeway = 5};
}

/* A signature by `key`, whatever the header says; "$" in it is the public jwk. */
static str proof_of(const char *header, const char *claims) {
    const char *mark = strchr(header, '$'), *text;
    str whole = str_from(header);
    if (mark)
        assert_ok(STR_JOIN(arena, &whole, str_of(header, (size_t)(mark - header)), jwk,
                           str_from(mark + 1)));
    assert_ok(str_to_c(arena, whole, &text));
    str body = str_from(claims);
    char *quoted = arena_alloc(arena, body.n + 1);
    for (size_t i = 0; i < body.n; i++)
        quoted[i] = body.p[i] == '\'' ? '"' : body.p[i];
    str input = helper_input(arena, text, quoted);
    str der = helper_ecdsa_der(arena, key, JOSE_ES256, input);
    return helper_token(arena, input, helper_ecdsa_raw(arena, der, 32));
}

static void assert_refused(str proof, const struct dpop_expected *e, const char *code,
                           const char *why) {
    struct dpop out = {.iat = 1};
    err got = dpop_verify(proof, e, arena, &out);
    if (strcmp(err_name(got.code), code) != 0 || (why && !strstr(got.why ? got.why : "", why)))
        fail_msg("%s \"%s\", not %s \"%s\"", err_name(got.code), got.why, code, why);
    if (failed(got))
        assert_false(str_present(out.jti) || str_present(out.jkt));
}

#define HEADER "{'typ':'dpop+jwt','alg':'ES256','jwk':$}"
#define JTI    "'jti':'-BwC3ESc6acc2lTc'"
#define HTM    "'htm':'POST'"
#define HTU    "'htu':'https://as.example/token'"
#define IAT    "'iat':1800000000"
#define CLAIMS "{" JTI "," HTM "," HTU "," IAT "}"

static void a_header_that_breaks_a_rule_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *header, *why;
    } rows[] = {
        {"{'alg':'ES256','jwk':$}", "typ"},
        {"{'typ':'JWT','alg':'ES256','jwk':$}", "typ"},
        {"{'typ':'DPOP+JWT','alg':'ES256','jwk':$}", "typ"},
        {"{'typ':'dpop+jwt ','alg':'ES256','jwk':$}", "typ"},
        {"{'typ':['dpop+jwt'],'alg':'ES256','jwk':$}", "typ"},
        {"{'typ':'at+jwt','alg':'ES256','jwk':$}", "typ"},
        {"{'typ':'dpop+jwt','jwk':$}", "algorithm"},
        {"{'typ':'dpop+jwt','alg':'none','jwk':$}", "algorithm"},
        {"{'typ':'dpop+jwt','alg':'HS256','jwk':$}", "asymmetric"},
        {"{'typ':'dpop+jwt','alg':'HS256','jwk':{'kty':'oct','k':'AAAA'}}", "asymmetric"},
        {"{'typ':'dpop+jwt','alg':'ES384','jwk':$}", "not for this algorithm"},
        {"{'typ':'dpop+jwt','alg':'RS256','jwk':$}", "not for this algorithm"},
        {"{'typ':'dpop+jwt','alg':'ES256'}", "public key as jwk"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':null}", "public key as jwk"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':'$'}", "JSON object"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':[$]}", "public key as jwk"},
        {"{'typ':'dpop+jwt','alg':'ES256','kid':'k','x5c':[],'jku':'https://e/'}", "as jwk"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':{}}", "kty"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':{'kty':'oct','k':'AAAA'}}", "symmetric"},
        {"{'typ':'dpop+jwt','alg':'ES256','jwk':{'kty':'EC','crv':'P-256','x':'AA','y':'AA'}}",
         "wrong length"},
        {"{'typ':'dpop+jwt','alg':'ES256','crit':['exp'],'jwk':$}", "extension"},
        {"{'typ':'dpop+jwt','alg':'ES256','b64':false,'jwk':$}", "extension"},
        {"{'typ':'dpop+jwt','typ':'dpop+jwt','alg':'ES256','jwk':$}", "unique"},
        {"[]", "JSON object"},
    };
    const struct dpop_expected e = expected();
    assert_refused(proof_of(HEADER, CLAIMS), &e, "ok", NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_refused(proof_of(rows[i].header, CLAIMS), &e, "invalid_dpop_proof", rows[i].why);
}

/* liboauth2's CVE-2026-54431: the private key went along, for everybody to take. */
static void a_proof_with_a_private_key_is_refused(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_ES256, JOSE_EdDSA, JOSE_RS256};
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    const struct dpop_expected e = expected();
    str claims = S("{\"jti\":\"j\",\"htm\":\"POST\",\"htu\":\"https://as.example/token\","
                   "\"iat\":1800000000}"),
        token;
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct jws_header header = {.alg = algs[i], .typ = S("dpop+jwt")};
        assert_ok(jwk_private_json(keys[algs[i]], arena, &header.jwk));
        assert_ok(jws_sign_header(keys[algs[i]], &header, claims, arena, &token));
        assert_refused(token, &e, "invalid_dpop_proof", "private");
        for (size_t k = 0; k < COUNT(members); k++) {
            str bare;
            assert_ok(jwk_bare_json(keys[algs[i]], arena, &bare));
            assert_ok(STR_JOIN(arena, &header.jwk, str_head(bare, bare.n - 1), S(",\""),
                               str_from(members[k]), k % 2 ? S("\":\"AQAB\"}") : S("\":null}")));
            assert_ok(jws_sign_header(keys[algs[i]], &header, claims, arena, &token));
            assert_refused(token, &e, "invalid_dpop_proof", "private");
        }
    }
}

static void claims_that_break_a_rule_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *claims, *why;
    } rows[] = {
        {"", "three parts"},
        {"[]", "object"},
        {"{" HTM "," HTU "," IAT "}", "jti"},
        {"{'jti':''," HTM "," HTU "," IAT "}", "jti"},
        {"{'jti':5," HTM "," HTU "," IAT "}", "jti"},
        {"{" JTI "," JTI "," HTM "," HTU "," IAT "}", "repeats"},
        {"{" JTI "," HTU "," IAT "}", "htm"},
        {"{" JTI ",'htm':'post'," HTU "," IAT "}", "htm"},
        {"{" JTI ",'htm':'GET'," HTU "," IAT "}", "htm"},
        {"{" JTI ",'htm':['POST']," HTU "," IAT "}", "htm"},
        {"{" JTI "," HTM "," IAT "}", "htu"},
        {"{" JTI "," HTM ",'htu':''," IAT "}", "htu"},
        {"{" JTI "," HTM ",'htu':'/token'," IAT "}", "htu"},
        {"{" JTI "," HTM ",'htu':'ftp://as.example/token'," IAT "}", "htu"},
        {"{" JTI "," HTM ",'htu':'https://as.example/%zz'," IAT "}", "htu"},
        {"{" JTI "," HTM ",'htu':{}," IAT "}", "htu"},
        {"{" JTI "," HTM "," HTU "}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':'1800000000'}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':true}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':1e300}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':-1e300}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':9223372036854775807}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':-9223372036854775808}", "iat"},
        {"{" JTI "," HTM "," HTU ",'iat':0}", "too old"},
        {"{" JTI "," HTM "," HTU ",'iat':1799999699}", "too old"},
        {"{" JTI "," HTM "," HTU ",'iat':1800000006}", "future"},
        {"{" JTI "," HTM "," HTU ",'iat':1800000000000}", "future"},
        {"{" JTI "," HTM "," HTU "," IAT ",'exp':1799999995}", "expired"},
        {"{" JTI "," HTM "," HTU "," IAT ",'exp':'1900000000'}", "expired"},
        {"{" JTI "," HTM "," HTU "," IAT ",'nbf':1800000006}", "not valid yet"},
        {"{" JTI "," HTM "," HTU "," IAT ",'nbf':null}", "not valid yet"},
        {"{" JTI "," HTM "," HTU "," IAT ",'nonce':5}", "nonce"},
    };
    static const char *const good[] = {
        "{" JTI "," HTM "," HTU ",'iat':1799999700}",
        "{" JTI "," HTM "," HTU ",'iat':1800000005}",
        "{" JTI "," HTM "," HTU ",'iat':1800000000.75}",
        "{" JTI "," HTM "," HTU "," IAT ",'exp':1800000060,'nbf':1800000000}",
        "{" JTI "," HTM "," HTU "," IAT ",'ath':'x','nonce':'not asked for','more':[1]}",
    };
    const struct dpop_expected e = expected();
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_refused(proof_of(HEADER, rows[i].claims), &e, "invalid_dpop_proof", rows[i].why);
    for (size_t i = 0; i < COUNT(good); i++)
        assert_refused(proof_of(HEADER, good[i]), &e, "ok", NULL);
}

static void a_jti_is_bounded(void **state) {
    (void)state;
    const struct dpop_expected e = expected();
    char jti[258], claims[512];
    for (int n = 256; n <= 257; n++) {
        memset(jti, 'j', sizeof jti);
        jti[n] = '\0';
        snprintf(claims, sizeof claims, "{'jti':'%s'," HTM "," HTU "," IAT "}", jti);
        assert_refused(proof_of(HEADER, claims), &e, n > 256 ? "invalid_dpop_proof" : "ok", NULL);
    }
}

/* RFC 3986 6.2.2 and 6.2.3; query and fragment count on neither side. */
static void htu_is_compared_in_normal_form(void **state) {
    (void)state;
    static const struct {
        const char *htu, *url;
        bool same;
    } rows[] = {
        {"https://as.example/token", "https://as.example/token?a=b#c", true},
        {"https://as.example/token?x=y", "https://as.example/token", true},
        {"https://as.example/token#x?y", "https://as.example/token", true},
        {"HTTPS://AS.Example:443/token", "https://as.example/token", true},
        {"https://as.example/a/../%74oken", "https://as.example/token", true},
        {"https://as.example/%7euser", "https://as.example/~user", true},
        {"https://as.example/a%2fb", "https://as.example/a%2Fb", true},
        {"https://as.example", "https://as.example/", true},
        {"http://127.0.0.1:8080/t", "http://127.0.0.1:8080/t", true},
        {"http://[::1]:80/t", "http://[::1]/t", true},
        {"http://as.example/token", "https://as.example/token", false},
        {"https://as.example/token/", "https://as.example/token", false},
        {"https://as.example/Token", "https://as.example/token", false},
        {"https://as.example/a%2Fb", "https://as.example/a/b", false},
        {"https://as.example:8443/token", "https://as.example/token", false},
        {"https://as.example.evil/token", "https://as.example/token", false},
        {"https://as.example@evil/token", "https://as.example/token", false},
        {"https://u@as.example/token", "https://as.example/token", false},
        {"https://as.example/token%3Fx", "https://as.example/token", false},
        {"https://as.example/token;x", "https://as.example/token", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dpop_expected e = expected();
        char claims[256];
        e.url = str_from(rows[i].url);
        snprintf(claims, sizeof claims, "{" JTI "," HTM ",'htu':'%s'," IAT "}", rows[i].htu);
        assert_refused(proof_of(HEADER, claims), &e, rows[i].same ? "ok" : "invalid_dpop_proof",
                       rows[i].same ? NULL : "not the URL");
    }
    struct dpop_expected e = expected();
    e.url = S("/token");
    assert_refused(proof_of(HEADER, CLAIMS), &e, "bad_request", NULL);
    e = expected();
    e.method = STR_ABSENT;
    assert_refused(proof_of(HEADER, "{" JTI "," HTU "," IAT "}"), &e, "invalid_dpop_proof", "htm");
}

/* What the request or the server adds to the rules. */
static void token_key_nonce_and_alg_are_those_that_are_expected(void **state) {
    (void)state;
#define WITH_ATH   "{" JTI "," HTM "," HTU "," IAT ",'ath':'" ATH "'}"
#define WITH_NONCE "{" JTI "," HTM "," HTU "," IAT ",'nonce':'n1'}"
    static const struct {
        const char *claims, *token, *jkt, *nonces, *algs, *code;
    } rows[] = {
        {CLAIMS, TOKEN, NULL, NULL, NULL, "invalid_dpop_proof"},
        {WITH_ATH, "another token", NULL, NULL, NULL, "invalid_dpop_proof"},
        {WITH_ATH, "", NULL, NULL, NULL, "invalid_dpop_proof"},
        {"{" JTI "," HTM "," HTU "," IAT ",'ath':'" ATH "='}", TOKEN, NULL, NULL, NULL,
         "invalid_dpop_proof"},
        {"{" JTI "," HTM "," HTU "," IAT ",'ath':['" ATH "']}", TOKEN, NULL, NULL, NULL,
         "invalid_dpop_proof"},
        {WITH_ATH, TOKEN, NULL, NULL, NULL, "ok"},
        {CLAIMS, NULL, "$", NULL, NULL, "ok"},
        {CLAIMS, NULL, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", NULL, NULL, "invalid_token"},
        {CLAIMS, NULL, "", NULL, NULL, "invalid_token"},
        {CLAIMS, NULL, NULL, "n1", NULL, "use_dpop_nonce"},
        {WITH_NONCE, NULL, NULL, "n1", NULL, "ok"},
        {WITH_NONCE, NULL, NULL, "n2 n1", NULL, "ok"},
        {WITH_NONCE, NULL, NULL, "n2 n3", NULL, "use_dpop_nonce"},
        {WITH_NONCE, NULL, NULL, "", NULL, "use_dpop_nonce"},
        {WITH_NONCE, NULL, NULL, "n1n1", NULL, "use_dpop_nonce"},
        {"{" JTI "," HTM "," HTU "," IAT ",'nonce':'n2 n1'}", NULL, NULL, "n2 n1", NULL,
         "use_dpop_nonce"},
        {"{" JTI "," HTM "," HTU "," IAT ",'nonce':''}", NULL, NULL, "n2  n1", NULL,
         "use_dpop_nonce"},
        {CLAIMS, NULL, NULL, NULL, "ES256", "ok"},
        {CLAIMS, NULL, NULL, NULL, "PS256 ES256", "ok"},
        {CLAIMS, NULL, NULL, NULL, "PS256 EdDSA", "invalid_dpop_proof"},
        {CLAIMS, NULL, NULL, NULL, "", "invalid_dpop_proof"},
        /* A nonce is asked for only when all else is well. */
        {CLAIMS, TOKEN, NULL, "n1", NULL, "invalid_dpop_proof"},
        {CLAIMS, NULL, "other", "n1", NULL, "invalid_token"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dpop_expected e = expected();
        e.access_token = str_from(rows[i].token);
        e.jkt = rows[i].jkt && rows[i].jkt[0] == '$' ? jkt : str_from(rows[i].jkt);
        e.nonces = str_from(rows[i].nonces);
        e.algs = str_from(rows[i].algs);
        assert_refused(proof_of(HEADER, rows[i].claims), &e, rows[i].code, NULL);
    }
}

/* No changed character leaves a proof valid; nothing is known of one whose signature is wrong. */
static void no_altered_proof_is_taken(void **state) {
    (void)state;
    const struct dpop_expected e = expected();
    str good = proof_of(HEADER, CLAIMS);
    for (size_t i = 0; i < good.n; i++) {
        struct dpop out;
        struct arena *scratch = arena_new(1 << 18);
        char *copy = arena_alloc(scratch, good.n);
        memcpy(copy, good.p, good.n);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        assert_true(failed(dpop_verify(str_of(copy, good.n), &e, scratch, &out)));
        assert_false(str_present(out.jti));
        arena_free(scratch);
    }
}

static void what_is_too_long_is_not_read(void **state) {
    (void)state;
    static char text[DPOP_MAX + 1];
    memset(text, 'A', sizeof text);
    const struct dpop_expected e = expected();
    assert_refused(str_of(text, sizeof text), &e, "invalid_dpop_proof", "too long");
    assert_refused(str_of(text, DPOP_MAX), &e, "invalid_dpop_proof", "three parts");
    assert_refused(STR_ABSENT, &e, "invalid_dpop_proof", "three parts");
}

static void each_asymmetric_key_makes_proofs(void **state) {
    (void)state;
    for (int i = JOSE_NONE + 1; i < JOSE_ALG_COUNT; i++) {
        enum jose_alg alg = (enum jose_alg)i;
        const struct dpop_request request = {.method = S("GET"),
                                             .url = S("HTTPS://api.example/Me?x=1#y"),
                                             .now = NOW,
                                             .jti = S("a jti"),
                                             .nonce = S("n1"),
                                             .access_token = S(TOKEN)};
        struct dpop_expected e = expected();
        struct dpop out;
        str proof, thumbprint;
        err made = dpop_proof(keys[alg], alg, &request, arena, &proof);
        assert_int_equal(failed(made), jose_alg_is_hmac(alg));
        if (failed(made))
            continue;
        assert_ok(jwk_thumbprint(keys[alg], arena, &thumbprint));
        e.method = S("GET");
        e.url = S("https://api.example/Me");
        e.access_token = S(TOKEN);
        e.nonces = S("n1");
        e.jkt = thumbprint;
        assert_ok(dpop_verify(proof, &e, arena, &out));
        assert_int_equal(out.alg, alg);
        assert_int_equal(out.iat, NOW);
        assert_str(out.jti, "a jti");
        assert_str(out.nonce, "n1");
        assert_true(str_eq(out.jkt, thumbprint));
    }
}

static void a_proof_has_the_members_of_rfc_9449_4_2_and_no_other(void **state) {
    (void)state;
    AUTO(jws_ref) jws = {0};
    str proof, header, want;
    const struct dpop_request request = {
        .method = S("POST"), .url = S("https://as.example:443/token?q"), .now = NOW, .jti = S("j")};
    assert_ok(dpop_proof(key, JOSE_ES256, &request, arena, &proof));
    assert_ok(jws_parse(arena, proof, &jws));
    assert_str(jws.payload, "{\"jti\":\"j\",\"htm\":\"POST\",\"htu\":\"https://as.example/token\","
                            "\"iat\":1800000000}");
    assert_ok(json_read_dump(arena, jws.header, &header));
    assert_ok(
        STR_JOIN(arena, &want, S("{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\",\"jwk\":"), jwk, S("}")));
    assert_true(str_eq(header, want));
}

static void no_proof_is_made_for_what_cannot_be_right(void **state) {
    (void)state;
    struct dpop_request request = {
        .method = S("POST"), .url = S("https://as.example/"), .jti = S("j")};
    str proof;
    assert_err(dpop_proof(key, JOSE_RS256, &request, arena, &proof), jose_key);
    assert_err(dpop_proof(keys[JOSE_HS256], JOSE_HS256, &request, arena, &proof), jose_key);
    request.url = S("as.example/token");
    assert_err(dpop_proof(key, JOSE_ES256, &request, arena, &proof), bad_request);
    request.url = S("ftp://as.example/token");
    assert_err(dpop_proof(key, JOSE_ES256, &request, arena, &proof), bad_request);
    request.url = S("https://as.example/");
    request.jti = S("");
    assert_err(dpop_proof(key, JOSE_ES256, &request, arena, &proof), bad_request);
    request.jti = S("j");
    request.method = STR_ABSENT;
    assert_err(dpop_proof(key, JOSE_ES256, &request, arena, &proof), bad_request);
}

/* RFC 9449, figures 2, 9 and 13. */
static void the_examples_of_rfc_9449_verify(void **state) {
    (void)state;
#define RFC_HEADER                                                                                 \
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo" \
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW" \
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19."
    static const struct {
        const char *proof, *jti;
        struct dpop_expected e;
    } rows[] = {
        {RFC_HEADER
         "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1w"
         "bGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg"
         "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
         "-BwC3ESc6acc2lTc",
         {.method = S_INIT("POST"),
          .url = S_INIT("https://server.example.com/token"),
          .now = 1562262616,
          .jkt = S_INIT("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")}},
        {RFC_HEADER
         "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFt"
         "cGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
         "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6"
         "pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
         "e1j3V_bKic8-LAEB",
         {.method = S_INIT("GET"),
          .url = S_INIT("https://resource.example.org/protectedresource"),
          .now = 1562262618,
          .access_token = S_INIT(TOKEN),
          .jkt = S_INIT("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dpop out;
        assert_ok(dpop_verify(str_from(rows[i].proof), &rows[i].e, arena, &out));
        assert_str(out.jti, rows[i].jti);
        assert_false(str_present(out.nonce));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_that_breaks_a_rule_is_refused),
        cmocka_unit_test(a_proof_with_a_private_key_is_refused),
        cmocka_unit_test(claims_that_break_a_rule_are_refused),
        cmocka_unit_test(a_jti_is_bounded),
        cmocka_unit_test(htu_is_compared_in_normal_form),
        cmocka_unit_test(token_key_nonce_and_alg_are_those_that_are_expected),
        cmocka_unit_test(no_altered_proof_is_taken),
        cmocka_unit_test(what_is_too_long_is_not_read),
        cmocka_unit_test(no_proof_is_made_for_what_cannot_be_right),
        cmocka_unit_test(each_asymmetric_key_makes_proofs),
        cmocka_unit_test(a_proof_has_the_members_of_rfc_9449_4_2_and_no_other),
        cmocka_unit_test(the_examples_of_rfc_9449_verify),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
