/* The registration endpoint's answers (OIDC Registration 3.2, 3.3). */
#ifndef CONFORMANCE_CHECKS_REGISTRATION_H
#define CONFORMANCE_CHECKS_REGISTRATION_H

#include "conformance/engine/run.h"

/* 201 and what it must have; `metadata` is its body, NULL if it is no JSON object. */
void check_registration(struct run *run, const struct http_response *response,
                        const json_t *metadata);
/* 400 and one of "a|b". */
void check_registration_error(struct run *run, const struct http_response *response,
                              const char *codes);

#endif
