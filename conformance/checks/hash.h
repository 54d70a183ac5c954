/* at_hash, c_hash and s_hash (OIDC Core 3.1.3.6, 3.3.2.11; FAPI 1 part 2): the left half of a
 * value's digest. */
#ifndef CONFORMANCE_CHECKS_HASH_H
#define CONFORMANCE_CHECKS_HASH_H

/* For a token signed with `alg`; the caller frees. NULL: the algorithm has no digest known here. */
char *hash_half(const char *alg, const char *value);

#endif
