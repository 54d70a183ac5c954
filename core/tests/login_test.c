/* POST /auth/login and /internal/sign-in.
 * ctest: threads */
#include "core_helper.h"

#include <pthread.h>
#include <unistd.h>

#include "core/password.h"
#include "core/world.h"

static const char login[] = "/auth/login", sign_in[] = "/internal/sign-in";

static const char *with(const char *email, const char *password) {
    return body("email", email, "password", password, NULL);
}

static void login_is_422_without_email_or_password(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *rule;
    } rows[] = {{"{\"password\":\"x\"}", "email", "required"},
                {"{\"email\":\"a@b.example\"}", "password", "required"},
                {"{\"email\":\"a@b.example\",\"password\":7}", "password", "string"},
                {"{\"email\":\"nobody\",\"password\":\"x\"}", "email", "email"}};
    static const char *const paths[] = {login, sign_in};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(paths); k++) {
            struct answer answer = POST(paths[k], NULL, rows[i].text);
            const json_t *error = json_array_get(json_object_get(answer.json, "errors"), 0);
            assert_int_equal(answer.status, 422);
            assert_string_equal(json_string_value(json_object_get(error, "field")), rows[i].field);
            assert_string_equal(json_string_value(json_object_get(error, "rule")), rows[i].rule);
            done(answer);
        }
}

static void wrong_password_and_unknown_email_get_one_answer_after_one_hash(void **state) {
    (void)state;
    static const char *const paths[] = {login, sign_in};
    free(registered("ada@example.com"));
    for (size_t i = 0; i < COUNT(paths); i++) {
        size_t before = password_hasher_done(core->hasher);
        struct answer wrong = POST(paths[i], NULL, with("ada@example.com", "another river"));
        size_t after_wrong = password_hasher_done(core->hasher);
        struct answer unknown = POST(paths[i], NULL, with("bob@example.com", "another river"));
        size_t after_unknown = password_hasher_done(core->hasher);
        assert_int_equal(after_wrong - before, 1);
        assert_int_equal(after_unknown - after_wrong, 1);
        assert_string_equal(wrong.text, unknown.text);
        expect(401, "INVALID_CREDENTIALS", wrong);
        expect(401, "INVALID_CREDENTIALS", unknown);
    }
}

/* An address that its user has not proven, as POST /auth/emails adds it. */
static err add_unverified(struct tx *tx, void *arg) {
    (void)arg;
    return DB_RUN(tx, NULL,
                  "INSERT INTO emails(id, user_id, address, is_default, is_verified, created_ms)"
                  " SELECT 'e2', id, 'second@example.com', 0, 0, 0 FROM users");
}

static void unverified_email_is_told_only_after_the_right_password(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    assert_ok(db_write(core->db, add_unverified, NULL));
    expect(401, "INVALID_CREDENTIALS",
           POST(login, NULL, with("second@example.com", "another river")));
    expect(401, "EMAIL_NOT_VERIFIED", POST(login, NULL, with("second@example.com", RIVER)));
    expect(401, "EMAIL_NOT_VERIFIED", POST(sign_in, NULL, with("second@example.com", RIVER)));
}

static void claimed_address_stays_free_for_its_owner(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    assert_ok(db_write(core->db, add_unverified, NULL));
    free(registered("second@example.com"));
    expect(200, NULL, POST(login, NULL, with("second@example.com", RIVER)));
}

/* A sign-in that waits for the writer, its password hashed. */
struct waiting {
    pthread_t thread;
    const char *path;
    const char *change;
    int status;
};

static void *sign_in_meanwhile(void *arg) {
    struct waiting *in = arg;
    struct answer answer = POST(in->path, NULL, with("second@example.com", RIVER));
    in->status = answer.status;
    done(answer);
    return NULL;
}

/* On the writer's thread: the sign-in has found and hashed, and its write waits behind this. */
static err change_after_the_hash(struct tx *tx, void *arg) {
    struct waiting *in = arg;
    size_t before = password_hasher_done(core->hasher);
    REQUIRE(pthread_create(&in->thread, NULL, sign_in_meanwhile, in) == 0, internal, "no thread");
    for (int i = 0; i < 2000 && password_hasher_done(core->hasher) == before; i++)
        usleep(5000);
    return db_run(tx, in->change, NULL, 0, NULL);
}

