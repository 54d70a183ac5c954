/* Every documented row of registration, sign-in, profile and second factor, by its errors first.
 * Real SQLite, real mail files, a fixed clock. */
#include "core/core.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/json_read.h"
#include "common/base/testing.h"
#include "common/http/test_request.h"
#include "common/ops/log.h"
#include "core/totp.h"
#include <liboath/oath.h>

struct fixture {
    struct core *core;
    char folder[64], db[96], mail[96];
    int64_t now_ms;
};

static struct fixture fix;

static int set_up(void **state) {
    (void)state;
    static const struct master_key master = {{1, 2, 3}};
    fix = (struct fixture){.now_ms = clock_now_ms()};
    log_setup(LOG_OFF, LOG_JSON, 2);
    strcpy(fix.folder, "/tmp/hitkey-core-XXXXXX");
    assert_non_null(mkdtemp(fix.folder));
    snprintf(fix.db, sizeof fix.db, "%s/core.db", fix.folder);
    snprintf(fix.mail, sizeof fix.mail, "%s/mail", fix.folder);
    assert_ok(core_open(&(struct core_options){.db_path = str_from(fix.db),
                                               .master = &master,
                                               .issuer = S("http://localhost:9400"),
                                               .mail_dir = str_from(fix.mail),
                                               .mail_from = S("no-reply@localhost"),
                                               .test_hash_memory_kib = 64,
                                               .test_hash_passes = 1},
                        &fix.core));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    core_close(fix.core);
    snprintf(command, sizeof command, "rm -rf %s", fix.folder);
    return system(command);
}

struct answer {
    int status;
    char *text;
    json_t *json;
};

static struct answer call_from(const char *remote, const char *method, const char *path,
                               const char *bearer, const char *body) {
    struct test_request *t = test_request_new(method, path);
    char authorization[256];
    t->rq.now_ms = fix.now_ms;
    t->rq.remote = str_from(remote);
    t->rq.trusted = strncmp(path, "/internal", 9) == 0;
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer ? bearer : "");
    if (bearer)
        test_request_header(t, "Authorization", authorization);
    if (body)
        test_request_body(t, "application/json", body);
    core_call(fix.core, &t->rq, &t->rs);
    struct answer answer = {.status = t->rs.status,
                            .text = strndup(t->rs.body.p ? t->rs.body.p : "", t->rs.body.n)};
    answer.json = json_loads(answer.text, 0, NULL);
    test_request_free(t);
    return answer;
}

static struct answer call(const char *method, const char *path, const char *bearer,
                          const char *body) {
    return call_from("192.0.2.1", method, path, bearer, body);
}

static void done(struct answer answer) {
    json_decref(answer.json);
    free(answer.text);
}

static void expect(int status, const char *code, struct answer answer) {
    const char *got = json_string_value(json_object_get(answer.json, "code"));
    if (answer.status != status || (code && (!got || strcmp(got, code) != 0)))
        fail_msg("%d %s instead of %d %s", answer.status, answer.text, status, code ? code : "");
    done(answer);
}

static char *member(struct answer answer, const char *name) {
    const char *text = json_string_value(json_object_get(answer.json, name));
    if (!text)
        fail_msg("no %s in %d %s", name, answer.status, answer.text);
    char *copy = strdup(text);
    done(answer);
    return copy;
}

