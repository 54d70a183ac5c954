/* A person who is signed in already: prompt, max_age, id_token_hint. */
#include "conformance/engine/flow.h"
#include "conformance/jose/base64url.h"
#include "conformance/modules/modules.h"

enum { A_SECOND_LATER = 2 };

static double auth_time(const struct flow *flow) {
    return json_number_value(json_object_get(flow->claims, "auth_time"));
}

static void check_signed_in_again(struct run *run, const struct flow *first,
                                  const struct flow *second, const char *spec) {
    check(run, FAILURE, "the-person-signs-in-again", spec, second->walk.sign_ins > 0,
          "no sign-in page came although the person had to sign in again");
    check(run, FAILURE, "auth_time-is-later", spec,
          auth_time(first) <= 0 || auth_time(second) <= 0 || auth_time(second) > auth_time(first),
          "auth_time %.0f after %.0f", auth_time(second), auth_time(first));
    module_review(run, "the sign-in page of the second request", second->walk.sign_in_page);
}

static void check_silent(struct run *run, const struct flow *first, const struct flow *second,
                         const char *spec) {
    check(run, FAILURE, "no-page-comes-again", spec,
          second->walk.sign_ins + second->walk.consents == 0,
          "%d sign-in and %d consent pages came", second->walk.sign_ins, second->walk.consents);
    check_same(run, FAILURE, "the-person-is-the-same", spec, text_of(second->claims, "sub"),
               text_of(first->claims, "sub"));
    check(run, FAILURE, "auth_time-is-the-same", spec,
          auth_time(first) <= 0 || auth_time(second) <= 0 || auth_time(second) == auth_time(first),
          "auth_time %.0f after %.0f", auth_time(second), auth_time(first));
}

static struct flow *done_again(struct run *run, struct client *client, const char *name,
                               const char *value) {
    struct flow *flow = flow_new(run, client);
    flow_set(flow, name, value);
    flow_complete(run, flow);
    return flow;
}

void module_prompt_login(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *first = flow_done(run, client);
    run_wait(run, A_SECOND_LATER, "auth_time has seconds");
    struct flow *second = done_again(run, client, "prompt", "login");
    check_signed_in_again(run, first, second, "OIDCC-3.1.2.3");
    module_passed(run);
}

void module_max_age_1(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *first = flow_done(run, client);
    run_wait(run, A_SECOND_LATER, "max_age is 1 second");
    struct flow *second = done_again(run, client, "max_age", "1");
    check(run, FAILURE, "auth_time-is-there-with-max_age", "OIDCC-2", auth_time(second) > 0,
          "the ID token has no auth_time although max_age was sent");
    check_signed_in_again(run, first, second, "OIDCC-3.1.2.1");
    module_passed(run);
}

void module_max_age_10000(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *first = done_again(run, client, "max_age", "15000");
    check(run, FAILURE, "auth_time-is-there-with-max_age", "OIDCC-2", auth_time(first) > 0,
          "the ID token has no auth_time although max_age was sent");
    struct flow *second = done_again(run, client, "max_age", "10000");
    check(run, FAILURE, "auth_time-is-there-with-max_age", "OIDCC-2", auth_time(second) > 0,
          "the ID token has no auth_time although max_age was sent");
    check_silent(run, first, second, "OIDCC-3.1.2.1");
    module_passed(run);
}

void module_prompt_none_logged_in(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *first = flow_done(run, client);
    struct flow *second = done_again(run, client, "prompt", "none");
    check_silent(run, first, second, "OIDCC-3.1.2.1");
    module_passed(run);
}

/* 128 characters, every unreserved one of RFC 3986 2.3 among them. */
static const char *long_state(struct run *run) {
    const char *random = pool_text(run->pool, base64url_random(90));
    return pool_format(run->pool, "-._~%.120s-._~", random);
}

void module_prompt_none_not_logged_in(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "state", long_state(run));
    flow_set(flow, "prompt", "none");
    check(run, FAILURE, "an-error-comes-back-without-pages", "OIDCC-3.1.2.1",
          flow_walk(run, flow) && flow->walk.sign_ins == 0,
          "the browser ended on a page, or met a sign-in page");
    flow_expect_error(
        run, flow, "OIDCC-3.1.2.6",
        "interaction_required|login_required|account_selection_required|consent_required");
    module_passed(run);
}

void module_id_token_hint(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *first = flow_done(run, client), *second = flow_new(run, client);
    flow_set(second, "prompt", "none");
    flow_set(second, "id_token_hint", flow_id_token(first));
    flow_complete(run, second);
    check_silent(run, first, second, "OIDCC-3.1.2.1");
    module_passed(run);
}
