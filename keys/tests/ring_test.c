/* The key ring over a clock of ours and real files. */
#include "keys/ring.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/json_read.h"
#include "common/ops/log.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

enum { HOUR = 3600, DAY = 24 * HOUR };
static const int64_t start = 1700000000000;

static char made[64], folder[64], dir[80], file[96];
static struct arena *arena;
static const struct master_key master = {{1}}, foreign = {{2}};
static struct ring *ring;

static struct ring_options options(void) {
    return (struct ring_options){
        .dir = dir, .master = &master, .rotate_every_s = 30 * DAY, .retire_after_s = 2 * DAY};
}

/* RSA keys take long to make: one ring for all, copied for each test. */
static int make_ring(void **state) {
    (void)state;
    char keys[80];
    log_setup(LOG_OFF, LOG_JSON, 2);
    helper_folder(made);
    snprintf(keys, sizeof keys, "%s/keys", made);
    struct ring_options wish = options();
    wish.dir = keys;
    assert_ok(ring_open(&wish, start, &ring));
    ring_close(ring);
    return 0;
}

static int remove_ring(void **state) {
    (void)state;
    helper_remove(made);
    return 0;
}

static int open_ring(void **state) {
    (void)state;
    char command[192];
    helper_folder(folder);
    snprintf(dir, sizeof dir, "%s/keys", folder);
    snprintf(file, sizeof file, "%s/ring.json", dir);
    snprintf(command, sizeof command, "cp -a %s/keys %s/keys", made, folder);
    assert_int_equal(system(command), 0);
    arena = arena_new(1 << 24);
    struct ring_options wish = options();
    assert_ok(ring_open(&wish, start, &ring));
    return 0;
}

static int close_ring(void **state) {
    (void)state;
    ring_close(ring);
    arena_free(arena);
    helper_remove(folder);
    return 0;
}

static size_t count(struct ring *of, enum jose_alg alg, enum key_state in) {
    const struct ring_snapshot *shown = ring_take(of);
    size_t n = 0;
    for (size_t i = 0; i < shown->n; i++)
        n += shown->keys[i].alg == alg && shown->keys[i].state == in;
    ring_give(of, shown);
    return n;
}

/* The kid of the key of `alg` in this state; one there must be. */
static str kid_of(struct ring *of, enum jose_alg alg, enum key_state in) {
    assert_int_equal(count(of, alg, in), 1);
    const struct ring_snapshot *shown = ring_take(of);
    str kid = STR_ABSENT;
    for (size_t i = 0; i < shown->n; i++)
        if (shown->keys[i].alg == alg && shown->keys[i].state == in)
            assert_ok(str_dup(arena, jwk_kid(shown->keys[i].jwk), &kid));
    ring_give(of, shown);
    return kid;
}

static bool publishes(struct ring *of, str kid) {
    const struct ring_snapshot *shown = ring_take(of);
    bool there = str_find_str(shown->jwks_json, kid) < shown->jwks_json.n;
    ring_give(of, shown);
    return there;
}

static str token_of(struct ring *of, enum jose_alg alg) {
    str token;
    assert_ok(ring_sign(of, alg, S("JWT"), S("{\"sub\":\"u\"}"), arena, &token));
    return token;
}

static err check(struct ring *of, str token) {
    str payload;
    return ring_verify(of, JOSE_NONE, STR_ABSENT, token, arena, &payload);
}

static const enum jose_alg algs[] = {JOSE_RS256, JOSE_ES256, JOSE_PS256, JOSE_EdDSA};

