/* The provider's metadata (OIDC Discovery 4, RFC 8414). */
#ifndef RP_ENGINE_METADATA_H
#define RP_ENGINE_METADATA_H

#include "rp/engine/op.h"

/* A step: the functions below may be asked after it. */
err metadata_need(struct hk_op *op) MUST_CHECK;
/* Makes a document of hk_cfg_metadata's JSON, in hk_rp_new. */
err metadata_given(struct hk_rp *rp, struct failure *failure) MUST_CHECK;

/* The text at `member`, or absent. */
str metadata_str(const struct hk_op *op, const char *member);
/* The URL at `member`; over mutual TLS that of mtls_endpoint_aliases, where there is one (RFC 8705
 * 5). Breaks metadata_has_endpoint when there is none. */
err metadata_endpoint(struct hk_op *op, const char *member, str *out) MUST_CHECK;
/* Whether the list at `member` has `word`; `standard` when there is no such list. */
bool metadata_lists(const struct hk_op *op, const char *member, str word, bool standard);
bool metadata_true(const struct hk_op *op, const char *member);
/* Whether this client's requests to the provider go over mutual TLS. */
bool metadata_mutual_tls(const struct hk_op *op);

#endif
