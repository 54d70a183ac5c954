/* The two documents and the JWKS, as the dispatcher answers them: discovery.golden.json is the
 * document of https://id.example, and every word in it is tried at the place that it speaks of. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/endpoints/endpoints.h"
#include "authz/tests/flow_helper.h"
#include "common/base/buf.h"
#include "common/base/json_read.h"

#define OIDC    "/.well-known/openid-configuration"
#define OAUTH   "/.well-known/oauth-authorization-server"
#define A_OIDC  "/a/.well-known/openid-configuration"
#define A_OAUTH "/a/.well-known/oauth-authorization-server"
#define GOLDEN  "authz/tests/discovery.golden.json"

enum { GOLDEN_MAX = 32 * 1024 };

static const char *issuer; /* of the server that is open */

static int open_at_root(void **state) {
    (void)state;
    issuer = "https://id.example";
    return flow_world_open_with((const char *const[]){"--registration=open", NULL});
}

static int open_below_a_path(void **state) {
    (void)state;
    issuer = "https://id.example/a";
    return flow_world_open_with(
        (const char *const[]){"--registration=open", "--issuer=https://id.example/a", NULL});
}

static int open_closed(void **state) {
    (void)state;
    issuer = "https://id.example";
    return flow_world_open_with((const char *const[]){"--registration=closed", NULL});
}

/* --- the documents -------------------------------------------------------------------------- */

static const char *fetched(const char *path, int status) {
    struct test_request *t = test_request_new("GET", path);
    str body;
    test_request_send(t, flow_world()->authz->app);
    if (t->rs.status != status)
        fail_msg("%s: %d %.*s", path, t->rs.status, STR_FMT(t->rs.body));
    if (status == 200) {
        assert_str(test_request_answer(t, "Content-Type"), "application/json");
        assert_str(test_request_answer(t, "Cache-Control"), "public, max-age=300");
        assert_str(test_request_answer(t, "Access-Control-Allow-Origin"), "*");
    }
    assert_ok(str_printf(flow_world()->arena, &body, "%.*s", STR_FMT(t->rs.body)));
    test_request_free(t);
    return body.p;
}

static json_t *document(const char *path) {
    json_t *json = NULL;
    assert_ok(json_read_object(str_from(fetched(path, 200)), &json));
    return json;
}

/* One member a line, so that a change shows in a diff. */
static str laid_out(const json_t *json) {
    struct buf text = buf_in(flow_world()->arena, GOLDEN_MAX);
    const char *name, *between = "{\n";
    json_t *value;
    str out;
    json_object_foreach(json_read_members(json), name, value) {
        str one;
        assert_ok(json_read_dump(flow_world()->arena, value, &one));
        buf_addf(&text, "%s  \"%s\": %.*s", between, name, STR_FMT(one));
        between = ",\n";
    }
    buf_addf(&text, "\n}\n");
    assert_ok(buf_str(&text, &out));
    return out;
}

static str golden(void) {
    static char text[GOLDEN_MAX];
    FILE *file = fopen(GOLDEN, "r");
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    return str_of(text, n);
}

static void the_document_is_the_golden_one(void **state) {
    (void)state;
    AUTO(json_ref) json = document(OIDC);
    str is = laid_out(json);
    if (str_eq(is, golden()))
        return;
    fprintf(stderr, "%.*s", STR_FMT(is)); /* longer than cmocka's messages */
    fail_msg(GOLDEN " should be the text above");
}

static void both_names_give_the_same_document(void **state) {
    (void)state;
    assert_string_equal(fetched(OIDC, 200), fetched(OAUTH, 200));
    assert_string_equal(fetched(OIDC "/", 200), fetched(OAUTH "/", 200));
}

/* RFC 8414 3.1, OIDC Discovery 4.1: the issuer's path stands behind or before. */
static void an_issuer_with_a_path_is_found_in_both_ways(void **state) {
    (void)state;
    static const char *const same[] = {OIDC "/a", OAUTH "/a", OIDC "/a/",   OAUTH "/a/",
                                       A_OIDC,    A_OAUTH,    (A_OIDC "/"), OIDC};
    static const char *const none[] = {OIDC "/b", OAUTH "/b", OIDC "/a/a", OAUTH "/A",
                                       "/b/.well-known/openid-configuration"};
    const char *first = fetched(same[0], 200);
    for (size_t i = 0; i < COUNT(same); i++)
        assert_string_equal(fetched(same[i], 200), first);
    for (size_t i = 0; i < COUNT(none); i++)
        fetched(none[i], 404);
}

