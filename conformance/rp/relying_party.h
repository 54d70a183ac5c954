/* One module's pair: a provider with its fault, and the relying party under test, run as a command
 * (README.md has its contract). The browser between them is run->browser. */
#ifndef CONFORMANCE_RP_RELYING_PARTY_H
#define CONFORMANCE_RP_RELYING_PARTY_H

#include "conformance/engine/run.h"
#include "conformance/provider/provider.h"
#include "conformance/rp/application.h"
#include "conformance/rp/rp_case.h"

struct relying_party {
    struct run *run;
    const struct rp_case *about;
    struct provider *provider;
    struct application *application; /* NULL before relying_party_start */
    const char *base, *log;          /* its URL, without / at the end; the file of its output */
    int port;
    json_t *setup; /* the RP_* variables */
};

/* The provider, and a setup which the module may still change. All of it is released with the run.
 */
struct relying_party *relying_party_new(struct run *run);
/* Starts the command. One that ends with 77 cannot do the variant: the module is SKIPPED. */
void relying_party_start(struct relying_party *party);
/* Both of them. */
struct relying_party *relying_party_started(struct run *run);
/* Stops it, and starts it again with another setup: "RP_X=y&…". */
void relying_party_restart(struct relying_party *party, const char *setup);

const char *relying_party_setup(const struct relying_party *party, const char *name);
void relying_party_set(struct relying_party *party, const char *name, const char *value);
/* A URL of the application; kept. */
const char *relying_party_url(const struct relying_party *party, const char *path);
/* Whether its response type has this word. */
bool relying_party_gets(const struct relying_party *party, const char *word);
/* What the provider complained of is a FAILURE each. */
void relying_party_check_requests(struct relying_party *party);
/* GETs a page of the application, with the browser's cookies, redirects followed. Kept until the
 * browser's next call; no answer fails the module. */
const struct page *relying_party_visit(struct relying_party *party, const char *path);

#endif
