/* What cannot be guessed (RFC 6749 10.10): long enough, and of enough different characters. */
#ifndef CONFORMANCE_CHECKS_CODE_H
#define CONFORMANCE_CHECKS_CODE_H

#include "conformance/engine/run.h"

/* Shannon's entropy of the text's characters, times its length, in bits. */
double entropy_of(const char *text);
/* An authorization code: at least 128 bits long, with an entropy of at least 96. */
void check_code(struct run *run, const char *code);
/* The same of another secret, called `what`. */
void check_unguessable(struct run *run, const char *what, const char *spec, const char *secret);

#endif
