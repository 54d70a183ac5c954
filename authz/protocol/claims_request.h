/* The `claims` parameter (OIDC Core 5.5): claims that are asked for one by one, and what must be
 * true of the person and of the sign-in. */
#ifndef AUTHZ_PROTOCOL_CLAIMS_REQUEST_H
#define AUTHZ_PROTOCOL_CLAIMS_REQUEST_H

#include "common/base/str.h"

enum {
    CLAIMS_REQUEST_MAX = 8 * 1024, /* bytes of its JSON */
    CLAIMS_REQUEST_VALUES = 16     /* of one claim */
};

struct claims_request {
    str userinfo, id_token; /* names of claims.def, words; or absent */
    str acr;                /* classes of the sign-in, the preferred first, words; or absent */
    bool acr_essential;     /* one of them must be met (OIDC Core 5.5.1.1) */
    str subs[CLAIMS_REQUEST_VALUES];
    size_t sub_count; /* the person must be one of these (OIDC Core 5.5.1); 0: anybody */
};

/* E_invalid_request: not a JSON object of the shape of OIDC Core 5.5 and 5.5.1, or too large.
 * Claims and members that are not known are ignored, as it demands; so are `value` and `values` of
 * claims other than sub and acr: the answer tells the truth. */
err claims_request_parse(struct arena *arena, str text, struct claims_request *out) MUST_CHECK;
/* What of it needs consent beside `scope`: a word "claim:NAME" for each claim that the scope does
 * not show anyway. Absent if nothing does. */
err claims_request_consent(struct arena *arena, const struct claims_request *claims, str scope,
                           str *words) MUST_CHECK;

#endif
