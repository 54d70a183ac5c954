/* How a person gets through a provider's pages. The client file's "pages" is a list of rules, tried
 * in order; without it, HitKey's controls are known:
 *
 *   {"kind": "sign-in", "see": ["email", "password"],
 *    "type": {"email": "${email}", "password": "${password}"}, "press": "sign-in"}
 *
 * A rule fits a page that has every control of "see" (name, id, or a button's words). ${x} is the
 * member x of the client file's "person". "kind" is sign-in, consent, choose, logout or other.
 *
 * A page that works by script alone is driven by the calls that its script makes:
 *
 *   {"kind": "sign-in", "at": "/login.html",
 *    "calls": [{"url": "/api/auth/", "json": {"username": "${username}", "password":
 * "${password}"}},
 *              {"method": "PUT", "url": "/api/grant/${?client_id}", "json": {"scope":
 * "${?scope}"}}], "go": "${?callback_url}"}
 *
 * It fits where the page's URL has the text of "at"; ${?x} is the parameter x of that URL's query;
 * behind the calls the browser goes to "go". */
#ifndef CONFORMANCE_ENGINE_PAGES_H
#define CONFORMANCE_ENGINE_PAGES_H

#include "conformance/engine/run.h"

struct walk {
    int sign_ins, consents;
    const struct page *sign_in_page; /* as it was when it came last; kept; NULL: none came */
    const struct page *consent_page; /* the same */
};

/* Those of the client file, or HitKey's; kept. */
const json_t *pages_rules(struct run *run);
/* The text with every ${} in it replaced; kept. */
const char *pages_filled(struct run *run, const char *text);
/* The rule that fits the browser's page, or NULL. Borrowed. */
const json_t *pages_rule(struct run *run);
/* Fills and presses what the rule says. Does not return if that cannot be done. */
const struct page *pages_act(struct run *run, const json_t *rule);
/* From this page on through sign-in, choice and consent, to a page that stopped at the client or
 * that no such rule fits. */
const struct page *pages_walk(struct run *run, const struct page *page, struct walk *walk);
/* The page is the provider's own (else the module fails); it is kept for a person to judge, who is
 * told `what` it must show: the module ends REVIEW. */
void pages_expect_own(struct run *run, const struct page *page, const char *spec, const char *what);
/* A copy of a page that stays until the end of the run. */
const struct page *pages_keep(struct run *run, const struct page *page);

#endif
