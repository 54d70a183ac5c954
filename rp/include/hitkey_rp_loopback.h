/* hitkey_rp_loopback.h: sign-in of a native application in the system's browser (RFC 8252).
 *
 * A program without a web server signs its user in with one call: it listens on a free port of
 * 127.0.0.1 (or [::1]), opens the browser, answers one good callback with a page that says so, and
 * closes. The client is public: no secret, PKCE. */
#ifndef HITKEY_RP_LOOPBACK_H
#define HITKEY_RP_LOOPBACK_H

#include "hitkey_rp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens `url` in the system's browser, never in a view of the program's own (RFC 8252 8.12). 0: it
 * was opened. */
typedef int (*hk_open_url)(void *ctx, const char *url);

/* Signs in. `auth` may be NULL; its redirect_uri is set here: the path of the configured one
 * (hk_cfg_redirect_uri(cfg, "http://127.0.0.1/callback"), as it is registered; RFC 8252 7.3 has
 * providers allow any port), and the port that was free. `open_url` NULL: xdg-open. HK_E_TIMEOUT:
 * nobody came back within `timeout_ms`. Other results are hk_finish's. [net 5] */
HK_API int hk_loopback_login(hk_rp *, const hk_auth *auth, hk_open_url open_url, void *ctx,
                             uint32_t timeout_ms, hk_session **out, hk_error *e);

#ifdef __cplusplus
}
#endif
#endif
