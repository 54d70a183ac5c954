/* HitKey's older dialect (docs/api.md) has no discovery: where its endpoints are follows from the
 * issuer. */
#ifndef RP_PROTOCOL_HITKEY_V1_H
#define RP_PROTOCOL_HITKEY_V1_H

#include "common/base/str.h"

/* Metadata as discovery would give it. The browser signs in at the site of the API's host without
 * its "api." in front: https://hitkey.io/ for https://api.hitkey.io. */
err hitkey_v1_metadata(struct arena *arena, str issuer, str *json) MUST_CHECK;

#endif
