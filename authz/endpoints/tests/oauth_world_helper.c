#include "authz/endpoints/tests/oauth_world_helper.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/admit.h"
#include "authz/client_auth.h"
#include "authz/core_link.h"
#include "authz/endpoints/clients.h"
#include "authz/endpoints/token.h"
#include "authz/endpoints/userinfo.h"
#include "common/base/base64.h"
#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "common/base/random.h"
#include "common/http/test_request.h"
#include "common/ops/log.h"
#include "core/core.h"
#include "keys/ring.h"

/* --- the server
 * ------------------------------------------------------------------------------------------ */

#define ROUTE(methods, path, handler, caller, body, dialect)                                       \
    {                                                                                              \
        methods, path, handler, caller, body, 65536, dialect, CORS_NONE, CACHE_NO_STORE,           \
            RUN_WORKER, 0                                                                          \
    }
static const struct route routes[] = {
    ROUTE(HTTP_POST, "/oauth/token", token_post, CALLER_ANYONE, BODY_FORM | BODY_JSON,
          DIALECT_OAUTH),
    ROUTE(HTTP_GET | HTTP_POST, "/oauth/userinfo", userinfo, CALLER_OAUTH_TOKEN,
          BODY_FORM | BODY_OPTIONAL, DIALECT_OAUTH),
    ROUTE(HTTP_POST, "/oauth/clients", clients_create, CALLER_API_BEARER, BODY_JSON, DIALECT_API),
    ROUTE(HTTP_GET, "/oauth/clients", clients_list, CALLER_API_BEARER, BODY_NONE, DIALECT_API),
    ROUTE(HTTP_GET, "/oauth/clients/:client_id", clients_show, CALLER_API_BEARER, BODY_NONE,
          DIALECT_API),
    ROUTE(HTTP_PATCH, "/oauth/clients/:client_id", clients_update, CALLER_API_BEARER, BODY_JSON,
          DIALECT_API),
    ROUTE(HTTP_DELETE, "/oauth/clients/:client_id", clients_delete, CALLER_API_BEARER, BODY_NONE,
          DIALECT_API),
    ROUTE(HTTP_POST, "/oauth/clients/:client_id/secret", clients_new_secret, CALLER_API_BEARER,
          BODY_JSON | BODY_OPTIONAL, DIALECT_API),
};

/* The API Bearer token is the user's id here. */
static err admit(struct request *rq) {
    if (rq->route->caller != CALLER_API_BEARER)
        return OK;
    struct api_user *user = ARENA_NEW(rq->arena, struct api_user);
    user->user_id = request_authorization(rq, S("Bearer"));
    REQUIRE(str_present(user->user_id), unauthorized, "sign in");
    rq->caller = user;
    return OK;
}

static void render(struct request *rq, err e, struct response *rs) {
    if (rq->route && rq->route->dialect == DIALECT_OAUTH)
        render_oauth_error(rq, e, rs);
    else
        render_api_error(rq, e, rs);
}

static const char *in_dir(struct oauth_world *w, const char *name) {
    str path;
    assert_ok(str_printf(w->arena, &path, "%s/%s", w->dir, name));
    return path.p;
}

static void open_core(struct oauth_world *w, const struct master_key *master) {
    struct core_options options = {.db_path = str_from(in_dir(w, "core.db")),
                                   .master = master,
                                   .issuer = w->authz.issuer,
                                   .mail_dir = str_from(in_dir(w, "mail")),
                                   .mail_from = S("no-reply@hitkey.example"),
                                   .test_hash_memory_kib = 64,
                                   .test_hash_passes = 1};
    assert_ok(core_open(&options, &w->core));
    struct core_link_options link = {.embedded = w->core};
    assert_ok(core_link_new(&link, &w->authz.core));
}

static void open_ring(struct oauth_world *w, const struct master_key *master) {
    struct ring_options options = {.dir = in_dir(w, "keys"),
                                   .master = master,
                                   .publish_ahead_s = 3600,
                                   .rotate_every_s = 0,
                                   .retire_after_s = 7200};
    assert_ok(ring_open(&options, w->now_ms, &w->authz.ring));
}

/* --- a person
 * ---------------------------------------------------------------------------------------------- */

static str account_call(struct oauth_world *w, const char *path, const char *json) {
    struct test_request *t = test_request_new("POST", path);
    struct response rs = {.status = 200};
    str body;
    t->rq.now_ms = clock_now_ms(); /* the store's reaper goes by the wall clock */
    t->rq.trusted = true;
    assert_ok(
        core_link_call(w->authz.core, &t->rq, HTTP_POST, str_from(path), str_from(json), &rs));
    if (rs.status != 200)
        fail_msg("%s: %d %.*s", path, rs.status, STR_FMT(rs.body));
    assert_ok(str_dup(w->arena, rs.body, &body));
    test_request_free(t);
    return body;
}

