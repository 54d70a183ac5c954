#include "authz/endpoints/tests/oauth_world_helper.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/client_auth.h"
#include "common/base/base64.h"
#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "common/base/random.h"
#include "common/http/test_request.h"
#include "common/ops/log.h"

static const char *in_dir(struct oauth_world *w, const char *name) {
    str path;
    assert_ok(str_printf(w->arena, &path, "%s/%s", w->dir, name));
    return path.p;
}

/* --- people --------------------------------------------------------------------------------- */

static str account_call(struct oauth_world *w, const char *path, const char *email,
                        const char *rest) {
    struct test_request *t = test_request_new("POST", path);
    char json[256];
    str body;
    snprintf(json, sizeof json, "{\"email\":\"%s\"%s}", email, rest);
    t->rq.now_ms = clock_now_ms(); /* the store's reaper goes by the wall clock */
    test_request_body(t, "application/json", json);
    test_request_send(t, w->authz->app);
    if (t->rs.status != 200)
        fail_msg("%s: %d %.*s", path, t->rs.status, STR_FMT(t->rs.body));
    assert_ok(str_dup(w->arena, t->rs.body, &body));
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
        unlink(in_dir(w, name));
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

static struct oauth_person registered(struct oauth_world *w, const char *email) {
    struct oauth_person person = {0};
    char code[7], rest[64];
    account_call(w, "/auth/register/start", email, "");
    mailed_code(w, code);
    snprintf(rest, sizeof rest, ",\"code\":\"%s\"", code);
    account_call(w, "/auth/register/verify", email, rest);
    str made = account_call(w, "/auth/register/password", email,
                            ",\"password\":\"correct horse battery\"");
    person.api_token = oauth_world_member(w, made, "token").p;
    person.user_id = oauth_world_member(w, oauth_world_member(w, made, "user"), "id");
    assert_true(person.api_token && str_present(person.user_id));
    return person;
}

/* --- opening and closing -------------------------------------------------------------------- */

static void load_config(struct oauth_world *w) {
    static char program[] = "hitkey-authz", issuer[] = "--issuer=https://hitkey.example",
                data[] = "--data";
    char *argv[] = {program, issuer, data, w->dir, NULL};
    char *environment[] = {NULL};
    enum config_action action;
    struct config_problem problem;
    const struct config_input input = {&authz_config_table, w->arena, COUNT(argv) - 1, argv,
                                       environment};
    assert_ok(config_load(&input, &w->config, &action, &problem));
}

int oauth_world_open(void **state) {
    struct oauth_world *w = test_calloc(1, sizeof *w);
    struct authz_options options = {
        .config = &w->config, .no_limits = true, .test_hash_memory_kib = 64, .test_hash_passes = 1};
    log_setup(LOG_ERROR, LOG_TEXT, STDERR_FILENO);
    w->arena = arena_new(64 << 20);
    snprintf(w->dir, sizeof w->dir, "/tmp/hitkey-oauth-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    load_config(w);
    *state = w;
    oauth_world_rewind(state);
    assert_ok(authz_open(&options, w->now_ms, &w->authz));
    w->ada = registered(w, "ada@example.org");
    w->eve = registered(w, "eve@example.org");
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
    authz_close(w->authz);
    nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(w->arena);
    test_free(w);
    return 0;
}

/* --- clients and codes ---------------------------------------------------------------------- */

str oauth_world_client(struct oauth_world *w, enum client_kind kind, enum jose_alg alg) {
    static const char *const auth[] = {[CLIENT_BASIC] = "client_secret_basic",
                                       [CLIENT_POST] = "client_secret_post",
                                       [CLIENT_PUBLIC] = "none",
                                       [CLIENT_HITKEY] = "client_secret_post",
                                       [CLIENT_NO_REFRESH] = "client_secret_basic"};
    struct client client = {
        .owner_id = w->ada.user_id, .hitkey = kind == CLIENT_HITKEY, .created_ms = w->now_ms};
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
    assert_ok(client_auth_hash(w->authz, w->arena, S(CLIENT_SECRET), &hash));
    assert_ok(
        client_create(w->authz->store, &client,
                      kind == CLIENT_PUBLIC ? NULL : &(struct client_secret){hash, STR_ABSENT}));
    w->last_client = client.client_id;
    return client.client_id;
}

struct code oauth_world_code(struct oauth_world *w, str client_id) {
    struct code code = {.client_id = client_id,
                        .user_id = w->ada.user_id,
                        .sid = S("the-sid"),
                        .signed_in_ms = w->now_ms - 60 * 1000,
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
    assert_ok(code_seal(&w->authz->code_key, w->arena, code, &text));
    return text;
}

/* --- requests ------------------------------------------------------------------------------- */

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
    t->rq.now_ms = w->now_ms;
    t->rq.may_block = !w->may_not_block;
    if (message->authorization)
        test_request_header(t, "Authorization", message->authorization);
    if (message->body)
        test_request_body(t, message->type, message->body);
    test_request_send(t, w->authz->app);
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

const char *oauth_world_bearer(struct oauth_world *w, const char *token) {
    str text;
    assert_ok(STR_JOIN(w->arena, &text, S("Bearer "), str_from(token)));
    return oauth_world_c(w, text);
}