static size_t mails(char newest[8192]) {
    struct dirent **names;
    size_t count = 0;
    int n = scandir(fix.mail, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[400];
        if (strstr(names[i]->d_name, ".eml") && names[i]->d_name[0] != '.') {
            count++;
            snprintf(path, sizeof path, "%s/%s", fix.mail, names[i]->d_name);
            FILE *file = fopen(path, "r");
            newest[fread(newest, 1, 8191, file)] = '\0';
            fclose(file);
            unlink(path);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return count;
}

/* The one mail that was written since the last look, waited for. */
static void take_mail(char text[8192]) {
    for (int i = 0; i < 500; i++) {
        if (mails(text) > 0)
            return;
        usleep(10000);
    }
    fail_msg("no mail came");
}

static void mailed_code(char code[8]) {
    char text[8192];
    take_mail(text);
    for (char *p = strstr(text, "\r\n\r\n"); *p; p++) {
        if (strspn(p, "0123456789") == 6 && p[-1] == '\n') {
            memcpy(code, p, 6);
            code[6] = '\0';
            return;
        }
        p += strspn(p, "0123456789");
        if (!*p)
            break;
    }
    fail_msg("no code in the mail: %s", text);
}

static void start_and_verify(const char *email) {
    char body[256], code[8];
    snprintf(body, sizeof body, "{\"email\":\"%s\"}", email);
    expect(200, NULL, call("POST", "/auth/register/start", NULL, body));
    mailed_code(code);
    snprintf(body, sizeof body, "{\"email\":\"%s\",\"code\":\"%s\"}", email, code);
    expect(200, NULL, call("POST", "/auth/register/verify", NULL, body));
}

/* The token; the caller frees it. */
static char *registered(const char *email) {
    char body[256];
    start_and_verify(email);
    snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"a quiet river\"}", email);
    return member(call("POST", "/auth/register/password", NULL, body), "token");
}

static const char ada[] = "{\"email\":\"ada@example.com\"}";
static const char ada_login[] = "{\"email\":\"Ada@Example.com \",\"password\":\"a quiet river\"}";
static const char ada_wrong[] = "{\"email\":\"ada@example.com\",\"password\":\"another river\"}";

static void bodies_that_break_a_rule_get_the_422_array(void **state) {
    (void)state;
    static const struct {
        const char *path, *body, *field, *rule;
    } rows[] = {
        {"/auth/register/start", "{}", "email", "required"},
        {"/auth/register/start", "{\"email\":\"nobody\"}", "email", "email"},
        {"/auth/register/start", "{\"email\":1}", "email", "string"},
        {"/auth/register/verify", "{\"email\":\"a@b.example\"}", "code", "required"},
        {"/auth/register/password", "{\"email\":\"a@b.example\",\"password\":\"short\"}",
         "password", "minLength"},
        {"/auth/login", "{\"email\":\"a@b.example\"}", "password", "required"},
        {"/auth/token/refresh", "{}", "refresh_token", "required"},
        {"/auth/password/forgot", "{}", "email", "required"},
        {"/auth/password/reset", "{\"token\":\"x\"}", "password", "required"},
        {"/auth/2fa/verify", "{\"code\":\"123456\"}", "challenge_token", "required"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct answer answer = call("POST", rows[i].path, NULL, rows[i].body);
        json_t *first = json_array_get(json_object_get(answer.json, "errors"), 0);
        assert_int_equal(answer.status, 422);
        assert_string_equal(json_string_value(json_object_get(first, "field")), rows[i].field);
        assert_string_equal(json_string_value(json_object_get(first, "rule")), rows[i].rule);
        assert_non_null(json_object_get(first, "message"));
        done(answer);
    }
}

static void calls_without_a_good_bearer_are_401(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"POST", "/auth/logout"},   {"GET", "/auth/me"},          {"GET", "/auth/2fa/setup"},
        {"PATCH", "/auth/profile"}, {"POST", "/auth/2fa/enable"}, {"POST", "/auth/2fa/disable"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *body = strcmp(rows[i][0], "GET") == 0 ? NULL : "{\"code\":\"1\"}";
        expect(401, NULL, call(rows[i][0], rows[i][1], NULL, body));
        expect(401, NULL, call(rows[i][0], rows[i][1], "hitkey_nobody", body));
        expect(401, NULL, call(rows[i][0], rows[i][1], "eyJhbGciOiJub25lIn0.e30.", body));
    }
}

static void registration_refuses_what_the_contract_says(void **state) {
    (void)state;
    char code[8], body[256];
    expect(400, "NO_CODE",
           call("POST", "/auth/register/verify", NULL,
                "{\"email\":\"ada@example.com\",\"code\":\"123456\"}"));
    expect(400, "EMAIL_UNVERIFIED",
           call("POST", "/auth/register/password", NULL,
                "{\"email\":\"ada@example.com\",\"password\":\"a quiet river\"}"));
    expect(200, NULL, call("POST", "/auth/register/start", NULL, ada));
    expect(429, "COOLDOWN", call("POST", "/auth/register/start", NULL, ada));
    expect(429, "COOLDOWN", call("POST", "/auth/register/resend", NULL, ada));
    mailed_code(code);
    snprintf(body, sizeof body, "{\"email\":\"ada@example.com\",\"code\":\"%06d\"}",
             (atoi(code) + 1) % 1000000);
    for (int i = 0; i < 3; i++)
        expect(400, "INVALID_CODE", call("POST", "/auth/register/verify", NULL, body));
    snprintf(body, sizeof body, "{\"email\":\"ada@example.com\",\"code\":\"%s\"}", code);
    expect(400, "TOO_MANY_ATTEMPTS", call("POST", "/auth/register/verify", NULL, body));
    fix.now_ms += 60000;
    expect(200, NULL, call("POST", "/auth/register/resend", NULL, ada));
    mailed_code(code);
    snprintf(body, sizeof body, "{\"email\":\"ada@example.com\",\"code\":\"%s\"}", code);
    fix.now_ms += 10 * 60000;
    expect(400, "CODE_EXPIRED", call("POST", "/auth/register/verify", NULL, body));
}

static void a_stranger_cannot_set_the_password_of_a_verified_address(void **state) {
    (void)state;
    static const char body[] = "{\"email\":\"ada@example.com\",\"password\":\"a quiet river\"}";
    start_and_verify("ada@example.com");
    expect(400, "EMAIL_UNVERIFIED",
           call_from("203.0.113.9", "POST", "/auth/register/password", NULL, body));
    expect(422, NULL,
           call("POST", "/auth/register/password", NULL,
                "{\"email\":\"ada@example.com\",\"password\":\"password123\"}"));
    expect(200, NULL, call("POST", "/auth/register/password", NULL, body));
    expect(400, "EMAIL_ALREADY_VERIFIED", call("POST", "/auth/register/password", NULL, body));
    expect(400, "EMAIL_ALREADY_VERIFIED", call("POST", "/auth/register/start", NULL, ada));
    expect(400, "EMAIL_ALREADY_VERIFIED",
           call("POST", "/auth/register/verify", NULL,
                "{\"email\":\"ada@example.com\",\"code\":\"123456\"}"));
}

static void registration_answers_a_login(void **state) {
    (void)state;
    start_and_verify("ada@example.com");
    struct answer answer = call("POST", "/auth/register/password", NULL,
                                "{\"email\":\"ada@example.com\",\"password\":\"a quiet river\"}");
    assert_int_equal(answer.status, 200);
    assert_string_equal(json_string_value(json_object_get(answer.json, "type")), "bearer");
    assert_memory_equal(json_string_value(json_object_get(answer.json, "token")), "hitkey_", 7);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "expires_in")), 3600);
    json_t *user = json_object_get(answer.json, "user");
    assert_string_equal(json_string_value(json_object_get(user, "email")), "ada@example.com");
    assert_int_equal(strlen(json_string_value(json_object_get(user, "id"))), 36);
    assert_true(json_is_null(json_object_get(user, "displayName")));
    done(answer);
}

