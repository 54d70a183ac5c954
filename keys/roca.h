/* RSA moduli of the Infineon library that made factorable keys (CVE-2017-15361, "ROCA"). */
#ifndef KEYS_ROCA_H
#define KEYS_ROCA_H

#include "common/base/str.h"

/* Whether the big-endian modulus has the fingerprint of such a key: modulo each small prime it is a
 * power of 65537 (Nemec et al., The Return of Coppersmith's Attack, 4.1). One other key in about
 * 2^27 has it too. */
bool roca_fingerprint(str modulus);

#endif
