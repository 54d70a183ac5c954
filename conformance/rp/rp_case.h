/* What a module of rp_modules.def does to a relying party, and what it wants to see. */
#ifndef CONFORMANCE_RP_RP_CASE_H
#define CONFORMANCE_RP_RP_CASE_H

#include "conformance/provider/fault.h"

enum verdict {
    ACCEPTS,           /* signs the user in, userinfo called wherever there is an access token */
    REFUSES_PROVIDER,  /* sends no authorization request */
    REFUSES_RESPONSE,  /* sends no token request, calls no userinfo, answers 4xx */
    REFUSES_ID_TOKEN,  /* the same where the ID token came by the front channel; else no userinfo */
    REFUSES_SIGNATURE, /* the same; with an ID token of the token endpoint, where TLS may stand for
                          the signature (OIDC Core 3.1.3.7-6), accepting it is SKIPPED */
    REFUSES_USERINFO,  /* calls userinfo, then answers 4xx */
};

struct rp_case {
    enum fault_id fault;
    enum verdict verdict;
    const char *setup; /* RP_* variables of this module: "RP_ID_TOKEN_ALG=none&…" */
};

#endif
