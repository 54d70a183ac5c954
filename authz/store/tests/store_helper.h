/* A real authz.db in a folder of its own, for the tests of the store's verbs. */
#ifndef AUTHZ_STORE_TESTS_STORE_HELPER_H
#define AUTHZ_STORE_TESTS_STORE_HELPER_H

#include "authz/store/client.h"
#include "authz/store/grant.h"
#include "common/base/testing.h"

struct store_world {
    char dir[64];
    struct store store;
    struct arena *arena;
};

/* cmocka setup and teardown: *state is a struct store_world. */
int store_world_open(void **state);
int store_world_close(void **state);

/* A client of that id with one redirect URI and, if present, a secret's hash. */
void store_world_client(struct store_world *w, str client_id, str owner_id, str secret_hash);
/* An unsaved grant of that client and user "u1", made at `now_ms`, alive for 90 days. */
struct grant store_world_grant(str id, str client_id, int64_t now_ms);
/* The number that a SELECT count(*) … gives. `sql` is a literal. */
int64_t store_world_count(struct store_world *w, const char *sql);
void store_world_run(struct store_world *w, const char *sql);

#endif
