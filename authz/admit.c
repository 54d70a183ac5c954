#include "authz/admit.h"

#include "authz/authz.h"
#include "authz/core_link.h"
#include "common/base/json_read.h"
#include "common/base/url.h"

/* The core store knows its tokens. */
err admit_api_bearer(struct request *rq) {
    struct response answer = {.status = 200};
    struct api_user *user = ARENA_NEW(rq->arena, struct api_user);
    REQUIRE(user, no_memory, "the request needs more memory than it may have");
    REQUIRE(str_present(request_authorization(rq, S("Bearer"))), unauthorized,
            "Log in: this call needs a Bearer token");
    const struct core_call call = {.method = HTTP_GET, .path = S_INIT("/internal/bearer")};
    TRY(core_link_call(authz_of(rq)->core, rq, &call, &answer));
    REQUIRE(answer.status != 401, unauthorized,
            "The token is unknown or has expired: log in again");
    REQUIRE(answer.status == 200, core_unavailable,
            "accounts cannot be reached just now: try again in a moment");
    AUTO(json_ref) doc = NULL;
    TRY(json_read_object(answer.body, &doc));
    TRY(str_dup(rq->arena, json_read_str(doc, "user_id"), &user->user_id));
    rq->who = user->user_id;
    rq->caller = user;
    return OK;
}

static err from_our_origin(struct request *rq, bool *out) {
    struct url issuer;
    str ours;
    TRY(url_parse(authz_of(rq)->issuer, &issuer));
    TRY(url_origin(rq->arena, &issuer, &ours));
    *out = str_eq_nocase(request_header(rq, S("Origin")), ours);
    return OK;
}

/* A form of ours (Fetch Metadata; RFC 6454 7). Our pages send no referrer, so browsers without
 * Sec-Fetch-Site say "Origin: null" or nothing: then the SameSite cookie that each form is bound to
 * decides. */
static err admit_browser(struct request *rq) {
    str site = request_header(rq, S("Sec-Fetch-Site")), origin = request_header(rq, S("Origin"));
    bool ours = true;
    if (str_present(site))
        ours = str_eq(site, S("same-origin")) || str_eq(site, S("none"));
    else if (str_present(origin) && !str_eq(origin, S("null")))
        TRY(from_our_origin(rq, &ours));
    REQUIRE(ours, forbidden, "The form was sent from another site");
    return OK;
}

err admit(struct request *rq) {
    switch (rq->route->caller) {
    case CALLER_ANYONE:
    case CALLER_OAUTH_TOKEN: /* the endpoint reads the token itself: it may be in a form */
        return OK;
    case CALLER_API_BEARER:
        return admit_api_bearer(rq);
    case CALLER_BROWSER:
        return admit_browser(rq);
    case CALLER_SERVICE:
        break;
    }
    REQUIRE(rq->trusted, not_found, "there is nothing at this address");
    return OK;
}
