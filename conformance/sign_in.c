/* Registers a demo client by the HitKey API if there is none yet, walks a person through the pages
 * (registering the first time), exchanges the code, verifies the ID token with libjwt and prints
 * it. */
#include "conformance/sign_in.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <getopt.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conformance/engine/browser.h"
#include "conformance/engine/memory.h"
#include "conformance/jose/token_oracle.h"
#include "conformance/mailbox.h"

struct walk {
    const char *issuer, *mail_dir, *client_file, *redirect_uri, *email, *password, *ca_file,
        *cookie_jar, *token_file;
    struct browser *browser;
    json_t *metadata, *client, *tokens;
    char verifier[48], state[28], nonce[28]; /* with the padding that is cut off */
};

static int problem(const char *what, const char *detail) {
    fprintf(stderr, "sign-in: %s%s%s\n", what, detail[0] ? ": " : "", detail);
    return 1;
}

static void random_text(char *out, size_t bytes) {
    unsigned char raw[48];
    if (RAND_bytes(raw, (int)bytes) != 1)
        abort();
    EVP_EncodeBlock((unsigned char *)out, raw, (int)bytes);
    for (char *p = out; *p; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    out[strcspn(out, "=")] = '\0';
}

/* PKCE S256 (RFC 7636 4.2). */
static void challenge_of(const char *verifier, char out[48]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(verifier, strlen(verifier), digest, &size, EVP_sha256(), NULL) != 1)
        abort();
    EVP_EncodeBlock((unsigned char *)out, digest, (int)size);
    for (char *p = out; *p; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    out[strcspn(out, "=")] = '\0';
}

/* A JSON exchange; NULL if the answer is not a JSON object with this status. */
static json_t *call(struct walk *walk, const char *path, json_t *body, const char *bearer,
                    long status) {
    char *url = memory_format("%s%s", walk->issuer, path);
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    const struct page *page =
        browser_call(walk->browser, url, body ? "application/json" : NULL, text, bearer);
    json_t *answer = page && page->status == status ? json_loads(page->body, 0, NULL) : NULL;
    json_decref(body);
    free(text);
    free(url);
    return answer;
}

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* The three steps of registration by the API, for the developer who owns the demo client. */
static json_t *register_by_api(struct walk *walk, const char *email) {
    long since = time(NULL);
    json_decref(call(walk, "/auth/register/start", json_pack("{s:s}", "email", email), NULL, 200));
    char *code = mailbox_code(walk->mail_dir, email, since);
    if (!code)
        return NULL;
    json_decref(call(walk, "/auth/register/verify",
                     json_pack("{s:s, s:s}", "email", email, "code", code), NULL, 200));
    free(code);
    return call(walk, "/auth/register/password",
                json_pack("{s:s, s:s}", "email", email, "password", walk->password), NULL, 200);
}

/* For its owner's eyes only. */
static int save(const char *path, const json_t *object) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return problem("the file cannot be written", path);
    bool written = json_dumpfd(object, fd, JSON_INDENT(2)) == 0;
    return close(fd) == 0 && written ? 0 : problem("the file cannot be written", path);
}

/* Whether the saved client may be led back to where this walk ends. */
static bool leads_back(const struct walk *walk) {
    const json_t *uris = json_object_get(walk->client, "redirect_uris");
    for (size_t i = 0; i < json_array_size(uris); i++) {
        const char *uri = json_string_value(json_array_get(uris, i));
        if (uri && strcmp(uri, walk->redirect_uri) == 0)
            return true;
    }
    return false;
}

static int get_client(struct walk *walk) {
    walk->client = json_load_file(walk->client_file, 0, NULL);
    if (leads_back(walk))
        return 0;
    json_decref(walk->client);
    const char *developer = "developer@example.com";
    json_t *login =
        call(walk, "/auth/login",
             json_pack("{s:s, s:s}", "email", developer, "password", walk->password), NULL, 200);
    if (!login)
        login = register_by_api(walk, developer);
    if (!login)
        return problem("the developer's account could not be made", browser_problem(walk->browser));
    walk->client =
        call(walk, "/oauth/clients",
             json_pack("{s:s, s:[s], s:s, s:[s, s]}", "client_name", "Demo Partner",
                       "redirect_uris", walk->redirect_uri, "token_endpoint_auth_method",
                       "client_secret_post", "grant_types", "authorization_code", "refresh_token"),
             text_of(login, "token"), 201);
    json_decref(login);
    return walk->client ? save(walk->client_file, walk->client)
                        : problem("no client could be registered", "");
}

