/* Hashes, entropy and dates: the pure parts of the checks. */
#include "conformance/checks/code.h"
#include "conformance/checks/hash.h"
#include "conformance/checks/jwks.h"
#include "conformance/checks/standard_claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* OIDC Core A.3 and A.4: the examples' c_hash and at_hash. */
static void the_specifications_examples_hash(void **state) {
    (void)state;
    char *at_hash = hash_half("RS256", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    assert_string_equal(at_hash, "77QmUPtjPfzWtF2AnpK9RQ");
    char *c_hash = hash_half("RS256", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
    assert_string_equal(c_hash, "LDktKdoQak3Pk0cnXxCltA");
    free(at_hash);
    free(c_hash);
    assert_null(hash_half("none", "x"));
}

static void entropy_counts_different_characters(void **state) {
    (void)state;
    assert_true(entropy_of("") == 0);
    assert_true(entropy_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") == 0);
    assert_true(entropy_of("abababababababababababababababab") < 33);
    assert_true(entropy_of("0123456789abcdef0123456789abcdef") > 127);
    assert_true(entropy_of("KZ7dhE2kpQ3mXyWv9RtLsA") > 90);
}

static void birthdates_have_three_forms(void **state) {
    (void)state;
    assert_true(is_birthdate("1815-12-10"));
    assert_true(is_birthdate("0000-12-10"));
    assert_true(is_birthdate("1815"));
    assert_false(is_birthdate("10.12.1815"));
    assert_false(is_birthdate("1815-12"));
    assert_false(is_birthdate("1815-12-10T00:00:00Z"));
    assert_false(is_birthdate(""));
}

static void secret_members_of_keys_are_found(void **state) {
    (void)state;
    json_t *open = json_pack("{s:s, s:s}", "kty", "RSA", "n", "AQAB");
    json_t *rsa = json_pack("{s:s, s:s}", "kty", "RSA", "d", "AQAB");
    json_t *oct = json_pack("{s:s, s:s}", "kty", "oct", "k", "AQAB");
    assert_null(jwk_secret_member(open));
    assert_string_equal(jwk_secret_member(rsa), "d");
    assert_string_equal(jwk_secret_member(oct), "k");
    json_decref(open);
    json_decref(rsa);
    json_decref(oct);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_specifications_examples_hash),
        cmocka_unit_test(entropy_counts_different_characters),
        cmocka_unit_test(birthdates_have_three_forms),
        cmocka_unit_test(secret_members_of_keys_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
