#include "conformance/rp/relying_party.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"
#include "conformance/rp/rp_material.h"

enum { CANNOT = 77, MAX_LOG = 8 << 10, MAX_WHY = 400 };

/* What the contract has where neither plan, module nor command line says otherwise. */
static const struct {
    const char *name, *value;
} defaults[] = {
    {"RP_REGISTRATION", "static"}, {"RP_CLIENT_AUTH", "client_secret_basic"},
    {"RP_REQUEST_TYPE", "plain"},  {"RP_ID_TOKEN_ALG", "RS256"},
    {"RP_SCOPE", "openid email"},  {"RP_SENDER", "none"},
    {"RP_PROFILE", "oidc"},        {"RP_PAR", "0"},
};

const char *relying_party_setup(const struct relying_party *party, const char *name) {
    return text_of(party->setup, name);
}

void relying_party_set(struct relying_party *party, const char *name, const char *value) {
    json_object_set_new(party->setup, name, json_string(value));
}

static void set_all(struct relying_party *party, const char *setup) {
    json_t *more = parameters_parse(setup);
    json_object_update(party->setup, more);
    json_decref(more);
}

/* The client as an administrator registers it; one that registers itself gets that secret then. */
static void set_client(struct relying_party *party) {
    const char *secret = relying_party_setup(party, "RP_CLIENT_SECRET");
    char *made = base64url_random(32), *id = base64url_random(6);
    json_object_set_new(party->setup, "client_secret", json_string(secret[0] ? secret : made));
    json_object_del(party->setup, "RP_CLIENT_SECRET");
    if (!text_is(relying_party_setup(party, "RP_REGISTRATION"), "dynamic")) {
        relying_party_set(party, "RP_CLIENT_ID", id);
        json_object_set(party->setup, "RP_CLIENT_SECRET",
                        json_object_get(party->setup, "client_secret"));
    }
    free(made);
    free(id);
}

static void set_material(struct relying_party *party) {
    const struct rp_material *material = party->run->settings->material;
    bool ec = text_is(relying_party_setup(party, "RP_REQUEST_OBJECT_ALG"), "ES256");
    relying_party_set(party, "RP_PRIVATE_KEY", ec ? material->ec : material->rsa);
    relying_party_set(party, "RP_PRIVATE_KEY_ID", ec ? "client-ec" : "client-rsa");
    relying_party_set(party, "RP_TLS_CERT", material->tls_cert);
    relying_party_set(party, "RP_TLS_KEY", material->tls_key);
    relying_party_set(party, "RP_CA_FILE", material->ca);
    relying_party_set(party, "certificate_thumbprint", material->thumbprint);
    relying_party_set(party, "tls_client_auth_subject_dn", material->subject);
    json_object_set(party->setup, "jwks", material->jwks);
}

static void set_up(struct relying_party *party) {
    struct run *run = party->run;
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        relying_party_set(party, defaults[i].name, defaults[i].value);
    relying_party_set(party, "RP_RESPONSE_TYPE", run->variant.response_type);
    relying_party_set(party, "RP_RESPONSE_MODE", run->variant.response_mode);
    set_all(party, run->variant.setup);
    json_object_update(party->setup, run->settings->rp_setup);
    set_all(party, party->about->setup);
    /* OAuth alone has no scope openid. */
    if (text_is(relying_party_setup(party, "RP_PROFILE"), "oauth") &&
        !json_object_get(run->settings->rp_setup, "RP_SCOPE"))
        relying_party_set(party, "RP_SCOPE", "accounts");
    relying_party_set(party, "RP_BASE_URL", party->base);
    relying_party_set(party, "RP_MODULE", run->module->name);
    set_client(party);
    set_material(party);
}

static void release_provider(void *provider) {
    provider_free(provider);
}

static json_t *log_of(const struct relying_party *party) {
    char text[MAX_LOG + 1];
    FILE *file = fopen(party->log, "rb");
    size_t n = file ? fread(text, 1, MAX_LOG, file) : 0;
    if (file)
        fclose(file);
    while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    text[n] = '\0';
    return text_json(text);
}

static void stop(struct relying_party *party) {
    if (!party->application)
        return;
    application_stop(party->application);
    party->application = NULL;
    json_t *log = log_of(party);
    if (json_string_value(log)[0])
        run_note(party->run, "What the relying party printed:\n%s", json_string_value(log));
    json_decref(log);
    remove(party->log);
}

static void release_application(void *party) {
    stop(party);
}

