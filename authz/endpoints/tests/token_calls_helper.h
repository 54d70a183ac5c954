/* Calls of the token endpoint and what is asked of their answers. */
#ifndef AUTHZ_ENDPOINTS_TESTS_TOKEN_CALLS_HELPER_H
#define AUTHZ_ENDPOINTS_TESTS_TOKEN_CALLS_HELPER_H

#include "authz/endpoints/tests/oauth_world_helper.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

/* `authorization` may be NULL. */
struct answer token_call(struct oauth_world *w, const char *type, const char *body,
                         const char *authorization);
/* As a client of that kind authenticates; without a verifier if it is NULL. */
struct answer token_call_code(struct oauth_world *w, enum client_kind kind, str client_id,
                              const struct code *code, const char *verifier);
/* `scope` may be NULL. */
struct answer token_call_refresh(struct oauth_world *w, enum client_kind kind, str client_id,
                                 str refresh_token, const char *scope);
/* The status of userinfo for it. */
int token_userinfo(struct oauth_world *w, str access_token);

void token_assert_member(struct oauth_world *w, str json, const char *name, const char *value);
/* 400 with that error. */
void token_assert_refused(struct oauth_world *w, struct answer a, const char *error);

#endif
