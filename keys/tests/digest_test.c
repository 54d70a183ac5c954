#include "keys/digest.h"

#include "common/base/hex.h"
#include "common/base/testing.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    return arena ? 0 : 1;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_hex(const void *bytes, size_t n, const char *expected) {
    str hex;
    assert_ok(hex_encode(arena, str_of(bytes, n), &hex));
    assert_str(hex, expected);
}

static void sha2_gives_the_digests_of_fips_180(void **state) {
    (void)state;
    static const struct {
        int bits;
        const char *text, *digest;
    } rows[] = {
        {256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {384, "abc",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca1"
         "34c825a7"},
        {512, "abc",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
         "a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[64];
        size_t n = sha2(rows[i].bits, str_from(rows[i].text), out);
        assert_int_equal(n, rows[i].bits / 8);
        assert_hex(out, n, rows[i].digest);
    }
    struct sha256 absent = sha256(STR_ABSENT);
    assert_hex(absent.bytes, 32, rows[0].digest);
}

/* RFC 4231 4, the first 32 bytes being all of HMAC-SHA-256. */
static void hmac_gives_the_values_of_rfc_4231(void **state) {
    (void)state;
    static const char long_text[] =
        "This is a test using a larger than block-size key and a larger than block-size data. The "
        "key needs to be hashed before being used by the HMAC algorithm.";
    char data_dd[50], data_cd[50], key_0b[20], key_aa[131], key_up[25];
    memset(data_dd, 0xdd, sizeof data_dd);
    memset(data_cd, 0xcd, sizeof data_cd);
    memset(key_0b, 0x0b, sizeof key_0b);
    memset(key_aa, 0xaa, sizeof key_aa);
    for (size_t i = 0; i < sizeof key_up; i++)
        key_up[i] = (char)(i + 1);
    const struct {
        str key, data;
        const char *mac;
    } rows[] = {
        {str_of(key_0b, 20), S("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {S("Jefe"), S("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {str_of(key_aa, 20), str_of(data_dd, 50),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {str_of(key_up, 25), str_of(data_cd, 50),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {str_of(key_aa, 131), S("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {str_of(key_aa, 131), str_from(long_text),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sha256 mac = hmac_sha256(secret_of(rows[i].key), rows[i].data);
        assert_hex(mac.bytes, 32, rows[i].mac);
    }
}

/* RFC 5869 A.3: no salt, no info; its first 32 bytes. */
static void hkdf_gives_the_value_of_rfc_5869_case_3(void **state) {
    (void)state;
    uint8_t ikm[22];
    memset(ikm, 0x0b, sizeof ikm);
    struct sha256 okm = hkdf_sha256((secret){ikm, sizeof ikm}, S(""));
    assert_hex(okm.bytes, 32, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

static void hkdf_gives_every_purpose_its_own_key(void **state) {
    (void)state;
    secret key = secret_of(S("0123456789abcdef0123456789abcdef"));
    struct sha256 a = hkdf_sha256(key, S("seal a")), b = hkdf_sha256(key, S("seal b"));
    assert_memory_not_equal(a.bytes, b.bytes, 32);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha2_gives_the_digests_of_fips_180),
        cmocka_unit_test(hmac_gives_the_values_of_rfc_4231),
        cmocka_unit_test(hkdf_gives_the_value_of_rfc_5869_case_3),
        cmocka_unit_test(hkdf_gives_every_purpose_its_own_key),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
