#include "authz/endpoints/tests/token_calls_helper.h"

struct answer token_call(struct oauth_world *w, const char *type, const char *body,
                         const char *authorization) {
    return oauth_world_send(w, &(struct message){.method = "POST",
                                                 .target = "/oauth/token",
                                                 .type = type,
                                                 .body = body,
                                                 .authorization = authorization});
}

void token_assert_member(struct oauth_world *w, str json, const char *name, const char *value) {
    str got = oauth_world_member(w, json, name);
    if (!str_eq(got, str_from(value)))
        fail_msg("%s is %.*s, not %s, in %.*s", name, STR_FMT(got), value, STR_FMT(json));
}

struct answer token_call_code(struct oauth_world *w, enum client_kind kind, str client_id,
                              const struct code *code, const char *verifier) {
    struct pair pairs[] = {{"grant_type", "authorization_code"},
                           {"code", oauth_world_seal(w, code).p},
                           {"client_id", client_id.p},
                           {"redirect_uri", CLIENT_URI},
                           {verifier ? "code_verifier" : NULL, verifier},
                           {NULL, NULL}};
    bool basic = kind == CLIENT_BASIC || kind == CLIENT_NO_REFRESH;
    return token_call(w, FORM, oauth_world_form(w, pairs, NULL),
                      basic ? oauth_world_basic(w, client_id.p, CLIENT_SECRET) : NULL);
}

void token_assert_refused(struct oauth_world *w, struct answer a, const char *error) {
    if (a.status != 400)
        fail_msg("%d %.*s", a.status, STR_FMT(a.body));
    token_assert_member(w, a.body, "error", error);
}

int token_userinfo(struct oauth_world *w, str access_token) {
    str bearer;
    assert_ok(STR_JOIN(w->arena, &bearer, S("Bearer "), access_token));
    return oauth_world_send(w, &(struct message){.method = "GET",
                                                 .target = "/oauth/userinfo",
                                                 .authorization = oauth_world_c(w, bearer)})
        .status;
}

struct answer token_call_refresh(struct oauth_world *w, enum client_kind kind, str client_id,
                                 str refresh_token, const char *scope) {
    struct pair pairs[] = {{"grant_type", "refresh_token"},
                           {"client_id", client_id.p},
                           {"refresh_token", oauth_world_c(w, refresh_token)},
                           {scope ? "scope" : NULL, scope},
                           {NULL, NULL}};
    return token_call(w, FORM, oauth_world_form(w, pairs, NULL),
                      kind == CLIENT_BASIC ? oauth_world_basic(w, client_id.p, CLIENT_SECRET)
                                           : NULL);
}
