#include "keys/ring.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/json_put.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"
#include "keys/jws.h"
#include "keys/ring_file.h"
#include "keys/ring_snapshot.h"

/* What the ring keeps keys for: one of the two. */
struct kind {
    enum jose_alg alg;
    enum jwe_alg decrypts;
};
static const struct kind kinds[] = {{JOSE_RS256, JWE_ALG_NONE},    {JOSE_ES256, JWE_ALG_NONE},
                                    {JOSE_PS256, JWE_ALG_NONE},    {JOSE_EdDSA, JWE_ALG_NONE},
                                    {JOSE_NONE, JWE_RSA_OAEP_256}, {JOSE_NONE, JWE_ECDH_ES}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct ring {
    char *dir;
    struct seal_key key;
    int64_t rotate_every_ms, retire_after_ms;
    pthread_mutex_t lock; /* over `now` and `stamp` */
    struct snapshot *now;
    struct ring_stamp stamp;
};

/* --- changes of a ring in memory ------------------------------------------------------------ */

static err generate(const struct kind *kind, struct jwk **out) {
    return kind->alg != JOSE_NONE ? jwk_generate(kind->alg, out)
                                  : jwk_generate_encryption(kind->decrypts, out);
}

static err add_key(struct ring_entries *entries, const struct kind *kind, enum key_state state,
                   int64_t now_ms) {
    size_t most = kind->alg != JOSE_NONE ? RING_MAX_SIGNING_KEYS : RING_MAX_KEYS;
    REQUIRE(entries->n < most, conflict, "the key ring is full: wait until retiring keys are gone");
    struct ring_entry *entry = &entries->list[entries->n];
    *entry = (struct ring_entry){.alg = kind->alg,
                                 .decrypts = kind->decrypts,
                                 .state = state,
                                 .created_ms = now_ms,
                                 .active_ms = state == KEY_ACTIVE ? now_ms : 0};
    TRY(generate(kind, &entry->jwk));
    entries->n++;
    return OK;
}

static struct ring_entry *find(struct ring_entries *entries, const struct kind *kind,
                               enum key_state state) {
    for (size_t i = 0; i < entries->n; i++)
        if (entries->list[i].alg == kind->alg && entries->list[i].decrypts == kind->decrypts &&
            entries->list[i].state == state)
            return &entries->list[i];
    return NULL;
}

/* The next key, published since it was made, signs from now on; a new next one is published. */
static err rotate_one(struct ring_entries *entries, const struct kind *kind, int64_t now_ms) {
    struct ring_entry *active = find(entries, kind, KEY_ACTIVE),
                      *next = find(entries, kind, KEY_NEXT);
    if (active && next) {
        active->state = KEY_RETIRING;
        active->retiring_ms = now_ms;
    }
    if (next) {
        next->state = KEY_ACTIVE;
        next->active_ms = now_ms;
    }
    if (!find(entries, kind, KEY_ACTIVE))
        TRY(add_key(entries, kind, KEY_ACTIVE, now_ms));
    return find(entries, kind, KEY_NEXT) ? OK : add_key(entries, kind, KEY_NEXT, now_ms);
}

struct rotation {
    const struct kind *kind; /* NULL: all */
    bool at_once;
    int64_t now_ms;
};

/* Nobody refuses a token for a key that they have not heard of yet. */
static err check_published(struct ring_entries *entries, const struct kind *kind,
                           const struct rotation *rotation) {
    const struct ring_entry *next = find(entries, kind, KEY_NEXT);
    REQUIRE(!next || rotation->at_once ||
                rotation->now_ms - next->created_ms >= RING_PUBLISH_AHEAD_S * 1000LL,
            conflict,
            "the next key has been published for less than ten minutes, so clients may not know it "
            "yet: wait, or rotate with --at-once after a leak");
    return OK;
}

static bool is_meant(const struct rotation *rotation, const struct kind *kind) {
    return !rotation->kind || rotation->kind == kind;
}

static err rotate(struct ring_entries *entries, const struct rotation *rotation) {
    for (size_t i = 0; i < KINDS; i++)
        if (is_meant(rotation, &kinds[i]))
            TRY(check_published(entries, &kinds[i], rotation));
    for (size_t i = 0; i < KINDS; i++)
        if (is_meant(rotation, &kinds[i]))
            TRY(rotate_one(entries, &kinds[i], rotation->now_ms));
    return OK;
}

/* Keys that no living token needs are forgotten. */
static bool forget(struct ring_entries *entries, int64_t before_ms) {
    size_t kept = 0;
    for (size_t i = 0; i < entries->n; i++) {
        const struct ring_entry *entry = &entries->list[i];
        if (entry->state == KEY_RETIRING && entry->retiring_ms < before_ms)
            jwk_free(entry->jwk);
        else
            entries->list[kept++] = *entry;
    }
    bool changed = kept != entries->n;
    entries->n = kept;
    return changed;
}

/* --- the file and the snapshot -------------------------------------------------------------- */

static void swap(struct ring *ring, struct snapshot *fresh, const struct ring_stamp *stamp) {
    pthread_mutex_lock(&ring->lock);
    struct snapshot *old = ring->now;
    fresh->shown.version = old ? old->shown.version + 1 : 1;
    ring->now = fresh;
    ring->stamp = *stamp;
    pthread_mutex_unlock(&ring->lock);
    snapshot_give(old);
}

static err reload(struct ring *ring) {
    struct ring_entries entries;
    struct ring_stamp stamp;
    struct snapshot *fresh = NULL;
    TRY(ring_file_read(ring->dir, &ring->key, &entries, &stamp));
    err e = snapshot_new(&entries, &fresh); /* takes the keys */
    TRY(e);
    swap(ring, fresh, &stamp);
    return OK;
}

typedef err change_fn(const struct ring *ring, struct ring_entries *entries, const void *arg,
                      bool *changed);

/* Reads, changes and writes the file under its lock; another process may do the same. */
static err change(struct ring *ring, change_fn *fn, const void *arg) {
    int lock;
    struct ring_entries entries = {.n = 0};
    struct ring_stamp stamp;
    bool changed = false;
    TRY(ring_file_lock(ring->dir, &lock));
    err e = ring_file_read(ring->dir, &ring->key, &entries, &stamp);
    if (err_is(e, E_not_found))
        e = OK;
    if (!failed(e))
        e = fn(ring, &entries, arg, &changed);
    if (!failed(e) && changed)
        e = ring_file_write(ring->dir, &ring->key, &entries);
    ring_entries_drop(&entries);
    close(lock);
    TRY(e);
    return changed ? reload(ring) : OK;
}

static err do_rotate(const struct ring *ring, struct ring_entries *entries, const void *arg,
                     bool *changed) {
    (void)ring;
    *changed = true;
    return rotate(entries, arg);
}

/* What is missing is made: the whole ring the first time, a new algorithm after an upgrade. */
static err do_complete(const struct ring *ring, struct ring_entries *entries, const void *arg,
                       bool *changed) {
    (void)ring;
    const int64_t *now_ms = arg;
    for (size_t i = 0; i < KINDS; i++) {
        if (find(entries, &kinds[i], KEY_ACTIVE) && find(entries, &kinds[i], KEY_NEXT))
            continue;
        *changed = true;
        TRY(rotate_one(entries, &kinds[i], *now_ms));
    }
    return OK;
}

static err do_tick(const struct ring *ring, struct ring_entries *entries, const void *arg,
                   bool *changed) {
    const int64_t *now_ms = arg;
    *changed = forget(entries, *now_ms - ring->retire_after_ms);
    for (size_t i = 0; ring->rotate_every_ms && i < KINDS; i++) {
        const struct ring_entry *active = find(entries, &kinds[i], KEY_ACTIVE);
        if (active && active->active_ms + ring->rotate_every_ms > *now_ms)
            continue;
        *changed = true;
        TRY(rotate_one(entries, &kinds[i], *now_ms));
    }
    return OK;
}

/* --- the interface -------------------------------------------------------------------------- */

static err open_ring(struct ring *ring, const struct ring_options *options, int64_t now_ms) {
    ring->dir = strdup(options->dir);
    REQUIRE(ring->dir, no_memory, "there is no memory for the key ring");
    ring->rotate_every_ms = options->rotate_every_s * 1000;
    ring->retire_after_ms = options->retire_after_s * 1000;
    master_key_derive(options->master, S("seal signing keys"), ring->key.bytes);
    if (options->read_only)
        return reload(ring);
    REQUIRE(mkdir(ring->dir, 0700) == 0 || errno == EEXIST, io, "the keys folder cannot be made");
    TRY(change(ring, do_complete, &now_ms));
    return ring->now ? OK : reload(ring);
}

static void tell_ages(const struct ring_snapshot *shown, int64_t now_ms) {
    for (size_t i = 0; i < shown->n; i++)
        if (shown->keys[i].state == KEY_ACTIVE)
            metrics_set(M_key_age, ring_key_alg_name(&shown->keys[i]),
                        (double)(now_ms - shown->keys[i].active_ms) / 1000);
}

err ring_open(const struct ring_options *options, int64_t now_ms, struct ring **out) {
    struct ring *ring = calloc(1, sizeof *ring);
    REQUIRE(ring, no_memory, "there is no memory for the key ring");
    pthread_mutex_init(&ring->lock, NULL);
    err e = open_ring(ring, options, now_ms);
    if (failed(e)) {
        ring_close(ring);
        return e;
    }
    tell_ages(&ring->now->shown, now_ms);
    *out = ring;
    return OK;
}

void ring_close(struct ring *ring) {
    if (!ring)
        return;
    snapshot_give(ring->now);
    pthread_mutex_destroy(&ring->lock);
    secret_wipe(&ring->key, sizeof ring->key);
    free(ring->dir);
    free(ring);
}

static struct snapshot *take(struct ring *ring) {
    pthread_mutex_lock(&ring->lock);
    struct snapshot *snapshot = snapshot_take(ring->now);
    pthread_mutex_unlock(&ring->lock);
    return snapshot;
}

const struct ring_snapshot *ring_take(struct ring *ring) {
    return &take(ring)->shown;
}

void ring_give(struct ring *ring, const struct ring_snapshot *snapshot) {
    (void)ring;
    snapshot_give(snapshot->owner);
}

/* Whether a key's time has come, judged from the snapshot, so that most ticks touch no file. */
static bool is_due(const struct ring *ring, const struct ring_snapshot *shown, int64_t now_ms) {
    for (size_t i = 0; i < shown->n; i++) {
        const struct ring_key *key = &shown->keys[i];
        if (key->state == KEY_RETIRING && key->retiring_ms + ring->retire_after_ms < now_ms)
            return true;
        if (key->state == KEY_ACTIVE && ring->rotate_every_ms &&
            key->active_ms + ring->rotate_every_ms <= now_ms)
            return true;
    }
    return false;
}

err ring_tick(struct ring *ring, int64_t now_ms) {
    struct ring_stamp stamp = {0};
    bool there = ring_file_stamp(ring->dir, &stamp);
    pthread_mutex_lock(&ring->lock);
    bool same = memcmp(&stamp, &ring->stamp, sizeof stamp) == 0;
    pthread_mutex_unlock(&ring->lock);
    if (there && !same) {
        TRY(reload(ring));
        LOG(LOG_INFO, "key ring changed", LOG_STR("dir", str_from(ring->dir)));
    }
    struct snapshot *snapshot = take(ring);
    tell_ages(&snapshot->shown, now_ms);
    bool due = is_due(ring, &snapshot->shown, now_ms);
    snapshot_give(snapshot);
    return due ? change(ring, do_tick, &now_ms) : OK;
}

static const struct kind *kind_of(enum jose_alg alg, enum jwe_alg decrypts) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].alg == alg && kinds[i].decrypts == decrypts)
            return &kinds[i];
    return NULL;
}