static void a_new_ring_has_an_active_and_a_next_key_of_each_algorithm(void **state) {
    (void)state;
    struct stat status;
    for (size_t i = 0; i < COUNT(algs); i++) {
        str active = kid_of(ring, algs[i], KEY_ACTIVE), next = kid_of(ring, algs[i], KEY_NEXT);
        assert_true(publishes(ring, active) && publishes(ring, next));
        str token = token_of(ring, algs[i]), payload;
        assert_ok(ring_verify(ring, algs[i], STR_ABSENT, token, arena, &payload));
        assert_str(payload, "{\"sub\":\"u\"}");
        assert_ok(check(ring, token));
    }
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(dir, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void no_private_member_leaves_the_ring(void **state) {
    (void)state;
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "k"};
    const struct ring_snapshot *shown = ring_take(ring);
    AUTO(json_ref) jwks = NULL;
    assert_ok(json_read_object(shown->jwks_json, &jwks));
    ring_give(ring, shown);
    size_t i;
    const json_t *key;
    json_array_foreach(json_object_get(jwks, "keys"), i, key) for (size_t k = 0; k < COUNT(members);
                                                                   k++)
        assert_null(json_object_get(key, members[k]));
    assert_int_equal(i, 12);
    char command[160];
    snprintf(command, sizeof command, "! grep -qE '\"(d|p|q|dp|dq|qi|k)\"' %s", file);
    assert_int_equal(system(command), 0);
}

/* The key that clients find in the JWKS. */
static str encrypted_to(struct ring *of, enum jwe_alg alg) {
    AUTO(json_ref) jwks = NULL;
    struct jwk_set *set;
    const struct jwk *key;
    str token;
    const struct ring_snapshot *shown = ring_take(of);
    assert_ok(json_read_object(shown->jwks_json, &jwks));
    ring_give(of, shown);
    assert_ok(jwk_set_import(jwks, &set));
    assert_ok(jwk_set_find_encryption(set, alg, &key));
    assert_false(jwk_is_private(key) || jwk_fits(key, JOSE_ES256) || jwk_fits(key, JOSE_RS256));
    assert_ok(jwe_encrypt(key, alg, JWE_A256GCM, STR_ABSENT, S("text"), arena, &token));
    jwk_set_free(set);
    return token;
}

static const enum jwe_alg encryptions[] = {JWE_RSA_OAEP_256, JWE_ECDH_ES, JWE_ECDH_ES_A128KW,
                                           JWE_ECDH_ES_A256KW};

static void what_is_encrypted_to_a_published_key_is_decrypted(void **state) {
    (void)state;
    str plain;
    for (size_t i = 0; i < COUNT(encryptions); i++) {
        str token = encrypted_to(ring, encryptions[i]);
        assert_ok(ring_decrypt(ring, token, arena, &plain));
        assert_str(plain, "text");
    }
    assert_err(ring_rotate_encryption(ring, JWE_DIR, true, start), config);
    assert_err(ring_rotate_encryption(ring, JWE_ALG_NONE, true, start), config);
}

static void a_retired_key_decrypts_until_it_is_gone(void **state) {
    (void)state;
    str plain, token = encrypted_to(ring, JWE_ECDH_ES);
    assert_ok(ring_rotate_encryption(ring, JWE_ECDH_ES, true, start + 1000));
    assert_ok(ring_decrypt(ring, token, arena, &plain));
    assert_int_equal(count(ring, JOSE_ES256, KEY_RETIRING), 0);
    assert_ok(ring_tick(ring, start + 3 * DAY * 1000LL));
    assert_err(ring_decrypt(ring, token, arena, &plain), jose_key);
}

/* A token without a kid is for the active key; one for somebody else is for none. */
static void a_token_for_no_key_of_the_ring_is_refused(void **state) {
    (void)state;
    struct jwk *other;
    str token, plain;
    for (size_t i = 0; i < COUNT(encryptions); i++) {
        assert_ok(jwk_generate_encryption(encryptions[i], &other));
        assert_ok(
            jwe_encrypt(other, encryptions[i], JWE_A128GCM, STR_ABSENT, S("x"), arena, &token));
        assert_err(ring_decrypt(ring, token, arena, &plain), jose_key);
        jwk_free(other);
    }
    struct jwk *secret_key;
    assert_ok(jwe_key_from_client_secret(secret_of(S("abc")), JWE_DIR, JWE_A128GCM, &secret_key));
    assert_ok(jwe_encrypt(secret_key, JWE_DIR, JWE_A128GCM, STR_ABSENT, S("x"), arena, &token));
    assert_err(ring_decrypt(ring, token, arena, &plain), jose_key);
    jwk_free(secret_key);
}

static void tokens_that_are_not_of_the_ring_are_refused(void **state) {
    (void)state;
    struct jwk *key;
    str token, payload;
    assert_ok(jwk_generate(JOSE_ES256, &key));
    assert_ok(jws_sign(key, JOSE_ES256, S("JWT"), S("{}"), arena, &token));
    assert_err(check(ring, token), jose_key);
    jwk_free(key);
    token = token_of(ring, JOSE_ES256);
    assert_err(ring_verify(ring, JOSE_RS256, STR_ABSENT, token, arena, &payload), jose_key);
    assert_err(ring_verify(ring, JOSE_ES256, S("at+jwt"), token, arena, &payload), jose_malformed);
    assert_false(str_present(payload));
    assert_ok(ring_verify(ring, JOSE_ES256, S("jwt"), token, arena, &payload));
    assert_ok(ring_sign(ring, JOSE_ES256, S("at+jwt"), S("{}"), arena, &token));
    assert_err(check(ring, token), jose_malformed);
    assert_err(ring_sign(ring, JOSE_HS256, STR_ABSENT, S("{}"), arena, &token), internal);
    assert_err(ring_sign(ring, JOSE_NONE, STR_ABSENT, S("{}"), arena, &token), internal);
    str without_kid = helper_token(arena, helper_input(arena, "{'alg':'ES256'}", "{}"), S("x"));
    assert_err(check(ring, without_kid), jose_key);
}

static void a_key_is_published_before_it_signs_and_until_its_tokens_expired(void **state) {
    (void)state;
    str old = kid_of(ring, JOSE_ES256, KEY_ACTIVE), next = kid_of(ring, JOSE_ES256, KEY_NEXT);
    str token = token_of(ring, JOSE_ES256);
    int64_t turn = start + 30LL * DAY * 1000;
    assert_ok(ring_tick(ring, turn - 1));
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), old));
    assert_ok(ring_tick(ring, turn));
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), next));
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_RETIRING), old));
    assert_false(str_eq(kid_of(ring, JOSE_ES256, KEY_NEXT), next));
    assert_ok(check(ring, token));
    assert_ok(check(ring, token_of(ring, JOSE_ES256)));
    assert_ok(ring_tick(ring, turn + 2LL * DAY * 1000));
    assert_true(publishes(ring, old));
    assert_ok(check(ring, token));
    assert_ok(ring_tick(ring, turn + 2LL * DAY * 1000 + 1));
    assert_false(publishes(ring, old));
    assert_err(check(ring, token), jose_key);
    assert_int_equal(count(ring, JOSE_ES256, KEY_RETIRING), 0);
}

