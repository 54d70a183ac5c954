/* hk_doc: a JSON answer that was checked, and its text as it came. */
#ifndef RP_ENGINE_DOC_H
#define RP_ENGINE_DOC_H

#include "rp/engine/op.h"

struct hk_doc {
    struct arena *arena;
    json_t *json; /* NULL: the text is no JSON object (hk_api_call) */
    str text;
    /* What hk_device_poll and hk_ciba_poll go by */
    str grant_code; /* device_code or auth_req_id */
    str scope;      /* that was asked for */
    int64_t expires, interval_ms;
    int64_t next_poll; /* not before it, in Unix seconds */
    str notification_token;
};

/* Takes a reference of `json` (may be NULL); `text` absent: it is written from json. The caller
 * frees it. */
err doc_new(const struct memory *memory, json_t *json, str text, hk_doc **out) MUST_CHECK;

#endif
