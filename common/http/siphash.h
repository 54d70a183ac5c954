/* SipHash-2-4 (Aumasson, Bernstein, 2012): a hash for tables whose keys strangers choose. */
#ifndef COMMON_HTTP_SIPHASH_H
#define COMMON_HTTP_SIPHASH_H

#include "common/base/str.h"

/* k0, k1: a random key. */
uint64_t siphash(uint64_t k0, uint64_t k1, str data);

#endif