static void a_rotation_by_command_turns_one_algorithm(void **state) {
    (void)state;
    str rsa = kid_of(ring, JOSE_RS256, KEY_ACTIVE), next = kid_of(ring, JOSE_EdDSA, KEY_NEXT);
    assert_true(err_is(ring_rotate(ring, JOSE_HS256, true, start + 500), E_config));
    assert_ok(ring_rotate(ring, JOSE_EdDSA, true, start + 1000));
    assert_true(str_eq(kid_of(ring, JOSE_EdDSA, KEY_ACTIVE), next));
    assert_true(str_eq(kid_of(ring, JOSE_RS256, KEY_ACTIVE), rsa));
    assert_int_equal(count(ring, JOSE_RS256, KEY_RETIRING), 0);
    assert_ok(ring_rotate(ring, JOSE_NONE, true, start + 2000));
    for (size_t i = 0; i < COUNT(algs); i++)
        assert_int_equal(count(ring, algs[i], KEY_RETIRING), algs[i] == JOSE_EdDSA ? 2 : 1);
}

static void a_next_key_signs_only_when_clients_can_know_it(void **state) {
    (void)state;
    int64_t first = start + RING_PUBLISH_AHEAD_S * 1000LL;
    str next = kid_of(ring, JOSE_ES256, KEY_NEXT);
    assert_err(ring_rotate(ring, JOSE_NONE, false, first - 1), conflict);
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_NEXT), next));
    assert_ok(ring_rotate(ring, JOSE_ES256, false, first));
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), next));
    assert_err(ring_rotate(ring, JOSE_ES256, false, first + 1), conflict);
    assert_ok(ring_rotate(ring, JOSE_ES256, true, first + 1));
}

static void a_ring_that_is_only_read_is_not_made(void **state) {
    (void)state;
    struct ring *other = NULL;
    struct ring_options wish = options();
    wish.read_only = true;
    assert_ok(ring_open(&wish, start, &other));
    assert_true(
        str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), kid_of(other, JOSE_ES256, KEY_ACTIVE)));
    ring_close(other);
    other = NULL;
    wish.dir = "/nowhere/at/all";
    assert_err(ring_open(&wish, start, &other), not_found);
    assert_null(other);
}

/* An operator's rotation as root: the server, under its own user, still reads and writes the ring.
 */