static char *authorization_url(struct walk *walk) {
    char challenge[48];
    random_text(walk->verifier, 32);
    random_text(walk->state, 16);
    random_text(walk->nonce, 16);
    challenge_of(walk->verifier, challenge);
    char *redirect_uri = curl_easy_escape(NULL, walk->redirect_uri, 0);
    char *url = memory_format(
        "%s?response_type=code&client_id=%s&redirect_uri=%s&scope=openid%%20profile%%20email"
        "&state=%s&nonce=%s&code_challenge=%s&code_challenge_method=S256",
        text_of(walk->metadata, "authorization_endpoint"), text_of(walk->client, "client_id"),
        redirect_uri, walk->state, walk->nonce, challenge);
    curl_free(redirect_uri);
    return url;
}

static bool press(struct walk *walk, const char *button, const char *field, const char *value) {
    return browser_press(walk->browser, button, &(struct typed){field, value}, field ? 1 : 0) !=
           NULL;
}

/* On the sign-in page: as someone new. */
static bool register_on_pages(struct walk *walk) {
    long since = time(NULL);
    if (!press(walk, "register", NULL, NULL) || !press(walk, "continue", "email", walk->email))
        return false;
    char *code = mailbox_code(walk->mail_dir, walk->email, since);
    bool ok = code && press(walk, "continue", "code", code) &&
              press(walk, "continue", "password", walk->password);
    free(code);
    return ok;
}

static bool sign_in_on_pages(struct walk *walk) {
    const struct typed typed[] = {{"email", walk->email}, {"password", walk->password}};
    return browser_press(walk->browser, "sign-in", typed, 2) != NULL;
}

/* From the app's link to the redirect back. */
static const struct page *through_the_pages(struct walk *walk) {
    char *url = authorization_url(walk);
    const struct page *page = browser_get(walk->browser, url);
    if (page && !page->stopped && !sign_in_on_pages(walk))
        page = NULL;
    if (page && browser_sees(walk->browser, "sign-in")) {
        page = browser_get(walk->browser, url);
        page = page && register_on_pages(walk) ? page : NULL;
    }
    if (page && browser_sees(walk->browser, "allow"))
        page = browser_press(walk->browser, "allow", NULL, 0);
    free(url);
    return page;
}

/* The value of a parameter of a URL's query, decoded; the caller frees. "" if it is not there. */
static char *query_parameter(const char *url, const char *name) {
    char *wanted = memory_format("%s=", name), *value = NULL;
    const char *p = strchr(url, '?');
    for (; p && !value; p = strchr(p, '&')) {
        p++;
        if (strncmp(p, wanted, strlen(wanted)) != 0)
            continue;
        size_t n = strcspn(p + strlen(wanted), "&#");
        char *decoded = curl_easy_unescape(NULL, p + strlen(wanted), (int)n, NULL);
        value = memory_copy(decoded, strlen(decoded));
        curl_free(decoded);
    }
    free(wanted);
    return value ? value : memory_copy("", 0);
}

static int exchange_code(struct walk *walk, const struct page *page) {
    if (!page || !page->stopped)
        return problem("the pages did not lead back to the app", browser_problem(walk->browser));
    char *code = query_parameter(page->url, "code"), *state = query_parameter(page->url, "state");
    char *iss = query_parameter(page->url, "iss");
    bool good = code[0] && strcmp(state, walk->state) == 0 && strcmp(iss, walk->issuer) == 0;
    if (good)
        walk->tokens =
            call(walk, "/oauth/token",
                 json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "grant_type", "authorization_code",
                           "code", code, "redirect_uri", walk->redirect_uri, "code_verifier",
                           walk->verifier, "client_id", text_of(walk->client, "client_id"),
                           "client_secret", text_of(walk->client, "client_secret")),
                 NULL, 200);
    free(code);
    free(state);
    free(iss);
    if (!good)
        return problem("the answer lacks a code, our state or the issuer", "");
    return walk->tokens ? 0 : problem("the code was not exchanged", browser_problem(walk->browser));
}

