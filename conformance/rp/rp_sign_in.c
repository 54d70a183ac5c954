#include "conformance/rp/rp_sign_in.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/provider/userinfo.h"

/* To the callback by GET, or as the form that a page of ours, or of the provider's, would post. */
static const struct page *deliver(struct relying_party *party, const struct page *page) {
    struct run *run = party->run;
    const char *url = pool_copy(run->pool, page->url, strcspn(page->url, "#"));
    const char *fragment = strchr(page->url, '#'), *form = NULL;
    if (page->posted)
        form = pool_copy(run->pool, page->posted, strlen(page->posted));
    else if (fragment)
        form = pool_format(run->pool, "%s&response_mode=fragment", fragment + 1);
    page = form ? browser_post(run->browser, url, form) : browser_get(run->browser, url);
    if (!page) {
        relying_party_check_requests(party);
        module_failed(run, "the-callback-answers", "contract", "%s", browser_problem(run->browser));
    }
    return page;
}

static void ask_who(struct rp_sign_in *sign_in) {
    struct relying_party *party = sign_in->party;
    const struct page *page = relying_party_visit(party, "/me");
    sign_in->me_status = page->status;
    if (page->status == 200)
        sign_in->me = run_json(party->run, page->response);
}

struct rp_sign_in *rp_sign_in(struct relying_party *party, const char *path) {
    struct rp_sign_in *sign_in = pool_alloc(party->run->pool, sizeof *sign_in);
    sign_in->party = party;
    browser_forget(party->run->browser);
    sign_in->from = provider_count(party->provider, NULL);
    const struct page *page = relying_party_visit(party, path);
    sign_in->returned = page->stopped;
    if (page->stopped)
        page = deliver(party, page);
    sign_in->status = page->status;
    sign_in->said = pool_format(party->run->pool, "%.300s", page->body);
    ask_who(sign_in);
    relying_party_check_requests(party);
    return sign_in;
}

const json_t *rp_sign_in_request(const struct rp_sign_in *sign_in, const char *endpoint) {
    json_t *all =
        pool_json(sign_in->party->run->pool, provider_requests(sign_in->party->provider, NULL));
    for (size_t i = json_array_size(all); i > sign_in->from; i--) {
        const json_t *request = json_array_get(all, i - 1);
        if (text_is(text_of(request, "endpoint"), endpoint))
            return request;
    }
    return NULL;
}

size_t rp_sign_in_count(const struct rp_sign_in *sign_in, const char *endpoint) {
    json_t *all = provider_requests(sign_in->party->provider, NULL);
    size_t n = 0;
    for (size_t i = sign_in->from; i < json_array_size(all); i++)
        n += text_is(text_of(json_array_get(all, i), "endpoint"), endpoint);
    json_decref(all);
    return n;
}

bool rp_sign_in_succeeded(const struct rp_sign_in *sign_in) {
    return sign_in->status >= 200 && sign_in->status < 300 && sign_in->me_status == 200;
}

static void expect_return(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    check(run, FAILURE, "the-sign-in-starts", "OIDCC-3.1.2.1",
          rp_sign_in_count(sign_in, "authorization") > 0,
          "/login led to no authorization request; the browser ended with status %ld: %s",
          sign_in->status, sign_in->said);
    check(run, FAILURE, "the-browser-comes-back", "OIDCC-3.1.2.5", sign_in->returned,
          "the browser never came to the callback");
}

/* The code is redeemed and userinfo asked, each wherever there is one. */
static void expect_requests(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    const struct relying_party *party = sign_in->party;
    bool code = relying_party_gets(party, "code"),
         token = code || relying_party_gets(party, "token"),
         openid = !text_is(relying_party_setup(party, "RP_PROFILE"), "oauth");
    check(run, FAILURE, "the-code-is-redeemed", "OIDCC-3.1.3.1",
          !code || rp_sign_in_count(sign_in, "token") > 0, "no token request came");
    check(run, FAILURE, "userinfo-is-called", "OIDCC-5.3",
          !token || !openid || rp_sign_in_count(sign_in, "userinfo") > 0,
          "no userinfo request came");
}

void rp_sign_in_expect_accepted(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    expect_return(sign_in);
    check(run, FAILURE, "the-sign-in-is-accepted", run->module->spec, rp_sign_in_succeeded(sign_in),
          "the callback ended with status %ld, /me with %ld: %s", sign_in->status,
          sign_in->me_status, sign_in->said);
    expect_requests(sign_in);
    if (text_is(relying_party_setup(sign_in->party, "RP_PROFILE"), "oauth"))
        return;
    check_same(run, FAILURE, "the-user-has-the-issuer", "OIDCC-5.7", text_of(sign_in->me, "iss"),
               sign_in->party->provider->issuer);
    check_same(run, FAILURE, "the-user-has-the-sub", "OIDCC-5.7", text_of(sign_in->me, "sub"),
               USERINFO_SUB);
}

