/* How the relying party finds its provider and its keys: OIDC Discovery 1.0, and key rotation (OIDC
 * Core 10.1.1). */
#include "conformance/rp/rp_modules.h"
#include "conformance/rp/rp_sign_in.h"

enum { COOLDOWN_S = 61 };

/* Of all requests since the start, the place of the first one at this endpoint; -1: none came. */
static int place_of(struct relying_party *party, const char *endpoint) {
    json_t *all = pool_json(party->run->pool, provider_requests(party->provider, NULL)), *one;
    size_t i;
    json_array_foreach(all, i, one) {
        if (text_is(text_of(one, "endpoint"), endpoint))
            return (int)i;
    }
    return -1;
}

static void expect_before(struct relying_party *party, const char *name, const char *first,
                          const char *then) {
    int at = place_of(party, first), behind = place_of(party, then);
    check(party->run, FAILURE, name, party->run->module->spec,
          at >= 0 && (behind < 0 || at < behind),
          at < 0 ? "no request came to the %s endpoint" : "the %s endpoint was asked too late",
          first);
}

void rp_module_discovery(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_before(party, "discovery-comes-first", "discovery", "authorization");
    module_passed(run);
}

void rp_module_jwks_uri(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_before(party, "discovery-comes-first", "discovery", "jwks");
    expect_before(party, "the-keys-are-fetched", "jwks", "userinfo");
    module_passed(run);
}

/* Who fetches keys once a minute at most, whatever tokens name, is careful and not wrong: it gets
 * that minute. */
static noreturn void expect_second_fetch(struct relying_party *party,
                                         void (*change)(struct provider *provider)) {
    change(party->provider);
    const struct rp_sign_in *second = rp_sign_in(party, "/login");
    if (!rp_sign_in_succeeded(second)) {
        run_wait(party->run, COOLDOWN_S, "for a relying party that fetches keys once a minute");
        change(party->provider);
        second = rp_sign_in(party, "/login");
    }
    rp_sign_in_expect_accepted(second);
    check(party->run, FAILURE, "the-keys-are-fetched-again", "OIDCC-10.1.1",
          rp_sign_in_count(second, "jwks") > 0,
          "no request came to the jwks endpoint after the keys had changed");
    module_passed(party->run);
}

void rp_module_rotation(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_second_fetch(party, provider_rotate);
}

void rp_module_rotation_at_signing(struct run *run) {
    struct relying_party *party = relying_party_started(run);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_second_fetch(party, provider_rotate_at_signing);
}

static noreturn void expect_webfinger(struct relying_party *party, const char *identifier) {
    relying_party_set(party, "RP_WEBFINGER", identifier);
    relying_party_start(party);
    rp_sign_in_expect_accepted(rp_sign_in(party, "/login"));
    expect_before(party, "webfinger-comes-first", "webfinger", "discovery");
    module_passed(party->run);
}

void rp_module_webfinger_acct(struct run *run) {
    struct relying_party *party = relying_party_new(run);
    const char *host = pool_text(run->pool, provider_account_host(party->provider));
    expect_webfinger(party, pool_format(run->pool, "acct:ada.%s@%s", run->module->name, host));
}

void rp_module_webfinger_url(struct run *run) {
    struct relying_party *party = relying_party_new(run);
    expect_webfinger(party,
                     pool_format(run->pool, "https://127.0.0.1:%d/ada/%s",
                                 listener_port(party->provider->listener), run->module->name));
}