static void what_root_makes_belongs_to_the_owner_of_the_folder(void **state) {
    (void)state;
    struct stat ring_stat;
    struct ring_options wish = options();
    if (geteuid() != 0) {
        assert_int_equal(stat(file, &ring_stat), 0); /* nobody else can make a file of another's */
        assert_int_equal(ring_stat.st_uid, geteuid());
        return;
    }
    assert_int_equal(chown(wish.dir, 1, 1), 0);
    assert_ok(ring_rotate(ring, JOSE_ES256, true, start));
    assert_int_equal(stat(file, &ring_stat), 0);
    assert_int_equal(ring_stat.st_uid, 1);
    assert_int_equal(ring_stat.st_gid, 1);
    assert_int_equal(ring_stat.st_mode & 0777, 0600);
    assert_int_equal(chown(wish.dir, 0, 0), 0);
}

static void a_full_ring_says_so_and_stays(void **state) {
    (void)state;
    err e = OK;
    int turns = 0;
    for (; turns < 100 && !failed(e); turns++)
        e = ring_rotate(ring, JOSE_EdDSA, true, start + turns);
    assert_string_equal(err_name(e.code), "conflict");
    assert_int_equal(turns, 64 - 12 + 1);
    assert_ok(check(ring, token_of(ring, JOSE_EdDSA)));
    assert_ok(ring_tick(ring, start + 3LL * DAY * 1000));
    assert_ok(ring_rotate(ring, JOSE_EdDSA, true, start + 3LL * DAY * 1000));
}

static void another_process_sees_a_rotation_at_its_next_tick(void **state) {
    (void)state;
    struct ring *other;
    struct ring_options wish = options();
    assert_ok(ring_open(&wish, start, &other));
    assert_true(
        str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), kid_of(other, JOSE_ES256, KEY_ACTIVE)));
    const struct ring_snapshot *before = ring_take(other);
    int64_t version = before->version;
    assert_ok(ring_rotate(ring, JOSE_ES256, true, start + 1000));
    str token = token_of(ring, JOSE_ES256);
    assert_ok(check(other, token)); /* signed with a key that was published as next */
    assert_ok(ring_tick(other, start + 1000));
    assert_true(
        str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), kid_of(other, JOSE_ES256, KEY_ACTIVE)));
    const struct ring_snapshot *after = ring_take(other);
    assert_true(after->version > version);
    assert_int_equal(before->version, version); /* what was taken stays as it was */
    assert_int_equal(before->n, 12);
    ring_give(other, before);
    ring_give(other, after);
    assert_ok(ring_tick(other, start + 1000));
    after = ring_take(other);
    assert_int_equal(after->version, version + 1);
    ring_give(other, after);
    ring_close(other);
}

static void a_ring_survives_a_restart(void **state) {
    (void)state;
    str token = token_of(ring, JOSE_PS256), active = kid_of(ring, JOSE_PS256, KEY_ACTIVE);
    ring_close(ring);
    struct ring_options wish = options();
    assert_ok(ring_open(&wish, start + 5000, &ring));
    assert_true(str_eq(kid_of(ring, JOSE_PS256, KEY_ACTIVE), active));
    assert_ok(check(ring, token));
}

static str read_file(void) {
    int fd = open(file, O_RDONLY);
    char *text = arena_alloc(arena, 1 << 16);
    ssize_t n = read(fd, text, 1 << 16);
    assert_true(n > 0);
    close(fd);
    return str_of(text, (size_t)n);
}

static void write_file(str text) {
    int fd = open(file, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, text.p, text.n), text.n);
    close(fd);
}

/* The rows that an older server wrote: without the keys for encryption. */
static void write_without_encryption_keys(void) {
    AUTO(json_ref) doc = NULL;
    str text;
    assert_ok(json_read_object(read_file(), &doc));
    json_t *rows = json_object_get(doc, "keys");
    for (size_t i = json_array_size(rows); i > 0; i--)
        if (jwe_alg_from(json_read_str(json_array_get(rows, i - 1), "alg")) != JWE_ALG_NONE)
            json_array_remove(rows, i - 1);
    assert_int_equal(json_array_size(rows), 8);
    assert_ok(json_read_dump(arena, doc, &text));
    write_file(text);
}

static void a_ring_without_encryption_keys_gets_them_and_loses_nothing(void **state) {
    (void)state;
    str plain, token = token_of(ring, JOSE_ES256), active = kid_of(ring, JOSE_ES256, KEY_ACTIVE);
    ring_close(ring);
    write_without_encryption_keys();
    struct ring_options wish = options();
    assert_ok(ring_open(&wish, start + 1000, &ring));
    assert_true(str_eq(kid_of(ring, JOSE_ES256, KEY_ACTIVE), active));
    assert_ok(check(ring, token));
    for (size_t i = 0; i < COUNT(encryptions); i++)
        assert_ok(ring_decrypt(ring, encrypted_to(ring, encryptions[i]), arena, &plain));
}

