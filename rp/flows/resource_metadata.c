/* hk_resource_metadata: how an API tells clients which tokens it takes (RFC 9728 2). */
#include "common/base/json_put.h"
#include "rp/engine/run.h"
#include "rp/flows/verify.h"
#include "rp/protocol/safe_url.h"

enum { DOCUMENT_MAX = 64 * 1024 };

struct resource_metadata {
    str resource, scopes;
};

static void write(struct json_put *j, const struct hk_rp *rp,
                  const struct resource_metadata *flow) {
    const struct options *options = &rp->settings.options;
    json_put_open(j, '{');
    json_put_str(j, "resource", flow->resource);
    json_put_words(j, "authorization_servers", rp->settings.issuer);
    if (!str_empty(flow->scopes))
        json_put_words(j, "scopes_supported", flow->scopes);
    json_put_words(j, "bearer_methods_supported", S("header"));
    json_put_words(j, "dpop_signing_alg_values_supported", verify_proof_algs(rp));
    json_put_bool(j, "dpop_bound_access_tokens_required", options->dpop == SWITCH_REQUIRE);
    json_put_bool(j, "tls_client_certificate_bound_access_tokens",
                  options->mtls_bound == SWITCH_REQUIRE);
    json_put_close(j, '}');
}

/* RFC 9728 1.2: the resource identifier is an https URL without a fragment. */
static err start(struct hk_op *op) {
    const struct resource_metadata *flow = op->flow;
    HOLD(&op->failure, issuer_set, str_present(op->rp->settings.issuer));
    HOLD(&op->failure, resource_is_https, safe_url(flow->resource));
    struct json_put j = json_put_begin(op->arena, DOCUMENT_MAX);
    write(&j, op->rp, flow);
    return json_put_done(&j, &op->text);
}

static err keep(struct hk_op *op, const char *resource, const char *scopes) {
    struct resource_metadata *flow = op->flow;
    TRY(op_copy(op, resource, &flow->resource));
    return op_copy(op, scopes, &flow->scopes);
}

int hk_resource_metadata(hk_rp *rp, const char *resource, const char *scopes, char *buf, size_t cap,
                         hk_error *e) {
    struct hk_op *op = op_new(rp, start, sizeof(struct resource_metadata));
    return run_for_text(op ? op_made(op, keep(op, resource, scopes)) : NULL, buf, cap, e);
}