static err prove_second(struct tx *tx, void *arg) {
    (void)arg;
    return DB_RUN(tx, NULL, "UPDATE emails SET is_verified = 1 WHERE address LIKE 'second@%'");
}

static void what_changes_while_the_password_is_hashed_counts(void **state) {
    static const struct {
        const char *change;
        int status;
    } rows[] = {
        {"UPDATE emails SET created_ms = 1", 200}, /* nothing that matters */
        {"UPDATE emails SET is_verified = 0 WHERE address LIKE 'second@%'", 503},
        {"UPDATE users SET password = 'x'", 503},
        {"DELETE FROM emails WHERE address LIKE 'second@%'", 503},
    };
    static const char *const paths[] = {login, sign_in};
    for (size_t k = 0; k < COUNT(paths); k++)
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct waiting in = {.path = paths[k], .change = rows[i].change};
            free(registered("ada@example.com"));
            assert_ok(db_write(core->db, add_unverified, NULL));
            assert_ok(db_write(core->db, prove_second, NULL));
            assert_ok(db_write(core->db, change_after_the_hash, &in));
            pthread_join(in.thread, NULL);
            assert_int_equal(in.status, rows[i].status);
            core_helper_close(state);
            core_helper_open(state);
        }
}

static void login_answers_tokens_and_user(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(200, NULL,
           call("PATCH", "/auth/profile", token, "{\"givenNames\":\"Ada\",\"surname\":\"L\"}"));
    struct answer answer = POST(login, NULL, with(" Ada@EXAMPLE.com", RIVER));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 5);
    assert_string_equal(json_string_value(json_object_get(answer.json, "type")), "bearer");
    assert_int_equal(json_integer_value(json_object_get(answer.json, "expires_in")), 3600);
    const json_t *user = json_object_get(answer.json, "user");
    assert_string_equal(json_string_value(json_object_get(user, "email")), "ada@example.com");
    assert_string_equal(json_string_value(json_object_get(user, "displayName")), "Ada L");
    free(token);
    token = member(answer, "token");
    expect(200, NULL, GET("/auth/me", token));
    free(token);
}

static void pages_learn_the_user_and_get_no_token(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    struct answer answer = POST(sign_in, NULL, with("ada@example.com", RIVER));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_object_size(answer.json), 2);
    assert_true(json_is_string(json_object_get(answer.json, "user_id")));
    assert_non_null(strstr(answer.text, "\"amr\":[\"pwd\"]"));
    done(answer);
}

static void second_factor_is_asked_for_with_202(void **state) {
    (void)state;
    static const char *const paths[] = {login, sign_in};
    free(with_second_factor("ada@example.com", NULL));
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct answer answer = POST(paths[i], NULL, with("ada@example.com", RIVER));
        assert_int_equal(answer.status, 202);
        assert_int_equal(json_object_size(answer.json), 2);
        assert_true(json_is_true(json_object_get(answer.json, "totp_required")));
        assert_true(json_is_string(json_object_get(answer.json, "challenge_token")));
        done(answer);
        expect(401, "INVALID_CREDENTIALS",
               POST(paths[i], NULL, with("ada@example.com", "another river")));
    }
}

static void fail_times(int n, const char *email) {
    for (int i = 0; i < n; i++)
        expect(401, "INVALID_CREDENTIALS", POST(login, NULL, with(email, "another river")));
}

/* Blocked, a right password, a wrong one and an unknown e-mail are one: nothing is hashed. */
static void blocked_account_tells_nothing(void **state) {
    (void)state;
    static const char *const emails[] = {"ada@example.com", "bob@example.com"};
    free(registered("ada@example.com"));
    for (size_t i = 0; i < COUNT(emails); i++) {
        fail_times(5, emails[i]);
        size_t before = password_hasher_done(core->hasher);
        struct answer right = POST(login, NULL, with(emails[i], RIVER));
        struct answer wrong = POST(login, NULL, with(emails[i], "another river"));
        assert_int_equal(password_hasher_done(core->hasher), before);
        assert_string_equal(right.text, wrong.text);
        assert_int_equal(right.retry_after_s, 60);
        expect(429, "too_many_requests", right);
        expect(429, "too_many_requests", wrong);
        expect(429, "too_many_requests", POST(sign_in, NULL, with(emails[i], RIVER)));
    }
}

