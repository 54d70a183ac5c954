/* Checks of the URLs that several programs are configured with. E_config with the problem. */
#ifndef COMMON_OPS_CONFIG_URLS_H
#define COMMON_OPS_CONFIG_URLS_H

#include "common/ops/config.h"

/* OIDC Discovery 3: https, no query, no fragment. http only where nobody else can listen. */
err config_urls_issuer(str issuer, struct config_problem *problem) MUST_CHECK;
/* smtp[s]://[user:password@]host[:port]; absent is fine. */
err config_urls_smtp(str smtp, struct config_problem *problem) MUST_CHECK;
/* http(s)://host[:port][/path] or unix:/path; absent is fine. */
err config_urls_core(str core, struct config_problem *problem) MUST_CHECK;
/* A web page for people; absent is fine. */
err config_urls_page(str page, struct config_problem *problem) MUST_CHECK;

#endif
