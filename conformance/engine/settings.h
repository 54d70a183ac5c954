/* What the whole call of the runner is about, read once: options and the client file. */
#ifndef CONFORMANCE_ENGINE_SETTINGS_H
#define CONFORMANCE_ENGINE_SETTINGS_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stdbool.h>

struct listener;

struct settings {
    const char *issuer;
    const char *plan;                /* its name, or "all" */
    const char *module;              /* only this one, or NULL */
    const char *client;              /* the client file's name, or NULL */
    const char *response_type;       /* only this one of the plan's, or NULL */
    const char *report_dir;          /* or NULL */
    const char *ca_file;             /* that signed the provider's certificate, or NULL */
    const char *listen;              /* ADDR:PORT of the runner's own server */
    const char *base_url;            /* how the provider and the browser reach it */
    const char *tls_cert, *tls_key;  /* its certificate; or … */
    const char *tls_ca, *tls_ca_key; /* … the authority that signs one */
    const char *rotate_keys; /* a command that makes the provider rotate its keys, or NULL */
    const char *jobs;        /* how many modules run at once, or NULL: one */
    const char *chromium;    /* the program, or NULL */
    bool strict;             /* WARNING and SKIPPED count as failures */
    bool fast;               /* the long waits are cut short: see run_wait */
    bool quiet;
    json_t *file; /* --client FILE: "person", "pages", "client"… ; never NULL */
    struct listener *listener;
    EVP_PKEY *key; /* RSA: the clients' own, where a module needs no fresh one */
    /* Of `rp` alone: */
    const char *rp;   /* the command that is the relying party under test */
    json_t *rp_setup; /* RP_* variables of the command line */
    struct rp_material *material;
};

#endif
