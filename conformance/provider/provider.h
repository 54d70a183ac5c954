/* The OpenID provider that a relying party meets: correct in everything but one fault, strict with
 * what it is asked, and with a memory of every request. One for each module, on a port of its own.
 *
 * Requests are answered on the listener's threads under `lock`; everything else here may be called
 * from the module's thread. */
#ifndef CONFORMANCE_PROVIDER_PROVIDER_H
#define CONFORMANCE_PROVIDER_PROVIDER_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>

#include "conformance/engine/listener.h"
#include "conformance/engine/outcome.h"
#include "conformance/provider/fault.h"
#include "conformance/provider/signing_keys.h"

struct provider {
    struct listener *listener, *mtls; /* the second asks for certificates (RFC 8705 5) */
    struct listener *account_host;    /* see provider_account_host; or NULL */
    char *issuer, *mtls_base, *random;
    struct outcome *outcome;           /* gets the exchanges; borrowed */
    const char *ca_file, *ca_key_file; /* borrowed */
    pthread_mutex_t lock;              /* of what follows */
    const struct fault *fault;
    struct signing_keys *keys;
    bool rotates_at_signing; /* the next ID token is signed with a key that was never published */
    json_t *setup;      /* the RP_* variables of the module: provider and relying party agree */
    json_t *clients;    /* client_id: its metadata, "client_id" and "client_secret" among them */
    json_t *grants;     /* code, access or refresh token: what it stands for */
    json_t *seen;       /* requests, see provider_requests */
    json_t *complaints; /* [{"name", "spec", "detail"}]: requests that were wrong */
};

/* One request on its way to an endpoint. */
struct asked {
    const json_t *request; /* as the listener records it */
    json_t *parameters;    /* of query and form together */
    bool by_mtls;
};

struct provider_options {
    const struct fault *fault;
    const char *ca, *ca_key; /* PEM files of the authority that signs its certificate */
    json_t *setup;           /* borrowed, and extended with RP_ISSUER and other URLs */
    struct outcome *outcome;
};

/* Never NULL: ends the program where no port can be had. */
struct provider *provider_new(const struct provider_options *options);
void provider_free(struct provider *provider);

/* An RP_* variable; "" where it is not set. */
const char *provider_setup(const struct provider *provider, const char *name);
/* Something of the request was wrong: a FAILURE of the module. Under the lock. */
void provider_complain(struct provider *provider, const char *name, const char *spec,
                       const char *detail, ...) __attribute__((format(printf, 4, 5)));
/* The complaints so far, which are taken off. The caller owns. */
json_t *provider_take_complaints(struct provider *provider);
/* The requests of this endpoint (routes.def) so far, oldest first: [{"endpoint", "method",
 * "parameters", "headers", "body", "mtls", "status"}], the parameters with those of a request
 * object; NULL: of all. The caller owns. */
json_t *provider_requests(struct provider *provider, const char *endpoint);
size_t provider_count(struct provider *provider, const char *endpoint);
/* The host of an acct: identifier (RFC 7565) that WebFinger finds here: a loopback address of its
 * own, where port 443 may be had there; else with a port, which the RFC has no room for. The caller
 * frees.
 */
char *provider_account_host(struct provider *provider);
/* After a change of the setup: its client has what that says. */
void provider_read_setup(struct provider *provider);
/* The newest sign-in of all (grants.h); NULL: there is none. The caller owns. */
json_t *provider_last_grant(struct provider *provider);
/* Other faults and keys from now on. */
void provider_set_fault(struct provider *provider, enum fault_id id);
void provider_rotate(struct provider *provider);
void provider_rotate_at_signing(struct provider *provider);

#endif
