/* Our library signs people in at our server: what each asks of the other fits. The library's
 * requests are dispatched here, the browser's redirects followed; there are no sockets. */
#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/form.h"
#include "rp/include/hitkey_rp.h"

#define ISSUER "https://id.example"

static int64_t world_now(void *context) {
    (void)context;
    return flow_world()->now_ms / 1000;
}

/* The lines of an hk_http as headers of a request. */
static void add_headers(struct test_request *t, hk_str lines) {
    str rest = str_of(lines.p, lines.n), line;
    while (str_next(&rest, '\n', &line)) {
        const char *name, *value;
        size_t colon = str_find(line, ':');
        if (colon == line.n)
            continue;
        str text = str_trim(str_from_pos(line, colon + 1));
        text.n -= str_ends(text, S("\r"));
        assert_ok(str_to_c(t->rq.arena, str_head(line, colon), &name));
        assert_ok(str_to_c(t->rq.arena, text, &value));
        test_request_header(t, name, value);
    }
}

static void feed(hk_op *op, const struct test_request *t) {
    char headers[4096] = "";
    size_t n = 0;
    for (size_t i = 0; i < t->rs.header_count; i++)
        n += (size_t)snprintf(headers + n, sizeof headers - n, "%.*s: %.*s\r\n",
                              STR_FMT(t->rs.headers[i].name), STR_FMT(t->rs.headers[i].value));
    assert_int_equal(
        hk_op_feed(op, t->rs.status, (hk_str){headers, n}, (hk_str){t->rs.body.p, t->rs.body.n}, 0),
        HK_OK);
}

/* Runs the op against the server; gives how many requests it made. */
static int serve(hk_op *op, int *code, hk_error *e) {
    int requests = 0;
    hk_http http;
    while ((*code = hk_op_next(op, &http, e)) == HK_PENDING) {
        assert_int_equal(strncmp(http.url.p, ISSUER "/", strlen(ISSUER) + 1), 0);
        struct test_request *t = test_request_new(http.method, http.url.p + strlen(ISSUER));
        t->rq.now_ms = flow_world()->now_ms;
        t->rq.body = str_of(http.body.p, http.body.n);
        add_headers(t, http.headers);
        test_request_send(t, flow_world()->authz->app);
        feed(op, t);
        test_request_free(t);
        requests++;
    }
    return requests;
}

struct party {
    const char *client_id, *secret, *redirect_uri, *scopes;
    const char *settings[4][2];
};

static hk_rp *party_new(const struct party *party) {
    static const uint8_t key[32] = {1};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    hk_cfg *cfg = hk_cfg_new(ISSUER, party->client_id);
    if (party->secret)
        hk_cfg_secret(cfg, party->secret);
    hk_cfg_redirect_uri(cfg, party->redirect_uri);
    hk_cfg_seal_key(cfg, key, 1);
    hk_cfg_clock(cfg, world_now, NULL);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    if (party->scopes)
        hk_cfg_scopes(cfg, party->scopes);
    for (size_t i = 0; i < 4 && party->settings[i][0]; i++)
        hk_cfg_set(cfg, party->settings[i][0], party->settings[i][1]);
    if (hk_rp_new(cfg, &rp, &e))
        fail_msg("%s: %s", e.msg, e.fix);
    return rp;
}

/* The browser goes where the library sends it, and allows the client. */
static hk_login *go(hk_rp *rp, struct browser *browser, const hk_auth *auth) {
    hk_error e = HK_ERROR_INIT;
    int code;
    hk_op *op = hk_begin_op(rp, auth);
    serve(op, &code, &e);
    if (code)
        fail_msg("%s: %s", e.msg, e.fix);
    hk_login *login = hk_op_take_login(op);
    browser_get(browser, hk_login_url(login).p + strlen(ISSUER));
    if (browser_sees(browser, "consent-form"))
        browser_submit(browser, "/interaction/consent", "&decision=allow");
    hk_op_free(op);
    return login;
}

/* The parameters that the browser brings to the redirect_uri. */
static const char *brought(const struct browser *browser, int via) {
    static char text[40000];
    static const char *const names[] = {"code", "state", "iss", "id_token"};
    size_t n = 0;
    if (via != HK_VIA_FORM_POST) {
        str location = test_request_answer(browser->last, "Location");
        size_t mark = str_find(location, via == HK_VIA_QUERY ? '?' : '#');
        assert_true(mark < location.n);
        snprintf(text, sizeof text, "%.*s", STR_FMT(str_from_pos(location, mark + 1)));
        return text;
    }
    text[0] = 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        char value[40000], field[64];
        snprintf(field, sizeof field, "name=\"%s\"", names[i]);
        if (!browser_sees(browser, field))
            continue;
        browser_field(browser, names[i], value);
        struct form_param param = {.name = str_from(names[i]), .value = str_from(value)};
        str pair;
        assert_ok(form_write(flow_world()->arena, &param, 1, &pair));
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? "&" : "", pair.p);
    }
    return text;
}

