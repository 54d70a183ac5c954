#include "authz/protocol/client_assertion_claims.h"

#include <stdio.h>

#include "common/base/testing.h"

enum { NOW = 1700000000 };

#define ISSUER   "https://id.example"
#define TOKEN    ISSUER "/oauth/token"
#define ENDPOINT ISSUER "/oauth/par"

/* The claims of a good assertion, one of them replaced (or added) by `change`, a member of JSON
 * with ' for "; a change without a value takes the member away. */
static json_t *claims_with(const char *change) {
    char text[512];
    json_error_t problem;
    json_t *claims = json_pack("{s:s,s:s,s:s,s:s,s:i,s:i}", "iss", "app", "sub", "app", "aud",
                               TOKEN, "jti", "one", "exp", NOW + 60, "iat", NOW);
    const char *colon = strchr(change, ':');
    if (!*change)
        return claims;
    if (!colon) {
        assert_int_equal(json_object_del(claims, change), 0);
        return claims;
    }
    snprintf(text, sizeof text, "{%s}", change);
    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *changes = json_loads(text, 0, &problem);
    if (!changes)
        fail_msg("%s: %s", text, problem.text);
    assert_int_equal(json_object_update(claims, changes), 0);
    json_decref(changes);
    return claims;
}

static err check(const char *change, const char *policy, struct client_assertion_claims *out) {
    struct client_assertion_rules rules = {.client_id = S("app"),
                                           .audiences = {S(ISSUER), S(TOKEN), S(ENDPOINT)},
                                           .policy = assertion_audience_from(str_from(policy)),
                                           .now_s = NOW};
    json_t *claims = claims_with(change);
    err e = client_assertion_claims_check(claims, &rules, out);
    json_decref(claims);
    return e;
}

static void good_claims_are_taken(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "'aud':'" ISSUER "'",
        "'aud':'" ENDPOINT "'",
        "'aud':['" TOKEN "']",
        "'aud':['https://other.example','" ISSUER "']",
        "iat",
        "'nbf':1700000008", /* 8 s ahead */
        "'iat':1700000060",
        "'nbf':1700000060",
        "'iat':1600000000", /* old, but not over */
        "'exp':1700000001",
        "'exp':1700003600",
        "'exp':1700000000.5",
        "'more':{'a':1}",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_assertion_claims out;
        err e = check(rows[i], "any", &out);
        if (failed(e))
            fail_msg("%s: %s", rows[i], e.why);
        assert_true(out.expires_s > NOW && out.expires_s <= NOW + 3601);
    }
}

static void bad_claims_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        /* parties */
        "iss",
        "sub",
        "'iss':'other'",
        "'sub':'other'",
        "'sub':''",
        "'iss':['app']",
        "'iss':'APP'",
        "'sub':null",
        /* audience */
        "aud",
        "'aud':null",
        "'aud':''",
        "'aud':[]",
        "'aud':{}",
        "'aud':['https://other.example']",
        "'aud':'https://other.example'",
        "'aud':'" ISSUER "/'",
        "'aud':'" ISSUER " " TOKEN "'",
        "'aud':'https://ID.example'",
        "'aud':[1,'" ISSUER "']",
        "'aud':[['" ISSUER "']]",
        /* times */
        "exp",
        "'exp':null",
        "'exp':'1700000060'",
        "'exp':true",
        "'exp':1700000000", /* now */
        "'exp':1699999700", /* 5 minutes ago */
        "'exp':-1",
        "'exp':1700003601",
        "'exp':99999999999999",
        "'exp':1e300",
        "'nbf':1700000061",
        "'iat':1700000061",
        "'iat':1e300",
        "'iat':'1700000000'",
        "'nbf':'1700000000'",
        "'nbf':[]",
        /* replay */
        "jti",
        "'jti':''",
        "'jti':7",
        "'jti':null",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_assertion_claims out;
        err e = check(rows[i], "any", &out);
        if (!err_is(e, E_invalid_client))
            fail_msg("%s: %s", rows[i], err_name(e.code));
    }
}

static void a_policy_may_take_the_issuer_alone(void **state) {
    (void)state;
    static const struct {
        const char *change;
        bool good;
    } rows[] = {
        {"'aud':'" ISSUER "'", true},
        {"'aud':'" TOKEN "'", false},
        {"'aud':'" ENDPOINT "'", false},
        {"'aud':['" ISSUER "']", false},
        {"'aud':['" ISSUER "','" TOKEN "']", false},
        {"aud", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_assertion_claims out;
        assert_int_equal(check(rows[i].change, "issuer", &out).code,
                         rows[i].good ? E_ok : E_invalid_client);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_claims_are_taken),
        cmocka_unit_test(bad_claims_are_refused),
        cmocka_unit_test(a_policy_may_take_the_issuer_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
