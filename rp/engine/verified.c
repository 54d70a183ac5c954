#include "rp/engine/verified.h"

#include <stdatomic.h>

#include "common/base/json_read.h"

enum { CEILING = 256 * 1024 };

/* jansson counts no references of a value that has this many, and its counting is no thread's own.
 */
static const size_t UNCOUNTED = (size_t)-1;

static void drop(struct verified *verified) {
    if (verified->claims)
        verified->claims->refcount = 1;
    json_decref(verified->claims);
    arena_free(verified->arena);
    const struct memory memory = verified->memory;
    memory_free(&memory, verified);
}

void verified_release(struct verified *verified) {
    if (verified && atomic_fetch_sub(&verified->references, 1) == 1)
        drop(verified);
}

static err read_details(struct verified *verified) {
    const json_t *details = json_object_get(verified->claims, "authorization_details");
    if (!details)
        return OK;
    return json_read_dump(verified->arena, details, &verified->authorization_details);
}

static err fill(struct verified *verified, const struct signed_token *from,
                struct failure *failure) {
    HOLD_TRY(failure, claims_are_an_object, json_read_object(from->jws.payload, &verified->claims));
    verified->claims->refcount = UNCOUNTED;
    TRY(access_token_read(failure, from->jws.typ, verified->claims, &verified->token));
    TRY(str_dup(verified->arena, from->token, &verified->text));
    TRY(str_dup(verified->arena, from->jws.payload, &verified->claims_text));
    return read_details(verified);
}

err verified_new(const struct memory *memory, const struct signed_token *from,
                 struct failure *failure, struct verified **out) {
    struct verified *verified = memory_zeroed(memory, sizeof *verified);
    REQUIRE(verified, no_memory, "there is no memory for an access token");
    verified->references = 1;
    verified->memory = *memory;
    verified->arena = arena_new_in(memory, CEILING);
    err e = verified->arena ? fill(verified, from, failure)
                            : FAIL(no_memory, "there is no memory for an access token");
    if (failed(e))
        drop(verified);
    else
        *out = verified;
    return e;
}

err verified_session(struct verified *verified, bool dpop, hk_session **out) {
    hk_session *session;
    TRY(session_new_with(&verified->memory, verified->claims, &session));
    atomic_fetch_add(&verified->references, 1);
    session->verified = verified;
    session->iss = verified->token.iss;
    session->sub = verified->token.sub;
    session->client_id = verified->token.client_id;
    session->sid = json_read_str(verified->claims, "sid");
    session->scope = verified->token.scope;
    session->access_token = verified->text;
    session->token_type = dpop ? S("DPoP") : S("Bearer");
    session->access_expires = verified->token.exp;
    session->claims_text = verified->claims_text;
    session->authorization_details = verified->authorization_details;
    *out = session;
    return OK;
}
