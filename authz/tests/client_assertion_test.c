/* ctest: threads
 * Clients that authenticate by a JWT at the token endpoint. */
#include <pthread.h>
#include <stdio.h>

#include "authz/tests/client_assertion_helper.h"
#include "authz/tests/document_server_helper.h"
#include "common/base/base64.h"
#include "keys/jws.h"

#define METHOD    "'token_endpoint_auth_method':'private_key_jwt'"
#define SOME_JWT  "e30.e30.eA"
#define BY_SECRET "'token_endpoint_auth_method':'client_secret_jwt'"

enum { THREADS = 32 };

static const char *secret_text, *secret_text256;

static void add_clients(void) {
    const char *set = client_jwt_all();
    char metadata[8192];
    snprintf(metadata, sizeof metadata, METHOD ",'jwks':%s", set);
    client_jwt_add("any", metadata);
    snprintf(metadata, sizeof metadata,
             METHOD ",'token_endpoint_auth_signing_alg':'ES256','jwks':%s", set);
    client_jwt_add("es256", metadata);
    client_jwt_add("keyless", METHOD);
    secret_text = client_jwt_add("secret", BY_SECRET);
    secret_text256 =
        client_jwt_add("secret256", BY_SECRET ",'token_endpoint_auth_signing_alg':'HS256'");
    snprintf(metadata, sizeof metadata, METHOD ",'jwks_uri':'%s'", document_server_url("/jwks"));
    client_jwt_add("remote", metadata);
    snprintf(metadata, sizeof metadata,
             "'token_endpoint_auth_method':'client_secret_basic','jwks':%s", set);
    client_jwt_add("basic", metadata);
}

static int open_world_with(const char *const *more) {
    int opened = flow_world_open_with(more);
    client_jwt_open();
    add_clients();
    return opened;
}

static int open_world(void **state) {
    char ca[128];
    (void)state;
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    return open_world_with((const char *const[]){ca, "--allow-private-fetch", NULL});
}

static int open_guarded_world(void **state) {
    char ca[128];
    (void)state;
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    return open_world_with((const char *const[]){ca, "--client-assertion-audience=issuer", NULL});
}

static int close_world(void **state) {
    client_jwt_close();
    flow_world_close(state);
    document_server_stop();
    return 0;
}

/* --- what is taken -------------------------------------------------------------------------- */

static void each_asymmetric_algorithm_is_taken(void **state) {
    (void)state;
    const struct {
        const struct jwk *key;
        enum jose_alg alg;
    } rows[] = {{jwt_keys.rsa, JOSE_RS256},   {jwt_keys.rsa, JOSE_RS384},
                {jwt_keys.rsa, JOSE_RS512},   {jwt_keys.rsa, JOSE_PS256},
                {jwt_keys.rsa, JOSE_PS384},   {jwt_keys.rsa, JOSE_PS512},
                {jwt_keys.ec, JOSE_ES256},    {jwt_keys.ec384, JOSE_ES384},
                {jwt_keys.ec521, JOSE_ES512}, {jwt_keys.ed, JOSE_EdDSA}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assertion_known(client_jwt(rows[i].key, rows[i].alg, NULL, assertion_claims("any", "")));
}

/* An assertion of `client`, keyed with a text. */
static const char *keyed(const char *client, const char *text, enum jose_alg alg) {
    struct jwk *key = client_jwt_secret_key(text, alg);
    const char *assertion = client_jwt(key, alg, NULL, assertion_claims(client, ""));
    jwk_free(key);
    return assertion;
}

static void a_secret_is_a_key(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_HS256, JOSE_HS384, JOSE_HS512};
    for (size_t i = 0; i < COUNT(algs); i++) {
        assertion_known(keyed("secret", secret_text, algs[i]));
        assertion_refused(keyed("secret", secret_text256, algs[i]));
        assertion_refused(keyed("any", CLIENT_JWT_SECRET, algs[i]));
    }
    assertion_known(keyed("secret256", secret_text256, JOSE_HS256));
    assertion_refused(keyed("secret256", secret_text256, JOSE_HS384));
    assertion_refused(assertion_good("secret"));
    const char *assertion = keyed("secret", secret_text, JOSE_HS256);
    assertion_known(assertion);
    assertion_refused(assertion);
}

