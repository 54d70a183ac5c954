/* The end of every way in (password, second factor, registration): somebody has signed in, and the
 * caller is told in its own words: the account API gets tokens, a service the user's id. */
#ifndef CORE_SIGN_IN_H
#define CORE_SIGN_IN_H

#include "common/base/json_put.h"
#include "core/store/api_token.h"

struct sign_in {
    bool api;               /* with API tokens */
    const char *message;    /* of the answer, or NULL */
    str challenge;          /* present: the password was right, a second factor must follow */
    struct api_token token; /* user_id and amr, whichever way */
    /* Members of the answer that come with this way in; NULL: none. */
    void (*put_more)(struct json_put *j, const void *more);
    const void *more;
};

/* Before the transaction: who, how, and fresh tokens if they are wanted. */
err sign_in_prepare(struct request *rq, str user_id, str amr, struct sign_in *out) MUST_CHECK;
/* In the transaction that used up what proved it. */
err sign_in_store(struct tx *tx, const struct sign_in *sign_in, int64_t now_ms) MUST_CHECK;
err sign_in_answer(struct request *rq, struct response *rs,
                   const struct sign_in *sign_in) MUST_CHECK;
/* The log line and the count of a result ("ok", "wrong_password"), and the event that it is
 * (core/event.h) or NULL. The user may be absent. */
err sign_in_note(struct request *rq, const char *result, const char *event, str user_id) MUST_CHECK;

#endif
