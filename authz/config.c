#include "authz/config.h"

#include "common/http/email.h"
#include "common/ops/config_files.h"
#include "common/ops/config_urls.h"

static const struct option rows[] = {
#define OPTION_GROUP(first, title)
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)             \
    {name, OPTION_##type, offsetof(struct config, member), fallback, min, max, choices, argument,  \
     doc,  secret},
#include "authz/options.def"
#undef OPTION
#undef OPTION_GROUP
};

static const struct option_group groups[] = {
#define OPTION_GROUP(first, title) {first, title},
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)
#include "authz/options.def"
#undef OPTION
#undef OPTION_GROUP
};

const struct config_table authz_config_table = {
    .program = "hitkey-authz",
    .summary = "OAuth 2.0 and OpenID Connect authorization server",
    .version = HITKEY_VERSION,
    .rows = rows,
    .n = sizeof rows / sizeof rows[0],
    .groups = groups,
    .group_count = sizeof groups / sizeof groups[0],
};

enum { DAY_S = 24 * 3600 };

static err check_pairs(const struct config *config, struct config_problem *problem) {
    if (!str_present(config->data))
        return config_refuse(problem,
                             "data is missing: --data DIR names the folder for databases and keys");
    if (str_present(config->tls_cert) != str_present(config->tls_key))
        return config_refuse(problem, "tls-cert and tls-key belong together: give both or neither");
    if (str_present(config->core_url) && !str_present(config->core_credential_file))
        return config_refuse(problem,
                             "core-url needs core-credential-file, the credential it expects");
    if (config->key_rotation && config->key_rotation < DAY_S)
        return config_refuse(problem, "key-rotation must be 0 or at least 1d: clients need time to "
                                      "learn the next key");
    if (config->refresh_token_idle > config->refresh_token_lifetime)
        return config_refuse(problem,
                             "refresh-token-idle must not be longer than refresh-token-lifetime");
    if (config->session_idle > config->session_lifetime)
        return config_refuse(problem, "session-idle must not be longer than session-lifetime");
    return OK;
}

static err check_mail(const struct config *config, struct config_problem *problem) {
    if (!email_valid_sender(config->mail_from))
        return config_refuse(problem, "mail-from must be an address such as no-reply@example.com");
    return config_urls_smtp(config->smtp, problem);
}

err config_check(const struct config *config, struct config_problem *problem) {
    TRY(config_urls_issuer(config->issuer, problem));
    TRY(check_pairs(config, problem));
    TRY(config_urls_core(config->core_url, problem));
    TRY(config_urls_page(config->service_documentation, problem));
    TRY(config_files_master_key(config->master_key_file, problem));
    TRY(config_files_credential(config->core_credential_file, problem));
    TRY(config_files_ca(config->ca_file, problem));
    return check_mail(config, problem);
}