/* The secret itself is then no way to authenticate: it would be one that travels. */
static void a_secret_that_is_a_key_is_not_sent(void **state) {
    (void)state;
    char form[512];
    snprintf(form, sizeof form,
             "grant_type=authorization_code&code=x&client_id=secret&client_secret=%s", secret_text);
    assertion_told(assertion_call(FORM, form, NULL), 401, "invalid_client");
}

static void the_type_may_be_told(void **state) {
    (void)state;
    static const char *const types[] = {"JWT", "jwt", "client-authentication+jwt",
                                        "application/client-authentication+jwt"};
    for (size_t i = 0; i < COUNT(types); i++)
        assertion_known(client_jwt(jwt_keys.ec, JOSE_ES256, types[i], assertion_claims("any", "")));
    static const char *const others[] = {"oauth-authz-req+jwt", "at+jwt", "logout+jwt", "dpop+jwt",
                                         ""};
    for (size_t i = 0; i < COUNT(others); i++)
        assertion_refused(
            client_jwt(jwt_keys.ec, JOSE_ES256, others[i], assertion_claims("any", "")));
}

static void a_client_id_beside_it_must_be_the_same(void **state) {
    (void)state;
    assertion_told(assertion_send(assertion_good("any"), "&client_id=any"), 400, "invalid_grant");
    assertion_told(assertion_send(assertion_good("any"), "&client_id=es256"), 401,
                   "invalid_client");
    assertion_told(assertion_send(assertion_good("any"), "&client_id=web"), 401, "invalid_client");
}

static void json_is_taken_too(void **state) {
    (void)state;
    char json[4096];
    for (int times = 0; times < 2; times++) {
        snprintf(json, sizeof json,
                 "{\"grant_type\":\"authorization_code\",\"code\":\"x\",\"client_assertion_type\":"
                 "\"urn:ietf:params:oauth:client-assertion-type:jwt-bearer\","
                 "\"client_assertion\":\"%s\"}",
                 times ? SOME_JWT : assertion_good("any"));
        struct told told = assertion_call("application/json", json, NULL);
        assert_int_equal(told.status, 400);
        assert_true((strcmp(told.error, "Invalid client_id") == 0) == (times == 1));
    }
}

/* --- what is refused ------------------------------------------------------------------------ */

static void the_registered_algorithm_is_the_only_one(void **state) {
    (void)state;
    assertion_known(assertion_good("es256"));
    assertion_refused(client_jwt(jwt_keys.rsa, JOSE_RS256, NULL, assertion_claims("es256", "")));
    assertion_refused(client_jwt(jwt_keys.ed, JOSE_EdDSA, NULL, assertion_claims("es256", "")));
}

/* Also a method that it could prove itself by, had it registered it. */
static void the_registered_method_is_the_only_one(void **state) {
    (void)state;
    static const char *const forms[] = {
        "grant_type=authorization_code&code=x&client_id=any&client_secret=" CLIENT_JWT_SECRET,
        "grant_type=authorization_code&code=x&client_id=any",
    };
    str basic;
    struct arena *arena = flow_world()->arena;
    for (size_t i = 0; i < COUNT(forms); i++)
        assertion_told(assertion_call(FORM, forms[i], NULL), 401, "invalid_client");
    assert_ok(base64_encode(arena, S("any:" CLIENT_JWT_SECRET), &basic));
    assert_ok(STR_JOIN(arena, &basic, S("Basic "), basic));
    assertion_told(assertion_call(FORM, "grant_type=authorization_code&code=x", basic.p), 401,
                   "invalid_client");
    assertion_refused(assertion_good("basic"));
    assertion_refused(assertion_good("web"));
    assertion_refused(assertion_good("spa"));
}

