/* Logout: RP-Initiated, Back-Channel and Front-Channel 1.0. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/provider/logout.h"
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

static void expect_signed_out(struct relying_party *party) {
    check(party->run, FAILURE, "the-session-is-over", party->run->module->spec,
          !rp_sign_in_lasts(party), "/me still answers 200");
}

/* By the application's own link, through the provider, back to where the application wants it. */
static const struct page *log_out(struct relying_party *party) {
    struct run *run = party->run;
    const struct page *page = relying_party_visit(party, "/logout");
    relying_party_check_requests(party);
    check(run, FAILURE, "a-logout-request-comes", "RPInitiated-2",
          provider_count(party->provider, "end_session") == 1,
          "/logout led to no request of the end_session_endpoint; it ended with status %ld",
          page->status);
    check(run, FAILURE, "the-browser-comes-back-from-logout", "RPInitiated-3",
          strncmp(page->url, relying_party_url(party, "/logged_out"),
                  strlen(relying_party_url(party, "/logged_out"))) == 0,
          "it ended at %s", page->url);
    return page;
}

void rp_module_logout(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    long status = log_out(party)->status;
    json_t *requests = pool_json(run->pool, provider_requests(party->provider, "end_session"));
    const json_t *request = json_object_get(json_array_get(requests, 0), "parameters");
    if (party->about->verdict == ACCEPTS)
        check(run, FAILURE, "the-way-back-is-answered", "RPInitiated-3",
              status >= 200 && status < 300, "/logged_out answers %ld", status);
    else
        check(run, FAILURE, "the-logout-request-has-a-state", "RPInitiated-2",
              text_of(request, "state")[0] != '\0', "there is no state to know the way back by");
    check(run, FAILURE, "the-way-back-is-stood", "RPInitiated-3", status < 500,
          "/logged_out answers %ld", status);
    expect_signed_out(party);
    module_passed(run);
}

static bool has_no_store(const struct http_response *response) {
    return strcasestr(http_header(response, "cache-control"), "no-store") != NULL;
}

/* BackChannel 2.5: a parameter that nobody knows must not matter. */
static const struct http_response *tell(struct relying_party *party) {
    struct run *run = party->run;
    const char *token = pool_text(run->pool, logout_token(party->provider));
    if (!token)
        abort(); /* nobody was signed in */
    json_t *form = pool_json(
        run->pool, json_pack("{s:s, s:s}", "logout_token", token, "another_parameter", "x"));
    return run_send(run,
                    &(struct http_request){.url = relying_party_url(party, "/backchannel_logout"),
                                           .body = pool_text(run->pool, parameters_encode(form))});
}

static void expect_told(struct relying_party *party, const struct http_response *response) {
    struct run *run = party->run;
    check(run, FAILURE, "the-logout-is-answered-200", "BackChannel-2.8",
          response->status == 200 || response->status == 204, "it answers %ld", response->status);
    check(run, WARNING, "the-answer-is-not-stored", "BackChannel-2.8", has_no_store(response),
          "Cache-Control is \"%s\"", http_header(response, "cache-control"));
    expect_signed_out(party);
}

static void expect_not_told(struct relying_party *party, const struct http_response *response) {
    struct run *run = party->run;
    check(run, FAILURE, "the-logout-token-is-refused", "BackChannel-2.8", response->status == 400,
          "it answers %ld, not 400", response->status);
    check(run, FAILURE, "the-session-goes-on", "BackChannel-2.6", rp_sign_in_lasts(party),
          "/me answers 401 after a logout token that was to be refused");
}

void rp_module_backchannel(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    const struct http_response *response = tell(party);
    relying_party_check_requests(party);
    if (party->about->verdict == ACCEPTS)
        expect_told(party, response);
    else
        expect_not_told(party, response);
    module_passed(run);
}

/* As a frame of the provider's page loads it. */
static const struct page *visit_frame(struct relying_party *party, const char *sid) {
    struct run *run = party->run;
    json_t *query =
        pool_json(run->pool, json_pack("{s:s, s:s}", "iss", party->provider->issuer, "sid", sid));
    return relying_party_visit(party,
                               pool_text(run->pool, parameters_url("/frontchannel_logout", query)));
}

/* It must answer, and let itself be framed. */
static void load_frame(struct relying_party *party, const char *sid) {
    struct run *run = party->run;
    const struct page *page = visit_frame(party, sid);
    const char *options = http_header(page->response, "x-frame-options");
    check(run, FAILURE, "the-frame-answers", "FrontChannel-2",
          page->status >= 200 && page->status < 300, "/frontchannel_logout answers %ld",
          page->status);
    check(run, FAILURE, "the-frame-may-be-framed", "FrontChannel-2", !options[0],
          "X-Frame-Options is \"%s\"", options);
    check(run, WARNING, "the-frame-is-not-stored", "FrontChannel-3", has_no_store(page->response),
          "Cache-Control is \"%s\"", http_header(page->response, "cache-control"));
}

static const char *sid_of(struct relying_party *party) {
    json_t *grant = pool_json(party->run->pool, provider_last_grant(party->provider));
    return text_of(grant, "sid");
}

void rp_module_frontchannel_rp(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    const char *sid = sid_of(party);
    log_out(party);
    expect_signed_out(party);
    load_frame(party, sid);
    module_passed(run);
}

/* FrontChannel 3: a frame about another session may be ignored or refused; one about this session
 * ends it. */
void rp_module_frontchannel_op(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    visit_frame(party, "of-another-session");
    check(run, WARNING, "another-session-does-not-matter", "FrontChannel-3",
          rp_sign_in_lasts(party), "the session ended with a frame that named another sid");
    load_frame(party, sid_of(party));
    expect_signed_out(party);
    module_passed(run);
}