static void an_issuer_without_a_path_has_no_other_document(void **state) {
    (void)state;
    fetched(OIDC "/a", 404);
    fetched(OAUTH "/a", 404);
}

/* --- endpoints ------------------------------------------------------------------------------ */

/* The handler that a GET (or, if there is none, a POST) reaches. */
static handler_fn *handler_at(str path) {
    const struct app *app = flow_world()->authz->app;
    struct request rq = {.arena = flow_world()->arena, .method = HTTP_GET, .path = path};
    str allow;
    err e = route_find(app, &rq, &allow);
    if (err_is(e, E_method_not_allowed)) {
        rq.method = HTTP_POST;
        rq.path = path;
        e = route_find(app, &rq, &allow);
    }
    return failed(e) ? NULL : rq.route->handler;
}

static void each_endpoint_is_a_route_below_the_issuer(void **state) {
    (void)state;
    static const struct {
        const char *member;
        handler_fn *handler;
    } rows[] = {
        {"authorization_endpoint", authorize},
        {"token_endpoint", token_post},
        {"userinfo_endpoint", userinfo},
        {"jwks_uri", jwks},
        {"end_session_endpoint", logout},
        {"check_session_iframe", check_session},
        {"registration_endpoint", registration_create},
    };
    AUTO(json_ref) json = document(OIDC);
    const char *name;
    json_t *value;
    size_t found = 0;
    assert_str(json_read_str(json, "issuer"), issuer);
    json_object_foreach(json, name, value) {
        str url = json_read_str(json, name);
        if (!str_starts(url, S("https://id.example/")) || strcmp(name, "issuer") == 0)
            continue;
        if (!str_starts(url, str_from(issuer)))
            fail_msg("%s is not below %s: %.*s", name, issuer, STR_FMT(url));
        handler_fn *handler = handler_at(str_from_pos(url, strlen("https://id.example")));
        for (size_t i = 0; i < COUNT(rows); i++)
            if (strcmp(rows[i].member, name) == 0 && handler == rows[i].handler)
                found++;
    }
    assert_int_equal(found, COUNT(rows));
    assert_null(handler_at(S("/oauth/nothing")));
}

static void a_closed_registration_is_not_told_of(void **state) {
    (void)state;
    AUTO(json_ref) json = document(OIDC);
    assert_null(json_object_get(json, "registration_endpoint"));
    assert_non_null(json_object_get(json, "token_endpoint"));
}

/* --- every word of the lists ---------------------------------------------------------------- */

/* `pattern` with the word where its '@' is. */
static const char *filled(const char *pattern, const char *word) {
    str all = str_from(pattern), text;
    size_t at = str_find(all, '@');
    assert_true(at < all.n);
    assert_ok(str_printf(flow_world()->arena, &text, "%.*s%s%s", (int)at, pattern, word,
                         pattern + at + 1));
    return text.p;
}

static bool registers(const char *pattern, const char *word) {
    char body[1024];
    struct test_request *t = test_request_new("POST", "/oauth/register");
    snprintf(body, sizeof body,
             "{\"redirect_uris\":[\"https://new.example/cb\"],"
             "\"jwks_uri\":\"https://new.example/jwks\",%s}",
             filled(pattern, word));
    test_request_body(t, "application/json", body);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    int status = t->rs.status;
    test_request_free(t);
    return status == 201;
}

/* A request of the client "hybrid" with this parameter is not refused for it. */
static bool authorizes(const char *pattern, const char *word) {
    char target[1024];
    struct browser *b = browser_new();
    snprintf(target, sizeof target,
             "/oauth/authorize?response_type=code&client_id=hybrid&scope=openid&redirect_uri="
             "https%%3A%%2F%%2Fhybrid.example%%2Fcb%%3Fkept%%3D1%s",
             filled(pattern, word));
    browser_get(b, target);
    bool good = browser_shows(b, 200, "sign-in-form") || browser_shows(b, 200, "register-form") ||
                browser_shows(b, 200, "login_required") ||
                browser_got_error(b, FLOW_HYBRID, "login_required");
    browser_free(b);
    return good;
}