static void expect_nothing_at(const struct rp_sign_in *sign_in, const char *endpoint,
                              const char *name) {
    struct run *run = sign_in->party->run;
    size_t n = rp_sign_in_count(sign_in, endpoint);
    check(run, FAILURE, name, run->module->spec, n == 0,
          "%zu requests came to the %s endpoint although the sign-in was to stop before", n,
          endpoint);
}

static void expect_no_user(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    check(run, FAILURE, "nobody-is-signed-in", run->module->spec, sign_in->me_status == 401,
          "/me answers %ld, not 401", sign_in->me_status);
    /* A page that says so with 200 has refused; 5xx looks as if something broke. */
    check(run, sign_in->status < 500 ? WARNING : FAILURE, "the-callback-answers-4xx",
          run->module->spec, sign_in->status >= 400 && sign_in->status < 500,
          "it ended with status %ld", sign_in->status);
}

static void expect_refused_response(const struct rp_sign_in *sign_in) {
    expect_return(sign_in);
    expect_nothing_at(sign_in, "token", "no-token-request-follows");
    expect_nothing_at(sign_in, "userinfo", "no-userinfo-request-follows");
    expect_no_user(sign_in);
}

static void expect_refused_id_token(const struct rp_sign_in *sign_in) {
    if (relying_party_gets(sign_in->party, "id_token")) {
        expect_refused_response(sign_in);
        return;
    }
    struct run *run = sign_in->party->run;
    expect_return(sign_in);
    check(run, FAILURE, "the-code-is-redeemed", "OIDCC-3.1.3.1",
          rp_sign_in_count(sign_in, "token") > 0, "no token request came");
    expect_nothing_at(sign_in, "userinfo", "no-userinfo-request-follows");
    expect_no_user(sign_in);
}

static void expect_refused_signature(const struct rp_sign_in *sign_in) {
    if (!relying_party_gets(sign_in->party, "id_token") && rp_sign_in_succeeded(sign_in)) {
        rp_sign_in_expect_accepted(sign_in);
        module_skipped(sign_in->party->run, "the relying party does not verify the signature of an "
                                            "ID token that comes from the token endpoint");
    }
    expect_refused_id_token(sign_in);
}

static bool has_claims_of_userinfo(const struct rp_sign_in *sign_in) {
    const json_t *claims = json_object_get(sign_in->me, "claims");
    const char *sub = text_of(claims, "sub");
    return json_object_get(claims, "email") || (sub[0] && !text_is(sub, USERINFO_SUB)) ||
           !text_is(text_of(sign_in->me, "sub"), USERINFO_SUB);
}

/* OIDC Core 5.3.2: its values must not be used. Who is signed in without them has refused, too. */
static void expect_refused_userinfo(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    expect_return(sign_in);
    check(run, FAILURE, "userinfo-is-called", "OIDCC-5.3",
          rp_sign_in_count(sign_in, "userinfo") > 0, "no userinfo request came");
    check(run, FAILURE, "the-claims-of-another-are-not-used", "OIDCC-5.3.2",
          !sign_in->me || !has_claims_of_userinfo(sign_in),
          "/me has claims of the userinfo about another person");
    if (!sign_in->me)
        expect_no_user(sign_in);
}

/* What /login answers then is the application's business, as long as it leads nowhere. */
static void expect_refused_provider(const struct rp_sign_in *sign_in) {
    struct run *run = sign_in->party->run;
    expect_nothing_at(sign_in, "authorization", "no-authorization-request-follows");
    check(run, FAILURE, "nobody-is-signed-in", run->module->spec, sign_in->me_status == 401,
          "/me answers %ld, not 401", sign_in->me_status);
    check(run, WARNING, "the-login-answers-an-error", run->module->spec, sign_in->status >= 400,
          "/login ended with status %ld", sign_in->status);
}

void rp_sign_in_expect(const struct rp_sign_in *sign_in, enum verdict verdict) {
    static void (*const expected[])(const struct rp_sign_in *) = {
        [ACCEPTS] = rp_sign_in_expect_accepted,
        [REFUSES_PROVIDER] = expect_refused_provider,
        [REFUSES_RESPONSE] = expect_refused_response,
        [REFUSES_ID_TOKEN] = expect_refused_id_token,
        [REFUSES_SIGNATURE] = expect_refused_signature,
        [REFUSES_USERINFO] = expect_refused_userinfo,
    };
    expected[verdict](sign_in);
}

bool rp_sign_in_lasts(struct relying_party *party) {
    long status = relying_party_visit(party, "/me")->status;
    check(party->run, FAILURE, "me-answers-200-or-401", "contract", status == 200 || status == 401,
          "/me answers %ld", status);
    return status == 200;
}
