/* hk_session_save and hk_session_load: a session as sealed text, for a cookie or a database. */
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "rp/engine/sealed.h"
#include "rp/engine/session.h"

enum { TEXT_MAX = 1 << 20, WORK_MAX = 16 << 20 };

static const str purpose = S_INIT("hk_session v1");

static const struct member {
    const char *key;
    size_t offset;
} texts[] = {
#define SESSION_TEXT(member) {#member, offsetof(struct hk_session, member)},
#include "rp/engine/session_texts.def"
#undef SESSION_TEXT
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static str *place(hk_session *session, size_t i) {
    return (str *)((char *)session + texts[i].offset);
}

static err put_key(struct json_put *j, struct arena *arena, const struct jwk *key) {
    str json;
    if (!key)
        return OK;
    TRY(jwk_private_json(key, arena, &json));
    json_put_raw(j, "dpop_key", json);
    return OK;
}

static err put_claims(struct json_put *j, struct arena *arena, const hk_session *session) {
    str json;
    TRY(json_read_dump(arena, session->claims, &json));
    json_put_raw(j, "claims", json);
    if (!session->id_claims)
        return OK;
    TRY(json_read_dump(arena, session->id_claims, &json));
    json_put_raw(j, "id_claims", json);
    return OK;
}

static err write(struct arena *arena, const hk_session *session, str *out) {
    struct json_put j = json_put_begin(arena, TEXT_MAX);
    json_put_open(&j, '{');
    for (size_t i = 0; i < TEXTS; i++)
        json_put_str(&j, texts[i].key, *(const str *)((const char *)session + texts[i].offset));
    json_put_int(&j, "access_expires", session->access_expires);
    TRY(put_claims(&j, arena, session));
    TRY(put_key(&j, arena, session->dpop_key));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

/* The room that is needed is told also where it is not there. */
static err save(hk_rp *rp, const hk_session *session, char *buf, size_t *len, struct arena *arena,
                struct failure *failure) {
    str plain, sealed;
    size_t room = *len;
    REQUIRE(arena, no_memory, "there is no memory for a session");
    TRY(write(arena, session, &plain));
    TRY(sealed_write(&rp->settings, purpose, plain, arena, &sealed));
    *len = sealed.n + 1;
    HOLD(failure, argument_fits, buf && room >= sealed.n + 1);
    memcpy(buf, sealed.p, sealed.n + 1);
    return OK;
}

int hk_session_save(hk_rp *rp, const hk_session *session, char *buf, size_t *len, hk_error *e) {
    struct failure failure = {0};
    if (!rp || !session || !len)
        return failure_report(&failure, rule_broken(&failure, RULE_argument_given), e);
    struct arena *arena = arena_new_in(&rp->memory, WORK_MAX);
    err problem = save(rp, session, buf, len, arena, &failure);
    arena_free(arena);
    return failure_report(&failure, problem, e);
}

static err read_key(const json_t *json, hk_session *session) {
    const json_t *key = json_object_get(json, "dpop_key");
    if (!key)
        return OK;
    TRY(jwk_import_in(&session->memory, key, &session->dpop_key));
    REQUIRE(jwk_is_private(session->dpop_key), seal_broken, "a session's key must be private");
    return OK;
}

static err read_claims(const json_t *json, hk_session *session) {
    json_t *claims = json_object_get(json, "claims");
    REQUIRE(json_is_object(claims), seal_broken, "a session of another version of the library");
    json_decref(session->claims);
    session->claims = json_incref(claims);
    session->id_claims = json_incref(json_object_get(json, "id_claims"));
    return session_claims_done(session);
}

static err fill(const json_t *json, hk_session *session) {
    for (size_t i = 0; i < TEXTS; i++)
        TRY(session_text(session, json_read_str(json, texts[i].key), place(session, i)));
    REQUIRE(json_read_int(json, "access_expires", &session->access_expires), seal_broken,
            "a session of another version of the library");
    TRY(read_claims(json, session));
    return read_key(json, session);
}

/* A session of another provider or client must not pass as one of ours. */
static err check(const struct settings *settings, const hk_session *session,
                 struct failure *failure) {
    HOLD(failure, session_is_of_this_issuer, str_eq(session->iss, settings->issuer));
    HOLD(failure, session_is_of_this_client, str_eq(session->client_id, settings->client_id));
    return OK;
}

static err open_text(hk_rp *rp, str text, struct arena *arena, struct failure *failure,
                     json_t **json) {
    str plain;
    REQUIRE(arena, no_memory, "there is no memory for a session");
    HOLD_TRY(failure, session_opens, sealed_read(&rp->settings, purpose, text, arena, &plain));
    return json_read_object(plain, json);
}

static err load(hk_rp *rp, str text, struct arena *arena, struct failure *failure,
                hk_session **out) {
    AUTO(json_ref) json = NULL;
    hk_session *session;
    TRY(open_text(rp, text, arena, failure, &json));
    TRY(session_new(&rp->memory, &session));
    err e = fill(json, session);
    if (!failed(e))
        e = check(&rp->settings, session, failure);
    if (failed(e))
        hk_session_free(session);
    else
        *out = session;
    return e;
}

int hk_session_load(hk_rp *rp, const char *buf, size_t len, hk_session **out, hk_error *e) {
    struct failure failure = {0};
    if (out)
        *out = NULL;
    if (!rp || !buf || !out)
        return failure_report(&failure, rule_broken(&failure, RULE_argument_given), e);
    struct arena *arena = arena_new_in(&rp->memory, WORK_MAX);
    size_t n = strnlen(buf, len); /* the NUL may be counted or not */
    err problem = load(rp, str_of(buf, n), arena, &failure, out);
    arena_free(arena);
    return failure_report(&failure, problem, e);
}
