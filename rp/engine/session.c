#include "rp/engine/session.h"

#include "common/base/json_read.h"
#include "rp/engine/verified.h"

enum { CEILING = 4 << 20, LOGIN_CEILING = 256 * 1024 };

err session_new_with(const struct memory *memory, json_t *claims, hk_session **out) {
    hk_session *session = memory_zeroed(memory, sizeof *session);
    REQUIRE(session, no_memory, "there is no memory for a session");
    session->memory = *memory;
    session->arena = arena_new_in(memory, CEILING);
    session->claims = json_incref(claims);
    if (session->arena && session->claims) {
        *out = session;
        return OK;
    }
    hk_session_free(session);
    return FAIL(no_memory, "there is no memory for a session");
}

err session_new(const struct memory *memory, hk_session **out) {
    AUTO(json_ref) empty = json_object();
    return session_new_with(memory, empty, out);
}

err session_text(hk_session *session, str text, str *member) {
    return str_dup(session->arena, text, member);
}

err session_claims_done(hk_session *session) {
    return json_read_dump(session->arena, session->claims, &session->claims_text);
}

static err copy_texts(const hk_session *from, hk_session *to) {
#define SESSION_TEXT(member) TRY(session_text(to, from->member, &to->member));
#include "rp/engine/session_texts.def"
#undef SESSION_TEXT
    return session_claims_done(to);
}

err session_renew(hk_session *session, json_t *claims) {
    hk_session fresh = *session;
    fresh.arena = arena_new_in(&session->memory, CEILING);
    fresh.claims = claims;
    REQUIRE(fresh.arena, no_memory, "there is no memory for a session");
    err e = copy_texts(session, &fresh);
    if (failed(e)) {
        arena_free(fresh.arena);
        return e;
    }
    json_incref(claims);
    json_decref(session->claims);
    arena_free(session->arena);
    *session = fresh;
    return OK;
}

static void drop_contents(hk_session *session) {
    json_decref(session->id_claims);
    json_decref(session->claims);
    jwk_free(session->dpop_key);
    verified_release(session->verified);
    arena_free(session->arena);
}

void session_replace(hk_session *session, hk_session *fresh) {
    drop_contents(session);
    *session = *fresh;
    const struct memory memory = fresh->memory;
    memory_free(&memory, fresh);
}

void hk_session_free(hk_session *session) {
    if (!session)
        return;
    drop_contents(session);
    const struct memory memory = session->memory;
    memory_free(&memory, session);
}

/* What a session tells is one line each. */
#define SESSION_TEXT(function, member)                                                             \
    hk_str function(const hk_session *session) {                                                   \
        return session ? hk_str_of(session->member) : (hk_str){NULL, 0};                           \
    }
SESSION_TEXT(hk_iss, iss)
SESSION_TEXT(hk_sub, sub)
SESSION_TEXT(hk_sid, sid)
SESSION_TEXT(hk_claims_json, claims_text)
SESSION_TEXT(hk_return_to, return_to)
SESSION_TEXT(hk_end_cookie, end_cookie)
SESSION_TEXT(hk_id_token, id_token)
SESSION_TEXT(hk_access_token, access_token)
SESSION_TEXT(hk_token_type, token_type)
SESSION_TEXT(hk_refresh_token, refresh_token)
SESSION_TEXT(hk_scope, scope)
SESSION_TEXT(hk_authorization_details, authorization_details)

int64_t hk_access_expires(const hk_session *session) {
    return session ? session->access_expires : 0;
}

hk_str hk_claim(const hk_session *session, const char *name) {
    bool asked = session && name;
    return asked ? hk_str_of(json_read_str(session->claims, name)) : (hk_str){NULL, 0};
}

int hk_claim_int(const hk_session *session, const char *name, int64_t *out) {
    return session && name && out && json_read_int(session->claims, name, out) ? HK_OK : HK_E_ARG;
}

err login_new(const struct memory *memory, str url, str cookie, hk_login **out) {
    struct arena *arena = arena_new_in(memory, LOGIN_CEILING);
    hk_login *login = arena ? ARENA_NEW(arena, struct hk_login) : NULL;
    if (!login) {
        arena_free(arena);
        return FAIL(no_memory, "there is no memory for a sign-in");
    }
    login->arena = arena;
    err e = str_dup(arena, url, &login->url);
    if (!failed(e))
        e = str_dup(arena, cookie, &login->cookie);
    if (failed(e))
        arena_free(arena);
    else
        *out = login;
    return e;
}

#define LOGIN_TEXT(function, member)                                                               \
    hk_str function(const hk_login *login) {                                                       \
        return login ? hk_str_of(login->member) : (hk_str){NULL, 0};                               \
    }
LOGIN_TEXT(hk_login_url, url)
LOGIN_TEXT(hk_login_cookie, cookie)
LOGIN_TEXT(hk_login_request_object, request_object)
LOGIN_TEXT(hk_login_request_uri, request_uri)

hk_str hk_login_old_cookie(const hk_login *login, size_t i) {
    bool there = login && i < login->old_cookie_count;
    return there ? hk_str_of(login->old_cookies[i]) : (hk_str){NULL, 0};
}

void hk_login_free(hk_login *login) {
    if (login)
        arena_free(login->arena);
}
