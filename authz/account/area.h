/* The pages of a person who is signed in here: /account and what is below it, /developer, /invite.
 *
 *     static err show(struct request *rq, struct area *area, struct response *rs) { … }
 *
 *     err account_profile(struct request *rq, struct response *rs) {
 *         return area_serve(rq, rs, AREA_SIGNED_IN, show);
 *     }
 *
 * Nobody signed in, or too long ago for a page that must be AREA_FRESH: the browser is led through
 * our own authorization endpoint and back to the page (area_sign_in.h). A page that changes a
 * password, an address, a second factor or a secret is AREA_FRESH in its GET and its POST.
 *
 * Forms post to the path of their page, with the hidden field `csrf` and, where there are several
 * things to do, a button named `do`. `csrf` is sealed for the very sign-in that the page was shown
 * to; besides, the route says CALLER_BROWSER. GET never changes anything. What went well is told on
 * the page that follows: area_done().
 *
 * The account API does the work: area_call() makes its calls for the person. */
#ifndef AUTHZ_ACCOUNT_AREA_H
#define AUTHZ_ACCOUNT_AREA_H

#include "authz/account_call.h"
#include "authz/authz.h"
#include "authz/pages/account_pages.h"
#include "authz/store/session.h"

enum area_need {
    AREA_ANYBODY, /* area->account is NULL if nobody is signed in; then csrf is of this browser */
    AREA_SIGNED_IN,
    AREA_FRESH /* in the last AREA_FRESH_S; a form, and what is told of it, AREA_GRACE_S later */
};

enum { AREA_FRESH_S = 15 * 60, AREA_GRACE_S = 10 * 60 };

struct area {
    struct session session;
    const struct account *account; /* of it: whose pages these are */
    struct form form;              /* of a POST */
    struct account_frame frame;    /* who is signed in, csrf, status; a page sets its errors */
};

typedef err area_fn(struct request *rq, struct area *area, struct response *rs);

/* Answers a GET or a POST of a page, on a worker; `answer` runs only if all of that is so. A form
 * that is not of this sign-in gets a page with 400. E_core_unavailable: a page of 503. */
err area_serve(struct request *rq, struct response *rs, enum area_need need,
               area_fn *answer) MUST_CHECK;

/* A call of the account API as the person (call->acting is set here); what it did is recorded.
 * `doc` gets what it answered, of any status; the caller drops it. E_core_unavailable for 5xx. */
err area_call(struct request *rq, const struct area *area, const struct core_call *call,
              struct account_answer *out, json_t **doc) MUST_CHECK;
/* A GET that must be answered with 200. E_not_found for 404, and for 403: what is somebody else's
 * is not there; E_too_many_requests; E_core_unavailable. */
err area_read(struct request *rq, const struct area *area, str path, json_t **doc) MUST_CHECK;
/* What a refused form says: each field error beside its field (frame.errors), anything else above
 * the form (frame.error); and the status of the page, 422 or 429. */
err area_refused(struct request *rq, struct area *area, const struct account_answer *answer,
                 const json_t *doc, struct response *rs, int *status) MUST_CHECK;
/* One error of a field that the page itself found. */
err area_field_error(struct request *rq, struct area *area, str field, enum text text) MUST_CHECK;

/* 303 to `path` (of ours), which says `sentence` once. */
err area_done(struct request *rq, struct area *area, str path, str sentence,
              struct response *rs) MUST_CHECK;
/* Whether it is a path of the pages here: "/account…", "/developer…", "/invite…". */
bool area_is_path(str path);
/* A field of the form, trimmed; empty if it is not there. */
str area_field(const struct area *area, str name);
/* A field that becomes a part of a path: letters, digits, '-' and '_', at most 128 of them.
 * Anything else names nothing that there is: E_not_found. */
err area_path_part(const struct area *area, str name, str *out) MUST_CHECK;
/* Whether the button `do` had this value. */
bool area_does(const struct area *area, str what);

#endif