static void forged_assertions_are_refused(void **state) {
    (void)state;
    struct jwk *public_as_secret, *secret_key;
    static const uint8_t public_bytes[] = "0123456789abcdef0123456789abcdef";
    assert_ok(jwk_from_secret((secret){public_bytes, sizeof public_bytes}, JOSE_HS256,
                              &public_as_secret));
    assert_ok(jwk_from_secret(secret_of(S(CLIENT_JWT_SECRET)), JOSE_HS256, &secret_key));
    const char *whole = assertion_good("any");
    char cut[4096], other[4096];
    snprintf(cut, sizeof cut, "%.*s", (int)strlen(whole) - 4, whole);
    snprintf(other, sizeof other, "%s", whole);
    other[strlen(other) - 10] ^= 1;
    const char *const rows[] = {
        client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, assertion_claims("any", "")),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, assertion_claims("nobody", "")),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, assertion_claims("keyless", "")),
        client_jwt(public_as_secret, JOSE_HS256, NULL, assertion_claims("any", "")),
        client_jwt(secret_key, JOSE_HS256, NULL, assertion_claims("any", "")),
        client_jwt_raw("{'alg':'none'}", assertion_claims("any", ""), ""),
        client_jwt_raw("{'alg':'none'}", assertion_claims("any", ""), "eA"),
        client_jwt_raw("{'alg':'ES256','kid':'ec','crit':['x']}", assertion_claims("any", ""),
                       "eA"),
        client_jwt_raw("{'alg':'ES256','kid':'none-such'}", assertion_claims("any", ""), "eA"),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, "[]"),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, "{'sub':'any','sub':'any'}"),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, "{}"),
        cut,
        other,
        SOME_JWT,
        "x",
        "a.b.c.d.e",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct told told = assertion_send(rows[i], "");
        if (told.status != 401 || strcmp(told.error, "invalid_client") != 0)
            fail_msg("row %zu: %d %s", i, told.status, told.error);
    }
    jwk_free(public_as_secret);
    jwk_free(secret_key);
}

static void unknown_and_forged_are_told_the_same(void **state) {
    (void)state;
    struct told unknown = assertion_send(
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, assertion_claims("nobody", "")), "");
    struct told forged = assertion_send(
        client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, assertion_claims("any", "")), "");
    assert_string_equal(unknown.why, forged.why);
}

static void claims_are_checked(void **state) {
    (void)state;
    static const char *const changes[] = {",'nbf':99999999999", ",'iat':'now'"};
    for (size_t i = 0; i < COUNT(changes); i++)
        assertion_refused(
            client_jwt(jwt_keys.ec, JOSE_ES256, NULL, assertion_claims("any", changes[i])));
    assertion_refused(client_jwt(jwt_keys.ec, JOSE_ES256, NULL,
                                 "{'iss':'es256','sub':'any','aud':'" ISSUER
                                 "','jti':'x','exp':99999999999}"));
}

static void two_methods_at_once_are_refused(void **state) {
    (void)state;
    static const char *const forms[] = {
        "&client_assertion_type=" TYPE "&client_assertion=" SOME_JWT "&client_secret=secret",
        "&client_assertion_type=" TYPE "&client_secret=secret",
        "&client_assertion=" SOME_JWT "&client_secret=secret",
        "&client_assertion=" SOME_JWT,
        "&client_assertion_type=" TYPE,
        "&client_assertion_type=" TYPE "&client_assertion_type=" TYPE "&client_assertion=" SOME_JWT,
    };
    char form[1024];
    for (size_t i = 0; i < COUNT(forms); i++) {
        snprintf(form, sizeof form, "grant_type=authorization_code&code=x&client_id=any%s",
                 forms[i]);
        assertion_told(assertion_call(FORM, form, NULL), 400, "invalid_request");
    }
    snprintf(form, sizeof form, "grant_type=authorization_code&code=x%s", forms[0]);
    *strstr(form, "&client_secret") = '\0';
    assertion_told(assertion_call(FORM, form, "Basic YW55OnNlY3JldA=="), 400, "invalid_request");
}