static void a_wrong_password_and_an_unknown_email_look_alike(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    struct answer wrong = call("POST", "/auth/login", NULL, ada_wrong);
    struct answer unknown =
        call("POST", "/auth/login", NULL,
             "{\"email\":\"nobody@example.com\",\"password\":\"another river\"}");
    assert_int_equal(wrong.status, 401);
    assert_int_equal(unknown.status, 401);
    assert_string_equal(wrong.text, unknown.text);
    assert_non_null(strstr(wrong.text, "INVALID_CREDENTIALS"));
    done(wrong);
    done(unknown);
}

static void failed_sign_ins_block_the_account_for_a_while(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    for (int i = 0; i < 5; i++)
        expect(401, "INVALID_CREDENTIALS", call("POST", "/auth/login", NULL, ada_wrong));
    expect(429, "too_many_requests", call("POST", "/auth/login", NULL, ada_login));
    expect(429, "too_many_requests", call("POST", "/internal/sign-in", NULL, ada_login));
    fix.now_ms += 61000;
    expect(200, NULL, call("POST", "/auth/login", NULL, ada_login));
}

static void refresh_rotates_and_a_second_use_ends_the_sign_in(void **state) {
    (void)state;
    char body[256];
    free(registered("ada@example.com"));
    char *old = member(call("POST", "/auth/login", NULL, ada_login), "refresh_token");
    snprintf(body, sizeof body, "{\"refresh_token\":\"%s\"}", old);
    char *token = member(call("POST", "/auth/token/refresh", NULL, body), "token");
    expect(200, NULL, call("GET", "/auth/me", token, NULL));
    expect(401, NULL, call("POST", "/auth/token/refresh", NULL, body));
    expect(401, NULL, call("GET", "/auth/me", token, NULL));
    expect(401, NULL, call("POST", "/auth/token/refresh", NULL, "{\"refresh_token\":\"00\"}"));
    free(token);
    free(old);
}

