#include "conformance/checks/code.h"

#include <math.h>
#include <string.h>

enum { MIN_BITS = 128, MIN_ENTROPY = 96 };

double entropy_of(const char *text) {
    size_t counts[256] = {0}, n = strlen(text);
    double bits = 0;
    for (const char *p = text; *p; p++)
        counts[(unsigned char)*p]++;
    for (size_t i = 0; i < 256; i++) {
        double share = n ? (double)counts[i] / (double)n : 0;
        bits -= counts[i] ? share * log2(share) : 0;
    }
    return bits * (double)n;
}

void check_unguessable(struct run *run, const char *what, const char *spec, const char *secret) {
    size_t bits = strlen(secret) * 8;
    check(run, FAILURE, "secrets-are-long-enough", spec, bits >= MIN_BITS,
          "the %s has %zu bits; it must have %d", what, bits, MIN_BITS);
    check(run, FAILURE, "secrets-have-enough-entropy", spec, entropy_of(secret) >= MIN_ENTROPY,
          "the %s has about %.0f bits of entropy; it must have %d", what, entropy_of(secret),
          MIN_ENTROPY);
}

void check_code(struct run *run, const char *code) {
    check_unguessable(run, "authorization code", "RFC6749-10.10", code);
}