static void another_kind_of_assertion_is_refused(void **state) {
    (void)state;
    assertion_told(
        assertion_call(FORM,
                       "grant_type=authorization_code&code=x&client_id=any&client_assertion_type="
                       "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
                       "&client_assertion=" SOME_JWT,
                       NULL),
        401, "invalid_client");
}

/* --- once ----------------------------------------------------------------------------------- */

static void an_assertion_is_taken_once(void **state) {
    (void)state;
    const char *assertion = assertion_good("any");
    assertion_known(assertion);
    assertion_refused(assertion);
    flow_world()->now_ms += 59 * 1000;
    assertion_refused(assertion);
    flow_world()->now_ms += 2000;
    assertion_refused(assertion); /* over */
    /* The same jti of another client is another one. */
    int64_t exp = flow_world()->now_ms / 1000 + 60;
    static const char *const clients[] = {"any", "es256"};
    for (size_t i = 0; i < COUNT(clients); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{'iss':'%s','sub':'%s','aud':'" ISSUER "','jti':'shared','exp':%lld}", clients[i],
                 clients[i], (long long)exp);
        assertion_known(client_jwt(jwt_keys.ec, JOSE_ES256, NULL, text));
    }
}

static void a_forged_assertion_uses_no_jti_up(void **state) {
    (void)state;
    char claims[1024];
    snprintf(claims, sizeof claims, "%s", assertion_claims("any", ""));
    assertion_refused(client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, claims));
    assertion_known(client_jwt(jwt_keys.ec, JOSE_ES256, NULL, claims));
}

struct racer {
    pthread_t thread;
    pthread_barrier_t *start;
    struct test_request *t;
};

static void *race(void *arg) {
    struct racer *racer = arg;
    pthread_barrier_wait(racer->start);
    test_request_send(racer->t, flow_world()->authz->app);
    return NULL;
}

static void of_many_at_once_one_is_taken(void **state) {
    (void)state;
    static char form[4096];
    struct racer racers[THREADS];
    pthread_barrier_t start;
    int known = 0, refused = 0;
    snprintf(form, sizeof form,
             "grant_type=authorization_code&code=x&client_assertion_type=" TYPE
             "&client_assertion=%s",
             assertion_good("any"));
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.start = &start, .t = test_request_new("POST", "/oauth/token")};
        racers[i].t->rq.now_ms = flow_world()->now_ms;
        test_request_body(racers[i].t, FORM, form);
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(racers[i].thread, NULL);
        known += racers[i].t->rs.status == 400;
        refused += racers[i].t->rs.status == 401;
        test_request_free(racers[i].t);
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(known, 1);
    assert_int_equal(refused, THREADS - 1);
}

static void nothing_waits_on_an_event_loop(void **state) {
    (void)state;
    char form[4096];
    snprintf(form, sizeof form,
             "grant_type=refresh_token&refresh_token=x&client_assertion_type=" TYPE
             "&client_assertion=%s",
             assertion_good("any"));
    struct test_request *t = test_request_new("POST", "/oauth/token");
    struct response rs;
    t->rq.now_ms = flow_world()->now_ms;
    t->rq.may_block = false;
    test_request_body(t, FORM, form);
    assert_true(dispatch_begin(flow_world()->authz->app, &t->rq, &rs));
    assert_false(dispatch_found(&t->rq, &rs));
    t->rq.may_block = true;
    assert_true(dispatch_found(&t->rq, &rs));
    assert_int_equal(rs.status, 400);
    test_request_free(t);
}

/* --- keys of elsewhere ---------------------------------------------------------------------- */