err ring_rotate(struct ring *ring, enum jose_alg alg, bool at_once, int64_t now_ms) {
    const struct kind *kind = kind_of(alg, JWE_ALG_NONE);
    REQUIRE(kind || alg == JOSE_NONE, config,
            "the ring keeps keys for RS256, ES256, PS256 and EdDSA");
    return change(ring, do_rotate, &(struct rotation){kind, at_once, now_ms});
}

err ring_rotate_encryption(struct ring *ring, enum jwe_alg alg, bool at_once, int64_t now_ms) {
    const struct kind *kind = kind_of(JOSE_NONE, alg);
    REQUIRE(kind, config, "the ring keeps keys for RSA-OAEP-256 and ECDH-ES");
    return change(ring, do_rotate, &(struct rotation){kind, at_once, now_ms});
}

str ring_key_alg_name(const struct ring_key *key) {
    return key->alg != JOSE_NONE ? jose_alg_name(key->alg) : jwe_alg_name(key->decrypts);
}

static err sign_with(const struct ring_snapshot *shown, enum jose_alg alg, str typ, str payload,
                     struct arena *arena, str *token) {
    for (size_t i = 0; i < shown->n; i++)
        if (alg != JOSE_NONE && shown->keys[i].alg == alg && shown->keys[i].state == KEY_ACTIVE)
            return jws_sign(shown->keys[i].jwk, alg, typ, payload, arena, token);
    return FAIL(internal, "the key ring has no active key for this algorithm");
}

