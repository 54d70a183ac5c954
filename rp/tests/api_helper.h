/* An API that takes the access tokens of a provider, for tests of hk_verify. */
#ifndef RP_TESTS_API_HELPER_H
#define RP_TESTS_API_HELPER_H

#include "rp/tests/token_helper.h"

#define API     "https://api.example"
#define API_URL API "/things"
/* What a good access token claims: it is for API, and lives for 10 minutes from the feed's time. */
#define ACCESS_CLAIMS                                                                              \
    "{'iss':'" ISSUER "','aud':'" API "','sub':'jane','client_id':'shop','jti':'t-1',"             \
    "'exp':1800000600,'iat':1799999990,'scope':'read write:all','acr':'mfa',"                      \
    "'auth_time':1799999900}"

struct api {
    struct feed feed;
    struct issuer issuer;
    hk_rp *rp;
};

/* With the issuer's keys at hand, ES256; `option` may be NULL. */
void api_start(struct api *api, const char *option, const char *value);
void api_stop(struct api *api);
/* A token of the issuer with ACCESS_CLAIMS, one of them changed as token_changed does; NULL: none.
 */
str api_token(struct api *api, const char *claim, const char *value);
/* "scheme token", in the issuer's arena. */
const char *api_authorization(struct api *api, const char *scheme, str token);
/* What hk_verify_op makes of it, without any request: the name of the rule that breaks, or "". */
const char *api_broken(struct api *api, const hk_request *request, const char *aud,
                       const char *scope, hk_error *e);
/* The same for a bearer token, aud API and no scope. */
const char *api_bearer_broken(struct api *api, str token, hk_error *e);

#endif