static void keys_come_from_jwks_uri_and_may_change(void **state) {
    (void)state;
    struct jwk *next = client_jwt_key(JOSE_ES256, "next");
    flow_world()->now_ms += 3600 * 1000;
    document_server_answer(200, client_jwt_set(&jwt_keys.ec, 1), NULL);
    assertion_known(assertion_good("remote"));
    assertion_known(assertion_good("remote"));
    assert_int_equal(document_server_requests(), 1);
    assertion_refused(client_jwt(next, JOSE_ES256, NULL, assertion_claims("remote", "")));
    assert_int_equal(document_server_requests(), 2);
    document_server_answer(200, client_jwt_set(&next, 1), NULL);
    flow_world()->now_ms += 10 * 1000;
    assertion_known(client_jwt(next, JOSE_ES256, NULL, assertion_claims("remote", "")));
    assertion_refused(assertion_good("remote"));
    for (int i = 0; i < 20; i++)
        assertion_refused(
            client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, assertion_claims("remote", "")));
    assert_int_equal(document_server_requests(), 1);
    jwk_free(next);
}

static void a_new_key_under_an_old_kid_is_found(void **state) {
    (void)state;
    flow_world()->now_ms += 3600 * 1000;
    document_server_answer(200, client_jwt_set(&jwt_keys.ec, 1), NULL);
    assertion_known(assertion_good("remote"));
    document_server_answer(200, client_jwt_set(&jwt_keys.stranger, 1), NULL);
    assertion_known(
        client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, assertion_claims("remote", "")));
}

static void a_host_that_is_away_refuses_the_client(void **state) {
    (void)state;
    flow_world()->now_ms += 3600 * 1000;
    document_server_answer(503, "{}", NULL);
    assertion_refused(assertion_good("remote"));
}

static void private_hosts_are_not_asked(void **state) {
    (void)state;
    document_server_answer(200, client_jwt_set(&jwt_keys.ec, 1), NULL);
    assertion_refused(assertion_good("remote"));
    assert_int_equal(document_server_requests(), 0);
}

static void the_audience_policy_is_configured(void **state) {
    (void)state;
    char text[512];
    assertion_refused(assertion_good("any"));
    snprintf(text, sizeof text, "{'iss':'any','sub':'any','aud':'" ISSUER "','jti':'p','exp':%lld}",
             (long long)flow_world()->now_ms / 1000 + 60);
    assertion_known(client_jwt(jwt_keys.ec, JOSE_ES256, NULL, text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_asymmetric_algorithm_is_taken),
        cmocka_unit_test(a_secret_is_a_key),
        cmocka_unit_test(a_secret_that_is_a_key_is_not_sent),
        cmocka_unit_test(the_type_may_be_told),
        cmocka_unit_test(a_client_id_beside_it_must_be_the_same),
        cmocka_unit_test(json_is_taken_too),
        cmocka_unit_test(the_registered_algorithm_is_the_only_one),
        cmocka_unit_test(the_registered_method_is_the_only_one),
        cmocka_unit_test(forged_assertions_are_refused),
        cmocka_unit_test(unknown_and_forged_are_told_the_same),
        cmocka_unit_test(claims_are_checked),
        cmocka_unit_test(two_methods_at_once_are_refused),
        cmocka_unit_test(another_kind_of_assertion_is_refused),
        cmocka_unit_test(an_assertion_is_taken_once),
        cmocka_unit_test(a_forged_assertion_uses_no_jti_up),
        cmocka_unit_test(of_many_at_once_one_is_taken),
        cmocka_unit_test(nothing_waits_on_an_event_loop),
        cmocka_unit_test(keys_come_from_jwks_uri_and_may_change),
        cmocka_unit_test(a_new_key_under_an_old_kid_is_found),
        cmocka_unit_test(a_host_that_is_away_refuses_the_client),
    };
    const struct CMUnitTest guarded[] = {
        cmocka_unit_test(private_hosts_are_not_asked),
        cmocka_unit_test(the_audience_policy_is_configured),
    };
    int failures = cmocka_run_group_tests(tests, open_world, close_world);
    return failures + cmocka_run_group_tests(guarded, open_guarded_world, close_world);
}