err ring_sign(struct ring *ring, enum jose_alg alg, str typ, str payload, struct arena *arena,
              str *token) {
    struct snapshot *snapshot = take(ring);
    err e = sign_with(&snapshot->shown, alg, typ, payload, arena, token);
    snapshot_give(snapshot);
    return e;
}

static bool typ_matches(str wanted, str typ) {
    if (str_present(wanted))
        return str_eq_nocase(wanted, typ);
    return !str_present(typ) || str_eq_nocase(typ, S("JWT"));
}

static err verify_with(const struct ring_snapshot *shown, enum jose_alg alg, str typ,
                       const struct jws *jws) {
    const struct jwk *key;
    REQUIRE(typ_matches(typ, jws->typ), jose_malformed, "the token is of another type");
    REQUIRE(str_present(jws->kid), jose_key, "the token does not name its key");
    if (alg == JOSE_NONE)
        alg = jws->alg; /* each of our keys has one algorithm, and the key must fit it */
    TRY(jwk_set_find(shown->published, alg, jws->kid, &key));
    return jws_verify(jws, alg, key);
}

err ring_verify(struct ring *ring, enum jose_alg alg, str typ, str token, struct arena *arena,
                str *payload) {
    AUTO(jws_ref) jws = {0};
    TRY(jws_parse(arena, token, &jws));
    struct snapshot *snapshot = take(ring);
    err e = verify_with(&snapshot->shown, alg, typ, &jws);
    snapshot_give(snapshot);
    *payload = failed(e) ? STR_ABSENT : jws.payload;
    return e;
}
