#include "rp/protocol/safe_url.h"

#include "common/base/url.h"

bool safe_url(str text) {
    struct url url;
    if (failed(url_parse(text, &url)) || str_present(url.fragment) || str_empty(url.host))
        return false;
    return str_eq_nocase(url.scheme, S("https")) || url_is_loopback(&url);
}
