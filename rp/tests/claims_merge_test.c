/* The ID token's word stands where it is about the sign-in itself. */
#include "rp/protocol/claims_merge.h"

#include "rp/tests/token_helper.h"

static void merged(const char *id_token, const char *userinfo, const char *expected) {
    json_t *id = id_token ? token_json(id_token) : NULL, *out = NULL;
    json_t *info = userinfo ? token_json(userinfo) : NULL, *right = token_json(expected);
    assert_ok(claims_merge(id, info, &out));
    assert_true(json_equal(out, right));
    json_decref(id);
    json_decref(info);
    json_decref(right);
    json_decref(out);
}

static void userinfo_adds_and_renews_but_never_says_who_signed_in_how(void **state) {
    (void)state;
    merged("{'iss':'a','sub':'jane','email':'old'}",
           "{'iss':'evil','sub':'mary','email':'new','name':'J','acr':'gold','auth_time':1,"
           "'sid':'s','nonce':'n','aud':'b','exp':1,'amr':['mfa'],'azp':'c','at_hash':'h'}",
           "{'iss':'a','sub':'jane','email':'new','name':'J'}");
    merged(NULL, "{'iss':'evil','sub':'mary','id':'mary'}", "{'sub':'mary','id':'mary'}");
    merged("{'sub':'jane','acr':'1'}", NULL, "{'sub':'jane','acr':'1'}");
    merged(NULL, NULL, "{}");
    merged("{'sub':'jane'}", "{'_claim_names':{},'_claim_sources':{}}", "{'sub':'jane'}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(userinfo_adds_and_renews_but_never_says_who_signed_in_how),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
