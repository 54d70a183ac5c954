/* An ID token on its way through an op: decrypted, verified, read; in that order. */
#include "keys/jwe.h"
#include "rp/tests/id_token_helper.h"

#define BASE                                                                                       \
    "{'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,'iat':1800000000,'nonce':'n-1'" \
    "}"

static const struct id_token_expected expected = {.nonce = {"n-1", 3}, .max_age = -1};

/* The rule that breaks for the token, "" if none. */
static const char *broken(struct id_token_client *client, str token) {
    return id_token_check(client, token, &expected)->name;
}

static void a_token_that_is_not_the_issuers_is_refused(void **state) {
    (void)state;
    struct id_token_client client;
    struct issuer thief;
    id_token_client_start(&client, JOSE_ES256, NULL, NULL);
    issuer_start(&thief, JOSE_ES256);
    str good = issuer_sign(&client.issuer, BASE, STR_ABSENT), forged;
    assert_string_equal(broken(&client, good), "");
    assert_string_equal(broken(&client, issuer_sign(&thief, BASE, STR_ABSENT)),
                        "token_key_is_known");
    assert_ok(str_dup(client.issuer.arena, good, &forged));
    forged.n -= 86; /* the signature */
    str other = issuer_sign(&client.issuer, "{'iss':'x'}", STR_ABSENT);
    assert_ok(STR_JOIN(client.issuer.arena, &forged, forged, str_from_pos(other, other.n - 86)));
    assert_string_equal(broken(&client, forged), "token_signature_verifies");
    issuer_stop(&thief);
    id_token_client_stop(&client);
}

static void claims_must_be_an_object(void **state) {
    (void)state;
    static const char *const rows[] = {"[]",
                                       "\"text\"",
                                       "",
                                       "{\"iss\":1,\"iss\":2}",
                                       "{} x",
                                       "{",
                                       "null",
                                       "{\"exp\":9223372036854775808}",
                                       "{\"a\":\"\xff\"}"};
    struct id_token_client client;
    id_token_client_start(&client, JOSE_EdDSA, NULL, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        str token;
        assert_ok(jws_sign(client.issuer.key, client.issuer.alg, STR_ABSENT, str_from(rows[i]),
                           client.issuer.arena, &token));
        assert_string_equal(broken(&client, token),
                            rows[i][0] ? "claims_are_an_object" : "token_is_well_formed");
    }
    id_token_client_stop(&client);
}

static str encrypt(struct issuer *issuer, const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc,
                   str plain) {
    str token;
    assert_ok(jwe_encrypt(key, alg, enc, S("JWT"), plain, issuer->arena, &token));
    return token;
}

static void an_encrypted_token_is_opened_in_the_agreed_way_only(void **state) {
    (void)state;
    struct id_token_client client;
    struct jwk *ours, *strange;
    id_token_client_start(&client, JOSE_ES256, "id_token_encryption", "ECDH-ES A256GCM");
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &ours));
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &strange));
    str good = issuer_sign(&client.issuer, BASE, STR_ABSENT);
    str box = encrypt(&client.issuer, ours, JWE_ECDH_ES, JWE_A256GCM, good), bent;
    assert_string_equal(broken(&client, box), "decryption_key_is_known");
    client.rp->settings.decryption_keys[0] = ours; /* the client's from now on */
    client.rp->settings.decryption_key_count = 1;
    assert_string_equal(broken(&client, box), "");
    assert_string_equal(broken(&client, good), "token_is_encrypted");
    assert_string_equal(
        broken(&client, encrypt(&client.issuer, ours, JWE_ECDH_ES, JWE_A128GCM, good)),
        "token_encryption_matches");
    assert_string_equal(
        broken(&client, encrypt(&client.issuer, ours, JWE_ECDH_ES_A256KW, JWE_A256GCM, good)),
        "token_encryption_matches");
    assert_string_equal(
        broken(&client, encrypt(&client.issuer, strange, JWE_ECDH_ES, JWE_A256GCM, good)),
        "decryption_key_is_known");
    assert_ok(STR_JOIN(client.issuer.arena, &bent, str_head(box, box.n - 22),
                       S("AAAAAAAAAAAAAAAAAAAAAA")));
    assert_string_equal(broken(&client, bent), "token_decrypts");
    /* Anybody can encrypt to us: what is inside must be signed all the same. */
    assert_string_equal(broken(&client, encrypt(&client.issuer, ours, JWE_ECDH_ES, JWE_A256GCM,
                                                S("{\"sub\":\"jane\"}"))),
                        "token_is_well_formed");
    jwk_free(strange);
    id_token_client_stop(&client);
}

static void a_shared_secret_opens_too(void **state) {
    (void)state;
    struct id_token_client client;
    struct jwk *shared;
    id_token_client_start(&client, JOSE_ES256, "id_token_encryption", "dir A256GCM");
    assert_ok(jwe_key_from_client_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")),
                                         JWE_DIR, JWE_A256GCM, &shared));
    str box = encrypt(&client.issuer, shared, JWE_DIR, JWE_A256GCM,
                      issuer_sign(&client.issuer, BASE, STR_ABSENT));
    assert_string_equal(broken(&client, box), "");
    jwk_free(shared);
    id_token_client_stop(&client);
}

static void only_known_encryption_can_be_set(void **state) {
    (void)state;
    static const char *const names[] = {"id_token_encryption", "userinfo_encryption",
                                        "request_object_encryption"};
    static const char *const rows[] = {"RSA-OAEP-256",          "RSA1_5 A256GCM", "ECDH-ES a256gcm",
                                       "RSA-OAEP-256  A256GCM", "A256GCM",        " A256GCM"};
    for (size_t i = 0; i < COUNT(names) * COUNT(rows); i++) {
        struct feed feed = {0};
        hk_rp *rp;
        hk_cfg *cfg = feed_cfg(&feed);
        hk_cfg_set(cfg, names[i / COUNT(rows)], rows[i % COUNT(rows)]);
        assert_int_equal(hk_rp_new(cfg, &rp, NULL), HK_E_CONFIG);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_is_not_the_issuers_is_refused),
        cmocka_unit_test(claims_must_be_an_object),
        cmocka_unit_test(an_encrypted_token_is_opened_in_the_agreed_way_only),
        cmocka_unit_test(a_shared_secret_opens_too),
        cmocka_unit_test(only_known_encryption_can_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
