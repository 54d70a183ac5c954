#include "keys/roca.h"

enum { GENERATOR = 65537 };

static const unsigned primes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                  47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                  107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

static unsigned remainder_of(str modulus, unsigned prime) {
    unsigned rest = 0;
    for (size_t i = 0; i < modulus.n; i++)
        rest = (rest * 256 + (uint8_t)modulus.p[i]) % prime;
    return rest;
}

static bool is_power(unsigned rest, unsigned prime) {
    unsigned power = 1;
    do {
        if (power == rest)
            return true;
        power = power * (GENERATOR % prime) % prime;
    } while (power != 1);
    return false;
}

bool roca_fingerprint(str modulus) {
    for (size_t i = 0; i < sizeof primes / sizeof primes[0]; i++)
        if (!is_power(remainder_of(modulus, primes[i]), primes[i]))
            return false;
    return true;
}
