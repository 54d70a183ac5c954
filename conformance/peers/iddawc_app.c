/* Debian's iddawc as a relying party for `hitkey-conformance rp`: a web application that leaves to
 * the library what the library offers, and adds nothing to its checks. One browser is served.
 *
 * The script iddawc beside it compiles and starts it.
 *
 * iddawc takes no certificate authority beside the system's, so TLS is not verified here. */
#include <iddawc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <ulfius.h>

enum { CANNOT = 77 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct _i_session party; /* the library's: settings, and the one person signed in */
static bool ready, signed_in;
static char redirect_uri[512], cookie[33];
static unsigned response_type;

static const char *env(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static bool env_is(const char *name, const char *value) {
    return strcmp(env(name), value) == 0;
}

static void cannot(const char *why) {
    fprintf(stderr, "iddawc %s\n", why);
    exit(CANNOT);
}

static char *base_url(const char *path) {
    return msprintf("%s%s", env("RP_BASE_URL"), path);
}

/* ---- the library's settings, from the variables ------------------------------------------- */

static const struct {
    const char *name;
    unsigned value;
} authentications[] = {
    {"none", I_TOKEN_AUTH_METHOD_NONE},
    {"client_secret_basic", I_TOKEN_AUTH_METHOD_SECRET_BASIC},
    {"client_secret_post", I_TOKEN_AUTH_METHOD_SECRET_POST},
    {"client_secret_jwt", I_TOKEN_AUTH_METHOD_JWT_SIGN_SECRET},
    {"private_key_jwt", I_TOKEN_AUTH_METHOD_JWT_SIGN_PRIVKEY},
    {"tls_client_auth", I_TOKEN_AUTH_METHOD_TLS_CERTIFICATE},
    {"self_signed_tls_client_auth", I_TOKEN_AUTH_METHOD_TLS_CERTIFICATE},
};

static void set_authentication(void) {
    for (size_t i = 0; i < sizeof authentications / sizeof authentications[0]; i++)
        if (env_is("RP_CLIENT_AUTH", authentications[i].name))
            i_set_int_parameter(&party, I_OPT_TOKEN_METHOD, authentications[i].value);
    if (!*env("RP_TLS_CERT"))
        return;
    i_set_str_parameter(&party, I_OPT_TLS_CERT_FILE, env("RP_TLS_CERT"));
    i_set_str_parameter(&party, I_OPT_TLS_KEY_FILE, env("RP_TLS_KEY"));
}

static void set_response_type(void) {
    const char *type = env("RP_RESPONSE_TYPE");
    response_type = (strstr(type, "code") ? I_RESPONSE_TYPE_CODE : 0u) |
                    (strstr(type, "id_token") ? I_RESPONSE_TYPE_ID_TOKEN : 0u) |
                    (strstr(type, " token") ? I_RESPONSE_TYPE_TOKEN : 0u);
    i_set_response_type(&party, response_type);
    const char *mode = env("RP_RESPONSE_MODE");
    if (*mode && strcmp(mode, "default") != 0)
        i_set_additional_parameter(&party, "response_mode", mode);
}

static void set_key(void) {
    unsigned char pem[8192];
    FILE *file = fopen(env("RP_PRIVATE_KEY"), "r");
    if (!file)
        return;
    size_t n = fread(pem, 1, sizeof pem, file);
    fclose(file);
    jwk_t *key;
    r_jwk_init(&key);
    r_jwk_import_from_pem_der(key, R_X509_TYPE_PRIVKEY, R_FORMAT_PEM, pem, n);
    const char *ec = r_jwk_get_property_str(key, "crv");
    const char *alg = ec ? "ES256" : env_is("RP_PROFILE", "oidc") ? "RS256" : "PS256";
    if (*env("RP_REQUEST_OBJECT_ALG") && !env_is("RP_REQUEST_OBJECT_ALG", "none"))
        alg = env("RP_REQUEST_OBJECT_ALG");
    r_jwk_set_property_str(key, "kid", env("RP_PRIVATE_KEY_ID"));
    r_jwk_set_property_str(key, "alg", alg);
    json_t *keys = json_pack("{s:[o]}", "keys", r_jwk_export_to_json_t(key));
    i_set_client_jwks(&party, keys);
    i_set_str_parameter(&party, I_OPT_CLIENT_KID, env("RP_PRIVATE_KEY_ID"));
    i_set_str_parameter(&party, I_OPT_CLIENT_SIGN_ALG, alg);
    i_set_str_parameter(&party, I_OPT_DPOP_SIGN_ALG, alg);
    i_set_str_parameter(&party, I_OPT_DPOP_KID, env("RP_PRIVATE_KEY_ID"));
    json_decref(keys);
    r_jwk_free(key);
}

static void set_extra(void) {
    char *extra = o_strdup(env("RP_EXTRA"));
    for (char *rest = extra, *pair; (pair = strtok_r(rest, "&", &rest));) {
        char *value = strchr(pair, '=');
        if (!value)
            continue;
        *value++ = '\0';
        char *plain = ulfius_url_decode(value);
        i_set_additional_parameter(&party, pair, plain);
        o_free(plain);
    }
    o_free(extra);
}

static void set_up(void) {
    char *config = msprintf("%s/.well-known/openid-configuration", env("RP_ISSUER"));
    char *after = base_url("/logged_out");
    snprintf(redirect_uri, sizeof redirect_uri, "%s/callback", env("RP_BASE_URL"));
    i_init_session(&party);
    i_set_parameter_list(
        &party, I_OPT_OPENID_CONFIG_ENDPOINT, config, I_OPT_CLIENT_ID, env("RP_CLIENT_ID"),
        I_OPT_CLIENT_SECRET, env("RP_CLIENT_SECRET"), I_OPT_REDIRECT_URI, redirect_uri, I_OPT_SCOPE,
        env("RP_SCOPE"), I_OPT_REMOTE_CERT_FLAG, I_REMOTE_VERIFY_NONE,
        I_OPT_POST_LOGOUT_REDIRECT_URI, after, I_OPT_USE_DPOP, env_is("RP_SENDER", "dpop"),
        I_OPT_SERVER_JWKS_CACHE_EXPIRATION, 1, I_OPT_AUTH_METHOD,
        env_is("RP_REQUEST_TYPE", "request_object")
            ? I_AUTH_METHOD_GET | I_AUTH_METHOD_JWT_SIGN_PRIVKEY
            : I_AUTH_METHOD_GET,
        I_OPT_NONE);
    set_response_type();
    set_authentication();
    set_key();
    set_extra();
    o_free(config);
    o_free(after);
}

/* ---- what the paths do --------------------------------------------------------------------- */

static bool registered(void) {
    if (!env_is("RP_REGISTRATION", "dynamic"))
        return true;
    json_t *about = json_pack("{s:s,s:[s],s:[s,s,s]}", "token_endpoint_auth_method",
                              env("RP_CLIENT_AUTH"), "response_types", env("RP_RESPONSE_TYPE"),
                              "grant_types", "authorization_code", "implicit", "refresh_token");
    int status = i_register_client(&party, about, 1, NULL);
    json_decref(about);
    i_set_str_parameter(&party, I_OPT_ACCESS_TOKEN, NULL);
    return status == I_OK;
}

/* It writes "token id_token", and finds only "id_token token" in a provider's metadata. */
static bool discovered(void) {
    unsigned both = I_RESPONSE_TYPE_TOKEN | I_RESPONSE_TYPE_ID_TOKEN;
    if (i_get_openid_config(&party) != I_OK)
        return false;
    if ((response_type & both) == both)
        i_set_int_parameter(&party, I_OPT_OPENID_CONFIG_STRICT, I_STRICT_NO);
    return true;
}

static bool begin(void) {
    if (!ready)
        ready = discovered() && registered();
    i_close_session(&party, NULL); /* of the sign-in before */
    i_set_response_type(&party, response_type);
    i_set_parameter_list(&party, I_OPT_STATE_GENERATE, 32, I_OPT_NONCE_GENERATE, 32,
                         I_OPT_TOKEN_JTI_GENERATE, 16, I_OPT_NONE);
    if (response_type & I_RESPONSE_TYPE_CODE)
        i_set_parameter_list(&party, I_OPT_PKCE_CODE_VERIFIER_GENERATE, 43, I_OPT_PKCE_METHOD,
                             I_PKCE_METHOD_S256, I_OPT_NONE);
    if (!ready || (env_is("RP_PAR", "1") && i_run_par_request(&party) != I_OK))
        return false;
    return i_build_auth_url_get(&party) == I_OK;
}

/* A nonce that the provider wants in DPoP proofs is the second try's. */
static bool token_request(void) {
    i_set_int_parameter(&party, I_OPT_TOKEN_JTI_GENERATE, 16);
    if (i_run_token_request(&party) == I_OK && !i_get_str_parameter(&party, I_OPT_ERROR))
        return true;
    const char *error = i_get_str_parameter(&party, I_OPT_ERROR);
    if (!error || strcmp(error, "use_dpop_nonce") != 0)
        return false;
    i_set_str_parameter(&party, I_OPT_ERROR, NULL);
    i_set_int_parameter(&party, I_OPT_TOKEN_JTI_GENERATE, 16);
    return i_run_token_request(&party) == I_OK && !i_get_str_parameter(&party, I_OPT_ERROR);
}

static bool userinfo(void) {
    if (!i_get_str_parameter(&party, I_OPT_ACCESS_TOKEN) || env_is("RP_PROFILE", "oauth"))
        return true;
    i_set_int_parameter(&party, I_OPT_TOKEN_JTI_GENERATE, 16);
    return i_get_userinfo(&party, *env("RP_USERINFO_ALG") != '\0') == I_OK;
}

static bool finish(const char *response) {
    i_set_str_parameter(&party, I_OPT_ERROR, NULL);
    char *url = msprintf("%s%s", redirect_uri, response);
    i_set_str_parameter(&party, I_OPT_REDIRECT_TO, url);
    o_free(url);
    if (i_parse_redirect_to(&party) != I_OK || i_get_str_parameter(&party, I_OPT_ERROR))
        return false;
    if ((response_type & I_RESPONSE_TYPE_CODE) && !token_request())
        return false;
    return userinfo();
}

/* It would want the nonce again, which OIDC Core 12.2 takes out of refreshed ID tokens. */
static bool refresh(void) {
    i_set_str_parameter(&party, I_OPT_NONCE, NULL);
    i_set_response_type(&party, I_RESPONSE_TYPE_REFRESH_TOKEN);
    return token_request() && userinfo();
}

static bool resource(void) {
    struct _u_request request;
    struct _u_response response;
    ulfius_init_request(&request);
    ulfius_init_response(&response);
    ulfius_set_request_properties(&request, U_OPT_HTTP_VERB, "GET", U_OPT_HTTP_URL,
                                  env("RP_RESOURCE_URL"), U_OPT_CHECK_SERVER_CERTIFICATE, 0,
                                  U_OPT_NONE);
    i_set_int_parameter(&party, I_OPT_TOKEN_JTI_GENERATE, 16);
    bool ok =
        i_perform_resource_service_request(&party, &request, &response, 0, I_BEARER_TYPE_HEADER,
                                           env_is("RP_SENDER", "dpop"), 0) == I_OK &&
        response.status >= 200 && response.status < 300;
    ulfius_clean_request(&request);
    ulfius_clean_response(&response);
    return ok;
}

/* ---- HTTP ---------------------------------------------------------------------------------- */

static int answer(struct _u_response *to, unsigned status, const char *body) {
    u_map_put(to->map_header, "Cache-Control", "no-store");
    ulfius_set_string_body_response(to, status, body);
    return U_CALLBACK_COMPLETE;
}

static int redirect(struct _u_response *to, const char *url) {
    u_map_put(to->map_header, "Location", url);
    return answer(to, 303, "");
}

static bool known(const struct _u_request *request) {
    const char *shown = u_map_get(request->map_cookie, "rp");
    return shown && strcmp(shown, cookie) == 0;
}

static void new_cookie(void) {
    unsigned char bytes[(sizeof cookie - 1) / 2];
    if (getentropy(bytes, sizeof bytes) != 0)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(cookie + 2 * i, 3, "%02x", bytes[i]);
    signed_in = false;
}

static int on_login(const struct _u_request *request, struct _u_response *to) {
    const char *iss = u_map_get(request->map_url, "iss");
    if (iss && strcmp(iss, env("RP_ISSUER")) != 0)
        return answer(to, 400, "iss is another provider's");
    if (!begin())
        return answer(to, 500, "the sign-in could not be started");
    new_cookie();
    ulfius_add_cookie_to_response(to, "rp", cookie, NULL, 0, NULL, "/", 0, 1);
    return redirect(to, i_get_str_parameter(&party, I_OPT_REDIRECT_TO));
}

static int on_callback(const struct _u_request *request, struct _u_response *to) {
    if (!known(request))
        return answer(to, 400, "no sign-in was started by this browser");
    const char *query = strchr(request->http_url, '?');
    bool fragment = u_map_get(request->map_post_body, "response_mode") != NULL;
    char *response = msprintf("%s%.*s", request->binary_body_length ? fragment ? "#" : "?" : "",
                              (int)request->binary_body_length,
                              request->binary_body ? (const char *)request->binary_body : "");
    signed_in = finish(*response ? response : query ? query : "");
    o_free(response);
    return signed_in ? redirect(to, "/me") : answer(to, 400, "refused");
}

static int on_me(const struct _u_request *request, struct _u_response *to) {
    if (!known(request) || !signed_in)
        return answer(to, 401, "not signed in");
    json_t *id_token = party.id_token_payload;
    json_t *claims = party.userinfo ? json_loads(party.userinfo, 0, NULL) : json_incref(id_token);
    json_t *me = json_pack("{s:O?,s:O?,s:o?}", "iss", json_object_get(id_token, "iss"), "sub",
                           json_object_get(id_token, "sub"), "claims", claims);
    ulfius_set_json_body_response(to, 200, me);
    json_decref(me);
    return U_CALLBACK_COMPLETE;
}

static int on_refresh(const struct _u_request *request, struct _u_response *to) {
    bool ok = known(request) && signed_in && refresh();
    return answer(to, ok ? 200 : 400, ok ? "refreshed" : "refused");
}

static int on_resource(const struct _u_request *request, struct _u_response *to) {
    bool ok = known(request) && signed_in && resource();
    return answer(to, ok ? 200 : 400, ok ? "the resource answered" : "refused");
}

static int on_logout(const struct _u_request *request, struct _u_response *to) {
    char *url = known(request) && signed_in ? i_build_end_session_url(&party) : NULL;
    int done = url ? redirect(to, url) : answer(to, 400, "not signed in");
    signed_in = false;
    o_free(url);
    return done;
}

static int on_logged_out(const struct _u_request *request, struct _u_response *to) {
    (void)request;
    return answer(to, 200, "signed out");
}

static int on_backchannel(const struct _u_request *request, struct _u_response *to) {
    const char *token = u_map_get(request->map_post_body, "logout_token");
    bool ok = token && i_verify_end_session_backchannel_token(&party, token) == I_OK;
    if (ok)
        signed_in = i_close_session(&party, NULL) != I_OK;
    return answer(to, ok ? 200 : 400, ok ? "" : "refused");
}

static int on_frontchannel(const struct _u_request *request, struct _u_response *to) {
    if (i_close_session(&party, u_map_get(request->map_url, "sid")) == I_OK)
        signed_in = false;
    return answer(to, 200, "signed out");
}

static struct route {
    const char *method, *path;
    int (*run)(const struct _u_request *request, struct _u_response *to);
} routes[] = {
    {"GET", "/login", on_login},
    {"GET", "/callback", on_callback},
    {"POST", "/callback", on_callback},
    {"GET", "/me", on_me},
    {"GET", "/refresh", on_refresh},
    {"GET", "/resource", on_resource},
    {"GET", "/logout", on_logout},
    {"GET", "/logged_out", on_logged_out},
    {"POST", "/backchannel_logout", on_backchannel},
    {"GET", "/frontchannel_logout", on_frontchannel},
};

static int handle(const struct _u_request *request, struct _u_response *to, void *user) {
    const struct route *route = user;
    pthread_mutex_lock(&lock);
    int done = route->run(request, to);
    pthread_mutex_unlock(&lock);
    return done;
}

/* Ends the program where it cannot do what the variables ask. */
static void check_variant(void) {
    if (!env_is("RP_REQUEST_TYPE", "plain") && env_is("RP_REQUEST_OBJECT_ALG", "none"))
        cannot("signs request objects");
    if (env_is("RP_REQUEST_TYPE", "request_uri"))
        cannot("passes request objects by value only");
    if (env_is("RP_RESPONSE_TYPE", "code token"))
        cannot("has no response type \"code token\"");
    if (!*env("RP_ISSUER"))
        cannot("has no WebFinger");
}

static bool listen_at(struct _u_instance *server, const char *url) {
    const char *port = strrchr(url, ':');
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port =
                                   htons((uint16_t)(port ? strtoul(port + 1, NULL, 10) : 0)),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (ulfius_init_instance(server, ntohs(here.sin_port), &here, NULL) != U_OK)
        return false;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        ulfius_add_endpoint_by_val(server, routes[i].method, routes[i].path, NULL, 0, handle,
                                   &routes[i]);
    return ulfius_start_framework(server) == U_OK;
}

int main(void) {
    check_variant();
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    y_init_logs("iddawc", Y_LOG_MODE_CONSOLE, Y_LOG_LEVEL_DEBUG, NULL, "iddawc");
    i_global_init();
    set_up();
    struct _u_instance server;
    if (!listen_at(&server, env("RP_BASE_URL")))
        return EXIT_FAILURE;
    int which;
    sigwait(&ends, &which);
    return EXIT_SUCCESS;
}