/* It is another error than that of a grant type that is not known. `implicit` is the authorization
 * endpoint's own (RFC 8414 2). */
static bool grants(const char *pattern, const char *word) {
    char form[256];
    struct browser *b = browser_new();
    (void)pattern;
    snprintf(form, sizeof form, "client_id=web&client_secret=secret&grant_type=%s", word);
    browser_post(b, "/oauth/token", form);
    bool known =
        !browser_sees(b, "unsupported_grant_type") && browser_sees(b, "\"invalid_request\"");
    browser_free(b);
    return known || strcmp(word, "implicit") == 0;
}

static bool speaks(const char *pattern, const char *word) {
    struct browser *b = browser_new();
    browser_get(b, filled(pattern, word));
    bool good = str_eq(test_request_answer(b->last, "Content-Language"), str_from(word));
    browser_free(b);
    return good;
}

#define WITH_ALG(kind) "\"" kind "_alg\":\"RSA-OAEP-256\",\"" kind "_enc\":\"@\""
#define MEMBER(name)   "\"" name "\":\"@\""

static const struct list {
    const char *member;
    bool (*tried)(const char *pattern, const char *word);
    const char *pattern;
} lists[] = {
    {"response_types_supported", registers, "\"response_types\":[\"@\"]"},
    {"scopes_supported", registers, MEMBER("scope")},
    {"subject_types_supported", registers, MEMBER("subject_type")},
    {"token_endpoint_auth_methods_supported", registers, MEMBER("token_endpoint_auth_method")},
    {"token_endpoint_auth_signing_alg_values_supported", registers,
     MEMBER("token_endpoint_auth_signing_alg")},
    {"id_token_signing_alg_values_supported", registers, MEMBER("id_token_signed_response_alg")},
    {"id_token_encryption_alg_values_supported", registers,
     MEMBER("id_token_encrypted_response_alg")},
    {"id_token_encryption_enc_values_supported", registers,
     WITH_ALG("id_token_encrypted_response")},
    {"userinfo_signing_alg_values_supported", registers, MEMBER("userinfo_signed_response_alg")},
    {"userinfo_encryption_alg_values_supported", registers,
     MEMBER("userinfo_encrypted_response_alg")},
    {"userinfo_encryption_enc_values_supported", registers,
     WITH_ALG("userinfo_encrypted_response")},
    {"request_object_signing_alg_values_supported", registers,
     MEMBER("request_object_signing_alg")},
    {"request_object_encryption_alg_values_supported", registers,
     MEMBER("request_object_encryption_alg")},
    {"request_object_encryption_enc_values_supported", registers,
     WITH_ALG("request_object_encryption")},
    {"grant_types_supported", grants, NULL},
    {"response_modes_supported", authorizes, "&prompt=none&response_mode=@"},
    {"prompt_values_supported", authorizes, "&prompt=@"},
    {"code_challenge_methods_supported", authorizes,
     "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=@"},
    {"acr_values_supported", authorizes,
     "&claims=%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C"
     "%22value%22%3A%22@%22%7D%7D%7D"},
    {"ui_locales_supported", speaks, FLOW_REQUEST "&ui_locales=@"},
};

/* These have no other word that would be refused: any display is shown the same pages, what is no
 * claim of ours is passed over. */
static const char *const untried[] = {"display_values_supported", "claim_types_supported",
                                      "claims_supported"};

static bool is_tried(const char *member) {
    for (size_t i = 0; i < COUNT(lists); i++)
        if (strcmp(lists[i].member, member) == 0)
            return true;
    for (size_t i = 0; i < COUNT(untried); i++)
        if (strcmp(untried[i], member) == 0)
            return true;
    return false;
}

