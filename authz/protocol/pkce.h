/* Proof Key for Code Exchange (RFC 7636), S256 alone: "plain" is refused (RFC 9700 2.1.1). */
#ifndef AUTHZ_PROTOCOL_PKCE_H
#define AUTHZ_PROTOCOL_PKCE_H

#include "common/base/str.h"

#define PKCE_METHOD "S256"

/* The authorization request's side; both may be absent. E_invalid_request: a method other than
 * S256 (none given means "plain", RFC 7636 4.3), a method without a challenge, or a challenge that
 * is not the base64url of 32 bytes. */
err pkce_check_challenge(str challenge, str method) MUST_CHECK;
/* The token request's side. E_invalid_grant: the verifier does not belong to the challenge, or only
 * one of the two is there. */
err pkce_check_verifier(struct arena *arena, str challenge, str verifier) MUST_CHECK;

#endif
