/* hk_challenge: what an API answers to a request that hk_verify refused (RFC 6750 3, RFC 9449 7.1,
 * RFC 9470 3). */
#include "rp/flows/verify.h"
#include "rp/protocol/challenge_write.h"

enum { CHALLENGE_MAX = 8192, CEILING = 32 * 1024 };

/* What a refusal is to the client; every other code says that its token is no good. */
struct verdict {
    int code; /* hk_code */
    int status;
    const char *error; /* NULL: it is not the client's fault, and no token would help */
};
static const struct verdict verdicts[] = {
    {HK_E_SCOPE, 403, "insufficient_scope"},
    {HK_E_STEP_UP, 401, "insufficient_user_authentication"},
    {HK_E_ARG, 500, NULL},
    {HK_E_NOMEM, 500, NULL},
    {HK_E_CONFIG, 500, NULL},
    {HK_E_UNSUPPORTED, 500, NULL},
    {HK_E_NET, 503, NULL}, /* the provider's keys could not be had */
    {HK_E_TIMEOUT, 503, NULL},
    {HK_E_TLS, 503, NULL},
    {HK_E_TOO_LARGE, 503, NULL},
    {HK_E_HTTP, 503, NULL},
};

static struct verdict verdict_on(const hk_error *refusal) {
    if (strcmp(refusal->oauth, "invalid_request") == 0)
        return (struct verdict){0, 400, "invalid_request"};
    if (strcmp(refusal->oauth, "invalid_dpop_proof") == 0)
        return (struct verdict){0, 401, "invalid_dpop_proof"};
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (verdicts[i].code == refusal->code)
            return verdicts[i];
    return (struct verdict){0, 401, "invalid_token"};
}

static int scheme_of(const hk_request *request) {
    struct failure unused = {0};
    struct credentials credentials;
    err e = credentials_read(&unused, str_from(request->authorization), &credentials);
    (void)e; /* a malformed header has a scheme too */
    return (int)credentials.scheme;
}

/* RFC 6750 3.1: who sent no token is told how to, and of no error. */
static struct verdict judge(int scheme, const hk_error *refusal) {
    if (refusal && refusal->code != HK_OK) {
        struct verdict verdict = verdict_on(refusal);
        if (!verdict.error || scheme != SCHEME_NONE)
            return verdict;
    }
    return (struct verdict){0, 401, ""};
}

static struct challenge_params params_of(const hk_rp *rp, const hk_request *request,
                                         const struct verdict *verdict, const hk_error *refusal,
                                         const char *scope) {
    struct challenge_params params = {
        .error = str_from(verdict->error),
        .error_description = *verdict->error ? str_from(refusal->msg) : STR_ABSENT,
        .scope = str_from(scope),
        .max_age = -1,
        .resource_metadata = rp->settings.options.resource_metadata,
    };
    if (verdict->code != HK_E_STEP_UP)
        return params;
    params.acr_values = str_from(request->acr_values);
    params.max_age = request->has_max_age ? request->max_age : -1;
    return params;
}

/* Both ways to send a token, the one that was used with what was wrong; where DPoP is required
 * that alone (RFC 9449 7.2). */
static void write(struct buf *buf, const hk_rp *rp, int scheme, struct challenge_params *params) {
    const struct challenge_params nothing = {.max_age = -1, .algs = verify_proof_algs(rp)};
    bool dpop_only = rp->settings.options.dpop == SWITCH_REQUIRE || scheme == SCHEME_DPOP;
    if (!dpop_only) {
        challenge_add(buf, S("Bearer"), params);
        challenge_add(buf, S("DPoP"), &nothing);
        return;
    }
    params->algs = nothing.algs;
    challenge_add(buf, S("DPoP"), params);
}

static int copy_out(struct buf *text, char *buf, size_t cap) {
    str whole;
    if (failed(buf_str(text, &whole)))
        return HK_E_NOMEM;
    if (whole.n >= cap)
        return HK_E_ARG;
    memcpy(buf, whole.p, whole.n + 1);
    return HK_OK;
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the header's */
int hk_challenge(hk_rp *rp, const hk_request *request, const hk_error *refusal, const char *scope,
                 int *status, char *buf, size_t cap) {
    if (!rp || !status || !buf || !cap)
        return HK_E_ARG;
    buf[0] = 0;
    const hk_request all = verify_given(request);
    int scheme = scheme_of(&all);
    const struct verdict verdict = judge(scheme, refusal);
    *status = verdict.status;
    if (!verdict.error)
        return HK_OK;
    struct arena *arena = arena_new_in(&rp->memory, CEILING);
    if (!arena)
        return HK_E_NOMEM;
    struct buf text = buf_in(arena, CHALLENGE_MAX);
    struct challenge_params params = params_of(rp, &all, &verdict, refusal, scope);
    write(&text, rp, scheme, &params);
    int code = copy_out(&text, buf, cap);
    arena_free(arena);
    return code;
}
