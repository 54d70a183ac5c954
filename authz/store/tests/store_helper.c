#include "authz/store/tests/store_helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/ops/log.h"

enum { DAYS_90_MS = 90 * 86400 };

int store_world_open(void **state) {
    struct store_world *w = test_calloc(1, sizeof *w);
    char path[128];
    log_setup(LOG_WARN, LOG_TEXT, STDERR_FILENO);
    snprintf(w->dir, sizeof w->dir, "/tmp/hitkey-store-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(path, sizeof path, "%s/authz.db", w->dir);
    assert_ok(store_open(path, &w->store));
    w->arena = arena_new(16 << 20);
    *state = w;
    return 0;
}

int store_world_close(void **state) {
    struct store_world *w = *state;
    static const char *const files[] = {"", "-wal", "-shm"};
    char path[128];
    store_close(&w->store);
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/authz.db%s", w->dir, files[i]);
        unlink(path);
    }
    rmdir(w->dir);
    arena_free(w->arena);
    test_free(w);
    return 0;
}

void store_world_client(struct store_world *w, str client_id, str owner_id, str secret_hash) {
    struct client client = {
        .client_id = client_id,
        .id = client_id,
        .owner_id = owner_id,
        .created_ms = 1000,
        .metadata = S("{\"client_name\":\"App\",\"application_type\":\"web\","
                      "\"redirect_uris\":[\"https://app.example/cb\",\"https://app.example/2\"],"
                      "\"token_endpoint_auth_method\":\"client_secret_basic\","
                      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                      "\"response_types\":[\"code\"],\"scope\":\"openid email\","
                      "\"id_token_signed_response_alg\":\"ES256\"}"),
    };
    assert_ok(client_create(&w->store, &client, &(struct client_secret){secret_hash, STR_ABSENT}));
}

struct grant store_world_grant(str id, str client_id, int64_t now_ms) {
    return (struct grant){.id = id,
                          .client_id = client_id,
                          .user_id = S("u1"),
                          .sid = S("sid1"),
                          .scope = S("openid email"),
                          .signed_in_ms = 7,
                          .acr = S("a"),
                          .amr = S("pwd"),
                          .created_ms = now_ms,
                          .expires_ms = now_ms + DAYS_90_MS * 1000LL};
}

struct count {
    const char *sql;
    int64_t n;
};

static err count_tx(struct tx *tx, void *arg) {
    struct count *count = arg;
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    TRY(db_query(tx, count->sql, (const struct db_value[]){{DB_NULL, 0, {0, 0}}}, 0, &rows));
    TRY(db_next(rows, &row));
    count->n = db_get_int(rows, 0);
    return OK;
}

int64_t store_world_count(struct store_world *w, const char *sql) {
    struct count count = {sql, -1};
    assert_ok(db_read(w->store.db, count_tx, &count));
    return count.n;
}

static err run_tx(struct tx *tx, void *arg) {
    const struct count *count = arg;
    return db_run(tx, count->sql, (const struct db_value[]){{DB_NULL, 0, {0, 0}}}, 0, NULL);
}

void store_world_run(struct store_world *w, const char *sql) {
    struct count count = {sql, 0};
    assert_ok(db_write(w->store.db, run_tx, &count));
}
