/* Scopes, the claims parameter and acr_values: what is asked for comes back. */
#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/standard_claims.h"
#include "conformance/engine/flow.h"
#include "conformance/modules/modules.h"

static const char *const scopes[] = {"profile", "email", "address", "phone"};
enum { SCOPES = sizeof scopes / sizeof scopes[0] };

/* oidcc-scope-profile … oidcc-scope-all. */
static bool module_is_about(const struct run *run, const char *scope) {
    const char *about = run->module->name + strlen("oidcc-scope-");
    return strcmp(about, "all") == 0 || strcmp(about, scope) == 0;
}

void module_scope(struct run *run) {
    const char *wanted = "openid";
    for (size_t i = 0; i < SCOPES; i++) {
        if (!module_is_about(run, scopes[i]))
            continue;
        if (!discovery_lists(run, "scopes_supported", scopes[i]))
            module_skipped(run, "scopes_supported has no %s", scopes[i]);
        wanted = pool_format(run->pool, "%s %s", wanted, scopes[i]);
    }
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "scope", wanted);
    flow_complete(run, flow);
    const json_t *claims = flow_is_id_token_only(run) ? flow->claims : flow_userinfo(run, flow);
    if (flow_is_id_token_only(run))
        check_claim_types(run, claims);
    for (size_t i = 0; i < SCOPES; i++)
        if (module_is_about(run, scopes[i]))
            check_claims_of_scope(run, claims, scopes[i]);
    module_passed(run);
}

void module_claims_essential(struct run *run) {
    bool id_token_only = flow_is_id_token_only(run);
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "claims",
             id_token_only ? "{\"id_token\":{\"name\":{\"essential\":true}}}"
                           : "{\"userinfo\":{\"name\":{\"essential\":true}}}");
    flow_complete(run, flow);
    const json_t *claims = id_token_only ? flow->claims : flow_userinfo(run, flow);
    check(run, WARNING, "the-essential-claim-is-given", "OIDCC-5.5.1",
          text_of(claims, "name")[0] != '\0', "there is no name");
    module_passed(run);
}

/* All that the provider supports, in its order, or the suite's "1 2". */
static const char *acr_values(struct run *run) {
    const char *values = "";
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(run->discovery, "acr_values_supported"), i, value) {
        values = pool_format(run->pool, "%s%s%s", values, values[0] ? " " : "",
                             json_string_value(value));
    }
    return values[0] ? values : "1 2";
}

void module_acr_values(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    const char *values = acr_values(run), *acr;
    flow_set(flow, "acr_values", values);
    flow_complete(run, flow);
    acr = text_of(flow->claims, "acr");
    check(run, WARNING, "acr-is-one-of-those-asked-for", "OIDCC-3.1.2.1",
          acr[0] && response_type_has(values, acr), "acr \"%s\", asked for: %s", acr, values);
    module_passed(run);
}
