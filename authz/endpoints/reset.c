/* GET and POST /reset: the page behind the link of a "forgotten password" mail. Its form is bound
 * to the browser that opened the link. */
#include "authz/account_call.h"
#include "authz/account_event.h"
#include "authz/authz.h"
#include "authz/browser_binding.h"
#include "authz/endpoints/endpoints.h"
#include "authz/flow_page.h"
#include "authz/pages/pages.h"

enum { TOKEN_MAX = 512 };

#define PURPOSE S("reset")

static err show(struct request *rq, struct response *rs, int status, str token, str error) {
    struct page_reset page = {.token = token, .error = error};
    str id;
    TRY(browser_binding_add(rq, rs, &id));
    TRY(seal(&authz_of(rq)->interaction_key, PURPOSE, id, rq->arena, &page.csrf));
    return page_reset(rq, rs, status, &page);
}

static err bad_link(struct request *rq, struct response *rs) {
    return page_notice(rq, rs, 400,
                       &(struct page_notice){
                           .title = TEXT_link_broken_title,
                           .text = TEXT_bad_link,
                           .hint = TEXT_bad_link_hint,
                       });
}

err reset_form(struct request *rq, struct response *rs) {
    struct form form;
    TRY(form_parse(rq->arena, rq->query, &form));
    str token = form_get(&form, S("token"));
    if (str_empty(token) || token.n > TOKEN_MAX)
        return bad_link(rq, rs);
    return show(rq, rs, 200, token, STR_ABSENT);
}

/* The id of the binding that the form was made with. */
static err check_csrf(struct request *rq, str csrf, str *id) {
    REQUIRE(str_present(csrf), seal_broken, "the form has no csrf");
    TRY(seal_open(&authz_of(rq)->interaction_key, PURPOSE, csrf, rq->arena, id));
    REQUIRE(browser_binding_has(rq, *id), seal_broken, "the form is another browser's");
    return OK;
}

static err finish(struct request *rq, struct response *rs, str id) {
    account_event_record(rq);
    TRY(browser_binding_remove(rq, rs, id));
    return page_reset(rq, rs, 200, &(struct page_reset){.done = true});
}

err reset_submit(struct request *rq, struct response *rs) {
    struct form form;
    struct account_answer answer;
    str id = STR_ABSENT, sentence;
    int status;
    TRY(form_parse(rq->arena, rq->body, &form));
    TRY(form_unique(&form, STR_ABSENT));
    TRY(check_csrf(rq, form_get(&form, S("csrf")), &id));
    str token = form_get(&form, S("token")), password = form_get(&form, S("password"));
    if (str_empty(token) || token.n > TOKEN_MAX)
        return bad_link(rq, rs);
    if (!str_present(password))
        return show(rq, rs, 422, token, texts_get(rq, TEXT_choose_password));
    TRY(ACCOUNT_CALL(rq, "/auth/password/reset", &answer, ACCOUNT_MEMBER("token", token),
                     ACCOUNT_MEMBER("password", password)));
    if (answer.status == 200)
        return finish(rq, rs, id);
    if (account_answer_is(&answer, "INVALID_TOKEN") || account_answer_is(&answer, "TOKEN_EXPIRED"))
        return bad_link(rq, rs);
    TRY(account_answer_sentence(rq, &answer, &sentence));
    TRY(flow_page_status(rq, &answer, rs, &status));
    return show(rq, rs, status, token, sentence);
}
