#include "authz/sign_out.h"

#include "authz/browser_state.h"
#include "authz/logout_notifier.h"
#include "authz/pages/pages.h"
#include "authz/session_cookie.h"
#include "authz/store/logout.h"
#include "common/base/url.h"

/* Who is told, and by what. */
struct told {
    struct front_channel *front;
    size_t n;
};

static err end(struct request *rq, const struct account *accounts, size_t n, struct told *out) {
    str sids[SESSION_ACCOUNTS];
    struct audit_entry audit[SESSION_ACCOUNTS];
    struct logout logout = {.sids = sids, .n = n, .audit = audit, .now_ms = rq->now_ms};
    for (size_t i = 0; i < n; i++) {
        sids[i] = accounts[i].sid;
        audit[i] = audit_entry(rq, AUDIT_signed_out, accounts[i].user_id, STR_ABSENT, STR_ABSENT);
    }
    TRY(logout_sign_out(authz_of(rq)->store, rq->arena, &logout, &out->front, &out->n));
    for (size_t i = 0; i < n; i++)
        audit_log(&audit[i]);
    logout_notifier_settle(authz_of(rq)->logout_notifier, sids, n);
    return OK;
}

/* Front-Channel Logout 1.0 2: iss and sid go together, where the client asked for them. */
static err frame_url(struct request *rq, const struct front_channel *front, str *out) {
    const struct form_param params[] = {{S("iss"), authz_of(rq)->issuer, false},
                                        {S("sid"), front->sid, false}};
    str query;
    *out = front->uri;
    if (!front->session_required)
        return OK;
    TRY(form_write(rq->arena, params, 2, &query));
    return url_add_query(rq->arena, front->uri, query, out);
}

static err show(struct request *rq, const struct told *told, str target, struct response *rs) {
    str *frames = arena_array(rq->arena, told->n + 1, sizeof *frames);
    REQUIRE(frames, no_memory, "no memory to sign out");
    for (size_t i = 0; i < told->n; i++)
        TRY(frame_url(rq, &told->front[i], &frames[i]));
    if (told->n == 0 && str_present(target)) {
        response_redirect(rs, target);
        return OK;
    }
    return page_signed_out(
        rq, rs, &(struct page_signed_out){.frames = frames, .n = told->n, .next = target});
}

err sign_out(struct request *rq, const struct session *session, const struct account *accounts,
             size_t n, str target, struct response *rs) {
    struct told told = {0};
    if (n > 0)
        TRY(end(rq, accounts, n, &told));
    TRY(browser_state_change(rq, rs));
    if (n == session->n)
        TRY(session_cookie_set(rq, rs, COOKIE_SESSION, S(""), 0));
    return show(rq, &told, target, rs);
}
