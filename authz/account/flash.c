#include "authz/account/flash.h"

#include <assert.h>

#include "authz/authz.h"
#include "authz/session_cookie.h"

#define PURPOSE S("flash ")

/* The purpose holds for whom it is. */
static err purpose(struct request *rq, str sid, str *out) {
    return STR_JOIN(rq->arena, out, PURPOSE, sid);
}

err flash_set(struct request *rq, struct response *rs, str sid, str sentence) {
    str aad, sealed;
    assert(sentence.n <= FLASH_MAX);
    TRY(purpose(rq, sid, &aad));
    TRY(seal(&authz_of(rq)->interaction_key, aad, sentence, rq->arena, &sealed));
    return session_cookie_set(rq, rs, COOKIE_FLASH, sealed, FLASH_LIFE_S);
}

err flash_take(struct request *rq, struct response *rs, str sid, str *sentence) {
    str aad, sealed = session_cookie_get(rq, COOKIE_FLASH);
    *sentence = STR_ABSENT;
    if (!str_present(sealed))
        return OK;
    TRY(purpose(rq, sid, &aad));
    err e = seal_open(&authz_of(rq)->interaction_key, aad, sealed, rq->arena, sentence);
    if (err_is(e, E_seal_broken))
        *sentence = STR_ABSENT;
    else
        TRY(e);
    return session_cookie_set(rq, rs, COOKIE_FLASH, S(""), 0);
}
