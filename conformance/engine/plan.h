/* The plans and modules under the Foundation's names: plans.def and modules.def for providers,
 * ../rp/rp_plans.def and ../rp/rp_modules.def for relying parties. */
#ifndef CONFORMANCE_ENGINE_PLAN_H
#define CONFORMANCE_ENGINE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct run;

/* The lists that modules.def puts a module on; a plan takes one list. */
enum module_list {
    LIST_CONFIG = 1 << 0,
    LIST_BASIC = 1 << 1,
    LIST_IMPLICIT = 1 << 2,
    LIST_HYBRID = 1 << 3,
    LIST_DYNAMIC = 1 << 4,
    LIST_THIRD_PARTY = 1 << 5,
    LIST_RP_LOGOUT = 1 << 6,
    LIST_FRONTCHANNEL = 1 << 7,
    LIST_BACKCHANNEL = 1 << 8,
    LIST_SESSION = 1 << 9,
    /* Not a list: the module changes the provider for everybody, so no other may run beside it. */
    RUNS_ALONE = 1 << 15,
};

/* Of a list's response types, those a module makes sense with. */
enum module_when {
    WHEN_ALWAYS,
    WHEN_ACCESS_TOKEN,    /* one that yields an access token */
    WHEN_NONCE_OPTIONAL,  /* no ID token from the authorization endpoint */
    WHEN_NONCE_MANDATORY, /* an ID token from there (OIDCC-3.2.2.1, 3.3.2.11) */
    WHEN_CODE,            /* one that yields a code */
    WHEN_C_HASH,          /* a code and an ID token from there (OIDCC-3.3.2.11) */
    WHEN_AT_HASH,         /* an access token and an ID token from there */
};

struct module {
    const char *name;
    void (*run)(struct run *run);
    unsigned lists;
    enum module_when when;
    const char *spec;         /* where the demand stands */
    const char *demand;       /* what the provider, or the relying party, must do */
    const struct rp_case *rp; /* of the relying parties' modules: see ../rp/rp_case.h; else NULL */
};

struct variant {
    const char *response_type; /* "code id_token" */
    const char *response_mode; /* "default" or "form_post" */
    const char *client_auth;   /* "client_secret_basic", … */
    const char *setup; /* of the relying parties' plans: "RP_REGISTRATION=dynamic&…"; else NULL */
};

struct plan {
    const char *name;
    const char *profile;        /* of the certification */
    unsigned list;              /* one of the suite's lists */
    const char *response_types; /* separated by | */
    struct variant variant;     /* its response_type is filled for each run */
};

extern const struct plan plans[];
extern const size_t plans_n;
extern const struct module modules[];
extern const size_t modules_n;

/* The first response type of "a|b|c" behind *rest, which moves on; false at the end. */
bool plan_next_response_type(const char **rest, char *out, size_t room);
bool plan_has(const struct plan *plan, const struct module *module, const char *response_type);
/* Whether one of the response type's words is this. */
bool response_type_has(const char *response_type, const char *word);

#endif
