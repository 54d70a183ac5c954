/* What the authorization endpoint fetches: request objects by reference, and the keys that verify
 * them. */
#include <stdio.h>

#include "authz/tests/request_object_helper.h"

/* --- by reference --------------------------------------------------------------------------- */

#define BY(uri) OUTSIDE GOOD "&request_uri=" uri

static void by_reference(char out[1024], const char *path) {
    const char *url = document_server_url(path);
    int n = snprintf(out, 1024, "%s", BY(""));
    for (; *url; url++)
        n += snprintf(out + n, 1024 - (size_t)n, "%%%02X", (unsigned char)*url);
}

static void a_registered_address_is_fetched(void **state) {
    (void)state;
    static const char *const paths[] = {"/object#old", "/object", "/object#new", "/object#"};
    char outside[1024];
    for (size_t i = 0; i < COUNT(paths); i++) {
        document_server_answer(200, object_of("{" INSIDE "}"), NULL);
        by_reference(outside, paths[i]);
        object_counts("reference", outside, NULL, "in");
        assert_int_equal(document_server_requests(), 1);
    }
    str line;
    assert_ok(STR_JOIN(flow_world()->arena, &line, str_from(object_of("{" INSIDE "}")), S("\r\n")));
    document_server_answer(200, line.p, NULL);
    object_counts("reference", outside, NULL, "in");
}

static void an_unregistered_address_is_not_asked(void **state) {
    (void)state;
    static const char *const paths[] = {"/objects", "/object/", "/object?a=b", "/", "/OBJECT"};
    char outside[1024];
    document_server_answer(200, object_of("{" INSIDE "}"), NULL);
    for (size_t i = 0; i < COUNT(paths); i++) {
        by_reference(outside, paths[i]);
        object_told("reference", outside, NULL, "invalid_request_uri", "out");
    }
    by_reference(outside, "/object");
    object_told("any", outside, NULL, "invalid_request_uri", "out");
    object_told("reference", BY("urn:ietf:params:oauth:request_uri:x"), NULL, "invalid_request_uri",
                "out");
    object_page("reference", OUTSIDE "&request_uri=x", NULL);
    object_page("reference", OUTSIDE BAD "&request_uri=x", NULL);
    assert_int_equal(document_server_requests(), 0);
}

static void what_cannot_be_fetched_is_refused(void **state) {
    (void)state;
    static char large[64 * 1024 + 2], elsewhere[256];
    memset(large, 'a', sizeof large - 1);
    snprintf(elsewhere, sizeof elsewhere, "%s", document_server_url("/other"));
    const struct {
        int status;
        const char *body, *location, *error;
    } rows[] = {
        {404, "", NULL, "invalid_request_uri"},
        {500, object_of("{" INSIDE "}"), NULL, "invalid_request_uri"},
        {302, "", elsewhere, "invalid_request_uri"},
        {200, large, NULL, "invalid_request_uri"},
        {200, "", NULL, "invalid_request_object"},
        {200, "<html>", NULL, "invalid_request_object"},
        {200, "{" INSIDE "}", NULL, "invalid_request_object"},
        {200, client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, "{" INSIDE "}"), NULL,
         "invalid_request_object"},
    };
    char outside[1024];
    by_reference(outside, "/object");
    for (size_t i = 0; i < COUNT(rows); i++) {
        document_server_answer(rows[i].status, rows[i].body, rows[i].location);
        object_told("reference", outside, NULL, rows[i].error, "out");
        assert_int_equal(document_server_requests(), 1);
    }
}

static void keys_come_from_jwks_uri(void **state) {
    (void)state;
    document_server_answer(200, client_jwt_set(&jwt_keys.ec, 1), NULL);
    object_counts("remote", OUTSIDE, object_of("{" INSIDE "}"), "in");
    object_counts("remote", OUTSIDE, object_of("{" INSIDE "}"), "in");
    assert_int_equal(document_server_requests(), 1);
}

static void nothing_waits_on_an_event_loop(void **state) {
    (void)state;
    char target[2048], outside[1024];
    struct browser *browser = browser_new();
    browser->inline_only = true;
    snprintf(target, sizeof target, "/oauth/authorize?client_id=any&" OUTSIDE "&request=%s",
             object_of("{" INSIDE "}"));
    browser_get(browser, target);
    assert_true(browser_got_error(browser, FLOW_REDIRECT, "login_required"));
    by_reference(outside, "/object");
    snprintf(target, sizeof target, "/oauth/authorize?client_id=reference&%s", outside);
    browser_get(browser, target);
    assert_int_equal(browser_status(browser), 500); /* a real one goes to a worker */
    browser_free(browser);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_registered_address_is_fetched),
        cmocka_unit_test(an_unregistered_address_is_not_asked),
        cmocka_unit_test(what_cannot_be_fetched_is_refused),
        cmocka_unit_test(keys_come_from_jwks_uri),
        cmocka_unit_test(nothing_waits_on_an_event_loop),
    };
    return cmocka_run_group_tests(tests, request_object_open, request_object_close);
}
