/* ctest: threads. The relying party's own server, over TLS. */
#include "conformance/engine/listener.h"

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
#include "conformance/engine/http.h"
#include "conformance/engine/listener_request.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/jose/jwk.h"

struct world {
    char cert[64], key[64];
    struct listener *listener;
    struct http *http;
};

static void write_pem(char *path, X509 *certificate, EVP_PKEY *key) {
    strcpy(path, "/tmp/conformance-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "wb");
    if (certificate)
        PEM_write_X509(file, certificate);
    if (key)
        PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
}

static int set_up(void **state) {
    struct world *world = memory_new(1, sizeof *world);
    EVP_PKEY *key = jwk_new_key("P-256");
    X509 *certificate = certificate_new("localhost", key, NULL, NULL);
    write_pem(world->cert, certificate, NULL);
    write_pem(world->key, NULL, key);
    char *problem = NULL;
    world->listener = listener_new(&(struct listener_options){.address = "127.0.0.1:0",
                                                              .cert = world->cert,
                                                              .key = world->key},
                                   &problem);
    assert_null(problem);
    world->http = http_new(&(struct http_options){.ca_file = world->cert});
    X509_free(certificate);
    EVP_PKEY_free(key);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    http_free(world->http);
    listener_free(world->listener);
    unlink(world->cert);
    unlink(world->key);
    free(world);
    return 0;
}

static struct http_response *ask(struct world *world, const char *path, const char *form) {
    char *url = memory_format("https://localhost:%d%s", listener_port(world->listener), path);
    struct http_response *response =
        http_send(world->http, &(struct http_request){.url = url, .body = form});
    free(url);
    assert_non_null(response);
    return response;
}

static void what_is_served_is_served_and_the_rest_is_not(void **state) {
    struct world *world = *state;
    listener_serve(world->listener, "/a/jwks", "application/json", "{}");
    struct http_response *response = ask(world, "/a/jwks", NULL);
    assert_int_equal(response->status, 200);
    assert_string_equal(response->body, "{}");
    assert_string_equal(http_header(response, "content-type"), "application/json");
    http_response_free(response);
    listener_serve(world->listener, "/a/jwks", "application/json", NULL);
    response = ask(world, "/a/jwks", NULL);
    assert_int_equal(response->status, 404);
    http_response_free(response);
    response = ask(world, "/x/callback?code=1", NULL);
    assert_int_equal(response->status, 200);
    http_response_free(response);
}

static void requests_are_recorded(void **state) {
    struct world *world = *state;
    http_response_free(ask(world, "/logout?a=b", "logout_token=x"));
    json_t *requests = listener_wait(world->listener, "/logout", 1, 2000);
    json_t *one = json_array_get(requests, 0);
    assert_int_equal(json_array_size(requests), 1);
    assert_string_equal(text_of(one, "method"), "POST");
    assert_string_equal(text_of(one, "query"), "a=b");
    assert_string_equal(text_of(one, "body"), "logout_token=x");
    assert_string_equal(text_of(one, "tls"), "TLSv1.3");
    assert_string_equal(text_of(json_object_get(one, "headers"), "content-type"),
                        "application/x-www-form-urlencoded");
    json_decref(requests);
    requests = listener_wait(world->listener, "/nobody", 1, 100);
    assert_int_equal(json_array_size(requests), 0);
    json_decref(requests);
}

static void broken_requests_are_none(void **state) {
    (void)state;
    static const char *const texts[] = {"", "GET", "GET /", "GET / HTTP/1.1\r\n", "\r\n\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_null(listener_request_parse(texts[i], strlen(texts[i])));
}

static void a_bad_address_or_certificate_is_told(void **state) {
    (void)state;
    char *problem = NULL;
    assert_null(listener_new(&(struct listener_options){.address = "nowhere"}, &problem));
    assert_non_null(problem);
    free(problem);
    assert_null(listener_new(
        &(struct listener_options){.address = "127.0.0.1:0", .cert = "/none", .key = "/none"},
        &problem));
    assert_non_null(problem);
    free(problem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_served_is_served_and_the_rest_is_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(requests_are_recorded, set_up, tear_down),
        cmocka_unit_test(broken_requests_are_none),
        cmocka_unit_test(a_bad_address_or_certificate_is_told),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