static bool read_mail(struct oauth_world *w, char text[16384]) {
    DIR *dir = opendir(in_dir(w, "mail"));
    bool found = false;
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry && !found; entry = readdir(dir)) {
        char name[300];
        size_t n = strlen(entry->d_name);
        snprintf(name, sizeof name, "mail/%s", entry->d_name);
        if (entry->d_name[0] == '.' || n < 4 || strcmp(entry->d_name + n - 4, ".eml") != 0)
            continue;
        FILE *file = fopen(in_dir(w, name), "r");
        assert_non_null(file);
        text[fread(text, 1, 16383, file)] = '\0';
        fclose(file);
        found = true;
    }
    if (dir)
        closedir(dir);
    return found;
}

/* The six digits in the body of the only mail in the spool, waited for. */
static void mailed_code(struct oauth_world *w, char code[7]) {
    char text[16384] = "";
    for (int i = 0; i < 1000 && !read_mail(w, text); i++)
        usleep(5000);
    for (const char *p = strstr(text, "\r\n\r\n"); p && *p; p++)
        if (strspn(p, "0123456789") == 6 && p[-1] == '\n') {
            snprintf(code, 7, "%.6s", p);
            return;
        }
    fail_msg("no code in the mail");
}

static void register_ada(struct oauth_world *w) {
    char code[7], json[200];
    account_call(w, "/auth/register/start", "{\"email\":\"ada@example.org\"}");
    mailed_code(w, code);
    snprintf(json, sizeof json, "{\"email\":\"ada@example.org\",\"code\":\"%s\"}", code);
    account_call(w, "/auth/register/verify", json);
    AUTO(json_ref) made = NULL;
    assert_ok(json_read_object(
        account_call(w, "/internal/register",
                     "{\"email\":\"ada@example.org\",\"password\":\"correct horse battery\"}"),
        &made));
    assert_ok(str_dup(w->arena, json_read_str(made, "user_id"), &w->user_id));
    assert_true(str_present(w->user_id));
}

/* --- opening and closing
 * ------------------------------------------------------------------------------------ */

int oauth_world_open(void **state) {
    struct oauth_world *w = test_calloc(1, sizeof *w);
    struct master_key master = {{9}};
    log_setup(LOG_ERROR, LOG_TEXT, STDERR_FILENO);
    w->now_ms = (int64_t)TEST_REQUEST_NOW_S * 1000;
    w->arena = arena_new(64 << 20);
    snprintf(w->dir, sizeof w->dir, "/tmp/hitkey-oauth-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->config = (struct config){.issuer = S("https://hitkey.example"),
                                .code_lifetime = 600,
                                .access_token_lifetime = 3600,
                                .id_token_lifetime = 3600,
                                .refresh_token_idle = 30 * 86400,
                                .refresh_token_lifetime = 90 * 86400,
                                .refresh_grace = 30};
    w->authz = (struct authz){.config = &w->config,
                              .issuer = w->config.issuer,
                              .store = &w->store,
                              .code_key = {{1}},
                              .interaction_key = {{2}},
                              .secret_pepper = {3}};
    assert_ok(store_open(in_dir(w, "authz.db"), &w->store));
    open_core(w, &master);
    open_ring(w, &master);
    w->app = (struct app){.name = "test",
                          .routes = routes,
                          .n = COUNT(routes),
                          .world = &w->authz,
                          .admit = admit,
                          .render = render};
    register_ada(w);
    *state = w;
    return 0;
}

int oauth_world_rewind(void **state) {
    struct oauth_world *w = *state;
    w->now_ms = (int64_t)TEST_REQUEST_NOW_S * 1000;
    w->may_not_block = false;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at) {
    (void)st, (void)flag, (void)at;
    return remove(path);
}

int oauth_world_close(void **state) {
    struct oauth_world *w = *state;
    core_link_free(w->authz.core);
    core_close(w->core);
    ring_close(w->authz.ring);
    store_close(&w->store);
    nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(w->arena);
    test_free(w);
    return 0;
}

/* --- clients and codes
 * --------------------------------------------------------------------------------------- */

str oauth_world_client(struct oauth_world *w, enum client_kind kind, enum jose_alg alg) {
    static const char *const auth[] = {[CLIENT_BASIC] = "client_secret_basic",
                                       [CLIENT_POST] = "client_secret_post",
                                       [CLIENT_PUBLIC] = "none",
                                       [CLIENT_HITKEY] = "client_secret_post",
                                       [CLIENT_NO_REFRESH] = "client_secret_basic"};
    struct client client = {
        .owner_id = w->user_id, .hitkey = kind == CLIENT_HITKEY, .created_ms = w->now_ms};
    str hash;
    assert_ok(random_hex(w->arena, S(""), 16, &client.client_id));
    assert_ok(random_uuid(w->arena, &client.id));
    assert_ok(str_printf(
        w->arena, &client.metadata,
        "{\"client_name\":\"App\",\"redirect_uris\":[\"" CLIENT_URI "\"],"
        "\"application_type\":\"%s\",\"token_endpoint_auth_method\":\"%s\","
        "\"grant_types\":[\"authorization_code\"%s],\"response_types\":[\"code\"],"
        "\"scope\":\"openid profile email offline_access\",\"id_token_signed_response_alg\":"
        "\"%.*s\"}",
        kind == CLIENT_PUBLIC ? "native" : "web", auth[kind],
        kind == CLIENT_NO_REFRESH ? "" : ",\"refresh_token\"", STR_FMT(jose_alg_name(alg))));
    assert_ok(client_auth_hash(&w->authz, w->arena, S(CLIENT_SECRET), &hash));
    assert_ok(client_create(&w->store, &client, kind == CLIENT_PUBLIC ? STR_ABSENT : hash));
    w->last_client = client.client_id;
    return client.client_id;
}

