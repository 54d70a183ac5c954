/* The relying parties' plans and modules (rp_plans.def, rp_modules.def), as suite_run takes them.
 */
#ifndef CONFORMANCE_RP_RP_SUITE_H
#define CONFORMANCE_RP_RP_SUITE_H

#include "conformance/engine/plan.h"
#include "conformance/engine/suite.h"

/* The lists that rp_modules.def puts a module on; a plan takes one of them. */
enum rp_list {
    RP_BASIC = 1 << 0,
    RP_IMPLICIT = 1 << 1,
    RP_HYBRID = 1 << 2,
    RP_CONFIG = 1 << 3,
    RP_DYNAMIC = 1 << 4,
    RP_COMPREHENSIVE = 1 << 5,
    RP_REFRESH = 1 << 6,
    RP_THIRD_PARTY = 1 << 7,
    RP_RP_LOGOUT = 1 << 8,
    RP_BACKCHANNEL = 1 << 9,
    RP_FRONTCHANNEL = 1 << 10,
    RP_FAPI = 1 << 11,          /* FAPI 2.0 Security Profile */
    RP_FAPI_MESSAGES = 1 << 12, /* … Message Signing: request objects and JARM */
    RP_LOGOUT = 1 << 13,        /* everything about it */
};

extern const struct suite rp_suite;

#endif
