#include "common/ops/config_urls.h"

#include "common/base/url.h"

err config_urls_issuer(str issuer, struct config_problem *problem) {
    struct url url;
    if (!str_present(issuer))
        return config_refuse(problem, "issuer is missing: --issuer https://id.example.com");
    if (failed(url_parse(issuer, &url)) || url.host.n == 0)
        return config_refuse(problem, "issuer must be a URL such as https://id.example.com");
    if (!str_eq(url.scheme, S("https")) && !url_is_loopback(&url))
        return config_refuse(
            problem, "issuer must be https; http is for loopback hosts such as localhost only");
    if (str_present(url.query) || str_present(url.fragment) || str_present(url.userinfo))
        return config_refuse(problem, "issuer must have no query, no fragment and no user");
    if (str_ends(issuer, S("/")))
        return config_refuse(problem, "issuer must not end with a slash");
    return OK;
}

static bool is_web(str text, struct url *out) {
    return !failed(url_parse(text, out)) && str_present(out->host) && out->host.n > 0 &&
           (str_eq(out->scheme, S("http")) || str_eq(out->scheme, S("https")));
}

err config_urls_core(str core, struct config_problem *problem) {
    struct url url;
    bool good = !str_present(core) || str_starts(core, S("unix:/")) ||
                (is_web(core, &url) && !str_present(url.query) && !str_present(url.fragment) &&
                 !str_present(url.userinfo));
    return good ? OK : config_refuse(problem, "core-url must be http(s)://host:port or unix:/path");
}

err config_urls_page(str page, struct config_problem *problem) {
    struct url url;
    return !str_present(page) || is_web(page, &url)
               ? OK
               : config_refuse(problem, "service-documentation must be an http(s) URL");
}

err config_urls_smtp(str smtp, struct config_problem *problem) {
    struct url url;
    if (!str_present(smtp))
        return OK;
    bool good = !failed(url_parse(smtp, &url)) && url.host.n > 0 &&
                (str_eq(url.scheme, S("smtp")) || str_eq(url.scheme, S("smtps")));
    return good ? OK : config_refuse(problem, "smtp must be smtp[s]://[user:password@]host[:port]");
}