static hk_session *finish(hk_rp *rp, const struct browser *browser, const hk_login *login, int via,
                          int most) {
    hk_error e = HK_ERROR_INIT;
    int code;
    const hk_callback callback = {sizeof callback, brought(browser, via), hk_login_cookie(login).p,
                                  via};
    hk_op *op = hk_finish_op(rp, &callback);
    int requests = serve(op, &code, &e);
    if (code)
        fail_msg("%s: %s (%s)", e.msg, e.fix, e.oauth);
    assert_in_range(requests, 0, most);
    hk_session *session = hk_op_take_session(op);
    assert_non_null(session);
    hk_op_free(op);
    return session;
}

static void every_way_to_sign_in_works(void **state) {
    (void)state;
    static const struct {
        struct party party;
        int via;
    } rows[] = {
        {{"web", "secret", FLOW_REDIRECT, "openid email", {{"client_auth", "client_secret_post"}}},
         HK_VIA_QUERY},
        {{"spa", NULL, "https://spa.example/cb", "openid email", {{NULL}}}, HK_VIA_QUERY},
        {{"web",
          "secret",
          FLOW_REDIRECT,
          "openid email",
          {{"client_auth", "client_secret_post"}, {"response_mode", "form_post"}}},
         HK_VIA_FORM_POST},
        {{"hybrid",
          "secret",
          FLOW_HYBRID,
          "openid email",
          {{"client_auth", "client_secret_post"}, {"response_type", "code id_token"}}},
         HK_VIA_FRAGMENT},
        {{"hybrid",
          "secret",
          FLOW_HYBRID,
          "openid email",
          {{"client_auth", "client_secret_post"}, {"response_type", "code token"}}},
         HK_VIA_FRAGMENT},
        {{"hybrid",
          "secret",
          FLOW_HYBRID,
          "openid email",
          {{"client_auth", "client_secret_post"}, {"response_type", "code id_token token"}}},
         HK_VIA_FRAGMENT},
        {{"hybrid",
          "secret",
          FLOW_HYBRID,
          "openid email",
          {{"client_auth", "client_secret_post"},
           {"response_type", "code id_token"},
           {"response_mode", "form_post"}}},
         HK_VIA_FORM_POST},
        {{"implicit",
          NULL,
          "https://implicit.example/cb",
          "openid email",
          {{"response_type", "id_token token"}}},
         HK_VIA_FRAGMENT},
    };
    struct browser *browser = browser_signed_in("ann@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_rp *rp = party_new(&rows[i].party);
        const hk_auth auth = {.size = sizeof auth, .return_to = "/home"};
        hk_login *login = go(rp, browser, &auth);
        hk_session *session = finish(rp, browser, login, rows[i].via, 3);
        assert_string_equal(hk_claim(session, "email").p, "ann@example.com");
        assert_string_equal(hk_iss(session).p, ISSUER);
        assert_string_equal(hk_return_to(session).p, "/home");
        assert_true(hk_sub(session).n > 0);
        hk_session_free(session);
        hk_login_free(login);
        hk_rp_free(rp);
    }
    browser_free(browser);
}

static const struct party web = {
    "web", "secret", FLOW_REDIRECT, "openid email", {{"client_auth", "client_secret_post"}}};

static void what_was_said_of_time_and_strength_is_held(void **state) {
    (void)state;
    hk_rp *rp = party_new(&web);
    struct browser *browser = browser_signed_in("ann@example.com");
    const hk_auth auth = {.size = sizeof auth,
                          .max_age = 600,
                          .has_max_age = 1,
                          .acr_values = "urn:hitkey:acr:pwd",
                          .acr = "urn:hitkey:acr:pwd",
                          .claims = "{\"id_token\":{\"email\":{\"essential\":true}}}"};
    hk_login *login = go(rp, browser, &auth);
    hk_session *session = finish(rp, browser, login, HK_VIA_QUERY, 3);
    int64_t auth_time;
    assert_int_equal(hk_claim_int(session, "auth_time", &auth_time), HK_OK);
    hk_session_free(session);
    hk_login_free(login);
    browser_free(browser);
    hk_rp_free(rp);
}

