#include "rp/tests/under_test/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

static void text(struct web_response *out, int status, const char *body) {
    out->status = status;
    snprintf(out->body, sizeof out->body, "%s", body);
}

static void refuse(struct web_response *out, const hk_error *e) {
    out->status = e->code == HK_E_NET || e->code == HK_E_TIMEOUT ? 502 : 403;
    snprintf(out->body, sizeof out->body, "%s: %s. %s\n", hk_code_name(e->code), e->msg, e->fix);
}

static void redirect(struct web_response *out, const char *url) {
    out->status = 303;
    snprintf(out->location, sizeof out->location, "%s", url);
}

static void add_cookie(struct web_response *out, const char *value) {
    size_t i = 0;
    while (i < 2 && *out->cookies[i])
        i++;
    snprintf(out->cookies[i], sizeof out->cookies[i], "%s", value);
}

/* The issuer: told, or found by WebFinger. */
static int find_issuer(char *issuer, size_t size, hk_error *e) {
    snprintf(issuer, size, "%s", environment("ISSUER", ""));
    if (*issuer)
        return HK_OK;
    hk_rp *rp = NULL;
    hk_doc *doc = NULL;
    int code = hk_rp_new(environment_cfg(NULL, NULL), &rp, e);
    if (!code)
        code = hk_webfinger(rp, environment("WEBFINGER", ""), &doc, e);
    snprintf(issuer, size, "%s", doc ? hk_doc_str(doc, "issuer").p : "");
    hk_doc_free(doc);
    hk_rp_free(rp);
    return code;
}

static int register_client(const char *issuer, hk_doc **out, hk_error *e) {
    hk_rp *rp = NULL;
    int code = hk_rp_new(environment_cfg(issuer, NULL), &rp, e);
    if (!code)
        code = hk_register(rp, NULL, NULL, out, e);
    hk_rp_free(rp);
    return code;
}

/* The client, made at the first use; a dynamic one registers itself then. */
static int client(struct app *app, hk_error *e) {
    char issuer[1024];
    hk_doc *registration = NULL;
    if (app->rp)
        return HK_OK;
    int code = find_issuer(issuer, sizeof issuer, e);
    if (!code && strcmp(environment("REGISTRATION", "static"), "dynamic") == 0)
        code = register_client(issuer, &registration, e);
    if (!code)
        code = hk_rp_new(environment_cfg(issuer, registration ? hk_doc_json(registration).p : NULL),
                         &app->rp, e);
    hk_doc_free(registration);
    return code;
}

static struct signed_in *signed_in(struct app *app, const struct web_request *in) {
    const char *at = in->cookie ? strstr(in->cookie, "app=") : NULL;
    for (size_t i = 0; at && i < APP_SESSIONS; i++)
        if (app->sessions[i].session && strncmp(at + 4, app->sessions[i].id, 32) == 0)
            return &app->sessions[i];
    return NULL;
}

static void keep(struct app *app, hk_session *session, struct web_response *out) {
    char cookie[64];
    unsigned char random[16];
    struct signed_in *place = &app->sessions[app->next++ % APP_SESSIONS];
    hk_session_free(place->session);
    place->session = session;
    if (getrandom(random, sizeof random, 0) != sizeof random)
        abort();
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(place->id + 2 * i, 3, "%02x", random[i]);
    snprintf(cookie, sizeof cookie, "app=%s; Path=/; HttpOnly", place->id);
    add_cookie(out, cookie);
}

/* RP_EXTRA as members of hk_auth where there is one. */
static void read_extra(hk_auth *auth) {
    const char *extra = environment("EXTRA", "");
    const char *age = strstr(extra, "max_age=");
    if (strstr(extra, "prompt=none"))
        auth->prompt = "none";
    if (!age)
        return;
    auth->has_max_age = 1;
    auth->max_age = atoi(age + strlen("max_age="));
}

static void login(struct app *app, const struct web_request *in, struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    hk_auth auth = {.size = sizeof auth, .return_to = "/me"};
    hk_login *begun = NULL;
    read_extra(&auth);
    int code = client(app, &e);
    if (!code && *in->query)
        code = hk_initiate(app->rp, in->query, &begun, &e);
    else if (!code)
        code = hk_begin_with(app->rp, &auth, &begun, &e);
    if (code) {
        refuse(out, &e);
        return;
    }
    snprintf(app->object, sizeof app->object, "%s",
             hk_login_request_object(begun).p ? hk_login_request_object(begun).p : "");
    redirect(out, hk_login_url(begun).p);
    add_cookie(out, hk_login_cookie(begun).p);
    hk_login_free(begun);
}

/* A fragment comes as the body of a POST with response_mode=fragment, from the page that reads it.
 */
static int via_of(const struct web_request *in) {
    if (strcmp(in->method, "POST") != 0)
        return HK_VIA_QUERY;
    return strstr(in->body, "response_mode=fragment") ? HK_VIA_FRAGMENT : HK_VIA_FORM_POST;
}

/* Without the member that the page added. */
static const char *params_of(const struct web_request *in, char *buffer, size_t size) {
    const char *params = strcmp(in->method, "POST") == 0 ? in->body : in->query;
    snprintf(buffer, size, "%s", params);
    char *added = strstr(buffer, "&response_mode=fragment");
    if (added)
        *added = 0;
    return buffer;
}

