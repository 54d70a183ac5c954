/* Aggregated and distributed claims: whose count, who is asked, and what is left out. */
#include <stdio.h>

#include "rp/flows/userinfo.h"
#include "rp/tests/token_helper.h"

#define USERINFO_URL ISSUER "/userinfo"
#define BUREAU       "https://bureau.example"
#define BUREAU_META  BUREAU "/.well-known/openid-configuration"

struct flow {
    json_t *claims;
};

static err start(struct hk_op *op) {
    return userinfo_push(op, S("at-1"), S("Bearer"), NULL, S("jane"),
                         &((struct flow *)op->flow)->claims);
}

struct world {
    struct feed feed;
    struct issuer provider, bureau;
    const char *bureau_metadata;
    char refused[64]; /* the rule that the last event told */
    hk_rp *rp;
};

static void note_event(void *context, const hk_event *event) {
    struct world *world = context;
    if (strcmp(event->what, "refused") == 0)
        snprintf(world->refused, sizeof world->refused, "%s", event->detail);
}

static struct world world;

static void client(const char *claim_sources) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = feed_cfg(&world.feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world.provider.jwks);
    hk_cfg_on_event(cfg, note_event, &world);
    if (claim_sources)
        hk_cfg_set(cfg, "claim_sources", claim_sources);
    hk_rp_free(world.rp);
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
}

static int world_start(void **state) {
    (void)state;
    world = (struct world){0};
    issuer_start(&world.provider, JOSE_ES256);
    issuer_start(&world.bureau, JOSE_ES256);
    world.bureau_metadata = "{\"issuer\":\"" BUREAU "\",\"jwks_uri\":\"" BUREAU "/jwks\"}";
    return 0;
}

static int world_stop(void **state) {
    (void)state;
    hk_rp_free(world.rp);
    issuer_stop(&world.bureau);
    issuer_stop(&world.provider);
    return 0;
}

/* The claims that userinfo (JSON with ' for ") and the answers after it make, as JSON text. */
static str claims_of(const char *userinfo, const struct canned *answers, size_t n) {
    struct canned all[8] = {{USERINFO_URL, 200, NULL, NULL, 0}};
    json_t *json = token_json(userinfo);
    char *text = json_dumps(json, 0), *made;
    hk_error e = HK_ERROR_INIT;
    str out;
    all[0].body = text;
    for (size_t i = 0; i < n; i++)
        all[1 + i] = answers[i];
    struct hk_op *op = op_new(world.rp, start, sizeof(struct flow));
    world.refused[0] = 0;
    assert_int_equal(feed_run(&world.feed, op, all, 1 + n, &e), HK_OK);
    made = json_dumps(((struct flow *)op->flow)->claims, JSON_COMPACT | JSON_SORT_KEYS);
    assert_ok(str_dup(world.provider.arena, str_from(made), &out));
    hk_op_free(op);
    free(made);
    free(text);
    json_decref(json);
    return out;
}

static const char *aggregated(struct issuer *issuer, const char *claims) {
    str out, token = issuer_sign(issuer, claims, STR_ABSENT);
    assert_ok(str_printf(world.provider.arena, &out,
                         "{'sub':'jane','name':'J','_claim_names':{'score':'s','name':'s',"
                         "'sub':'s','acr':'s','_claim_names':'s','gone':'s'},"
                         "'_claim_sources':{'s':{'JWT':'%.*s'}}}",
                         STR_FMT(token)));
    return out.p;
}

#define PLAIN "{\"name\":\"J\",\"sub\":\"jane\"}"
#define MORE  "{\"name\":\"J\",\"score\":650,\"sub\":\"jane\"}"

