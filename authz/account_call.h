/* Calls of the account API that the pages make for a person, and what they say to the person. */
#ifndef AUTHZ_ACCOUNT_CALL_H
#define AUTHZ_ACCOUNT_CALL_H

#include <jansson.h>

#include "authz/core_link.h"

struct account_answer {
    int status;
    str code;            /* "INVALID_CREDENTIALS"; "password.minLength", the first field error of a
                            422; or absent */
    str user_id;         /* of a 200, or absent */
    str about;           /* whose account it was about, if the core store knows: for the audit
                            trail, never for the person */
    str amr;             /* words, or absent */
    str challenge_token; /* of a 202, or absent */
    int64_t retry_after_s;
};

/* POST `path` with a JSON object of the members that are present. A member longer than any may be
 * is answered here, like by the core store: 422, "password.maxLength". E_core_unavailable. */
err account_call(struct request *rq, str path, const struct form_param *members, size_t n,
                 struct account_answer *out) MUST_CHECK;
#define ACCOUNT_CALL(rq, path, out, ...)                                                           \
    account_call((rq), S(path), (const struct form_param[]){__VA_ARGS__},                          \
                 sizeof((const struct form_param[]){__VA_ARGS__}) / sizeof(struct form_param),     \
                 (out))
#define ACCOUNT_MEMBER(member, value) ((struct form_param){S(member), (value), false})
/* Any other call; *doc gets the whole answer, whatever its status: the caller drops it. */
err account_call_make(struct request *rq, const struct core_call *call, struct account_answer *out,
                      json_t **doc) MUST_CHECK;
/* An "amr" array as words. */
err account_call_amr(struct request *rq, const json_t *list, str *amr) MUST_CHECK;
bool account_answer_is(const struct account_answer *answer, const char *code);
/* What is wrong, as one sentence in the language of the request. */
err account_answer_sentence(struct request *rq, const struct account_answer *answer,
                            str *sentence) MUST_CHECK;

#endif
