/* The handlers that authz/routes.def names. Those of the pages are RUN_WORKER, BODY_FORM,
 * DIALECT_PAGE; their forms carry the field `interaction`, which they check themselves. */
#ifndef AUTHZ_ENDPOINTS_ENDPOINTS_H
#define AUTHZ_ENDPOINTS_ENDPOINTS_H

#include "authz/developer/pages.h"
#include "authz/endpoints/clients.h"
#include "authz/endpoints/registration.h"
#include "authz/endpoints/token.h"
#include "authz/endpoints/userinfo.h"
#include "common/http/http.h"

/* GET and POST /oauth/authorize, GET /: RUN_INLINE_FIRST, CALLER_ANYONE, BODY_FORM, DIALECT_PAGE.
 * With Authorization: Bearer, the HitKey dialect; then it renders its errors itself. */
handler_fn authorize;

handler_fn interaction_sign_in;           /* POST /interaction/sign-in */
handler_fn interaction_second_factor;     /* POST /interaction/second-factor */
handler_fn interaction_register;          /* POST /interaction/register */
handler_fn interaction_register_code;     /* POST /interaction/register/code */
handler_fn interaction_register_resend;   /* POST /interaction/register/resend */
handler_fn interaction_register_password; /* POST /interaction/register/password */
handler_fn interaction_forgot;            /* POST /interaction/forgot */
handler_fn interaction_choose_account;    /* POST /interaction/choose-account */
handler_fn interaction_consent;           /* POST /interaction/consent */
handler_fn interaction_cancel;            /* POST /interaction/cancel */

handler_fn logout;             /* GET and POST /oauth/logout */
handler_fn interaction_logout; /* POST /interaction/logout */
handler_fn check_session;      /* GET /oauth/check-session */

handler_fn discovery; /* GET /.well-known/openid-configuration, …/oauth-authorization-server */
handler_fn discovery_inserted; /* the same with the issuer's path behind it (RFC 8414 3.1) */
handler_fn jwks;               /* GET /oauth/jwks */
handler_fn health;             /* GET /health */
handler_fn metrics;            /* GET /metrics */
handler_fn swagger_json;       /* GET /swagger.json */
handler_fn docs;               /* GET /docs */
handler_fn docs_asset;         /* GET /docs/assets/:name */
handler_fn proxy;              /* the account API, passed to the core store */

/* The pages of a person: authz/account/ */
handler_fn account_signed_in; /* GET /account/signed-in, the way back from a sign-in */
handler_fn account_switch;    /* GET /account/switch */
handler_fn account_sign_out;  /* POST /account/sign-out */
handler_fn account_overview;  /* GET /account */
/* Each page: its GET, and its POST, the forms on it. */
handler_fn account_profile, account_profile_save;
handler_fn account_emails, account_emails_change;
handler_fn account_password, account_password_change;
handler_fn account_two_factor, account_two_factor_change;
handler_fn account_sessions, account_sessions_end;
handler_fn account_apps, account_apps_remove;
handler_fn account_invite, account_invite_answer; /* /invite */
handler_fn account_invite_sign_in;                /* GET /invite/sign-in */
handler_fn account_invite_done;                   /* GET /invite/done */

handler_fn reset_form;   /* GET /reset: RUN_INLINE, DIALECT_PAGE */
handler_fn reset_submit; /* POST /reset */

#endif