struct code oauth_world_code(struct oauth_world *w, str client_id) {
    struct code code = {.client_id = client_id,
                        .user_id = w->user_id,
                        .sid = S("the-sid"),
                        .auth_time_s = w->now_ms / 1000 - 60,
                        .acr = S("urn:example:pwd"),
                        .amr = S("pwd"),
                        .scope = S("openid email offline_access"),
                        .redirect_uri = S(CLIENT_URI),
                        .redirect_uri_given = true,
                        .nonce = S("the-nonce"),
                        .challenge = S(PKCE_CHALLENGE),
                        .expires_ms = w->now_ms + 600 * 1000};
    assert_ok(random_token(w->arena, S(""), 16, &code.id));
    return code;
}

str oauth_world_seal(struct oauth_world *w, const struct code *code) {
    str text;
    assert_ok(code_seal(&w->authz.code_key, w->arena, code, &text));
    return text;
}

/* --- requests
 * -------------------------------------------------------------------------------------------------
 */

const char *oauth_world_c(struct oauth_world *w, str s) {
    const char *out;
    assert_ok(str_to_c(w->arena, s, &out));
    return out;
}

static str kept(struct oauth_world *w, str s) {
    str out;
    assert_ok(str_dup(w->arena, s, &out));
    return out;
}

struct answer oauth_world_send(struct oauth_world *w, const struct message *message) {
    struct test_request *t = test_request_new(message->method, message->target);
    struct answer answer = {0};
    str bearer;
    t->rq.now_ms = w->now_ms;
    t->rq.may_block = !w->may_not_block;
    assert_ok(
        str_printf(w->arena, &bearer, "Bearer %s", message->api_user ? message->api_user : ""));
    if (message->api_user)
        test_request_header(t, "Authorization", bearer.p);
    if (message->authorization)
        test_request_header(t, "Authorization", message->authorization);
    if (message->body)
        test_request_body(t, message->type, message->body);
    test_request_send(t, &w->app);
    answer.status = t->rs.status;
    answer.body = kept(w, t->rs.body);
    answer.www_authenticate = kept(w, test_request_answer(t, "WWW-Authenticate"));
    answer.cache_control = kept(w, test_request_answer(t, "Cache-Control"));
    test_request_free(t);
    return answer;
}

str oauth_world_member(struct oauth_world *w, str json, const char *name) {
    AUTO(json_ref) object = NULL;
    str out = STR_ABSENT;
    assert_ok(json_read_object(json, &object));
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        return kept(w, json_read_str(object, name));
    if (value)
        assert_ok(json_read_dump(w->arena, value, &out));
    return out;
}

/* The pairs with the change made: at most 16 of them. */
static size_t changed(const struct pair *pairs, const struct pair *change, struct pair out[16]) {
    size_t n = 0;
    bool found = !change || !change->name;
    for (; pairs->name; pairs++) {
        bool this_one = change && change->name && strcmp(pairs->name, change->name) == 0;
        out[n] = this_one ? *change : *pairs;
        found |= this_one;
        n += out[n].value != NULL;
    }
    if (!found && change->value)
        out[n++] = *change;
    return n;
}

const char *oauth_world_form(struct oauth_world *w, const struct pair *pairs,
                             const struct pair *change) {
    struct pair all[16];
    struct form_param params[16];
    size_t n = changed(pairs, change, all);
    str text;
    for (size_t i = 0; i < n; i++)
        params[i] = (struct form_param){str_from(all[i].name), str_from(all[i].value), false};
    assert_ok(form_write(w->arena, params, n, &text));
    return oauth_world_c(w, text);
}

const char *oauth_world_json(struct oauth_world *w, const struct pair *pairs,
                             const struct pair *change) {
    struct pair all[16];
    size_t n = changed(pairs, change, all);
    struct json_put j = json_put_begin(w->arena, 65536);
    str text;
    json_put_open(&j, '{');
    for (size_t i = 0; i < n; i++)
        json_put_str(&j, all[i].name, str_from(all[i].value));
    json_put_close(&j, '}');
    assert_ok(json_put_done(&j, &text));
    return oauth_world_c(w, text);
}

const char *oauth_world_basic(struct oauth_world *w, const char *id, const char *text) {
    str user, pass, both;
    assert_ok(percent_encode(w->arena, str_from(id), &user));
    assert_ok(percent_encode(w->arena, str_from(text), &pass));
    assert_ok(STR_JOIN(w->arena, &both, user, S(":"), pass));
    assert_ok(base64_encode(w->arena, both, &both));
    assert_ok(STR_JOIN(w->arena, &both, S("Basic "), both));
    return oauth_world_c(w, both);
}