static void aggregated_claims_count_when_their_token_holds(void **state) {
    (void)state;
    static const struct {
        const char *claims, *result, *refused;
    } rows[] = {
        {"{'iss':'" ISSUER "','score':650}", MORE, ""},
        {"{'score':650}", MORE, ""},
        {"{'score':650,'name':'evil','sub':'mary','acr':'gold','_claim_names':{'a':'b'},'x':1}",
         MORE, ""},
        {"{'score':650,'exp':1800000300,'iat':1800000000}", MORE, ""},
        {"{'score':650,'exp':1799990000}", PLAIN, "token_not_expired"},
        {"{'score':650,'exp':'soon'}", PLAIN, "token_times_are_numbers"},
        {"{'score':650,'nbf':1800000300}", PLAIN, "token_nbf_is_past"},
        {"{'score':650,'iss':'https://other.example'}", PLAIN, "claim_source_is_trusted"},
        {"{'score':650,'iss':'" BUREAU "/'}", PLAIN, "claim_source_is_trusted"},
        {"[1]", PLAIN, "claims_are_an_object"},
    };
    client(BUREAU);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *userinfo = aggregated(&world.provider, rows[i].claims);
        assert_str(claims_of(userinfo, NULL, 0), rows[i].result);
        assert_string_equal(world.refused, rows[i].refused);
    }
    assert_str(claims_of(aggregated(&world.bureau, rows[0].claims), NULL, 0), PLAIN);
    assert_string_equal(world.refused, "token_key_is_known");
}

static void what_is_no_signed_token_is_left_out(void **state) {
    (void)state;
    struct issuer hmac = world.provider;
    str forged;
    client(NULL);
    assert_ok(jwk_from_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")), JOSE_HS256,
                              &hmac.key));
    hmac.alg = JOSE_HS256;
    assert_str(claims_of(aggregated(&hmac, "{'score':650}"), NULL, 0), PLAIN);
    assert_string_equal(world.refused, "claim_source_is_signed");
    jwk_free(hmac.key);
    static const char *const rows[] = {
        "{'sub':'jane','name':'J','_claim_names':{'score':'s'},'_claim_sources':{'s':{'JWT':'"
        "eyJhbGciOiJub25lIn0.eyJzY29yZSI6NjUwfQ.'}}}",
        "{'sub':'jane','name':'J','_claim_names':{'score':'s'},'_claim_sources':{'s':{'JWT':''}}}",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_str(claims_of(rows[i], NULL, 0), PLAIN);
        assert_string_equal(world.refused, "token_is_well_formed");
    }
    str good = issuer_sign(&world.provider, "{'score':650}", STR_ABSENT);
    str other = issuer_sign(&world.provider, "{'score':651}", STR_ABSENT);
    assert_ok(str_printf(world.provider.arena, &forged,
                         "{'sub':'jane','name':'J','_claim_names':{'score':'s'},"
                         "'_claim_sources':{'s':{'JWT':'%.*s%.*s'}}}",
                         STR_FMT(str_head(good, good.n - 86)),
                         STR_FMT(str_from_pos(other, other.n - 86))));
    assert_str(claims_of(forged.p, NULL, 0), PLAIN);
    assert_string_equal(world.refused, "token_signature_verifies");
    str typed = issuer_sign(&world.provider, "{'score':650}", S("at+jwt"));
    assert_ok(str_printf(world.provider.arena, &forged,
                         "{'sub':'jane','name':'J','_claim_names':{'score':'s'},"
                         "'_claim_sources':{'s':{'JWT':'%.*s'}}}",
                         STR_FMT(typed)));
    assert_str(claims_of(forged.p, NULL, 0), PLAIN);
    assert_string_equal(world.refused, "token_typ_fits");
}

static void odd_shapes_are_nothing(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{'sub':'jane','name':'J','_claim_names':[],'_claim_sources':{}}",
        "{'sub':'jane','name':'J','_claim_names':'score'}",
        "{'sub':'jane','name':'J','_claim_sources':{'s':{'JWT':'x'}}}",
        "{'sub':'jane','name':'J','_claim_names':{'score':1}}",
        "{'sub':'jane','name':'J','_claim_names':{'score':['s']},'_claim_sources':{'s':{}}}",
    };
    client(NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_str(claims_of(rows[i], NULL, 0), PLAIN);
    assert_string_equal(world.refused, "");
    assert_str(claims_of("{'sub':'jane','name':'J','_claim_names':{'score':'s'}}", NULL, 0), PLAIN);
    assert_string_equal(world.refused, "claim_source_host_is_known");
}