/* OIDC Core 3.1.3.7, as far as this client needs it. */
static int check_claims(const struct walk *walk, const json_t *claims) {
    if (strcmp(text_of(claims, "iss"), walk->issuer) != 0)
        return problem("the ID token has another issuer", "");
    if (strcmp(text_of(claims, "aud"), text_of(walk->client, "client_id")) != 0)
        return problem("the ID token is for another client", "");
    if (strcmp(text_of(claims, "nonce"), walk->nonce) != 0)
        return problem("the ID token has another nonce", "");
    if (json_integer_value(json_object_get(claims, "exp")) <= time(NULL))
        return problem("the ID token has expired", "");
    return 0;
}

static int show(struct walk *walk) {
    const char *trouble = NULL;
    json_t *jwks = call(walk, "/oauth/jwks", NULL, NULL, 200);
    json_t *claims = token_oracle_claims(jwks, text_of(walk->tokens, "id_token"), &trouble);
    json_t *user = call(walk, "/oauth/userinfo", NULL, text_of(walk->tokens, "access_token"), 200);
    int status =
        !claims ? problem("the ID token is not good", trouble) : check_claims(walk, claims);
    if (status == 0 && !text_of(walk->tokens, "refresh_token")[0])
        status = problem("no refresh token came", "");
    if (status == 0 && strcmp(text_of(user, "sub"), text_of(claims, "sub")) != 0)
        status = problem("userinfo speaks of somebody else", "");
    if (status == 0) {
        char *token_text = json_dumps(claims, JSON_INDENT(2));
        char *user_text = json_dumps(user, JSON_INDENT(2));
        printf("ID token (verified with libjwt): %s\nUserinfo: %s\n", token_text, user_text);
        free(token_text);
        free(user_text);
    }
    json_decref(user);
    json_decref(claims);
    json_decref(jwks);
    return status;
}

static int run(struct walk *walk) {
    walk->metadata = call(walk, "/.well-known/openid-configuration", NULL, NULL, 200);
    if (!walk->metadata)
        return problem("the issuer's discovery document cannot be read", walk->issuer);
    int status = get_client(walk);
    if (status == 0)
        status = exchange_code(walk, through_the_pages(walk));
    if (status == 0)
        status = show(walk);
    return status == 0 && walk->token_file ? save(walk->token_file, walk->tokens) : status;
}

static int usage(void) {
    fputs("usage: hitkey-conformance sign-in --issuer URL --mail-dir DIR --client-file FILE\n"
          "         --redirect-uri URI --email ADDRESS --password PASSWORD [--ca-file FILE]\n"
          "         [--cookie-jar FILE] [--token-file FILE]\n",
          stderr);
    return 2;
}

int sign_in_main(int argc, char **argv) {
    struct walk walk = {0};
    const char **targets[] = {&walk.issuer,       &walk.mail_dir,   &walk.client_file,
                              &walk.redirect_uri, &walk.email,      &walk.password,
                              &walk.ca_file,      &walk.cookie_jar, &walk.token_file};
    static const struct option options[] = {
        {"issuer", required_argument, NULL, 0},      {"mail-dir", required_argument, NULL, 1},
        {"client-file", required_argument, NULL, 2}, {"redirect-uri", required_argument, NULL, 3},
        {"email", required_argument, NULL, 4},       {"password", required_argument, NULL, 5},
        {"ca-file", required_argument, NULL, 6},     {"cookie-jar", required_argument, NULL, 7},
        {"token-file", required_argument, NULL, 8},  {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return usage();
        *targets[option] = optarg;
    }
    for (size_t i = 0; i < 6; i++)
        if (!*targets[i])
            return usage();
    walk.browser = browser_new(
        &(struct browser_options){.http = {.ca_file = walk.ca_file, .cookie_jar = walk.cookie_jar},
                                  .stop_at = walk.redirect_uri});
    int status = run(&walk);
    browser_free(walk.browser);
    json_decref(walk.metadata);
    json_decref(walk.client);
    json_decref(walk.tokens);
    return status;
}