static void tokens_end_with_time_and_with_logout(void **state) {
    (void)state;
    char *token = registered("ada@example.com");
    expect(200, NULL, call("GET", "/auth/me", token, NULL));
    expect(200, NULL, call("POST", "/auth/logout", token, NULL));
    expect(401, NULL, call("GET", "/auth/me", token, NULL));
    free(token);
    token = member(call("POST", "/auth/login", NULL, ada_login), "token");
    fix.now_ms += 3600 * 1000;
    expect(401, NULL, call("GET", "/auth/me", token, NULL));
    free(token);
}

static void me_has_every_documented_member(void **state) {
    (void)state;
    static const char *const members[] = {
        "id",          "email",        "name",      "surname",       "givenNames",
        "displayName", "nativeScript", "username",  "emailVerified", "totpEnabled",
        "emails",      "createdAt",    "updatedAt", "preferredOrder"};
    char *token = registered("ada@example.com");
    struct answer answer = call("GET", "/auth/me", token, NULL);
    for (size_t i = 0; i < COUNT(members); i++)
        assert_non_null(json_object_get(answer.json, members[i]));
    const char *created = json_string_value(json_object_get(answer.json, "createdAt"));
    assert_int_equal(strlen(created), strlen("2024-01-01T00:00:00.000Z"));
    assert_int_equal(created[23], 'Z');
    json_t *email = json_array_get(json_object_get(answer.json, "emails"), 0);
    assert_true(json_is_true(json_object_get(email, "isDefault")));
    assert_true(json_is_true(json_object_get(email, "isVerified")));
    done(answer);
    free(token);
}

static void profile_rules_are_kept(void **state) {
    (void)state;
    static const struct {
        const char *body;
        int status;
        const char *code;
    } rows[] = {
        {"{\"username\":\"ab\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"with space\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"abcdefghijklmnopqrstuvwxyz12345\"}", 400, "USERNAME_INVALID"},
        {"{\"username\":\"ADMIN\"}", 400, "USERNAME_RESERVED"},
        {"{\"username\":\"GRACE\"}", 409, "USERNAME_TAKEN"},
        {"{\"preferredOrder\":\"northern\"}", 422, NULL},
        {"{\"birthdate\":\"1990-13-01\"}", 422, NULL},
        {"{\"birthdate\":\"yesterday\"}", 422, NULL},
        {"{\"website\":\"javascript:alert(1)\"}", 422, NULL},
        {"{\"phone_number\":\"555\"}", 422, NULL},
        {"{\"address\":{\"planet\":\"Earth\"}}", 422, NULL},
        {"{\"address\":\"Earth\"}", 422, NULL},
        {"{\"surname\":1}", 422, NULL},
        {"{\"surname\":\"a\\u0007b\"}", 422, NULL},
    };
    char *grace = registered("grace@example.com"), *token = registered("ada@example.com");
    expect(200, NULL, call("PATCH", "/auth/profile", grace, "{\"username\":\"grace\"}"));
    for (size_t i = 0; i < COUNT(rows); i++)
        expect(rows[i].status, rows[i].code, call("PATCH", "/auth/profile", token, rows[i].body));
    free(grace);
    free(token);
}

