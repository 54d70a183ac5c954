#include "authz/tests/flow_helper.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authz/client_auth.h"
#include "authz/client_secret.h"
#include "authz/store/client.h"
#include "common/base/clock.h"
#include "common/base/json_read.h"
#include "common/ops/log.h"

static struct flow_world world;

/* --- the server ------------------------------------------------------------------------------- */

enum { OPTIONS_MAX = 16 };

static void load_config(const char *const *more) {
    static char program[] = "hitkey-authz", issuer[] = "--issuer=https://id.example",
                data[] = "--data";
    char *argv[OPTIONS_MAX] = {program, issuer, data, world.dir}, *environment[] = {NULL};
    int argc = 4;
    enum config_action action;
    struct config_problem problem;
    for (; more && *more; more++) {
        assert_true(argc < OPTIONS_MAX - 1);
        argv[argc] = arena_alloc(world.arena, strlen(*more) + 1);
        memcpy(argv[argc++], *more, strlen(*more));
    }
    const struct config_input input = {&authz_config_table, world.arena, argc, argv, environment};
    assert_ok(config_load(&input, &world.config, &action, &problem));
}

struct client_row {
    const char *id, *method, *type, *uris;
    const char *response_types; /* JSON strings */
    const char *more;           /* members, each with a comma before it */
};

static void add_client(const struct client_row *row) {
    static char metadata[4096];
    str hash = STR_ABSENT;
    snprintf(metadata, sizeof metadata,
             "{\"client_name\":\"The %s app\",\"application_type\":\"%s\",\"redirect_uris\":[%s],"
             "\"token_endpoint_auth_method\":\"%s\",\"grant_types\":[\"authorization_code\","
             "\"refresh_token\"%s],\"response_types\":[%s],"
             "\"scope\":\"openid profile email offline_access\"%s%s}",
             row->id, row->type, row->uris, row->method,
             strstr(row->response_types, "token") ? ",\"implicit\"" : "", row->response_types,
             strstr(row->more, "id_token_signed_response_alg")
                 ? ""
                 : ",\"id_token_signed_response_alg\":\"ES256\"",
             row->more);
    struct client client = {.client_id = str_from(row->id),
                            .id = str_from(row->id),
                            .owner_id = S("developer"),
                            .created_ms = world.now_ms,
                            .metadata = str_from(metadata)};
    if (strcmp(row->method, "none") != 0)
        assert_ok(client_auth_hash(world.authz, world.arena, S("secret"), &hash));
    assert_ok(
        client_create(world.authz->store, &client, &(struct client_secret){hash, STR_ABSENT}));
}

#define EVERY_TYPE                                                                                 \
    "\"code\",\"id_token\",\"token id_token\",\"id_token code\",\"code token\","                   \
    "\"code id_token token\""

#define PAIRWISE ",\"subject_type\":\"pairwise\""

