#include "authz/protocol/redirect_uri.h"

#include "common/base/testing.h"

static const struct redirect_uri_rules web = {0}, native = {.native = true},
                                       hitkey = {.normalise = true},
                                       development = {.loopback_http = true};

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    return arena ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static bool matches(const struct redirect_uri_rules *rules, const char *registered,
                    const char *requested, str *target) {
    const str uris[] = {str_from(registered)};
    return !failed(redirect_uri_find(arena, rules, uris, 1, str_from(requested), target));
}

#define REGISTERED "https://app.example/cb"

/* None of these is the registered one, whatever the rules. */
static const char *const look_alikes[] = {
    "",
    "/cb",
    "app.example/cb",
    "http://app.example/cb",
    "https://app.example",
    "https://app.example/",
    "https://app.example/cb/x",
    "https://app.example/cbx",
    "https://app.example/CB",
    "https://app.example/cb?x=1",
    "https://app.example/cb?",
    "https://app.example/cb#",
    "https://app.example/cb#x",
    "https://app.example/cb%00",
    "https://app.example/cb%2F",
    "https://app.example/cb%20",
    "https://app.example/cb ",
    " https://app.example/cb",
    "https://app.example/cb\n",
    "https://app.example/cb\\",
    "https:\\\\app.example\\cb",
    "https://app.example\\@evil.example/cb",
    "https://evil.example/cb",
    "https://app.example.evil.example/cb",
    "https://evilapp.example/cb",
    "https://app.example@evil.example/cb",
    "https://user@app.example/cb",
    "https://user:pw@app.example/cb",
    "https://@app.example/cb",
    "https://app.example:444/cb",
    "https://app.example:80/cb",
    "https://app.example:99999/cb",
    "https://app.example./cb",
    "https://app.example/../evil",
    "https://app.example/cb/../evil",
    "https://app.example/cb/..",
    "https://app.example/cb/%2e%2e",
    "https://app.example//cb",
    "https:///app.example/cb",
    "https:app.example/cb",
    "https://\xc3\xa1pp.example/cb",
    "https://app.ex\302\255ample/cb",
    "https://xn--pp-qja.example/cb",
    "javascript:alert(1)//app.example/cb",
    "data:text/html,https://app.example/cb",
};

static void look_alikes_match_nothing(void **state) {
    (void)state;
    str target;
    for (size_t i = 0; i < COUNT(look_alikes); i++) {
        if (matches(&web, REGISTERED, look_alikes[i], &target) ||
            matches(&native, REGISTERED, look_alikes[i], &target) ||
            matches(&hitkey, REGISTERED, look_alikes[i], &target))
            fail_msg("%s was taken for %s", look_alikes[i], REGISTERED);
        assert_false(str_present(target));
    }
}

/* The same address written otherwise: only clients of the HitKey API may, and even they are sent to
 * what they registered. */
static const char *const other_spellings[] = {
    "HTTPS://app.example/cb",         "https://APP.example/cb",
    "https://app.example:443/cb",     "https://app.example:/cb",
    "https://app.example/cb/",        "https://app.example/c%62",
    "https://app.example/./cb",       "https://app.example/x/../cb",
    "https://app.example/%2e/cb",     "https://app.example/x/%2E%2e/cb",
    "https://app.example/x/.%2e/cb/",
};

static void other_spellings_match_for_hitkey_clients_alone(void **state) {
    (void)state;
    str target;
    for (size_t i = 0; i < COUNT(other_spellings); i++) {
        assert_false(matches(&web, REGISTERED, other_spellings[i], &target));
        assert_false(matches(&native, REGISTERED, other_spellings[i], &target));
        if (!matches(&hitkey, REGISTERED, other_spellings[i], &target))
            fail_msg("%s was not taken for %s", other_spellings[i], REGISTERED);
        assert_str(target, REGISTERED);
    }
}

static void the_exact_one_wins_over_another_spelling(void **state) {
    (void)state;
    const str uris[] = {S("https://app.example/cb/"), S("https://app.example/cb")};
    str target;
    assert_ok(redirect_uri_find(arena, &hitkey, uris, 2, uris[1], &target));
    assert_str(target, "https://app.example/cb");
    assert_ok(redirect_uri_find(arena, &hitkey, uris, 2, uris[0], &target));
    assert_str(target, "https://app.example/cb/");
}

static void a_query_is_part_of_the_registered_string(void **state) {
    (void)state;
    str target;
    assert_true(matches(&web, REGISTERED "?a=1", REGISTERED "?a=1", &target));
    assert_false(matches(&hitkey, REGISTERED "?a=1", REGISTERED "?a=2", &target));
    assert_false(matches(&hitkey, REGISTERED "?a=1", REGISTERED, &target));
    assert_false(matches(&hitkey, REGISTERED "?a=1", REGISTERED "?a=1&b=2", &target));
    assert_true(matches(&hitkey, REGISTERED "?a=1", REGISTERED "/?a=1", &target));
    assert_str(target, REGISTERED "?a=1");
}

