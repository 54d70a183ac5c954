#include "authz/protocol/request_object_claims.h"

#include <stdio.h>

#include "common/base/testing.h"

enum { NOW = 1700000000 };

#define ISSUER "https://id.example"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* `object`: the members of a JSON object, ' for ". */
static err merge(const char *object, const char *outside, struct form *out) {
    static const struct request_object_rules rules = {S_INIT("app"), S_INIT(ISSUER), NOW};
    str text;
    struct form form;
    AUTO(json_ref) claims = NULL;
    assert_ok(str_printf(arena, &text, "{%s}", object));
    char *p = arena_alloc(arena, text.n);
    for (size_t i = 0; i < text.n; i++)
        p[i] = text.p[i] == '\'' ? '"' : text.p[i];
    assert_ok(json_read_object(str_of(p, text.n), &claims));
    assert_ok(form_parse(arena, str_from(outside), &form));
    return request_object_claims_merge(arena, claims, &rules, &form, out);
}

#define OUTSIDE "client_id=app&response_type=code&scope=openid&state=out&request=x.y.z"

static void the_parameters_inside_are_laid_over_those_outside(void **state) {
    (void)state;
    static const struct {
        const char *object, *name, *value; /* NULL: not there */
    } rows[] = {
        {"", "state", "out"},
        {"'state':'in'", "state", "in"},
        {"'nonce':'n'", "nonce", "n"},
        {"'nonce':'n'", "scope", "openid"},
        {"'scope':'openid email'", "scope", "openid email"},
        {"'redirect_uri':'https://app.example/cb?a=b&c=d'", "redirect_uri",
         "https://app.example/cb?a=b&c=d"},
        {"'max_age':3600", "max_age", "3600"},
        {"'max_age':'3600'", "max_age", "3600"},
        {"'max_age':-1", "max_age", "-1"}, /* to be refused later, as outside */
        {"'claims':{'userinfo':{'name':null}}", "claims", "{\"userinfo\":{\"name\":null}}"},
        {"'claims':'{}'", "claims", "{}"},
        {"'require':true", "require", "true"},
        {"'list':['a',1]", "list", "[\"a\",1]"},
        {"'state':''", "state", "out"},
        {"'state':null", "state", "out"},
        {"", "request", NULL},
        {"", "request_uri", NULL},
        {"'iss':'app','aud':'" ISSUER "','exp':1700000060,'nbf':1700000000,'iat':1700000000,"
         "'jti':'j'",
         "iss", NULL},
        {"'jti':'j'", "jti", NULL},
        {"'exp':1700000060", "exp", NULL},
        {"'sub':'somebody'", "sub", NULL},
        {"'client_id':'app'", "client_id", "app"},
        {"'state':'\\u00e9\\u0416'", "state", "\xc3\xa9\xd0\x96"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form;
        err e = merge(rows[i].object, OUTSIDE, &form);
        if (failed(e))
            fail_msg("%s: %s", rows[i].object, e.why);
        str got = form_get(&form, str_from(rows[i].name));
        if (!str_eq(got, str_from(rows[i].value)))
            fail_msg("%s: %s is %.*s", rows[i].object, rows[i].name, STR_FMT(got));
        assert_ok(form_unique(&form, STR_ABSENT));
    }
}

static void good_objects_are_taken(void **state) {
    (void)state;
    static const char *const rows[] = {
        "'iss':'app'",
        "'aud':['https://other.example','" ISSUER "']",
        "'nbf':1700000008",
        "'iat':1700000060",
        "'exp':1700000001",
        "'response_type':'code'",
        "'client_id':'app','response_type':'code'",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form;
        assert_ok(merge(rows[i], OUTSIDE, &form));
    }
}

static void objects_that_break_a_rule_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "'iss':'other'",
        "'iss':null",
        "'iss':1",
        "'sub':'app'",
        "'iss':'app','sub':'app','aud':'" ISSUER "','exp':1700000060,'jti':'j'", /* an assertion */
        "'aud':'https://other.example'",
        "'aud':[]",
        "'aud':null",
        "'aud':'" ISSUER "/'",
        "'aud':['" ISSUER "',1]",
        "'exp':1700000000",
        "'exp':1600000000",
        "'exp':'1700000060'",
        "'exp':null",
        "'nbf':1700000061",
        "'nbf':true",
        "'iat':1700000061",
        "'iat':{}",
        "'request':'x.y.z'",
        "'request':null",
        "'request_uri':'https://app.example/r'",
        "'client_id':'other'",
        "'client_id':''",
        "'client_id':null",
        "'client_id':['app']",
        "'response_type':'token'",
        "'response_type':'code id_token'",
        "'max_age':1.5",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form;
        err e = merge(rows[i], OUTSIDE, &form);
        if (!err_is(e, E_invalid_request_object))
            fail_msg("%s: %s", rows[i], err_name(e.code));
    }
}

static void the_order_of_a_response_type_does_not_count(void **state) {
    (void)state;
    struct form form;
    assert_ok(merge("'response_type':'id_token code'", "client_id=app&response_type=code+id_token",
                    &form));
    assert_str(form_get(&form, S("response_type")), "id_token code");
}

static void a_repeated_parameter_outside_is_refused(void **state) {
    (void)state;
    struct form form;
    assert_err(merge("'state':'in'", "client_id=app&state=a&state=b", &form), invalid_request);
}

static void too_many_members_are_refused(void **state) {
    (void)state;
    char object[4096] = "'a':''";
    struct form form;
    for (size_t i = 1, n = strlen(object); i <= FORM_MAX_PARAMS; i++)
        n += (size_t)snprintf(object + n, sizeof object - n, ",'p%zu':'v'", i);
    assert_err(merge(object, OUTSIDE, &form), invalid_request_object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameters_inside_are_laid_over_those_outside),
        cmocka_unit_test(good_objects_are_taken),
        cmocka_unit_test(objects_that_break_a_rule_are_refused),
        cmocka_unit_test(the_order_of_a_response_type_does_not_count),
        cmocka_unit_test(a_repeated_parameter_outside_is_refused),
        cmocka_unit_test(too_many_members_are_refused),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
