#include "rp/engine/failure.h"

#include <stdio.h>
#include <stdlib.h>

static const struct rule rules[] = {
    [RULE_none] = {"", "", "", "", HK_OK},
#define RULE(id, code, why, fix, source) [RULE_##id] = {#id, why, fix, source, HK_E_##code},
#include "rp/rules.def"
#undef RULE
};

static const struct {
    int code;
    const char *name;
} codes[] = {
    {HK_OK, "HK_OK"}, {HK_PENDING, "HK_PENDING"},
#define HK_CODE(name)                                                                              \
    { HK_E_##name, "HK_E_" #name }
    HK_CODE(ARG),     HK_CODE(NOMEM),
    HK_CODE(CONFIG),  HK_CODE(UNSUPPORTED),
    HK_CODE(NET),     HK_CODE(TIMEOUT),
    HK_CODE(TLS),     HK_CODE(TOO_LARGE),
    HK_CODE(HTTP),    HK_CODE(OAUTH),
    HK_CODE(DENIED),  HK_CODE(RELOGIN),
    HK_CODE(STATE),   HK_CODE(NONCE),
    HK_CODE(ISS),     HK_CODE(AUD),
    HK_CODE(SUB),     HK_CODE(EXPIRED),
    HK_CODE(SIG),     HK_CODE(ALG),
    HK_CODE(KEY),     HK_CODE(HASH),
    HK_CODE(TOKEN),   HK_CODE(REPLAY),
    HK_CODE(SCOPE),   HK_CODE(STEP_UP),
    HK_CODE(BINDING),
#undef HK_CODE
};

/* What errors from below mean to a caller, when no rule says more. */
static const struct {
    enum err_code from;
    int code;
    const char *fix;
} below[] = {
    {E_no_memory, HK_E_NOMEM, "free memory, or raise the limit of the process"},
    {E_config, HK_E_CONFIG, "see hitkey-rp(3) for the table of settings"},
    {E_jose_malformed, HK_E_TOKEN, "the provider must send well-formed tokens"},
    {E_jose_algorithm, HK_E_ALG, "register the algorithm that the provider signs with"},
    {E_jose_key, HK_E_KEY, "check jwks_uri and the keys of the provider"},
    {E_jose_signature, HK_E_SIG, "check that issuer and jwks_uri belong together"},
    {E_seal_broken, HK_E_STATE,
     "use one seal key on all machines, and keep the old one for a while"},
    {E_bad_request, HK_E_TOKEN, "look at what was received"},
    {E_invalid_request, HK_E_TOKEN, "look at what was received"},
};

const char *hk_code_name(int code) {
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return codes[i].name;
    return "HK_E_UNKNOWN";
}

const struct rule *rule_row(enum rule_id id) {
    return &rules[id];
}

enum rule_id rule_named(const char *name) {
    for (enum rule_id id = RULE_none + 1; id < RULE_count; id++)
        if (strcmp(rules[id].name, name) == 0)
            return id;
    return RULE_none;
}

#ifdef HITKEY_RP_SABOTEUR
/* Several names are joined by commas: some faults are caught by more than one rule. */
bool rule_stands(enum rule_id id) {
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test sets it before it begins */
    const char *off = getenv("HITKEY_RP_SABOTEUR");
    size_t n = strlen(rules[id].name);
    while (off && *off) {
        size_t word = strcspn(off, ",");
        if (word == n && memcmp(off, rules[id].name, n) == 0)
            return false;
        off += word + (off[word] == ',');
    }
    return true;
}
#endif

err rule_broken(struct failure *failure, enum rule_id id) {
    failure->rule = id;
    return (err){E_rule_broken, rules[id].why, rules[id].name};
}

/* RFC 6749 5.2: %x20-21 / %x23-5B / %x5D-7E; a server may not write into our log. */
void failure_oauth(struct failure *failure, str code) {
    size_t n = 0;
    for (size_t i = 0; i < code.n && n < sizeof failure->oauth - 1; i++) {
        unsigned char c = (unsigned char)code.p[i];
        if (c >= 0x20 && c <= 0x7e && c != '"' && c != '\\')
            failure->oauth[n++] = (char)c;
    }
    failure->oauth[n] = 0;
}

static void copy(char *to, size_t room, const char *text) {
    snprintf(to, room, "%s", text ? text : "");
}

static int code_below(enum err_code code, const char **fix) {
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        if (below[i].from != code)
            continue;
        *fix = below[i].fix;
        return below[i].code;
    }
    *fix = "report this, with the version of the library";
    return HK_E_UNSUPPORTED;
}

/* No more than the caller's struct has room for, which says so. */
static void tell(const hk_error *told, hk_error *e) {
    const uint32_t size = e->size;
    memcpy(e, told, size && size < sizeof *e ? size : sizeof *e);
    e->size = size;
}

int failure_report(const struct failure *failure, err cause, hk_error *e) {
    if (!failed(cause))
        return HK_OK;
    const char *why = cause.why, *fix;
    int code = code_below(cause.code, &fix);
    if (err_is(cause, E_rule_broken)) {
        const struct rule *rule = rule_row(failure->rule);
        code = rule->code;
        why = rule->why;
        fix = rule->fix;
    }
    if (!e)
        return code;
    hk_error told = {.code = code,
                     .http_status = failure->http_status,
                     .retry_after_ms = failure->retry_after_ms};
    copy(told.msg, sizeof told.msg, why);
    copy(told.fix, sizeof told.fix, fix);
    copy(told.oauth, sizeof told.oauth, failure->oauth);
    tell(&told, e);
    return code;
}