static void native_loopback_literals_match_with_any_port(void **state) {
    (void)state;
    static const struct {
        const char *registered, *requested;
        bool match;
    } rows[] = {
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true},
        {"http://127.0.0.1:8080/cb", "http://127.0.0.1:51004/cb", true},
        {"http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true},
        {"http://[::1]/cb", "http://[::1]:51004/cb", true},
        {"http://127.0.0.1", "http://127.0.0.1:51004", true},
        {"http://127.0.0.1/cb?x=1", "http://127.0.0.1:51004/cb?x=1", true},
        {"http://127.0.0.1/cb", "http://[::1]:51004/cb", false},
        {"http://127.0.0.1/cb", "http://localhost:51004/cb", false},
        {"http://localhost/cb", "http://localhost:51004/cb", false},
        {"http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/cb2", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?x=1", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004@evil.example/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004.evil.example/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.2:51004/cb", false},
        {"https://app.example/cb", "https://app.example:8443/cb", false},
    };
    str target;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (matches(&native, rows[i].registered, rows[i].requested, &target) != rows[i].match)
            fail_msg("%s against %s", rows[i].requested, rows[i].registered);
        if (rows[i].match)
            assert_str(target, rows[i].requested);
        assert_false(matches(&web, rows[i].registered, rows[i].requested, &target));
    }
}

static void only_safe_uris_can_be_registered(void **state) {
    (void)state;
    static const struct {
        const char *uri;
        bool web, native, development;
    } rows[] = {
        {"https://app.example/cb", true, true, true},
        {"https://app.example", true, true, true},
        {"https://app.example/cb?x=1", true, true, true},
        {"https://app.example:8443/cb", true, true, true},
        {"http://localhost:3000/cb", false, true, true},
        {"http://127.0.0.1/cb", false, true, true},
        {"http://[::1]:1/cb", false, true, true},
        {"com.example.app:/cb", false, true, false},
        {"com.example.app://cb", false, true, false},
        {"http://app.example/cb", false, false, false},
        {"http://127.0.0.1.evil.example/cb", false, false, false},
        {"http://localhost.evil.example/cb", false, false, false},
        {"http://localhost@evil.example/cb", false, false, false},
        {"myapp:/cb", false, false, false},
        {"myapp://cb", false, false, false},
        {"javascript:alert(1)", false, false, false},
        {"JavaScript:alert(1)", false, false, false},
        {"data:text/html,x", false, false, false},
        {"vbscript:x", false, false, false},
        {"file:///etc/passwd", false, false, false},
        {"about:blank", false, false, false},
        {"blob:https://app.example/x", false, false, false},
        {"https://app.example/cb#x", false, false, false},
        {"https://app.example/cb#", false, false, false},
        {"https://u:p@app.example/cb", false, false, false},
        {"https://", false, false, false},
        {"https:///cb", false, false, false},
        {"https:cb", false, false, false},
        {"//app.example/cb", false, false, false},
        {"/cb", false, false, false},
        {"", false, false, false},
        {"https://app.example/c b", false, false, false},
        {"https://app.example/\xc3\xa9", false, false, false},
        {"https://app.example\\cb", false, false, false},
        {"https://app.example/cb\r\nSet-Cookie: x=1", false, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str uri = str_from(rows[i].uri);
        if (failed(redirect_uri_check(uri, &web)) == rows[i].web ||
            failed(redirect_uri_check(uri, &native)) == rows[i].native ||
            failed(redirect_uri_check(uri, &development)) == rows[i].development)
            fail_msg("%s", rows[i].uri);
    }
}

static void an_overlong_uri_cannot_be_registered(void **state) {
    (void)state;
    static char uri[REDIRECT_URI_MAX + 1];
    memset(uri, 'a', sizeof uri);
    memcpy(uri, "https://app.example/", 20);
    assert_ok(redirect_uri_check(str_of(uri, REDIRECT_URI_MAX), &web));
    assert_err(redirect_uri_check(str_of(uri, REDIRECT_URI_MAX + 1), &web), invalid_redirect_uri);
}

static void the_token_request_must_repeat_it(void **state) {
    (void)state;
    str target = S(REGISTERED);
    assert_ok(redirect_uri_repeat(arena, &web, target, target));
    assert_err(redirect_uri_repeat(arena, &web, target, STR_ABSENT), invalid_grant);
    assert_err(redirect_uri_repeat(arena, &hitkey, target, STR_ABSENT), invalid_grant);
    assert_err(redirect_uri_repeat(arena, &web, target, S(REGISTERED "/")), invalid_grant);
    assert_ok(redirect_uri_repeat(arena, &hitkey, target, S(REGISTERED "/")));
    for (size_t i = 0; i < COUNT(look_alikes); i++)
        assert_err(redirect_uri_repeat(arena, &hitkey, target, str_from(look_alikes[i])),
                   invalid_grant);
    /* RFC 8252 7.3 was for the authorization request: the port is known by now. */
    assert_err(redirect_uri_repeat(arena, &native, S("http://127.0.0.1:5000/cb"),
                                   S("http://127.0.0.1:5001/cb")),
               invalid_grant);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_alikes_match_nothing),
        cmocka_unit_test(other_spellings_match_for_hitkey_clients_alone),
        cmocka_unit_test(the_exact_one_wins_over_another_spelling),
        cmocka_unit_test(a_query_is_part_of_the_registered_string),
        cmocka_unit_test(native_loopback_literals_match_with_any_port),
        cmocka_unit_test(only_safe_uris_can_be_registered),
        cmocka_unit_test(an_overlong_uri_cannot_be_registered),
        cmocka_unit_test(the_token_request_must_repeat_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
