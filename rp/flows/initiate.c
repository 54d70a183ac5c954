/* hk_initiate: a sign-in that another site asks for (OIDC Core 4). Anybody may have written its
 * parameters: what they lead to is only our provider, and only our own site. */
#include "common/base/form.h"
#include "common/base/url.h"
#include "rp/engine/run.h"
#include "rp/flows/sign_in.h"

static err origin_of(struct hk_op *op, str text, struct url *url, str *origin) {
    TRY(url_parse(text, url));
    REQUIRE(str_present(url->host) && !str_present(url->userinfo), bad_request,
            "a URL without a host");
    return url_origin(op->arena, url, origin);
}

/* Its path and query, where it is on the site of the redirect_uri; that it may be returned to is
 * looked at like for every sign-in. */
static err return_to_of(struct hk_op *op, str target, str *out) {
    struct url url, home;
    str origin, own, mark;
    HOLD_TRY(&op->failure, target_is_of_this_site, origin_of(op, target, &url, &origin));
    TRY(origin_of(op, op->rp->settings.redirect_uri, &home, &own));
    HOLD(&op->failure, target_is_of_this_site, str_eq(origin, own));
    mark = str_present(url.query) ? S("?") : STR_ABSENT;
    return STR_JOIN(op->arena, out, str_empty(url.path) ? S("/") : url.path, mark, url.query);
}

static err read_query(struct hk_op *op) {
    struct begin *begin = op->flow;
    struct form form;
    HOLD_TRY(&op->failure, initiation_is_form, form_parse(op->arena, begin->auth.extra, &form));
    HOLD_TRY(&op->failure, initiation_is_form, form_unique(&form, STR_ABSENT));
    HOLD(&op->failure, initiation_iss_matches,
         str_eq(form_get(&form, S("iss")), op->rp->settings.issuer));
    str target = form_get(&form, S("target_link_uri"));
    begin->auth = (struct auth){.max_age = -1, .login_hint = form_get(&form, S("login_hint"))};
    HOLD(&op->failure, redirect_uri_set, str_present(op->rp->settings.redirect_uri));
    return str_present(target) ? return_to_of(op, target, &begin->auth.return_to) : OK;
}

static err start(struct hk_op *op) {
    op_push(op, sign_in_begin);
    return read_query(op);
}

hk_op *hk_initiate_op(hk_rp *rp, const char *query) {
    if (!query)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct begin));
    if (!op || !failed(op_copy(op, query, &((struct begin *)op->flow)->auth.extra)))
        return op;
    hk_op_free(op);
    return NULL;
}

int hk_initiate(hk_rp *rp, const char *query, hk_login **out, hk_error *e) {
    return run_for_login(hk_initiate_op(rp, query), out, e);
}
