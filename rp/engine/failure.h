/* Why a call was refused: one row of rules.def, and what the caller may be told beside it.
 *
 *     HOLD(failure, nonce_matches, str_eq(nonce, expected));
 *
 * returns from the calling function (which gives an err) when the rule is broken. Errors that come
 * from below (no memory, malformed JOSE) become codes at the boundary, in failure_report. */
#ifndef RP_ENGINE_FAILURE_H
#define RP_ENGINE_FAILURE_H

#include "common/base/str.h"
#include "rp/include/hitkey_rp.h"

enum rule_id {
    RULE_none,
#define RULE(id, code, why, fix, source) RULE_##id,
#include "rp/rules.def"
#undef RULE
    RULE_count
};

struct rule {
    const char *name, *why, *fix, *source;
    int code; /* hk_code */
};

struct failure {
    enum rule_id rule;
    int http_status;
    uint32_t retry_after_ms;
    char oauth[48];
};

/* The row; its name is "" for RULE_none. */
const struct rule *rule_row(enum rule_id id);
/* RULE_none for an unknown name. */
enum rule_id rule_named(const char *name);

/* Notes the rule and gives the err to return: E_rule_broken. */
err rule_broken(struct failure *failure, enum rule_id id) MUST_CHECK;

/* Whether the rule is in force: always, but in the build that tests are proven with, where
 * HITKEY_RP_SABOTEUR in the environment names those that are not (comma-separated). */
#ifdef HITKEY_RP_SABOTEUR
bool rule_stands(enum rule_id id);
#else
static inline bool rule_stands(enum rule_id id) {
    (void)id;
    return true;
}
#endif

#define HOLD(failure, id, cond)                                                                    \
    do {                                                                                           \
        if (!(cond) && rule_stands(RULE_##id))                                                     \
            return rule_broken((failure), RULE_##id);                                              \
    } while (0)

/* Calls something that returns an err of its own; any failure but memory's breaks the rule. */
#define HOLD_TRY(failure, id, call)                                                                \
    do {                                                                                           \
        err hold_try_ = (call);                                                                    \
        if (err_is(hold_try_, E_no_memory) || err_is(hold_try_, E_rule_broken))                    \
            return hold_try_;                                                                      \
        HOLD((failure), id, !failed(hold_try_));                                                   \
    } while (0)

/* Keeps of the server's error code what RFC 6749 5.2 allows, and 47 bytes at most. */
void failure_oauth(struct failure *failure, str code);

/* Fills *e (which may be NULL) and gives the hk_code. Rules of the table win over e's own code. */
int failure_report(const struct failure *failure, err cause, hk_error *e);

#endif
