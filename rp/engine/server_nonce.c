#include "rp/engine/server_nonce.h"

#include "common/base/url.h"

static err origin_of(struct hk_op *op, enum nonce_of of, str url, struct sha256 *out) {
    struct url parts;
    str origin;
    TRY(url_parse(url, &parts));
    TRY(url_origin(op->arena, &parts, &origin));
    TRY(STR_JOIN(op->arena, &origin, origin, of == NONCE_OF_API ? S(" api") : S("")));
    *out = sha256(origin);
    return OK;
}

/* Under the lock; NULL: not remembered. */
static struct server_nonce *find(struct hk_rp *rp, const struct sha256 *origin) {
    for (size_t i = 0; i < SERVER_NONCES; i++)
        if (rp->nonces[i].size && memcmp(&rp->nonces[i].origin, origin, sizeof *origin) == 0)
            return &rp->nonces[i];
    return NULL;
}

err server_nonce_keep(struct hk_op *op, enum nonce_of of, str url, str nonce) {
    struct hk_rp *rp = op->rp;
    struct sha256 origin;
    if (str_empty(nonce) || nonce.n > sizeof rp->nonces[0].text)
        return OK;
    TRY(origin_of(op, of, url, &origin));
    pthread_mutex_lock(&rp->lock);
    struct server_nonce *at = find(rp, &origin);
    if (!at)
        at = &rp->nonces[rp->next_nonce++ % SERVER_NONCES];
    at->origin = origin;
    at->size = nonce.n;
    memcpy(at->text, nonce.p, nonce.n);
    pthread_mutex_unlock(&rp->lock);
    return OK;
}

err server_nonce_get(struct hk_op *op, enum nonce_of of, str url, str *out) {
    struct hk_rp *rp = op->rp;
    struct sha256 origin;
    *out = STR_ABSENT;
    TRY(origin_of(op, of, url, &origin));
    pthread_mutex_lock(&rp->lock);
    const struct server_nonce *at = find(rp, &origin);
    err e = at ? str_dup(op->arena, str_of(at->text, at->size), out) : OK;
    pthread_mutex_unlock(&rp->lock);
    return e;
}
