/* The standard claims of a person (standard_claims.def): their kinds and scopes. */
#ifndef CONFORMANCE_CHECKS_STANDARD_CLAIMS_H
#define CONFORMANCE_CHECKS_STANDARD_CLAIMS_H

#include "conformance/engine/run.h"

struct standard_claim {
    const char *name, *scope;
    enum claim_kind { TEXT, DATE, NUMBER, BOOLEAN, OBJECT } kind;
};

extern const struct standard_claim standard_claims[];
extern const size_t standard_claims_n;

/* Every standard claim among these has its type (OIDC Core 5.1): texts not blank, a birthdate
 * YYYY-MM-DD, YYYY or 0000-MM-DD. */
void check_claim_types(struct run *run, const json_t *claims);
/* WARNING unless every claim of the scope is there. */
void check_claims_of_scope(struct run *run, const json_t *claims, const char *scope);
/* WARNING for each standard claim that is there although nobody asked for it in this place. */
void check_no_unrequested_claims(struct run *run, const json_t *claims, const json_t *requested);
bool is_birthdate(const char *text);

#endif