static void a_profile_is_set_cleared_and_shown_as_claims(void **state) {
    (void)state;
    char *token = registered("ada@example.com"), path[128];
    expect(200, NULL,
           call("PATCH", "/auth/profile", token,
                "{\"surname\":\"Lovelace\",\"givenNames\":\"Ada\",\"username\":\"ada\","
                "\"preferredOrder\":\"eastern\",\"birthdate\":\"1815-12-10\",\"locale\":\"en-GB\","
                "\"zoneinfo\":\"Europe/London\",\"phone_number\":\"+441234567890\","
                "\"website\":\"https://ada.example/\",\"address\":{\"country\":\"UK\"}}"));
    char *id = member(call("GET", "/auth/me", token, NULL), "id");
    snprintf(path, sizeof path, "/internal/users/%s", id);
    struct answer claims = call("GET", path, NULL, NULL);
    assert_string_equal(json_string_value(json_object_get(claims.json, "name")), "Lovelace Ada");
    assert_string_equal(json_string_value(json_object_get(claims.json, "preferred_username")),
                        "ada");
    assert_string_equal(json_string_value(json_object_get(claims.json, "family_name")), "Lovelace");
    assert_true(json_is_false(json_object_get(claims.json, "phone_number_verified")));
    assert_true(json_is_true(json_object_get(claims.json, "email_verified")));
    assert_true(json_is_object(json_object_get(claims.json, "address")));
    assert_null(json_object_get(claims.json, "picture"));
    done(claims);
    expect(200, NULL, call("PATCH", "/auth/profile", token, "{\"surname\":null}"));
    claims = call("GET", path, NULL, NULL);
    assert_null(json_object_get(claims.json, "family_name"));
    assert_string_equal(json_string_value(json_object_get(claims.json, "name")), "Ada");
    done(claims);
    expect(404, NULL, call("GET", "/internal/users/nobody", NULL, NULL));
    free(id);
    free(token);
}

static void forgot_says_the_same_for_every_email(void **state) {
    (void)state;
    free(registered("ada@example.com"));
    struct answer known = call("POST", "/auth/password/forgot", NULL, ada);
    struct answer unknown =
        call("POST", "/auth/password/forgot", NULL, "{\"email\":\"nobody@example.com\"}");
    assert_int_equal(known.status, 200);
    assert_string_equal(known.text, unknown.text);
    done(known);
    done(unknown);
}

static void a_reset_link_works_once_for_fifteen_minutes(void **state) {
    (void)state;
    char mail[8192], body[512], token[128];
    char *api = registered("ada@example.com");
    expect(400, "INVALID_TOKEN",
           call("POST", "/auth/password/reset", NULL,
                "{\"token\":\"x\",\"password\":\"another river\"}"));
    done(call("POST", "/auth/password/forgot", NULL, ada));
    take_mail(mail);
    char *p = mail, *q = mail;
    for (; *p; p++) { /* soft line breaks of quoted-printable */
        if (p[0] == '=' && p[1] == '\r')
            p += 2;
        else
            *q++ = *p;
    }
    *q = '\0';
    assert_int_equal(sscanf(strstr(mail, "token=3D") + 8, "%100[A-Za-z0-9_-]", token), 1);
    snprintf(body, sizeof body, "{\"token\":\"%s\",\"password\":\"another river\"}", token);
    fix.now_ms += 15 * 60000;
    expect(400, "TOKEN_EXPIRED", call("POST", "/auth/password/reset", NULL, body));
    fix.now_ms -= 60000;
    expect(200, NULL, call("POST", "/auth/password/reset", NULL, body));
    expect(400, "INVALID_TOKEN", call("POST", "/auth/password/reset", NULL, body));
    expect(401, NULL, call("GET", "/auth/me", api, NULL));
    expect(401, "INVALID_CREDENTIALS", call("POST", "/auth/login", NULL, ada_login));
    expect(200, NULL, call("POST", "/auth/login", NULL, ada_wrong));
    free(api);
}

static void totp_now(const char *base32, int64_t at_ms, char code[8]) {
    char *shared_key = NULL;
    size_t n = 0;
    assert_int_equal(oath_base32_decode(base32, strlen(base32), &shared_key, &n), OATH_OK);
    assert_int_equal(oath_totp_generate(shared_key, n, (time_t)(at_ms / 1000), 30, 0, 6, code),
                     OATH_OK);
    free(shared_key);
}

