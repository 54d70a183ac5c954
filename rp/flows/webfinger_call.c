/* hk_webfinger: which provider is somebody's (OIDC Discovery 2). */
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "rp/engine/doc.h"
#include "rp/engine/run.h"
#include "rp/protocol/safe_url.h"
#include "rp/protocol/webfinger.h"

#define REL "http://openid.net/specs/connect/1.0/issuer"

struct webfinger_call {
    str identifier;
    struct webfinger asked;
};

/* RFC 7033 4.4.4: the first link of that relation. */
static str issuer_in(const json_t *answer) {
    const json_t *link;
    size_t i;
    json_array_foreach(json_object_get(answer, "links"), i, link) {
        if (str_eq(json_read_str(link, "rel"), S(REL)))
            return json_read_str(link, "href");
    }
    return STR_ABSENT;
}

static err give(struct hk_op *op) {
    const struct webfinger_call *flow = op->flow;
    json_t *answer;
    TRY(op_answer_json(op, &answer));
    str issuer = issuer_in(answer);
    HOLD(&op->failure, webfinger_names_issuer, !str_empty(issuer));
    HOLD(&op->failure, webfinger_issuer_is_https,
         safe_url(issuer) && str_find(issuer, '?') == issuer.n);
    AUTO(json_ref)
    doc = json_pack("{s:s%, s:s%}", "issuer", issuer.p, issuer.n, "resource",
                    flow->asked.resource.p, flow->asked.resource.n);
    REQUIRE(doc, no_memory, "there is no memory for an answer");
    return doc_new(&op->rp->memory, doc, STR_ABSENT, &op->doc);
}

static err start(struct hk_op *op) {
    struct webfinger_call *flow = op->flow;
    str resource, rel, url;
    TRY(webfinger_normalize(&op->failure, op->arena, flow->identifier, &flow->asked));
    TRY(percent_encode(op->arena, flow->asked.resource, &resource));
    TRY(percent_encode(op->arena, S(REL), &rel));
    TRY(STR_JOIN(op->arena, &url, flow->asked.origin, S("/.well-known/webfinger?resource="),
                 resource, S("&rel="), rel));
    op_push(op, give);
    return op_send(
        op, &(struct op_request){
                .url = url, .headers = S("Accept: application/jrd+json, application/json\r\n")});
}

hk_op *hk_webfinger_op(hk_rp *rp, const char *identifier) {
    if (!identifier)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct webfinger_call));
    struct webfinger_call *flow = op ? op->flow : NULL;
    return op ? op_made(op, op_copy(op, identifier, &flow->identifier)) : NULL;
}

int hk_webfinger(hk_rp *rp, const char *identifier, hk_doc **out, hk_error *e) {
    return run_for_doc(hk_webfinger_op(rp, identifier), out, e);
}
