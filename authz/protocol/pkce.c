#include "authz/protocol/pkce.h"

#include "common/base/base64url.h"
#include "keys/digest.h"

enum { CHALLENGE_LENGTH = 43, VERIFIER_MIN = 43, VERIFIER_MAX = 128 };

static bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool all_of(str s, const char *also) {
    for (size_t i = 0; i < s.n; i++)
        if (!alphanumeric(s.p[i]) && (s.p[i] == '\0' || !strchr(also, s.p[i])))
            return false;
    return true;
}

err pkce_check_challenge(str challenge, str method) {
    if (!str_present(challenge) && !str_present(method))
        return OK;
    REQUIRE(str_present(challenge), invalid_request,
            "code_challenge_method came without code_challenge");
    REQUIRE(str_eq(method, S(PKCE_METHOD)), invalid_request,
            "code_challenge_method must be " PKCE_METHOD);
    REQUIRE(challenge.n == CHALLENGE_LENGTH && all_of(challenge, "-_"), invalid_request,
            "code_challenge must be the 43 characters of a base64url SHA-256");
    return OK;
}

/* RFC 7636 4.1: code-verifier = 43*128unreserved */
static bool well_formed(str verifier) {
    return verifier.n >= VERIFIER_MIN && verifier.n <= VERIFIER_MAX && all_of(verifier, "-._~");
}

err pkce_check_verifier(struct arena *arena, str challenge, str verifier) {
    if (!str_present(challenge)) {
        /* RFC 9700 2.1.1: or a downgrade could go unnoticed. */
        REQUIRE(!str_present(verifier), invalid_grant,
                "code_verifier came, but the authorization request had no code_challenge");
        return OK;
    }
    REQUIRE(str_present(verifier), invalid_grant, "code_verifier is missing");
    REQUIRE(well_formed(verifier), invalid_grant,
            "code_verifier must be 43 to 128 unreserved characters");
    struct sha256 digest = sha256(verifier);
    str expected;
    TRY(base64url_encode(arena, sha256_str(&digest), &expected));
    REQUIRE(secret_eq(secret_of(expected), secret_of(challenge)), invalid_grant,
            "code_verifier does not belong to the code_challenge");
    return OK;
}
