#include "authz/subject.h"

#include "common/base/base64url.h"
#include "keys/digest.h"

err subject_of(const struct authz *authz, struct arena *arena, const struct client *client,
               str user_id, str *out) {
    str key = str_of((const char *)authz->subject_key, sizeof authz->subject_key), text;
    *out = user_id;
    if (!client->pairwise)
        return OK;
    REQUIRE(str_present(client->sector_identifier), internal, "a pairwise client without sector");
    TRY(STR_JOIN(arena, &text, client->sector_identifier, S("\n"), user_id)); /* neither has it */
    struct sha256 mac = hmac_sha256(secret_of(key), text);
    return base64url_encode(arena, sha256_str(&mac), out);
}
