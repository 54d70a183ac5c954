#include "core/core_config.h"

#include "common/http/email.h"
#include "common/ops/config_files.h"
#include "common/ops/config_urls.h"

static const struct option rows[] = {
#define OPTION_GROUP(first, title)
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)             \
    {name,     OPTION_##type, offsetof(struct core_config, member),                                \
     fallback, min,           max,                                                                 \
     choices,  argument,      doc,                                                                 \
     secret},
#include "core/options.def"
#undef OPTION
#undef OPTION_GROUP
};

static const struct option_group groups[] = {
#define OPTION_GROUP(first, title) {first, title},
#define OPTION(member, name, type, fallback, min, max, choices, argument, doc, secret)
#include "core/options.def"
#undef OPTION
#undef OPTION_GROUP
};

const struct config_table core_config_table = {
    .program = "hitkey-core",
    .summary = "the core store of HitKey: people and how they sign in",
    .version = HITKEY_VERSION,
    .rows = rows,
    .n = sizeof rows / sizeof rows[0],
    .groups = groups,
    .group_count = sizeof groups / sizeof groups[0],
};

err core_config_check(const struct core_config *config, struct config_problem *problem) {
    TRY(config_urls_issuer(config->issuer, problem));
    if (!str_present(config->data))
        return config_refuse(problem,
                             "data is missing: --data DIR names the folder for the database");
    if (!str_present(config->credential_file))
        return config_refuse(problem, "credential-file is missing: without the credential in it "
                                      "nobody may sign anybody in");
    if (str_present(config->tls_cert) != str_present(config->tls_key))
        return config_refuse(problem, "tls-cert and tls-key belong together: give both or neither");
    if (!email_valid_sender(config->mail_from))
        return config_refuse(problem, "mail-from must be an address such as no-reply@example.com");
    TRY(config_files_master_key(config->master_key_file, problem));
    TRY(config_files_credential(config->credential_file, problem));
    TRY(config_files_ca(config->ca_file, problem));
    return config_urls_smtp(config->smtp, problem);
}
