/* The examples of RFC 7520 5.4, 5.5, 5.6 and 5.8, and of RFC 7516 A.3. */
#include "keys/jwe.h"
#include "keys/tests/keys_helper.h"

#define TEXT                                                                                       \
    "You can trust us to stick with you through thick and thin\342\200\223to the bitt"             \
    "er end. And you can trust us to keep any secret of yours\342\200\223closer than "             \
    "you keep it yourself. But you cannot trust us to let you face trouble alone, and"             \
    " go off without a word. We are your friends, Frodo."

/* The key of 5.6 names the enc as its alg, which is no alg of a key (RFC 7517 4.4): left out. */
static const struct vector {
    enum jwe_alg alg;
    enum jwe_enc enc;
    const char *key, *token;
} vectors[] = {
    {JWE_ECDH_ES_A128KW, JWE_A128GCM,
     "{'kty':'EC','kid':'peregrin.took@tuckborough.example','use':'enc','crv':'P-384','x':'YU4"
     "rRUzdmVqmRtWOs2OpDE_T5fsNIodcG8G5FWPrTPMyxpzsSOGaQLpe2FpxBmu2','y':'A8-yxCHxkfBz3hKZfI1j"
     "UYMjUhsEveZ9THuwFjH2sCNdtksRJU7D5-SkgaFL1ETP','d':'iTx2pk7wW-GqJkHcEkFQb2EFyYcO7RugmaW3m"
     "RrQVAOUiPommT0IdnYK2xDlZh-j'}",
     "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImtpZCI6InBlcmVncmluLnRvb2tAdHVja2Jvcm91Z2guZXhhbXBsZSIs"
     "ImVwayI6eyJrdHkiOiJFQyIsImNydiI6IlAtMzg0IiwieCI6InVCbzRrSFB3Nmtiang1bDB4b3dyZF9vWXpCbWF6"
     "LUdLRlp1NHhBRkZrYllpV2d1dEVLNml1RURzUTZ3TmROZzMiLCJ5Ijoic3AzcDVTR2haVkMyZmFYdW1JLWU5SlUy"
     "TW84S3BvWXJGRHI1eVBOVnRXNFBnRXdaT3lRVEEtSmRhWTh0YjdFMCJ9LCJlbmMiOiJBMTI4R0NNIn0.0DJjBXri"
     "_kBcC46IkU5_Jk9BqaQeHdv2.mH-G2zVqgztUtnW_.tkZuOO9h95OgHJmkkrfLBisku8rGf6nzVxhRM3sVOhXgz5"
     "NJ76oID7lpnAi_cPWJRCjSpAaUZ5dOR3Spy7QuEkmKx8-3RCMhSYMzsXaEwDdXta9Mn5B7cCBoJKB0IgEnj_qfo1"
     "hIi-uEkUpOZ8aLTZGHfpl05jMwbKkTe2yK3mjF6SBAsgicQDVCkcY9BLluzx1RmC3ORXaM0JaHPB93YcdSDGgpgB"
     "WMVrNU1ErkjcMqMoT_wtCex3w03XdLkjXIuEr2hWgeP-nkUZTPU9EoGSPj6fAS-bSz87RCPrxZdj_iVyC6QWcqAu"
     "07WNhjzJEPc4jVntRJ6K53NgPQ5p99l3Z408OUqj4ioYezbS6vTPlQ.WuGzxmcreYjpHGJoa17EBg"},
    {JWE_ECDH_ES, JWE_A128CBC_HS256,
     "{'kty':'EC','kid':'meriadoc.brandybuck@buckland.example','use':'enc','crv':'P-256','x':'"
     "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0','y':'HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQ"
     "CE0Zw','d':'r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8'}",
     "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBr"
     "Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndW"
     "T0hIdE5rZFlvQSIsInkiOiI4QlFBc0ltR2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVu"
     "YyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQom"
     "lz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_ev"
     "APUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl2"
     "4j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyz"
     "Gd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCk"
     "Na-x4BeB9hIDIfFuhg"},
    {JWE_DIR, JWE_A128GCM,
     "{'kty':'oct','kid':'77c7e2b8-6e13-45cf-8672-617b5b45243a','use':'enc','k':'XctOhJAkA-pD9"
     "Lh7ZgW_2A'}",
     "eyJhbGciOiJkaXIiLCJraWQiOiI3N2M3ZTJiOC02ZTEzLTQ1Y2YtODY3Mi02MTdiNWI0NTI0M2EiLCJlbmMiOiJB"
     "MTI4R0NNIn0..refa467QzzKx6QAB.JW_i_f52hww_ELQPGaYyeAB6HYGcR559l9TYnSovc23XJoBcW29rHP8yZO"
     "ZG7YhLpT1bjFuvZPjQS-m0IFtVcXkZXdH_lr_FrdYt9HRUYkshtrMmIUAyGmUnd9zMDB2n0cRDIHAzFVeJUDxkUw"
     "VAE7_YGRPdcqMyiBoCO-FBdE-Nceb4h3-FtBP-c_BIwCPTjb9o0SbdcdREEMJMyZBH8ySWMVi1gPD9yxi-aQpGbS"
     "v_F9N4IZAxscj5g-NJsUPbjk29-s7LJAGb15wEBtXphVCgyy53CoIKLHHeJHXex45Uz9aKZSRSInZI-wjsY0yu3c"
     "T4_aQ3i1o-tiE-F8Ios61EKgyIQ4CWao8PFMj8TTnp.vbb32Xvllea2OtmHAdccRQ"},
    {JWE_A128KW, JWE_A128GCM,
     "{'kty':'oct','kid':'81b20965-8332-43d9-a468-82160ad91ac8','use':'enc','alg':'A128KW','k'"
     ":'GZy6sIZ6wl9NJOKB-jnmVQ'}",
     "eyJhbGciOiJBMTI4S1ciLCJraWQiOiI4MWIyMDk2NS04MzMyLTQzZDktYTQ2OC04MjE2MGFkOTFhYzgiLCJlbmMi"
     "OiJBMTI4R0NNIn0.CBI6oDw8MydIx1IBntf_lQcw2MmJKIQx.Qx0pmsDa8KnJc9Jo.AwliP-KmWgsZ37BvzCefNe"
     "n6VTbRK3QMA4TkvRkH0tP1bTdhtFJgJxeVmJkLD61A1hnWGetdg11c9ADsnWgL56NyxwSYjU1ZEHcGkd3EkU0vjH"
     "i9gTlb90qSYFfeF0LwkcTtjbYKCsiNJQkcIp1yeM03OmuiYSoYJVSpf7ej6zaYcMv3WwdxDFl8REwOhNImk2Xld2"
     "JXq6BR53TSFkyT7PwVLuq-1GwtGHlQeg7gDT6xW0JqHDPn_H-puQsmthc9Zg0ojmJfqqFvETUxLAF-KjcBTS5dNy"
     "6egwkYtOt8EIHK-oEsKYtZRaa8Z7MOZ7UGxGIMvEmxrGCPeJa14slv2-gaqK0kEThkaSqdYw0FkQZF.ER7MWJZ1F"
     "BI_NKvn7Zb1Lw"},
};

static void the_examples_are_decrypted(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct jwk *key = helper_jwk(vectors[i].key);
        str plain, token = str_from(vectors[i].token);
        AUTO(jwe_ref) jwe = {0};
        assert_ok(jwe_parse(arena, token, &jwe));
        assert_true(str_eq(jwe.kid, jwk_kid(key)));
        assert_ok(jwe_decrypt(key, vectors[i].alg, vectors[i].enc, token, arena, &plain));
        assert_str(plain, TEXT);
        jwk_free(key);
        arena_free(arena);
    }
}

/* RFC 7516 A.3: A128KW, A128CBC-HS256. */
static void the_example_with_a_mac_is_decrypted(void **state) {
    (void)state;
    static const char token[] =
        "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0."
        "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ."
        "KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
    struct arena *arena = arena_new(1 << 20);
    struct jwk *key = helper_jwk("{'kty':'oct','k':'GawgguFyGrWKav7AX4VKUg'}");
    str plain;
    assert_ok(jwe_decrypt(key, JWE_A128KW, JWE_A128CBC_HS256, str_from(token), arena, &plain));
    assert_str(plain, "Live long and prosper.");
    jwk_free(key);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_are_decrypted),
        cmocka_unit_test(the_example_with_a_mac_is_decrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
