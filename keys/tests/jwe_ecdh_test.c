/* The key of ECDH-ES from the example of RFC 7518 Appendix C. */
#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "common/base/testing.h"
#include "keys/jwe_internal.h"

#define ALICE                                                                                      \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","     \
    "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps\"}"
#define BOB                                                                                        \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ\","     \
    "\"y\":\"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck\","                                       \
    "\"d\":\"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw\"}"

/* What Bob derives from a header with Alice's epk and these parties, in base64url. */
static str derived(struct arena *arena, const char *parties) {
    AUTO(json_ref) bob = NULL;
    AUTO(json_ref) header = NULL;
    AUTO(jwe_bytes) key = {0};
    struct jwk *jwk;
    str text, out;
    assert_ok(json_read_object(S(BOB), &bob));
    assert_ok(jwk_import(bob, &jwk));
    assert_ok(str_printf(arena, &text, "{\"epk\":" ALICE "%s}", parties));
    assert_ok(json_read_object(text, &header));
    const struct jwe jwe = {.alg = JWE_ECDH_ES, .enc = JWE_A128GCM, .header = header};
    assert_ok(jwe_ecdh_receive(jwk, &jwe, arena, &key));
    assert_ok(base64url_encode(arena, str_of((const char *)key.bytes, key.n), &out));
    jwk_free(jwk);
    return out;
}

static void the_example_of_rfc_7518_appendix_c_is_derived(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    assert_str(derived(arena, ",\"apu\":\"QWxpY2U\",\"apv\":\"Qm9i\""), "VqqN6vgjbSBcIijNcacQGg");
    arena_free(arena);
}

static void each_party_is_part_of_the_key(void **state) {
    (void)state;
    static const char *const others[] = {"", ",\"apu\":\"QWxpY2U\"", ",\"apv\":\"Qm9i\"",
                                         ",\"apu\":\"Qm9i\",\"apv\":\"QWxpY2U\""};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(str_eq(derived(arena, others[i]), S("VqqN6vgjbSBcIijNcacQGg")));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_7518_appendix_c_is_derived),
        cmocka_unit_test(each_party_is_part_of_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