static void assert_not_opened(const struct master_key *key) {
    struct ring *other = NULL;
    str before = read_file();
    struct ring_options wish = options();
    wish.master = key;
    assert_err(ring_open(&wish, start, &other), config);
    assert_null(other);
    assert_true(str_eq(before, read_file()));
}

static void a_foreign_master_key_is_told_and_touches_nothing(void **state) {
    (void)state;
    assert_not_opened(&foreign);
    assert_ok(check(ring, token_of(ring, JOSE_ES256)));
}

static void a_damaged_file_is_told_and_touched_by_nobody(void **state) {
    (void)state;
    str whole = read_file(), altered;
    const str rows[] = {S("{"),
                        S("[]"),
                        S("{}"),
                        S("{\"keys\":{}}"),
                        S("{\"keys\":[{}]}"),
                        S("{\"keys\":[5]}"),
                        str_head(whole, whole.n - 1),
                        str_head(whole, 100)};
    static const struct {
        const char *find, *put;
    } swaps[] = {{"\"alg\":\"RS256\"", "\"alg\":\"none!\""},
                 {"\"state\":\"next\"", "\"state\":\"text\""},
                 {"\"created_ms\":", "\"create_dms\":"},
                 {"\"sealed\":\"", "\"sealed\":\"A"},
                 {"\"sealed\":\"", "\"sealed\":5,\"x\":\""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file(rows[i]);
        assert_not_opened(&master);
        assert_true(failed(ring_tick(ring, start + 10)));
        assert_ok(check(ring, token_of(ring, JOSE_ES256))); /* goes on with what it has */
        assert_true(failed(ring_rotate(ring, JOSE_ES256, true, start + 10)));
        assert_true(str_eq(read_file(), rows[i]));
    }
    for (size_t i = 0; i < COUNT(swaps); i++) {
        size_t at = str_find_str(whole, str_from(swaps[i].find));
        assert_true(at < whole.n);
        assert_ok(STR_JOIN(arena, &altered, str_head(whole, at), str_from(swaps[i].put),
                           str_from_pos(whole, at + strlen(swaps[i].find))));
        write_file(altered);
        assert_not_opened(&master);
    }
    write_file(whole);
    assert_ok(ring_tick(ring, start + 10));
}

static void a_missing_file_does_not_stop_a_running_ring(void **state) {
    (void)state;
    assert_int_equal(unlink(file), 0);
    assert_ok(ring_tick(ring, start + 10));
    assert_ok(check(ring, token_of(ring, JOSE_ES256)));
}

#define RING_TEST(f) cmocka_unit_test_setup_teardown(f, open_ring, close_ring)

int main(void) {
    const struct CMUnitTest tests[] = {
        RING_TEST(a_foreign_master_key_is_told_and_touches_nothing),
        RING_TEST(a_damaged_file_is_told_and_touched_by_nobody),
        RING_TEST(a_missing_file_does_not_stop_a_running_ring),
        RING_TEST(a_token_for_no_key_of_the_ring_is_refused),
        RING_TEST(what_is_encrypted_to_a_published_key_is_decrypted),
        RING_TEST(a_retired_key_decrypts_until_it_is_gone),
        RING_TEST(tokens_that_are_not_of_the_ring_are_refused),
        RING_TEST(no_private_member_leaves_the_ring),
        RING_TEST(a_new_ring_has_an_active_and_a_next_key_of_each_algorithm),
        RING_TEST(a_key_is_published_before_it_signs_and_until_its_tokens_expired),
        RING_TEST(a_rotation_by_command_turns_one_algorithm),
        RING_TEST(a_next_key_signs_only_when_clients_can_know_it),
        RING_TEST(a_ring_that_is_only_read_is_not_made),
        RING_TEST(what_root_makes_belongs_to_the_owner_of_the_folder),
        RING_TEST(a_full_ring_says_so_and_stays),
        RING_TEST(another_process_sees_a_rotation_at_its_next_tick),
        RING_TEST(a_ring_survives_a_restart),
        RING_TEST(a_ring_without_encryption_keys_gets_them_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, make_ring, remove_ring);
}