static void block_is_durable_ends_and_doubles(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    fail_times(5, "ada@example.com");
    core_helper_restart();
    now_ms += 59999;
    struct answer answer = POST(login, NULL, with("ada@example.com", RIVER));
    assert_int_equal(answer.retry_after_s, 1);
    expect(429, "too_many_requests", answer);
    now_ms += 1;
    fail_times(1, "ada@example.com");
    answer = POST(login, NULL, with("ada@example.com", RIVER));
    assert_int_equal(answer.retry_after_s, 120);
    expect(429, "too_many_requests", answer);
    now_ms += 120000;
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
    fail_times(4, "ada@example.com");
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
}

static void block_never_lasts_over_15_minutes(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    for (int i = 0; i < 12; i++) {
        done(POST(login, NULL, with("ada@example.com", "another river")));
        now_ms += i < 4 ? 0 : 15 * 60000;
    }
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
}

static void other_accounts_are_not_blocked(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    fail_times(5, "bob@example.com");
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
}

/* It waited for its hash while somebody behind the same address, who came later, failed. */
static void a_failure_of_somebody_later_does_not_block_who_came_before(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    now_ms += 5;
    expect(401, NULL, POST(login, NULL, with("bob@example.com", "wrong")));
    now_ms -= 5;
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
}

static void address_that_fails_often_is_blocked_for_every_account(void **state) {
    (void)state;
    char email[32];
    free(registered("ada@example.com"));
    remote = "2001:db8::1";
    for (int i = 0; i < 50; i++) {
        snprintf(email, sizeof email, "n%d@example.com", i);
        fail_times(1, email);
    }
    remote = "2001:db8::2"; /* of the same /64 */
    expect(429, "too_many_requests", POST(login, NULL, with("ada@example.com", RIVER)));
    remote = "2001:db8:0:1::1";
    expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
}

static err weaken(struct tx *tx, void *arg) {
    return DB_RUN(tx, NULL, "UPDATE users SET password = ?1", DB_T(*(const str *)arg));
}

static err read_password(struct tx *tx, void *arg) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    char *out = arg;
    TRY(DB_QUERY(tx, &rows, "SELECT substr(password, 1, 30) FROM users"));
    TRY(db_next(rows, &row));
    struct arena *arena = arena_new(4096);
    str text;
    TRY(db_get_str(rows, 0, arena, &text));
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    arena_free(arena);
    return OK;
}

static void password_is_hashed_again_when_the_parameters_changed(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    struct password_hasher *old;
    char stored[64];
    str hash;
    free(registered("ada@example.com"));
    assert_ok(password_hasher_new(1, 1, (struct password_cost){32, 3}, &old));
    assert_ok(password_hash(old, secret_of(S(RIVER)), arena, &hash));
    assert_ok(db_write(core->db, weaken, &hash));
    expect(401, NULL, POST(login, NULL, with("ada@example.com", "another river")));
    assert_ok(db_read(core->db, read_password, stored));
    assert_memory_equal(stored, "$argon2id$v=19$m=32,t=3,p=1$", 28);
    for (int i = 0; i < 2; i++)
        expect(200, NULL, POST(login, NULL, with("ada@example.com", RIVER)));
    assert_ok(db_read(core->db, read_password, stored));
    assert_memory_equal(stored, "$argon2id$v=19$m=64,t=1,p=1$", 28);
    password_hasher_free(old);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(login_is_422_without_email_or_password),
        CASE(wrong_password_and_unknown_email_get_one_answer_after_one_hash),
        CASE(unverified_email_is_told_only_after_the_right_password),
        CASE(claimed_address_stays_free_for_its_owner),
        CASE(what_changes_while_the_password_is_hashed_counts),
        CASE(login_answers_tokens_and_user),
        CASE(pages_learn_the_user_and_get_no_token),
        CASE(second_factor_is_asked_for_with_202),
        CASE(blocked_account_tells_nothing),
        CASE(block_is_durable_ends_and_doubles),
        CASE(block_never_lasts_over_15_minutes),
        CASE(other_accounts_are_not_blocked),
        CASE(a_failure_of_somebody_later_does_not_block_who_came_before),
        CASE(address_that_fails_often_is_blocked_for_every_account),
        CASE(password_is_hashed_again_when_the_parameters_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