static void add_clients(void) {
    static const struct client_row rows[] = {
        {"web", "client_secret_post", "web", "\"" FLOW_REDIRECT "\"", "\"code\"", ""},
        {"web2", "client_secret_post", "web",
         "\"https://two.example/cb?foo=bar\",\"https://two.example/other\"", "\"code\"", ""},
        {"spa", "none", "web", "\"https://spa.example/cb\"", "\"code\"", ""},
        {"app", "none", "native", "\"com.example.app:/cb\",\"http://127.0.0.1/cb\"", "\"code\"",
         ""},
        {"hybrid", "client_secret_post", "web", "\"" FLOW_HYBRID "\"", EVERY_TYPE, ""},
        {"implicit", "none", "web", "\"https://implicit.example/cb\"",
         "\"id_token\",\"id_token token\"", ""},
        {"pair1", "client_secret_post", "web", "\"https://pair.example/1\"", "\"code\"", PAIRWISE},
        {"pair2", "client_secret_post", "web", "\"https://pair.example/2\"", "\"code\"", PAIRWISE},
        {"pair3", "client_secret_post", "web", "\"https://other.example/3\"", "\"code\"", PAIRWISE},
        {"careful", "client_secret_post", "web", "\"https://careful.example/cb\"", "\"code\"",
         ",\"default_max_age\":60,\"default_acr_values\":[\"urn:hitkey:acr:pwd\"]"},
        {"leaver", "client_secret_post", "web", "\"https://leaver.example/cb\"", EVERY_TYPE,
         ",\"post_logout_redirect_uris\":[\"https://leaver.example/bye\","
         "\"https://leaver.example/bye?kept=1\"],"
         "\"backchannel_logout_uri\":\"https://leaver.example/back\""},
        {"framed", "client_secret_post", "web", "\"https://framed.example/cb\"", EVERY_TYPE,
         ",\"frontchannel_logout_uri\":\"https://framed.example/front?a=b\","
         "\"frontchannel_logout_session_required\":true"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        add_client(&rows[i]);
}

static void add_user(const char *email);

int flow_world_open(void **state) {
    (void)state;
    return flow_world_open_with(NULL);
}

int flow_world_open_with(const char *const *more) {
    struct authz_options options = {.config = &world.config,
                                    .no_limits = true,
                                    .test_hash_memory_kib = 64,
                                    .test_hash_passes = 1};
    log_setup(LOG_OFF, LOG_JSON, STDERR_FILENO);
    world = (struct flow_world){
        .dir = "/tmp/hitkey-flow-XXXXXX", .now_ms = clock_now_ms(), .arena = arena_new(16 << 20)};
    assert_non_null(mkdtemp(world.dir));
    load_config(more);
    assert_ok(authz_open(&options, world.now_ms, &world.authz));
    add_clients();
    add_user("ann@example.com");
    add_user("bob@example.com");
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at) {
    (void)st, (void)flag, (void)at;
    return remove(path);
}

int flow_world_close(void **state) {
    (void)state;
    authz_close(world.authz);
    nftw(world.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(world.arena);
    return 0;
}

struct flow_world *flow_world(void) {
    return &world;
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

int64_t flow_count(const char *sql) {
    struct count count = {sql, -1};
    assert_ok(db_read(world.authz->store->db, count_tx, &count));
    return count.n;
}

str flow_client(const char *id, const char *more) {
    char uris[128];
    snprintf(uris, sizeof uris, "\"https://%s.example/cb\"", id);
    add_client(&(struct client_row){id, "client_secret_post", "web", uris, EVERY_TYPE, more});
    struct client client = {0};
    struct client_secret stored;
    str plain = STR_ABSENT;
    assert_ok(client_get(world.authz->store, world.arena, str_from(id), &client));
    if (!client_secret_is_key(&client))
        return plain;
    assert_ok(client_secret_make(world.authz, world.arena, &client, &plain, &stored));
    assert_ok(client_secret_add(world.authz->store, &client, &stored, world.now_ms + 1));
    return plain;
}

/* --- mail and people -------------------------------------------------------------------------- */

/* RFC 2045 6.7, in place. */
static void decode_quoted_printable(char *text) {
    char *to = text;
    for (const char *p = text; *p; p++) {
        unsigned byte;
        if (strncmp(p, "=\r\n", 3) == 0) {
            p += 2;
        } else if (*p == '=' && sscanf(p + 1, "%2x", &byte) == 1) {
            *to++ = (char)byte;
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

static void take_mail(const char *dir, const char *name, char text[8192]) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, 8191, file)] = '\0';
    fclose(file);
    unlink(path);
    decode_quoted_printable(text);
}

static bool next_mail(char text[8192]) {
    char dir[96];
    bool found = false;
    snprintf(dir, sizeof dir, "%s/mail", world.dir);
    DIR *folder = opendir(dir);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry && !found;
         entry = readdir(folder)) {
        found = entry->d_name[0] != '.' && strstr(entry->d_name, ".eml");
        if (found)
            take_mail(dir, entry->d_name, text);
    }
    if (folder)
        closedir(folder);
    return found;
}

static bool six_digits(const char *text, char out[512]) {
    for (const char *p = strstr(text, "\r\n\r\n"); p && *p; p++) {
        if (p[-1] == '\n' && strspn(p, "0123456789") == 6) {
            snprintf(out, 512, "%.6s", p);
            return true;
        }
    }
    return false;
}

void flow_mailed(const char *pattern, char out[512]) {
    char text[8192] = "";
    for (int i = 0; i < 1000; i++) {
        if (!next_mail(text)) {
            usleep(5000);
            continue;
        }
        const char *at = pattern ? strstr(text, pattern) : NULL;
        if (at)
            snprintf(out, 512, "%.*s", (int)strcspn(at, " \r\n<\""), at);
        if (at || (!pattern && six_digits(text, out)))
            return;
    }
    fail_msg("no such mail came; the last one: %s", text);
}

void flow_forget_mails(void) {
    char text[8192];
    while (next_mail(text))
        continue;
}

void flow_call(const char *method, const char *path, const char *token, const char *json,
               const char *member, char out[256]) {
    struct test_request *t = test_request_new(method, path);
    char authorization[300];
    AUTO(json_ref) answer = NULL;
    t->rq.now_ms = world.now_ms;
    snprintf(authorization, sizeof authorization, "Bearer %s", token ? token : "");
    if (token)
        test_request_header(t, "Authorization", authorization);
    if (json)
        test_request_body(t, "application/json", json);
    test_request_send(t, world.authz->app);
    if (t->rs.status != 200)
        fail_msg("%s %s: %d %.*s", method, path, t->rs.status, STR_FMT(t->rs.body));
    if (member && !failed(json_read_object(t->rs.body, &answer)))
        snprintf(out, 256, "%.*s", STR_FMT(json_read_str(answer, member)));
    test_request_free(t);
}

static void add_user(const char *email) {
    char json[1200], code[512];
    snprintf(json, sizeof json, "{\"email\":\"%s\"}", email);
    flow_call("POST", "/auth/register/start", NULL, json, NULL, NULL);
    flow_mailed(NULL, code);
    snprintf(json, sizeof json, "{\"email\":\"%s\",\"code\":\"%s\"}", email, code);
    flow_call("POST", "/auth/register/verify", NULL, json, NULL, NULL);
    snprintf(json, sizeof json, "{\"email\":\"%s\",\"password\":\"%s\"}", email, FLOW_PASSWORD);
    flow_call("POST", "/auth/register/password", NULL, json, NULL, NULL);
}

void flow_api_token(const char *email, char out[256]) {
    char json[512];
    snprintf(json, sizeof json, "{\"email\":\"%s\",\"password\":\"%s\"}", email, FLOW_PASSWORD);
    flow_call("POST", "/auth/login", NULL, json, "token", out);
}

/* --- browsers --------------------------------------------------------------------------------- */

struct browser *browser_new(void) {
    return test_calloc(1, sizeof(struct browser));
}

void browser_free(struct browser *browser) {
    test_request_free(browser->last);
    test_free(browser);
}

const char *browser_cookie(const struct browser *browser, const char *name) {
    for (size_t i = 0; i < FLOW_COOKIES; i++)
        if (strcmp(browser->cookies[i].name, name) == 0)
            return browser->cookies[i].value;
    return "";
}

void browser_set_cookie(struct browser *browser, const char *name, const char *value) {
    size_t at = FLOW_COOKIES;
    for (size_t i = FLOW_COOKIES; i-- > 0;)
        if (strcmp(browser->cookies[i].name, name) == 0 ||
            (at == FLOW_COOKIES && !browser->cookies[i].name[0]))
            at = i;
    for (size_t i = 0; i < FLOW_COOKIES; i++)
        if (strcmp(browser->cookies[i].name, name) == 0)
            at = i;
    assert_true(at < FLOW_COOKIES);
    snprintf(browser->cookies[at].name, sizeof browser->cookies[at].name, "%s", name);
    snprintf(browser->cookies[at].value, sizeof browser->cookies[at].value, "%s", value);
}

static void take_cookies(struct browser *browser) {
    const struct response *rs = &browser->last->rs;
    for (size_t i = 0; i < rs->header_count; i++) {
        char text[700];
        if (!str_eq(rs->headers[i].name, S("Set-Cookie")))
            continue;
        snprintf(text, sizeof text, "%.*s", STR_FMT(rs->headers[i].value));
        bool secure = strstr(text, "; Secure") != NULL;
        assert_true(secure == !browser->plain);
        assert_true(secure == (strncmp(text, "__Host-", 7) == 0));
        assert_non_null(strstr(text, "; Path=/;"));
        if (strstr(text, "hk_state="))
            assert_non_null(strstr(text, secure ? "; SameSite=None; Secure" : "; SameSite=Lax"));
        else
            assert_non_null(strstr(text, "; HttpOnly; SameSite=Lax"));
        assert_null(strstr(text, "Domain"));
        *strchr(text, ';') = '\0';
        char *value = strchr(text, '=');
        *value++ = '\0';
        browser_set_cookie(browser, text, value);
    }
}

static void send(struct browser *browser, struct test_request *t) {
    static char header[FLOW_COOKIES * 2200];
    size_t n = 0;
    header[0] = '\0';
    for (size_t i = 0; i < FLOW_COOKIES; i++)
        if (browser->cookies[i].value[0])
            n += (size_t)snprintf(header + n, sizeof header - n, "%s%s=%s", n ? "; " : "",
                                  browser->cookies[i].name, browser->cookies[i].value);
    if (n)
        test_request_header(t, "Cookie", header);
    test_request_header(t, "User-Agent", "Flow/1");
    if (browser->fetch_site)
        test_request_header(t, "Sec-Fetch-Site", browser->fetch_site);
    if (browser->origin)
        test_request_header(t, "Origin", browser->origin);
    if (browser->language)
        test_request_header(t, "Accept-Language", browser->language);
    t->rq.now_ms = world.now_ms;
    t->rq.secure = !browser->plain;
    t->rq.may_block = !browser->inline_only;
    if (browser->remote)
        t->rq.remote = str_from(browser->remote);
    if (browser->ceiling) {
        arena_free(t->rq.arena);
        t->rq.arena = arena_new(browser->ceiling);
    }
    test_request_send(t, world.authz->app);
    test_request_free(browser->last);
    browser->last = t;
    take_cookies(browser);
}

void browser_get(struct browser *browser, const char *target) {
    send(browser, test_request_new("GET", target));
}

void browser_post(struct browser *browser, const char *path, const char *form) {
    struct test_request *t = test_request_new("POST", path);
    test_request_body(t, "application/x-www-form-urlencoded", form);
    send(browser, t);
}

void browser_submit(struct browser *browser, const char *path, const char *more) {
    static char form[60000], field[40000];
    browser_field(browser, "interaction", field);
    snprintf(form, sizeof form, "interaction=%s%s", field, more);
    browser_post(browser, path, form);
}

void browser_sign_in(struct browser *browser, const char *email) {
    char more[512];
    snprintf(more, sizeof more, "&email=%s&password=a+quiet+river+in+may", email);
    browser_submit(browser, "/interaction/sign-in", more);
}

struct browser *browser_signed_in(const char *email) {
    struct browser *browser = browser_new();
    browser_get(browser, FLOW_REQUEST);
    browser_sign_in(browser, email);
    if (browser_sees(browser, "consent-form"))
        browser_submit(browser, "/interaction/consent", "&decision=allow");
    if (!browser_got_code(browser, FLOW_REDIRECT))
        fail_msg("%s did not sign in: %d", email, browser_status(browser));
    return browser;
}

static bool went_to(const struct browser *browser, const char *target) {
    str location = test_request_answer(browser->last, "Location");
    str rest = str_from_pos(location, strlen(target) < location.n ? strlen(target) : location.n);
    return browser_status(browser) == 303 && str_starts(location, str_from(target)) &&
           (str_starts(rest, S("?")) || str_starts(rest, S("&")) || str_starts(rest, S("#")));
}

bool browser_got_code(const struct browser *browser, const char *target) {
    return went_to(browser, target) && browser_answer(browser, "code")[0] &&
           !browser_answer(browser, "error")[0] &&
           strcmp(browser_answer(browser, "iss"), "https://id.example") == 0;
}

bool browser_got_error(const struct browser *browser, const char *target, const char *error) {
    return went_to(browser, target) && !browser_answer(browser, "code")[0] &&
           strcmp(browser_answer(browser, "iss"), "https://id.example") == 0 &&
           strcmp(browser_answer(browser, "error"), error) == 0;
}

bool browser_shows(const struct browser *browser, int status, const char *text) {
    return browser_status(browser) == status && browser_sees(browser, text) &&
           !str_present(test_request_answer(browser->last, "Location"));
}

int browser_status(const struct browser *browser) {
    return browser->last->rs.status;
}

bool browser_sees(const struct browser *browser, const char *text) {
    str body = browser->last->rs.body;
    return str_find_str(body, str_from(text)) < body.n;
}

void browser_field(const struct browser *browser, const char *name, char out[40000]) {
    char start[128];
    str body = browser->last->rs.body;
    snprintf(start, sizeof start, "name=\"%s\" value=\"", name);
    size_t at = str_find_str(body, str_from(start));
    if (at >= body.n)
        fail_msg("no field %s in %d %.*s", name, browser_status(browser), STR_FMT(body));
    str value = str_from_pos(body, at + strlen(start));
    snprintf(out, 40000, "%.*s", (int)str_find(value, '"'), value.p);
}

const char *browser_answer(const struct browser *browser, const char *name) {
    static char value[20000];
    struct form form;
    str location = test_request_answer(browser->last, "Location");
    size_t hash = str_find(location, '#');
    str query = str_from_pos(location, hash < location.n ? hash : str_find(location, '?'));
    value[0] = '\0';
    if (str_empty(query) || failed(form_parse(world.arena, str_from_pos(query, 1), &form)))
        return value;
    snprintf(value, sizeof value, "%.*s", STR_FMT(form_get(&form, str_from(name))));
    return value;
}
