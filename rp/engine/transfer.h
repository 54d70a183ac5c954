/* Requests over libcurl, for hk_op_run and hk_op_curl: TLS that is verified, no redirects, pinned
 * protocols, caps on time and size, no signals, nothing of the environment. */
#ifndef RP_ENGINE_TRANSFER_H
#define RP_ENGINE_TRANSFER_H

#include <curl/curl.h>

#include "rp/engine/op.h"

struct connections;
struct transfer;

/* Handles that keep their connections between requests. Reads ca_file, once. */
err connections_new(struct hk_rp *rp, struct failure *failure, struct connections **out) MUST_CHECK;
void connections_free(struct connections *connections);

/* A handle that is ready to perform `http`. E_no_memory. */
err transfer_new(struct hk_rp *rp, const hk_http *http, struct transfer **out) MUST_CHECK;
CURL *transfer_handle(struct transfer *transfer);
/* Feeds the op with what the handle gathered, or with why it failed. */
int transfer_feed(struct transfer *transfer, CURLcode code, struct hk_op *op);
/* The handle's connection is kept for the next. NULL is allowed. */
void transfer_free(void *transfer);

#endif