/* A code without the verifier of its own sign-in is worth nothing (RFC 7636). */
static void a_code_of_another_sign_in_is_refused(void **state) {
    (void)state;
    hk_rp *rp = party_new(&web);
    hk_error e = HK_ERROR_INIT;
    int code;
    struct browser *browser = browser_signed_in("ann@example.com");
    hk_login *mine = go(rp, browser, NULL);
    char own_state[128], query[1024];
    snprintf(own_state, sizeof own_state, "%s", browser_answer(browser, "state"));
    hk_login *other = go(rp, browser, NULL);
    snprintf(query, sizeof query, "code=%s&state=%s&iss=" ISSUER, browser_answer(browser, "code"),
             own_state);
    hk_op *op = hk_finish_op(
        rp, &(hk_callback){sizeof(hk_callback), query, hk_login_cookie(mine).p, HK_VIA_QUERY});
    serve(op, &code, &e);
    assert_int_equal(code, HK_E_OAUTH);
    assert_string_equal(e.oauth, "invalid_grant");
    hk_op_free(op);
    hk_login_free(mine);
    hk_login_free(other);
    browser_free(browser);
    hk_rp_free(rp);
}

static void the_user_may_say_no(void **state) {
    (void)state;
    hk_rp *rp = party_new(&web);
    hk_error e = HK_ERROR_INIT;
    int code;
    struct browser *browser = browser_signed_in("bob@example.com");
    const hk_auth auth = {.size = sizeof auth, .prompt = "consent"};
    hk_op *op = hk_begin_op(rp, &auth);
    serve(op, &code, &e);
    hk_login *login = hk_op_take_login(op);
    hk_op_free(op);
    browser_get(browser, hk_login_url(login).p + strlen(ISSUER));
    browser_submit(browser, "/interaction/consent", "&decision=deny");
    op = hk_finish_op(rp, &(hk_callback){sizeof(hk_callback), brought(browser, HK_VIA_QUERY),
                                         hk_login_cookie(login).p, HK_VIA_QUERY});
    assert_int_equal(serve(op, &code, &e), 0);
    assert_int_equal(code, HK_E_DENIED);
    assert_string_equal(e.oauth, "access_denied");
    hk_op_free(op);
    hk_login_free(login);
    browser_free(browser);
    hk_rp_free(rp);
}

/* HitKey's older dialect: JSON to the token endpoint, the user from userinfo. */
static void the_older_dialect_signs_in_too(void **state) {
    (void)state;
    static const struct party dialect = {
        "web", "secret", FLOW_REDIRECT, "openid email", {{"profile", "hitkey-v1"}}};
    hk_rp *rp = party_new(&dialect);
    struct browser *browser = browser_signed_in("ann@example.com");
    hk_login *login = go(rp, browser, NULL);
    hk_session *session = finish(rp, browser, login, HK_VIA_QUERY, 2);
    assert_string_equal(hk_claim(session, "email").p, "ann@example.com");
    assert_string_equal(hk_claim(session, "id").p, hk_sub(session).p);
    hk_session_free(session);
    hk_login_free(login);
    browser_free(browser);
    hk_rp_free(rp);
}

static void a_saved_session_is_refreshed(void **state) {
    (void)state;
    hk_rp *rp = party_new(&web);
    hk_error e = HK_ERROR_INIT;
    int code;
    char text[16384], old[4096];
    size_t len = sizeof text;
    struct browser *browser = browser_signed_in("ann@example.com");
    hk_login *login = go(rp, browser, NULL);
    hk_session *session = finish(rp, browser, login, HK_VIA_QUERY, 3), *loaded;
    snprintf(old, sizeof old, "%s", hk_access_token(session).p);
    assert_int_equal(hk_session_save(rp, session, text, &len, &e), HK_OK);
    assert_int_equal(hk_session_load(rp, text, len, &loaded, &e), HK_OK);
    hk_op *op = hk_refresh_op(rp, loaded);
    assert_int_equal(serve(op, &code, &e), 1);
    assert_int_equal(code, HK_OK);
    hk_op_free(op);
    assert_string_not_equal(hk_access_token(loaded).p, old);
    assert_string_equal(hk_sub(loaded).p, hk_sub(session).p);
    hk_session_free(loaded);
    hk_session_free(session);
    hk_login_free(login);
    browser_free(browser);
    hk_rp_free(rp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_sign_in_works),
        cmocka_unit_test(what_was_said_of_time_and_strength_is_held),
        cmocka_unit_test(a_code_of_another_sign_in_is_refused),
        cmocka_unit_test(the_user_may_say_no),
        cmocka_unit_test(the_older_dialect_signs_in_too),
        cmocka_unit_test(a_saved_session_is_refreshed),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
