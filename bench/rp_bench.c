/* What libhitkey-rp costs, as ratios in one run: verifying an access token against the bare RSA
 * verification by OpenSSL, the cache of verified tokens, beginning a sign-in, the memory of a
 * client. Rounds are interleaved; medians and spreads are printed. See bench/README.md for the
 * targets. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "keys/jwk_internal.h"
#include "keys/jws.h"
#include "rp/include/hitkey_rp.h"

#define ISSUER "https://op.example"
enum { ROUNDS = 9, ROUND_US = 150000 };

static struct arena *arena;
static str token, jwks;
static struct jwk *key;

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void sign(void) {
    str claims, json;
    check(!failed(jwk_generate(JOSE_RS256, &key)), "no key could be made");
    long long now = (long long)(clock_now_ms() / 1000);
    check(!failed(str_printf(arena, &claims,
                             "{\"iss\":\"" ISSUER "\",\"aud\":\"api\",\"sub\":\"ada\",\"iat\":%lld,"
                             "\"exp\":%lld,\"jti\":\"1\",\"client_id\":\"app\",\"scope\":\"read\"}",
                             now, now + 3600)) &&
              !failed(jws_sign(key, JOSE_RS256, S("at+jwt"), claims, arena, &token)) &&
              !failed(jwk_public_json(key, arena, &json)) &&
              !failed(STR_JOIN(arena, &jwks, S("{\"keys\":["), json, S("]}"))),
          "no token could be signed");
}

static size_t live, most;

/* Counts what a client holds: a size stands before each piece. */
static void *counted(void *context, void *p, size_t n) {
    size_t *old = p ? (size_t *)p - 2 : NULL;
    (void)context;
    live -= old ? *old : 0;
    if (!n) {
        free(old);
        return NULL;
    }
    size_t *new = realloc(old, n + 2 * sizeof *new);
    check(new, "no memory");
    *new = n;
    live += n;
    most = live > most ? live : most;
    return new + 2;
}

static hk_rp *client(const char *cache) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    static const uint8_t seal_key[32] = {1};
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    hk_cfg_allocator(cfg, counted, NULL);
    hk_cfg_secret(cfg, "secret");
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_seal_key(cfg, seal_key, 1);
    hk_cfg_jwks(cfg, jwks.p);
    hk_cfg_metadata(cfg, "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER
                         "/authorize\",\"token_endpoint\":\"" ISSUER "/token\"}");
    hk_cfg_set(cfg, "verify_cache", cache);
    check(hk_rp_new(cfg, &rp, &e) == HK_OK, e.msg);
    return rp;
}

static hk_rp *plain, *caching;
static struct jws parsed;

static void bare(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        EVP_DigestVerifyInit_ex(context, NULL, "SHA2-256", NULL, NULL, key->pkey, NULL) == 1 &&
        EVP_DigestVerify(context, (const unsigned char *)parsed.signature.p, parsed.signature.n,
                         (const unsigned char *)parsed.signing_input.p,
                         parsed.signing_input.n) == 1;
    EVP_MD_CTX_free(context);
    check(good, "the bare verification failed");
}

static char authorization[4096];

static void verify_with(hk_rp *rp) {
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    hk_request request = {.size = sizeof request};
    request.method = "GET";
    request.url = "https://api.example/";
    request.authorization = authorization;
    check(hk_verify(rp, &request, "api", "read", &session, &e) == HK_OK, e.msg);
    hk_session_free(session);
}

static void verify(void) {
    verify_with(plain);
}

static void verify_cached(void) {
    verify_with(caching);
}

static void begin(void) {
    hk_error e = HK_ERROR_INIT;
    hk_login *login = NULL;
    check(hk_begin(plain, "/", &login, &e) == HK_OK, e.msg);
    hk_login_free(login);
}

static struct measured {
    const char *name;
    void (*call)(void);
    double us[ROUNDS];
} rows[] = {
    {"RS256 by OpenSSL alone", bare, {0}},
    {"hk_verify RS256", verify, {0}},
    {"hk_verify, seen before", verify_cached, {0}},
    {"hk_begin, warm", begin, {0}},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static double round_of(void (*call)(void)) {
    int64_t start = clock_monotonic_us(), now;
    int n = 0;
    do {
        for (int i = 0; i < 16; i++)
            call();
        n += 16;
        now = clock_monotonic_us();
    } while (now - start < ROUND_US);
    return (double)(now - start) / n;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct measured *row) {
    qsort(row->us, ROUNDS, sizeof row->us[0], by_size);
    return row->us[ROUNDS / 2];
}

static void report(void) {
    double base = median(&rows[0]);
    printf("| call | us (median of %d) | spread | of the bare verification |\n|---|--:|--:|--:|\n",
           ROUNDS);
    for (size_t i = 0; i < ROWS; i++)
        printf("| %s | %.2f | %.2f-%.2f | %.3f |\n", rows[i].name, median(&rows[i]), rows[i].us[0],
               rows[i].us[ROUNDS - 1], median(&rows[i]) / base);
}

int main(void) {
    arena = arena_new(1 << 20);
    sign();
    check(!failed(jws_parse(arena, token, &parsed)), "the token could not be parsed");
    snprintf(authorization, sizeof authorization, "Bearer %s", token.p);
    plain = client("0");
    size_t of_client = live;
    caching = client("1024");
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < ROWS; i++)
            rows[i].us[round] = round_of(rows[i].call);
    report();
    printf("\nOne client holds %zu bytes before its first call; both after all of this %zu, at "
           "most %zu.\n",
           of_client, live, most);
    hk_rp_free(plain);
    hk_rp_free(caching);
    check(live == 0, "a client left memory behind");
    jws_ref_drop(&parsed);
    jwk_free(key);
    arena_free(arena);
    return 0;
}