static void another_issuers_keys_are_found_or_given(void **state) {
    (void)state;
    const struct canned metadata = {BUREAU_META, 200, world.bureau_metadata, NULL, 0},
                        liar = {BUREAU_META, 200, "{\"issuer\":\"https://bureau2.example\"}", NULL,
                                0},
                        bare = {BUREAU_META, 200, "{\"issuer\":\"" BUREAU "\"}", NULL, 0},
                        keys = {BUREAU "/jwks", 200, world.bureau.jwks, NULL, 0},
                        wrong = {BUREAU "/jwks", 200, world.provider.jwks, NULL, 0},
                        no_set = {BUREAU "/jwks", 200, "{\"keys\":1}", NULL, 0},
                        down = {BUREAU "/jwks", 0, NULL, NULL, HK_E_TIMEOUT},
                        given = {BUREAU "/k", 200, world.bureau.jwks, NULL, 0};
    const char *userinfo = aggregated(&world.bureau, "{'iss':'" BUREAU "','score':650}");
    client("https://first.example " BUREAU);
    assert_str(claims_of(userinfo, (const struct canned[]){metadata, keys}, 2), MORE);
    assert_str(claims_of(userinfo, &liar, 1), PLAIN);
    assert_string_equal(world.refused, "metadata_issuer_matches");
    assert_str(claims_of(userinfo, &bare, 1), PLAIN);
    assert_string_equal(world.refused, "keys_at_hand");
    assert_str(claims_of(userinfo, (const struct canned[]){metadata, wrong}, 2), PLAIN);
    assert_string_equal(world.refused, "token_key_is_known");
    assert_str(claims_of(userinfo, (const struct canned[]){metadata, no_set}, 2), PLAIN);
    assert_string_equal(world.refused, "keys_are_a_set");
    assert_str(claims_of(userinfo, (const struct canned[]){metadata, down}, 2), PLAIN);
    assert_string_equal(world.refused, "answer_in_time");
    client(BUREAU "=" BUREAU "/k");
    assert_str(claims_of(userinfo, &given, 1), MORE);
    client(NULL);
    assert_str(claims_of(userinfo, NULL, 0), PLAIN);
    assert_string_equal(world.refused, "claim_source_is_trusted");
}

#define DISTRIBUTED(endpoint, token)                                                               \
    "{'sub':'jane','name':'J','_claim_names':{'score':'d'},"                                       \
    "'_claim_sources':{'d':{'endpoint':'" endpoint "'" token "}}}"

static void distributed_claims_are_fetched_with_their_own_token(void **state) {
    (void)state;
    str token = issuer_sign(&world.provider, "{'score':650}", STR_ABSENT);
    str theirs = issuer_sign(&world.bureau, "{'iss':'" BUREAU "','score':650}", STR_ABSENT);
    const struct canned own = {ISSUER "/claims", 200, token.p, NULL, 0},
                        bureau = {BUREAU "/claims", 200, theirs.p, NULL, 0},
                        keys = {BUREAU "/jwks", 200, world.bureau.jwks, NULL, 0};
    client(BUREAU "=" BUREAU "/jwks");
    assert_str(claims_of(DISTRIBUTED(ISSUER "/claims", ",'access_token':'d-1'"), &own, 1), MORE);
    assert_non_null(strstr(world.feed.last_headers, "Authorization: Bearer d-1\r\n"));
    assert_str(claims_of(DISTRIBUTED(ISSUER "/claims", ""), &own, 1), MORE);
    assert_null(strstr(world.feed.last_headers, "Authorization"));
    assert_str(claims_of(DISTRIBUTED(BUREAU "/claims", ",'access_token':'d-1'"),
                         (const struct canned[]){bureau, keys}, 2),
               MORE);
}

