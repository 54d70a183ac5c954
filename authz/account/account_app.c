#include "authz/account/account_app.h"

#include "authz/authz.h"
#include "authz/client_words.h"

enum { CLIENT_ARENA = 512 * 1024 };

static str https_only(str uri) {
    return str_starts(uri, S("https://")) ? uri : STR_ABSENT;
}

static err copy_words(struct request *rq, struct request *reading, str client_id,
                      struct account_app *out) {
    struct page_frame words = {.error = STR_ABSENT};
    struct client client = {.client_id = STR_ABSENT};
    TRY(client_get(authz_of(rq)->store, reading->arena, client_id, &client));
    TRY(client_words(reading, &client, &words));
    TRY(str_dup(rq->arena, words.client_name, &out->name));
    TRY(str_dup(rq->arena, https_only(words.client_uri), &out->uri));
    return str_dup(rq->arena, https_only(words.logo_uri), &out->logo);
}

err account_app(struct request *rq, str client_id, struct account_app *out) {
    struct request reading = *rq;
    *out = (struct account_app){.name = STR_ABSENT};
    reading.arena = arena_new(CLIENT_ARENA);
    REQUIRE(reading.arena, no_memory, "no memory for an app");
    err e = copy_words(rq, &reading, client_id, out);
    arena_free(reading.arena);
    return e;
}
