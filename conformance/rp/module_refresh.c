/* Refresh tokens (OIDC Core 12). */
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

/* The access token of the newest userinfo request, by either way; kept. */
static const char *userinfo_token(struct relying_party *party) {
    json_t *all = pool_json(party->run->pool, provider_requests(party->provider, "userinfo"));
    const json_t *newest = json_array_get(all, json_array_size(all) - 1);
    const char *header = text_of(json_object_get(newest, "headers"), "authorization");
    return header[0] ? header : text_of(json_object_get(newest, "parameters"), "access_token");
}

static void expect_refreshed(struct relying_party *party, long status, size_t asked_before,
                             const char *token_before) {
    struct run *run = party->run;
    check(run, FAILURE, "the-refresh-succeeds", "OIDCC-12", status >= 200 && status < 300,
          "/refresh answers %ld", status);
    check(run, FAILURE, "userinfo-is-called-again", "OIDCC-12",
          provider_count(party->provider, "userinfo") > asked_before,
          "no userinfo request came after the refresh");
    check(run, FAILURE, "userinfo-is-called-with-the-new-token", "OIDCC-12",
          !text_is(userinfo_token(party), token_before),
          "the userinfo request had the access token from before the refresh");
}

static void expect_not_refreshed(struct relying_party *party, long status, size_t asked_before) {
    struct run *run = party->run;
    check(run, FAILURE, "no-userinfo-request-follows-the-refresh", "OIDCC-12.2",
          provider_count(party->provider, "userinfo") == asked_before,
          "userinfo was called although the refreshed ID token was to be refused");
    check(run, FAILURE, "the-refresh-answers-4xx", "OIDCC-12.2", status >= 400 && status < 500,
          "/refresh answers %ld", status);
}

void rp_module_refresh(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    size_t tokens = provider_count(party->provider, "token");
    size_t asked = provider_count(party->provider, "userinfo");
    const char *token = userinfo_token(party);
    long status = relying_party_visit(party, "/refresh")->status;
    relying_party_check_requests(party);
    check(run, FAILURE, "a-refresh-request-comes", "OIDCC-12.1",
          provider_count(party->provider, "token") > tokens,
          "no token request came; /refresh "
          "answers %ld",
          status);
    if (party->about->verdict == ACCEPTS)
        expect_refreshed(party, status, asked, token);
    else
        expect_not_refreshed(party, status, asked);
    module_passed(run);
}
