/* Logout tokens on their way to a real https server of a client (Back-Channel Logout 1.0 2.5, 2.8).
 */
#include <stdio.h>
#include <unistd.h>

#include "authz/tests/document_server_helper.h"
#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "keys/ring.h"

#define CLIENT "told"
#define BYE    "https://told.example/bye"

static int open_world(void **state, const char *more) {
    static char ca[128], members[400];
    (void)state;
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    int opened = flow_world_open_with((const char *const[]){ca, more, NULL});
    snprintf(members, sizeof members,
             ",\"post_logout_redirect_uris\":[\"" BYE "\"],\"backchannel_logout_uri\":\"%s\"",
             document_server_url("/back"));
    flow_client(CLIENT, members);
    return opened;
}

static int open_world_with_private_addresses(void **state) {
    return open_world(state, "--allow-private-fetch");
}

static int open_world_of_the_internet(void **state) {
    return open_world(state, NULL);
}

static int close_world(void **state) {
    int closed = flow_world_close(state);
    document_server_stop();
    return closed;
}

static int64_t waiting(void) {
    return flow_count("SELECT count(*) FROM logout_notices");
}

static int64_t tried(void) {
    return flow_count("SELECT count(*) FROM logout_notices WHERE attempts > 0");
}

/* A new sign-in at the client, and its end; the app gets its person back in any case. */
static void sign_in_and_out(void) {
    static char target[8192];
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=id_token&client_id=" CLIENT "&redirect_uri="
                   "https%3A%2F%2Ftold.example%2Fcb&scope=openid&nonce=n");
    browser_sign_in(b, "ann@example.com");
    if (browser_sees(b, "id=\"allow\""))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    snprintf(target, sizeof target,
             "/oauth/logout?post_logout_redirect_uri=https%%3A%%2F%%2Ftold.example%%2Fbye"
             "&id_token_hint=%s",
             browser_answer(b, "id_token"));
    browser_get(b, target);
    assert_int_equal(browser_status(b), 303);
    assert_str(test_request_answer(b->last, "Location"), BYE);
    browser_free(b);
}

static void wait_until_nothing_waits(void) {
    for (int i = 0; i < 2000 && waiting() > 0; i++)
        usleep(10 * 1000);
    assert_int_equal(waiting(), 0);
}

static void the_client_hears_of_it_before_the_browser_is_sent_on(void **state) {
    (void)state;
    static const int statuses[] = {200, 204};
    const struct flow_world *w = flow_world();
    for (size_t i = 0; i < COUNT(statuses); i++) {
        char body[8192];
        struct form form;
        str payload;
        AUTO(json_ref) claims = NULL;
        document_server_answer(statuses[i], "", NULL);
        sign_in_and_out();
        assert_int_equal(document_server_requests(), 1);
        document_server_posted(body);
        assert_ok(form_parse(w->arena, str_from(body), &form));
        assert_int_equal(form.n, 1);
        assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("logout+jwt"),
                              form_get(&form, S("logout_token")), w->arena, &payload));
        assert_ok(json_read_object(payload, &claims));
        assert_str(json_read_str(claims, "aud"), CLIENT);
        wait_until_nothing_waits();
        assert_int_equal(document_server_requests(), 1);
    }
}

static void what_was_not_taken_is_sent_again_later(void **state) {
    (void)state;
    static const int statuses[] = {503, 302};
    for (size_t i = 0; i < COUNT(statuses); i++) {
        document_server_answer(statuses[i], "", document_server_url("/elsewhere"));
        sign_in_and_out();
        assert_int_equal(document_server_requests(), 1); /* a redirect is not followed */
        assert_int_equal(waiting(), 1);
        document_server_answer(200, "", NULL);
        wait_until_nothing_waits();
        assert_int_equal(document_server_requests(), 1);
    }
}

/* Back-Channel Logout 2.8: it never will take that one. */
static void what_the_client_refuses_is_not_sent_again(void **state) {
    (void)state;
    document_server_answer(400, "{\"error\":\"invalid_request\"}", NULL);
    sign_in_and_out();
    wait_until_nothing_waits();
    assert_int_equal(document_server_requests(), 1);
}

static void a_private_address_is_not_asked(void **state) {
    (void)state;
    document_server_answer(200, "", NULL);
    sign_in_and_out();
    for (int i = 0; i < 2000 && tried() == 0; i++)
        usleep(10 * 1000);
    assert_int_equal(tried(), 1);
    assert_int_equal(document_server_requests(), 0);
}

int main(void) {
    const struct CMUnitTest private_ones[] = {
        cmocka_unit_test(the_client_hears_of_it_before_the_browser_is_sent_on),
        cmocka_unit_test(what_was_not_taken_is_sent_again_later),
        cmocka_unit_test(what_the_client_refuses_is_not_sent_again),
    };
    const struct CMUnitTest internet[] = {cmocka_unit_test(a_private_address_is_not_asked)};
    int bad = cmocka_run_group_tests(private_ones, open_world_with_private_addresses, close_world);
    return bad + cmocka_run_group_tests(internet, open_world_of_the_internet, close_world);
}