static void callback(struct app *app, const struct web_request *in, struct web_response *out) {
    static char params[WEB_BODY_MAX];
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    const hk_callback answer = {sizeof answer, params_of(in, params, sizeof params), in->cookie,
                                via_of(in)};
    int code = client(app, &e);
    if (!code)
        code = hk_finish_with(app->rp, &answer, &session, &e);
    if (code) {
        refuse(out, &e);
        return;
    }
    keep(app, session, out);
    if (hk_end_cookie(session).p)
        add_cookie(out, hk_end_cookie(session).p);
    redirect(out, hk_return_to(session).p ? hk_return_to(session).p : "/me");
}

static void me(struct app *app, const struct web_request *in, struct web_response *out) {
    const struct signed_in *user = signed_in(app, in);
    if (!user) {
        text(out, 401, "nobody is signed in\n");
        return;
    }
    out->type = "application/json";
    hk_str sub = hk_sub(user->session), claims = hk_claims_json(user->session);
    snprintf(out->body, sizeof out->body, "{\"iss\":\"%s\",\"sub\":\"%s\",\"claims\":%s}",
             hk_iss(user->session).p, sub.p ? sub.p : "", claims.p ? claims.p : "{}");
}

static void refresh(struct app *app, const struct web_request *in, struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    struct signed_in *user = signed_in(app, in);
    if (!user)
        text(out, 401, "nobody is signed in\n");
    else if (hk_refresh(app->rp, user->session, &e) || hk_userinfo(app->rp, user->session, &e))
        refuse(out, &e);
    else
        text(out, 200, "refreshed\n");
}

static void resource(struct app *app, const struct web_request *in, struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc = NULL;
    int status = 0;
    struct signed_in *user = signed_in(app, in);
    const hk_api api = {
        .size = sizeof api, .method = "GET", .url = environment("RESOURCE_URL", "")};
    if (!user) {
        text(out, 401, "nobody is signed in\n");
        return;
    }
    if (hk_api_call(app->rp, user->session, &api, &status, &doc, &e))
        refuse(out, &e);
    else
        text(out, status >= 200 && status < 300 ? 200 : 403, hk_doc_json(doc).p);
    hk_doc_free(doc);
}

static void logout(struct app *app, const struct web_request *in, struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    char url[8192];
    struct signed_in *user = signed_in(app, in);
    if (!user) {
        text(out, 401, "nobody is signed in\n");
        return;
    }
    if (hk_logout_url(app->rp, user->session, "bye", url, sizeof url, &e)) {
        refuse(out, &e);
        return;
    }
    hk_session_free(user->session);
    user->session = NULL;
    redirect(out, url);
}

static void logged_out(struct app *app, const struct web_request *in, struct web_response *out) {
    (void)app;
    (void)in;
    text(out, 200, "signed out\n");
}

static bool same(hk_str a, hk_str b) {
    return a.p && b.p && a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static void backchannel_logout(struct app *app, const struct web_request *in,
                               struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc = NULL;
    int code = client(app, &e);
    if (!code)
        code = hk_backchannel_logout(app->rp, in->body, &doc, &e);
    for (size_t i = 0; !code && i < APP_SESSIONS; i++) {
        hk_session *session = app->sessions[i].session;
        if (!same(hk_sid(session), hk_doc_str(doc, "sid")) &&
            !same(hk_sub(session), hk_doc_str(doc, "sub")))
            continue;
        hk_session_free(session);
        app->sessions[i].session = NULL;
    }
    hk_doc_free(doc);
    if (code)
        refuse(out, &e);
    out->status = code ? 400 : 200;
}

static void frontchannel_logout(struct app *app, const struct web_request *in,
                                struct web_response *out) {
    hk_error e = HK_ERROR_INIT;
    struct signed_in *user = signed_in(app, in);
    int code = client(app, &e);
    if (!code)
        code = hk_frontchannel_logout(app->rp, in->query, user ? user->session : NULL, &e);
    if (code) {
        refuse(out, &e);
        return;
    }
    if (user)
        hk_session_free(user->session);
    if (user)
        user->session = NULL;
    text(out, 200, "signed out\n");
}

static void request_object(struct app *app, const struct web_request *in,
                           struct web_response *out) {
    (void)in;
    out->type = "application/oauth-authz-req+jwt";
    text(out, *app->object ? 200 : 404, app->object);
}

static const struct {
    const char *path;
    void (*handler)(struct app *, const struct web_request *, struct web_response *);
} routes[] = {
    {"/login", login},
    {"/callback", callback},
    {"/me", me},
    {"/refresh", refresh},
    {"/resource", resource},
    {"/logout", logout},
    {"/logged_out", logged_out},
    {"/backchannel_logout", backchannel_logout},
    {"/frontchannel_logout", frontchannel_logout},
    {"/request/", request_object},
};

void routes_handle(void *context, const struct web_request *in, struct web_response *out) {
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        size_t n = strlen(routes[i].path);
        bool prefix = routes[i].path[n - 1] == '/';
        if (strncmp(in->path, routes[i].path, n) == 0 && (prefix || !in->path[n])) {
            routes[i].handler(context, in, out);
            return;
        }
    }
    text(out, 404, "there is nothing here\n");
}

void routes_end(struct app *app) {
    for (size_t i = 0; i < APP_SESSIONS; i++)
        hk_session_free(app->sessions[i].session);
    hk_rp_free(app->rp);
}