static void each_word_of_each_list_is_taken_where_it_counts(void **state) {
    (void)state;
    AUTO(json_ref) json = document(OIDC);
    for (size_t i = 0; i < COUNT(lists); i++) {
        const json_t *list = json_object_get(json, lists[i].member);
        assert_true(json_array_size(list) > 0);
        for (size_t n = 0; n < json_array_size(list); n++) {
            const char *word = json_string_value(json_array_get(list, n));
            if (!lists[i].tried(lists[i].pattern, word))
                fail_msg("%s says %s, but it is refused", lists[i].member, word);
        }
        if (lists[i].tried(lists[i].pattern, "zebra"))
            fail_msg("%s: a word that is not in it is taken too", lists[i].member);
    }
}

static void no_list_is_forgotten_here(void **state) {
    (void)state;
    AUTO(json_ref) json = document(OIDC);
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value) {
        if (json_is_array(value) && !is_tried(name))
            fail_msg("%s is not tried", name);
    }
}

/* --- keys ----------------------------------------------------------------------------------- */

/* RFC 7517 4 and 5, RFC 7518 6: public members alone. One key is for every ECDH-ES algorithm. */
static void check_key(const json_t *key) {
    static const char *const private[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    str use = json_read_str(key, "use");
    for (size_t i = 0; i < COUNT(private); i++)
        assert_null(json_object_get(key, private[i]));
    assert_false(str_empty(json_read_str(key, "kid")));
    assert_false(str_empty(json_read_str(key, "kty")));
    assert_true(str_eq(use, S("enc")) ||
                (str_eq(use, S("sig")) && !str_empty(json_read_str(key, "alg"))));
    assert_false(str_eq(json_read_str(key, "kty"), S("oct")));
}

static void the_jwks_holds_public_keys_each_with_a_kid_of_its_own(void **state) {
    (void)state;
    AUTO(json_ref) json = document("/oauth/jwks");
    const json_t *keys = json_object_get(json, "keys");
    assert_int_equal(json_object_size(json), 1);
    assert_true(json_array_size(keys) > 0);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);
        check_key(key);
        for (size_t n = 0; n < i; n++)
            assert_false(
                str_eq(json_read_str(json_array_get(keys, n), "kid"), json_read_str(key, "kid")));
    }
}

/* HS* are keyed with the secret of the client. */
static void each_algorithm_that_signs_for_clients_has_a_key_there(void **state) {
    (void)state;
    AUTO(json_ref) json = document(OIDC);
    AUTO(json_ref) set = document("/oauth/jwks");
    const json_t *algs = json_object_get(json, "id_token_signing_alg_values_supported");
    const json_t *keys = json_object_get(set, "keys");
    for (size_t i = 0; i < json_array_size(algs); i++) {
        str alg = str_from(json_string_value(json_array_get(algs, i)));
        bool found = str_starts(alg, S("HS"));
        for (size_t n = 0; n < json_array_size(keys); n++)
            found |= str_eq(json_read_str(json_array_get(keys, n), "alg"), alg) &&
                     str_eq(json_read_str(json_array_get(keys, n), "use"), S("sig"));
        if (!found)
            fail_msg("no key for %.*s", STR_FMT(alg));
    }
}

int main(void) {
    const struct CMUnitTest open[] = {
        cmocka_unit_test(the_document_is_the_golden_one),
        cmocka_unit_test(both_names_give_the_same_document),
        cmocka_unit_test(an_issuer_without_a_path_has_no_other_document),
        cmocka_unit_test(each_endpoint_is_a_route_below_the_issuer),
        cmocka_unit_test(each_word_of_each_list_is_taken_where_it_counts),
        cmocka_unit_test(no_list_is_forgotten_here),
        cmocka_unit_test(the_jwks_holds_public_keys_each_with_a_kid_of_its_own),
        cmocka_unit_test(each_algorithm_that_signs_for_clients_has_a_key_there),
    };
    const struct CMUnitTest below[] = {
        cmocka_unit_test(an_issuer_with_a_path_is_found_in_both_ways),
        cmocka_unit_test(each_endpoint_is_a_route_below_the_issuer),
    };
    const struct CMUnitTest closed[] = {cmocka_unit_test(a_closed_registration_is_not_told_of)};
    return cmocka_run_group_tests(open, open_at_root, flow_world_close) +
           cmocka_run_group_tests(below, open_below_a_path, flow_world_close) +
           cmocka_run_group_tests(closed, open_closed, flow_world_close);
}