struct relying_party *relying_party_new(struct run *run) {
    static atomic_uint serial;
    const struct rp_material *material = run->settings->material;
    struct relying_party *party = pool_alloc(run->pool, sizeof *party);
    const char *callback = run->settings->base_url, *colon = strrchr(callback, ':');
    size_t base_n = (size_t)(strrchr(callback, '/') - callback);
    *party = (struct relying_party){.run = run,
                                    .about = run->module->rp,
                                    .base = pool_copy(run->pool, callback, base_n),
                                    .port = (int)strtol(colon + 1, NULL, 10),
                                    .setup = pool_json(run->pool, json_object())};
    party->log =
        pool_format(run->pool, "%s/%u.log", material->folder, atomic_fetch_add(&serial, 1));
    set_up(party);
    party->provider =
        provider_new(&(struct provider_options){.fault = fault_get(party->about->fault),
                                                .ca = material->ca,
                                                .ca_key = material->ca_key,
                                                .setup = party->setup,
                                                .outcome = run->outcome});
    pool_keep(run->pool, party->provider, release_provider);
    pool_keep(run->pool, party, release_application);
    return party;
}

/* The strings of the setup that the contract names, and the files that TLS libraries look at. */
static json_t *environment_of(const struct relying_party *party) {
    json_t *environment = json_object(), *value;
    const char *name, *ca = party->run->settings->material->ca;
    json_object_foreach(party->setup, name, value) {
        if (strncmp(name, "RP_", 3) == 0 && text_of(party->setup, name)[0])
            json_object_set(environment, name, value);
    }
    if (json_object_get(environment, "RP_WEBFINGER"))
        json_object_del(environment, "RP_ISSUER");
    json_object_update_new(environment, json_pack("{s:s, s:s, s:s}", "SSL_CERT_FILE", ca,
                                                  "CURL_CA_BUNDLE", ca, "NODE_EXTRA_CA_CERTS", ca));
    return environment;
}

static noreturn void did_not_start(struct relying_party *party, int status) {
    struct run *run = party->run;
    json_t *log = pool_json(run->pool, log_of(party));
    const char *text = json_string_value(log);
    size_t n = strlen(text);
    if (status == CANNOT)
        module_skipped(run, "the relying party cannot do this: %s",
                       text + (n > MAX_WHY ? n - MAX_WHY : 0));
    if (status < 0)
        module_failed(run, "the-application-listens", "contract", "nothing listened at %s in time",
                      party->base);
    module_failed(run, "the-application-listens", "contract",
                  "the command ended with status %d before it listened: %s", status,
                  text + (n > MAX_WHY ? n - MAX_WHY : 0));
}

void relying_party_start(struct relying_party *party) {
    json_t *environment = environment_of(party);
    int status = 0;
    party->application = application_start(party->run->settings->rp, environment, party->log);
    json_decref(environment);
    if (!party->application)
        module_failed(party->run, "the-application-starts", "contract", "no process could be had");
    if (!application_await(party->application, party->port, &status))
        did_not_start(party, status);
}

struct relying_party *relying_party_started(struct run *run) {
    struct relying_party *party = relying_party_new(run);
    relying_party_start(party);
    return party;
}

void relying_party_restart(struct relying_party *party, const char *setup) {
    stop(party);
    set_all(party, setup);
    provider_read_setup(party->provider);
    relying_party_start(party);
}

const char *relying_party_url(const struct relying_party *party, const char *path) {
    return pool_format(party->run->pool, "%s%s", party->base, path);
}

bool relying_party_gets(const struct relying_party *party, const char *word) {
    return response_type_has(relying_party_setup(party, "RP_RESPONSE_TYPE"), word);
}

void relying_party_check_requests(struct relying_party *party) {
    struct run *run = party->run;
    json_t *complaints = pool_json(run->pool, provider_take_complaints(party->provider)), *one;
    size_t i;
    json_array_foreach(complaints, i, one) {
        check(run, FAILURE, text_of(one, "name"), text_of(one, "spec"), false, "%s",
              text_of(one, "detail"));
    }
}

/* Where the browser stops at the callback although no response of the provider is on its way, it
 * goes on: an application may use that path for more. */
static const struct page *go_on(struct relying_party *party, const struct page *page,
                                size_t before) {
    enum { MAX_STEPS = 4 };
    struct run *run = party->run;
    for (int i = 0; i < MAX_STEPS && page && page->stopped && !page->posted; i++) {
        if (provider_count(party->provider, "authorization") > before)
            break;
        page = browser_get(run->browser, pool_format(run->pool, "%s", page->url));
    }
    return page;
}

const struct page *relying_party_visit(struct relying_party *party, const char *path) {
    struct run *run = party->run;
    size_t before = provider_count(party->provider, "authorization");
    const struct page *page = browser_get(run->browser, relying_party_url(party, path));
    page = go_on(party, page, before);
    if (!page) {
        relying_party_check_requests(party);
        module_failed(run, "the-application-answers", "contract", "GET %s: %s", path,
                      browser_problem(run->browser));
    }
    return page;
}
