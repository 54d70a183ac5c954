/* ctest: threads. What a person without JavaScript does, against a server of our own. */
#include "conformance/engine/browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <openssl/pem.h>

#include "conformance/engine/certificate.h"
#include "conformance/engine/listener.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/jwk.h"

static char cert_file[] = "/tmp/conformance-XXXXXX", key_file[] = "/tmp/conformance-XXXXXX";
static struct listener *listener;
static struct browser *browser;
static char *base;

static int set_up(void **state) {
    (void)state;
    EVP_PKEY *key = jwk_new_key("P-256");
    X509 *certificate = certificate_new("localhost", key, NULL, NULL);
    FILE *cert = fdopen(mkstemp(cert_file), "wb"), *private = fdopen(mkstemp(key_file), "wb");
    PEM_write_X509(cert, certificate);
    PEM_write_PrivateKey(private, key, NULL, NULL, 0, NULL, NULL);
    fclose(cert);
    fclose(private);
    X509_free(certificate);
    EVP_PKEY_free(key);
    char *problem = NULL;
    listener = listener_new(
        &(struct listener_options){.address = "127.0.0.1:0", .cert = cert_file, .key = key_file},
        &problem);
    assert_null(problem);
    base = memory_format("https://localhost:%d", listener_port(listener));
    browser = browser_new(&(struct browser_options){.http = {.ca_file = cert_file},
                                                    .stop_at = "https://rp.example/"});
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    browser_free(browser);
    listener_free(listener);
    unlink(cert_file);
    unlink(key_file);
    free(base);
    return 0;
}

static const struct page *open_page(const char *html) {
    listener_serve(listener, "/page", "text/html", html);
    char *url = memory_format("%s/page", base);
    const struct page *page = browser_get(browser, url);
    free(url);
    assert_non_null(page);
    return page;
}

/* What the path was last asked with. */
static void expect_request(const char *path, const char *method, const char *member,
                           const char *value) {
    json_t *requests = listener_requests(listener, path);
    const json_t *last = json_array_get(requests, json_array_size(requests) - 1);
    assert_string_equal(text_of(last, "method"), method);
    assert_string_equal(text_of(last, member), value);
    json_decref(requests);
}

static void a_form_sends_what_a_person_would(void **state) {
    (void)state;
    listener_serve(listener, "/go", "text/html", "done");
    open_page("<form method=post action=/go><input name=a value=1><input name=off disabled>"
              "<input type=checkbox name=no><input type=checkbox name=yes value=on checked>"
              "<button name=b value=other>Other</button><button name=b value=this>This</button>"
              "</form>");
    const struct typed typed[] = {{"a", "x y&z"}};
    assert_non_null(browser_press(browser, "This", typed, 1));
    expect_request("/go", "POST", "body", "a=x%20y%26z&yes=on&b=this");
}

static void a_get_form_replaces_the_query(void **state) {
    (void)state;
    open_page("<form action='/go?old=1'><input name=q value=2><input type=submit value=Go></form>");
    assert_non_null(browser_press(browser, "Go", NULL, 0));
    expect_request("/go", "GET", "query", "q=2");
}

static void what_is_not_there_cannot_be_pressed_or_filled(void **state) {
    (void)state;
    open_page("<form method=post action=/go><input name=a><button id=go>Go</button></form>");
    const struct typed typed[] = {{"b", "1"}};
    assert_null(browser_press(browser, "stop", NULL, 0));
    assert_null(browser_press(browser, "go", typed, 1));
    assert_true(browser_sees(browser, "go"));
    assert_false(browser_sees(browser, "stop"));
}

static void a_form_to_the_client_stops_the_browser(void **state) {
    (void)state;
    const struct page *page = open_page(
        "<form method=post action='https://rp.example/callback'>"
        "<input type=hidden name=code value=c><input type=hidden name=state value=s></form>");
    assert_true(page->stopped);
    assert_string_equal(page->url, "https://rp.example/callback");
    assert_string_equal(page->posted, "code=c&state=s");
    page = open_page("<form action='https://rp.example/callback'><input name=code></form>");
    assert_false(page->stopped);
}

static void frames_are_loaded_before_the_page_leads_on(void **state) {
    (void)state;
    const struct page *page =
        open_page("<iframe src='/frame?sid=1&amp;iss=2'></iframe><noscript><meta "
                  "http-equiv=refresh content='4;url=https://rp.example/out?state=s'></noscript>");
    expect_request("/frame", "GET", "query", "sid=1&iss=2");
    assert_true(page->stopped);
    assert_null(page->posted);
    assert_string_equal(page->url, "https://rp.example/out?state=s");
    listener_serve(listener, "/next", "text/html", "<p>the next page");
    page = open_page("<meta http-equiv=refresh content='0;url=/next'>");
    assert_false(page->stopped);
    assert_non_null(strstr(page->body, "the next page"));
}

static void references_are_resolved_with_their_fragments(void **state) {
    (void)state;
    static const struct {
        const char *base, *reference, *expected;
    } rows[] = {
        {"https://a/b/c?d#e", "/x", "https://a/x"},
        {"https://a/b/c", "x?y=1", "https://a/b/x?y=1"},
        {"https://a/b", "https://rp/cb#id_token=1&state=2", "https://rp/cb#id_token=1&state=2"},
        {"https://a/b/c", "", "https://a/b/c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *url = http_resolve(rows[i].base, rows[i].reference);
        assert_string_equal(url, rows[i].expected);
        free(url);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_sends_what_a_person_would),
        cmocka_unit_test(a_get_form_replaces_the_query),
        cmocka_unit_test(what_is_not_there_cannot_be_pressed_or_filled),
        cmocka_unit_test(a_form_to_the_client_stops_the_browser),
        cmocka_unit_test(frames_are_loaded_before_the_page_leads_on),
        cmocka_unit_test(references_are_resolved_with_their_fragments),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    curl_global_cleanup();
    return failed;
}
