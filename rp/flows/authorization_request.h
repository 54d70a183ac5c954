/* The authorization request (RFC 6749 4.1.1, OIDC Core 3.1.2.1): its parameters, and the
 * transaction that its answer must fit. */
#ifndef RP_FLOWS_AUTHORIZATION_REQUEST_H
#define RP_FLOWS_AUTHORIZATION_REQUEST_H

#include "common/base/form.h"
#include "rp/engine/transaction.h"

/* The texts of hk_auth. */
#define AUTH_TEXTS(X)                                                                              \
    X(return_to)                                                                                   \
    X(scopes)                                                                                      \
    X(prompt)                                                                                      \
    X(acr_values)                                                                                  \
    X(login_hint)                                                                                  \
    X(id_token_hint)                                                                               \
    X(ui_locales)                                                                                  \
    X(display)                                                                                     \
    X(claims)                                                                                      \
    X(authorization_details)                                                                       \
    X(resources)                                                                                   \
    X(redirect_uri)                                                                                \
    X(acr)                                                                                         \
    X(extra)                                                                                       \
    X(cookie)

/* hk_auth, copied; texts that it has not are absent. */
struct auth {
#define AUTH_TEXT(name) str name;
    AUTH_TEXTS(AUTH_TEXT)
#undef AUTH_TEXT
    int64_t max_age; /* -1: none */
};

enum { AUTHORIZATION_PARAMS = 32 + FORM_MAX_PARAMS };

/* What a sign-in becomes, step by step: the flow of hk_begin. */
struct begin {
    struct auth auth;
    struct transaction transaction;
    struct form_param params[AUTHORIZATION_PARAMS];
    size_t param_count;
    str request_object, request_uri; /* request_object.h; absent: none */
};

/* A step: fills transaction and params of auth. The metadata must be there. */
err authorization_request_build(struct hk_op *op) MUST_CHECK;

#endif
