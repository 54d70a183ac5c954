/* What the discovery document must say of logout. */
#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/modules/modules.h"

static void check_url(struct run *run, const char *member, const char *spec) {
    const char *url = text_of(run->discovery, member);
    check(run, FAILURE, "the-logout-endpoints-are-https", spec, strncmp(url, "https://", 8) == 0,
          "%s is \"%s\"", member, url);
}

static void check_true(struct run *run, const char *member, const char *spec) {
    check(run, FAILURE, "discovery-says-that-it-is-supported", spec,
          discovery_says(run, member, false), "%s is not true", member);
}

void module_rp_logout_discovery(struct run *run) {
    check_url(run, "end_session_endpoint", "RPLogout-2.1");
    module_passed(run);
}

void module_frontchannel_discovery(struct run *run) {
    check_url(run, "end_session_endpoint", "RPLogout-2.1");
    check_true(run, "frontchannel_logout_supported", "FrontChannel-3");
    check_true(run, "frontchannel_logout_session_supported", "FrontChannel-3");
    module_passed(run);
}

void module_backchannel_discovery(struct run *run) {
    check_url(run, "end_session_endpoint", "RPLogout-2.1");
    check_true(run, "backchannel_logout_supported", "BackChannel-2.1");
    check_true(run, "backchannel_logout_session_supported", "BackChannel-2.1");
    module_passed(run);
}

void module_session_discovery(struct run *run) {
    check_url(run, "end_session_endpoint", "RPLogout-2.1");
    check_url(run, "check_session_iframe", "Session-3.3");
    module_passed(run);
}
