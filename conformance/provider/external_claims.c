#include "conformance/provider/external_claims.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/signed_token.h"

enum { LIFETIME_S = 300 };

static char *claims_token(struct provider *provider) {
    json_int_t now = (json_int_t)time(NULL);
    return signed_token(provider, NOWHERE, "RS256", "JWT",
                        json_pack("{s:s, s:I, s:I, s:i}", "iss", provider->issuer, "iat", now,
                                  "exp", now + LIFETIME_S, EXTERNAL_CLAIM, EXTERNAL_CLAIM_VALUE),
                        NULL);
}

static void add(json_t *userinfo, json_t *source) {
    json_object_update_new(userinfo, json_pack("{s:{s:s}, s:{s:o}}", "_claim_names", EXTERNAL_CLAIM,
                                               "src1", "_claim_sources", "src1", source));
}

void external_claims_aggregate(struct provider *provider, json_t *userinfo) {
    char *token = claims_token(provider);
    add(userinfo, json_pack("{s:s}", "JWT", token));
    free(token);
}

void external_claims_distribute(struct provider *provider, json_t *userinfo) {
    char *endpoint = memory_format("%s/claims", provider->issuer);
    add(userinfo, json_pack("{s:s, s:s}", "endpoint", endpoint, "access_token", provider->random));
    free(endpoint);
}

json_t *external_claims_answer(struct provider *provider, const struct asked *asked) {
    const char *header = text_of(json_object_get(asked->request, "headers"), "authorization");
    if (strncasecmp(header, "Bearer ", 7) != 0 || !text_is(header + 7, provider->random)) {
        provider_complain(provider, "the-claims-are-fetched-with-their-token", "OIDCC-5.6.2.2",
                          "the request to the claims endpoint had not the source's access_token");
        return answer_error(401, "invalid_token", "not the access token of this source");
    }
    char *token = claims_token(provider);
    json_t *answer = answer_text(200, "application/jwt", token);
    free(token);
    return answer;
}