static void other_hosts_are_not_asked(void **state) {
    (void)state;
    static const struct {
        const char *userinfo, *refused;
    } rows[] = {
        {DISTRIBUTED("https://169.254.169.254/latest", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("http://op.example/claims", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("https://op.example:8443/claims", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("https://op.example.evil.example/claims", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("https://evil.example/" ISSUER, ""), "claim_source_host_is_known"},
        {DISTRIBUTED("https://op.example@evil.example/", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("https://evil@op.example/claims", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("file:///etc/passwd", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("/claims", ""), "claim_source_host_is_known"},
        {DISTRIBUTED("", ""), "claim_source_host_is_known"},
        {DISTRIBUTED(ISSUER "/claims", ",'access_token':'a\\r\\nX: y'"),
         "access_token_is_sendable"},
    };
    client(NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_str(claims_of(rows[i].userinfo, NULL, 0), PLAIN);
        assert_string_equal(world.refused, rows[i].refused);
    }
}

static void a_source_that_is_down_keeps_nobody_out(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        const char *refused;
    } rows[] = {
        {{ISSUER "/claims", 0, NULL, NULL, HK_E_NET}, "request_was_answered"},
        {{ISSUER "/claims", 0, NULL, NULL, HK_E_TOO_LARGE}, "answer_is_small_enough"},
        {{ISSUER "/claims", 302, "", "Location: https://evil.example\r\n", 0},
         "answer_is_no_redirect"},
        {{ISSUER "/claims", 401, "", NULL, 0}, "answer_is_success"},
        {{ISSUER "/claims", 200, "{\"score\":650}", NULL, 0}, "token_is_well_formed"},
    };
    client(NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_str(claims_of(DISTRIBUTED(ISSUER "/claims", ""), &rows[i].answer, 1), PLAIN);
        assert_string_equal(world.refused, rows[i].refused);
    }
    /* The next source is asked all the same. */
    str token = issuer_sign(&world.provider, "{'b':2}", STR_ABSENT);
    const struct canned answers[] = {{ISSUER "/one", 500, "", NULL, 0},
                                     {ISSUER "/two", 200, token.p, NULL, 0}};
    assert_str(claims_of("{'sub':'jane','_claim_names':{'a':'1','b':'2'},'_claim_sources':{"
                         "'1':{'endpoint':'" ISSUER "/one'},'2':{'endpoint':'" ISSUER "/two'}}}",
                         answers, 2),
               "{\"b\":2,\"sub\":\"jane\"}");
}

static void there_are_four_sources_at_most(void **state) {
    (void)state;
    str token = issuer_sign(&world.provider, "{'a':1,'b':1,'c':1,'d':1,'e':1}", STR_ABSENT), four,
        five;
    const char *const format =
        "{'sub':'jane','_claim_names':{'a':'1','b':'2','c':'3','d':'4','e':'%d'},"
        "'_claim_sources':{'1':{'JWT':'%s'},'2':{'JWT':'%s'},"
        "'3':{'JWT':'%s'},'4':{'JWT':'%s'},'5':{'JWT':'%s'}}}";
    const char *t = token.p;
    client(NULL);
    assert_ok(str_printf(world.provider.arena, &four, format, 4, t, t, t, t, t));
    assert_ok(str_printf(world.provider.arena, &five, format, 5, t, t, t, t, t));
    assert_str(claims_of(four.p, NULL, 0),
               "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"sub\":\"jane\"}");
    assert_str(claims_of(five.p, NULL, 0), "{\"sub\":\"jane\"}");
    assert_string_equal(world.refused, "claim_sources_are_few");
}

static void the_setting_names_issuers(void **state) {
    (void)state;
    static const char *const rows[] = {
        "bureau",   "http://bureau.example",           BUREAU "#a",
        BUREAU "=", BUREAU "=http://bureau.example/k", BUREAU "  " BUREAU};
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_rp *rp;
        hk_cfg *cfg = feed_cfg(&world.feed);
        hk_cfg_set(cfg, "claim_sources", rows[i]);
        assert_int_equal(hk_rp_new(cfg, &rp, NULL), HK_E_CONFIG);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_start, world_stop)
    const struct CMUnitTest tests[] = {
        TEST(aggregated_claims_count_when_their_token_holds),
        TEST(what_is_no_signed_token_is_left_out),
        TEST(odd_shapes_are_nothing),
        TEST(another_issuers_keys_are_found_or_given),
        TEST(distributed_claims_are_fetched_with_their_own_token),
        TEST(other_hosts_are_not_asked),
        TEST(a_source_that_is_down_keeps_nobody_out),
        TEST(there_are_four_sources_at_most),
        TEST(the_setting_names_issuers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
