#include "authz/config.h"

#include "common/base/buf.h"
#include "common/base/url.h"

static const struct option rows[] = {
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)             \
    {name, OPTION_##type, offsetof(struct config, member), fallback, min, max, choices, argument,  \
     doc,  secret},
#include "authz/options.def"
#undef OPTION
};

const struct config_table authz_config_table = {
    .program = "hitkey-authz",
    .summary = "OAuth 2.0 and OpenID Connect authorization server",
    .version = HITKEY_VERSION,
    .rows = rows,
    .n = sizeof rows / sizeof rows[0],
};

struct checking {
    const struct config *config;
    struct buf problem;
};

static err bad(struct checking *check, const char *sentence) {
    buf_add(&check->problem, str_from(sentence));
    return FAIL(config, "the configuration is not acceptable");
}

/* OIDC Discovery 3: https, no query, no fragment. http only where nobody else can listen. */
static err check_issuer(struct checking *check) {
    struct url url;
    str issuer = check->config->issuer;
    if (!str_present(issuer))
        return bad(check, "issuer is missing: --issuer https://id.example.com");
    if (failed(url_parse(issuer, &url)) || url.host.n == 0)
        return bad(check, "issuer must be a URL such as https://id.example.com");
    if (!str_eq(url.scheme, S("https")) && !url_is_loopback(&url))
        return bad(check,
                   "issuer must be https; http is for loopback hosts such as localhost only");
    if (str_present(url.query) || str_present(url.fragment) || str_present(url.userinfo))
        return bad(check, "issuer must have no query, no fragment and no user");
    if (str_ends(issuer, S("/")))
        return bad(check, "issuer must not end with a slash");
    return OK;
}

static err check_pairs(struct checking *check) {
    const struct config *config = check->config;
    if (!str_present(config->data))
        return bad(check, "data is missing: --data DIR names the folder for databases and keys");
    if (str_present(config->tls_cert) != str_present(config->tls_key))
        return bad(check, "tls-cert and tls-key belong together: give both or neither");
    if (str_present(config->core_url) && !str_present(config->core_credential_file))
        return bad(check, "core-url needs core-credential-file, the credential it expects");
    if (config->refresh_token_idle > config->refresh_token_lifetime)
        return bad(check, "refresh-token-idle must not be longer than refresh-token-lifetime");
    if (config->session_idle > config->session_lifetime)
        return bad(check, "session-idle must not be longer than session-lifetime");
    return OK;
}

static err check_smtp(struct checking *check) {
    struct url url;
    str smtp = check->config->smtp;
    if (!str_present(smtp))
        return OK;
    bool good = !failed(url_parse(smtp, &url)) && url.host.n > 0 &&
                (str_eq(url.scheme, S("smtp")) || str_eq(url.scheme, S("smtps")));
    return good ? OK : bad(check, "smtp must be smtp[s]://[user:password@]host[:port]");
}

err config_check(const struct config *config, struct config_problem *problem) {
    struct checking check = {
        .config = config,
        .problem = {.p = problem->text,
                    .cap = sizeof problem->text,
                    .max = sizeof problem->text - 1},
    };
    err e = check_issuer(&check);
    if (!failed(e))
        e = check_pairs(&check);
    if (!failed(e))
        e = check_smtp(&check);
    problem->text[check.problem.n] = '\0';
    return e;
}
