/* GET and POST /oauth/authorize (RFC 6749 3.1, OIDC Core 3.1.2), and GET / with the same
 * parameters, the sign-in URL of the HitKey API. The HitKey dialect is in authorize_hitkey.c. */
#include "authz/authorization_response.h"
#include "authz/client_failures.h"
#include "authz/endpoints/authorize_hitkey.h"
#include "authz/endpoints/endpoints.h"
#include "authz/flow.h"
#include "authz/pages/pages.h"
#include "authz/session_cookie.h"

/* Longer ones are answered without the session: a URL has its limits (head_check.h). */
enum { REDIRECT_MAX = 6000 };

/* RFC 6749 3.1.2.4, 4.1.2.1: nobody is redirected where nobody registered. */
static err refusal_page(struct request *rq, err e, struct response *rs) {
    bool client = err_is(e, E_invalid_client);
    client_failures_note(rq, e);
    return page_notice(
        rq, rs, 400,
        &(struct page_notice){
            .title = TEXT_link_broken_title,
            .text = client ? TEXT_client_unknown : TEXT_redirect_uri_unknown,
            .hint = client ? TEXT_client_unknown_hint : TEXT_redirect_uri_unknown_hint,
        });
}

static err refuse(struct request *rq, const struct authorization *a, err e, struct response *rs) {
    if (err_is(e, E_defer))
        return e;
    if (str_present(a->target)) {
        *rs = (struct response){.status = 200};
        return authorization_response_error(rq, a, e, rs);
    }
    if (err_is(e, E_invalid_client) || err_is(e, E_invalid_redirect_uri))
        return refusal_page(rq, e, rs);
    return e;
}

/* A form that another site posts comes without SameSite=Lax cookies: a redirect to ourselves brings
 * them, and the person who is signed in stays so. */
static bool lacks_cookies(const struct request *rq) {
    return rq->method == HTTP_POST && !str_present(session_cookie_get(rq, COOKIE_SESSION)) &&
           !str_present(session_cookie_get(rq, COOKIE_INTERACTIONS));
}

/* The request as it came, so that what is signed in a request object stays so. */
static err as_query(struct request *rq, str *text) {
    struct form form;
    TRY(form_parse(rq->arena, rq->body, &form));
    return form_write(rq->arena, form.list, form.n, text);
}

static err once_more(struct request *rq, str query, struct response *rs) {
    str url;
    TRY(STR_JOIN(rq->arena, &url, authz_of(rq)->issuer, S("/oauth/authorize?"), query));
    response_redirect(rs, url);
    return OK;
}

static err answer(struct request *rq, struct flow *flow, struct response *rs) {
    str text = rq->method == HTTP_POST ? rq->body : rq->query, query = STR_ABSENT;
    TRY(authorization_read(rq, text, &flow->authorization));
    if (lacks_cookies(rq))
        TRY(as_query(rq, &query));
    if (str_present(query) && query.n <= REDIRECT_MAX)
        return once_more(rq, query, rs);
    TRY(flow_begin(rq, flow));
    return flow_advance(rq, flow, rs);
}

err authorize(struct request *rq, struct response *rs) {
    struct flow flow = {.allowed = STR_ABSENT};
    if (rq->method != HTTP_POST && str_present(request_authorization(rq, S("Bearer"))))
        return authorize_hitkey(rq, rs);
    if (str_eq(rq->path, S("/")) && str_empty(rq->query))
        return page_front(rq, rs);
    err e = answer(rq, &flow, rs);
    return failed(e) ? refuse(rq, &flow.authorization, e, rs) : OK;
}