static void the_second_factor_is_set_up_asked_for_and_turned_off(void **state) {
    (void)state;
    char code[8], body[512];
    char *token = registered("ada@example.com");
    expect(400, "SETUP_NOT_INITIATED", call("POST", "/auth/2fa/enable", token, "{\"code\":\"1\"}"));
    expect(400, "NOT_ENABLED", call("POST", "/auth/2fa/disable", token, "{\"code\":\"1\"}"));
    struct answer setup = call("GET", "/auth/2fa/setup", token, NULL);
    char *shared_key = strdup(json_string_value(json_object_get(setup.json, "secret")));
    const char *url = json_string_value(json_object_get(setup.json, "qrCodeUrl"));
    assert_memory_equal(url, "otpauth://totp/HitKey:ada%40example.com?secret=", 46);
    assert_non_null(strstr(url, "&issuer=HitKey"));
    assert_non_null(strstr(json_string_value(json_object_get(setup.json, "qrCodeSvg")), "<svg"));
    done(setup);
    expect(400, "INVALID_CODE", call("POST", "/auth/2fa/enable", token, "{\"code\":\"000000\"}"));
    totp_now(shared_key, fix.now_ms, code);
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    struct answer enabled = call("POST", "/auth/2fa/enable", token, body);
    assert_int_equal(enabled.status, 200);
    json_t *codes = json_object_get(enabled.json, "recovery_codes");
    assert_int_equal(json_array_size(codes), 10);

    expect(
        400, "INVALID_TOKEN",
        call("POST", "/auth/2fa/verify", NULL, "{\"challenge_token\":\"x\",\"code\":\"123456\"}"));
    struct answer first = call("POST", "/auth/login", NULL, ada_login);
    assert_int_equal(first.status, 202);
    assert_true(json_is_true(json_object_get(first.json, "totp_required")));
    char *challenge = member(first, "challenge_token");
    snprintf(body, sizeof body, "{\"challenge_token\":\"%s\",\"code\":\"000000\"}", challenge);
    expect(400, "INVALID_CODE", call("POST", "/auth/2fa/verify", NULL, body));
    /* The code that enabled it is used up. */
    snprintf(body, sizeof body, "{\"challenge_token\":\"%s\",\"code\":\"%s\"}", challenge, code);
    expect(400, "INVALID_CODE", call("POST", "/auth/2fa/verify", NULL, body));
    fix.now_ms += 30000;
    totp_now(shared_key, fix.now_ms, code);
    snprintf(body, sizeof body, "{\"challenge_token\":\"%s\",\"code\":\"%s\"}", challenge, code);
    expect(200, NULL, call("POST", "/auth/2fa/verify", NULL, body));
    expect(400, "INVALID_TOKEN", call("POST", "/auth/2fa/verify", NULL, body));

    for (int i = 0; i < 2; i++) { /* a recovery code works once */
        char *again = member(call("POST", "/internal/sign-in", NULL, ada_login), "challenge_token");
        snprintf(body, sizeof body, "{\"challenge_token\":\"%s\",\"code\":\"%s\"}", again,
                 json_string_value(json_array_get(codes, 0)));
        expect(i == 0 ? 200 : 400, i == 0 ? NULL : "INVALID_CODE",
               call("POST", "/internal/second-factor", NULL, body));
        free(again);
    }
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", json_string_value(json_array_get(codes, 1)));
    expect(200, NULL, call("POST", "/auth/2fa/disable", token, body));
    expect(200, NULL, call("POST", "/auth/login", NULL, ada_login));
    done(enabled);
    free(challenge);
    free(shared_key);
    free(token);
}

static void internal_calls_are_for_services_only(void **state) {
    (void)state;
    struct test_request *t = test_request_new("POST", "/internal/sign-in");
    test_request_body(t, "application/json", ada_login);
    core_call(fix.core, &t->rq, &t->rs);
    assert_int_equal(t->rs.status, 404);
    test_request_free(t);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(bodies_that_break_a_rule_get_the_422_array),
        CASE(calls_without_a_good_bearer_are_401),
        CASE(registration_refuses_what_the_contract_says),
        CASE(a_stranger_cannot_set_the_password_of_a_verified_address),
        CASE(registration_answers_a_login),
        CASE(a_wrong_password_and_an_unknown_email_look_alike),
        CASE(failed_sign_ins_block_the_account_for_a_while),
        CASE(refresh_rotates_and_a_second_use_ends_the_sign_in),
        CASE(tokens_end_with_time_and_with_logout),
        CASE(me_has_every_documented_member),
        CASE(profile_rules_are_kept),
        CASE(a_profile_is_set_cleared_and_shown_as_claims),
        CASE(forgot_says_the_same_for_every_email),
        CASE(a_reset_link_works_once_for_fifteen_minutes),
        CASE(the_second_factor_is_set_up_asked_for_and_turned_off),
        CASE(internal_calls_are_for_services_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
