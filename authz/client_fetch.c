#include "authz/client_fetch.h"

#include "common/base/url.h"

enum { CONNECT_TIMEOUT_MS = 2000, TIMEOUT_MS = 5000 };

static err check_url(const struct client_fetch *what) {
    struct url url;
    REQUIRE(!failed(url_parse(what->url, &url)), bad_request, "the address is not a URL");
    bool secure = str_eq_nocase(url.scheme, S("https"));
    REQUIRE(secure || (what->loopback_http && url_is_loopback(&url)), bad_request,
            "the address is not an https one");
    REQUIRE(!str_present(url.userinfo), bad_request, "the address has user information");
    return OK;
}

err client_fetch(struct arena *arena, const struct client_fetch *what, str *body) {
    struct fetch_header accept = {S("Accept"), what->accept};
    struct fetch_request request = {.url = str_head(what->url, str_find(what->url, '#')),
                                    .headers = &accept,
                                    .header_count = 1,
                                    .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                    .timeout_ms = TIMEOUT_MS,
                                    .max_body = what->max_body};
    struct fetch_response answer;
    TRY(check_url(what));
    TRY(fetch(what->fetcher, arena, &request, &answer));
    REQUIRE(answer.status == 200, bad_gateway, "the answer has another status than 200");
    *body = answer.body;
    return OK;
}
