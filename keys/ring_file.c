#include "keys/ring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd_ref.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { ARENA = 4 << 20, MAX_FILE = 1 << 20, PATH_BYTES = 4096 };
static const str aad = S_INIT("hitkey signing key");

static const str states[] = {S_INIT("next"), S_INIT("active"), S_INIT("retiring")};

str key_state_name(enum key_state state) {
    return states[state];
}

static bool state_from(str name, enum key_state *out) {
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (!str_eq(name, states[i]))
            continue;
        *out = (enum key_state)i;
        return true;
    }
    return false;
}

void ring_entries_drop(struct ring_entries *entries) {
    for (size_t i = 0; i < entries->n; i++)
        jwk_free(entries->list[i].jwk);
    entries->n = 0;
}

static void path_of(const char *dir, const char *name, char out[PATH_BYTES]) {
    snprintf(out, PATH_BYTES, "%s/%s", dir, name);
}

/* An operator's command may run as root: what it makes belongs to the server, whose folder it is.
 */
static bool give_to_owner(const char *dir, int file) {
    struct stat folder, made;
    if (stat(dir, &folder) != 0 || fstat(file, &made) != 0)
        return false;
    if (folder.st_uid == made.st_uid && folder.st_gid == made.st_gid)
        return true;
    return geteuid() != 0 || fchown(file, folder.st_uid, folder.st_gid) == 0;
}

bool ring_file_stamp(const char *dir, struct ring_stamp *out) {
    char path[PATH_BYTES];
    struct stat status;
    path_of(dir, "ring.json", path);
    if (stat(path, &status) != 0)
        return false;
    *out =
        (struct ring_stamp){status.st_mtim.tv_sec, status.st_mtim.tv_nsec, (int64_t)status.st_ino};
    return true;
}

err ring_file_lock(const char *dir, int *out) {
    char path[PATH_BYTES];
    path_of(dir, "ring.lock", path);
    *out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(*out >= 0 && give_to_owner(dir, *out), io,
            "the key ring cannot be locked: is the keys folder writable?");
    while (flock(*out, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        close(*out);
        return FAIL(io, "the key ring cannot be locked");
    }
    return OK;
}

static err open_key(struct arena *arena, const struct seal_key *key, const json_t *row,
                    struct jwk **out) {
    str plain;
    AUTO(json_ref) jwk = NULL;
    REQUIRE(!failed(seal_open(key, aad, json_read_str(row, "sealed"), arena, &plain)), config,
            "the key ring was sealed under another master key, or is damaged: restore the master "
            "key that belongs to it");
    TRY(json_read_object(plain, &jwk));
    return jwk_import(jwk, out);
}

static err read_row(struct arena *arena, const struct seal_key *key, const json_t *row,
                    struct ring_entry *out) {
    str alg = json_read_str(row, "alg");
    out->alg = jose_alg_from(alg);
    out->decrypts = jwe_alg_from(alg);
    bool whole = (out->alg != JOSE_NONE || out->decrypts != JWE_ALG_NONE) &&
                 state_from(json_read_str(row, "state"), &out->state) &&
                 json_read_int(row, "created_ms", &out->created_ms) &&
                 json_read_int(row, "active_ms", &out->active_ms) &&
                 json_read_int(row, "retiring_ms", &out->retiring_ms);
    REQUIRE(whole, config, "the key ring's file is damaged: restore it from a backup");
    return open_key(arena, key, row, &out->jwk);
}

static err read_rows(struct arena *arena, const struct seal_key *key, str text,
                     struct ring_entries *out) {
    AUTO(json_ref) doc = NULL;
    REQUIRE(!failed(json_read_object(text, &doc)), config,
            "the key ring's file is damaged: restore it from a backup");
    const json_t *keys = json_object_get(doc, "keys");
    REQUIRE(json_is_array(keys) && json_array_size(keys) <= RING_MAX_KEYS, config,
            "the key ring's file is damaged: restore it from a backup");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        TRY(read_row(arena, key, json_array_get(keys, i), &out->list[out->n]));
        out->n++;
    }
    return OK;
}

static err read_text(struct arena *arena, const char *dir, str *out) {
    char path[PATH_BYTES];
    path_of(dir, "ring.json", path);
    AUTO(fd_ref) file = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0 || errno != ENOENT, not_found, "there is no key ring yet");
    REQUIRE(file >= 0, io, "the key ring cannot be read");
    char *text = arena_alloc(arena, MAX_FILE);
    REQUIRE(text, no_memory, "there is no memory for the key ring");
    size_t n = 0;
    ssize_t got;
    while (n < MAX_FILE && (got = read(file, text + n, MAX_FILE - n)) > 0)
        n += (size_t)got;
    *out = str_of(text, n);
    return OK;
}

err ring_file_read(const char *dir, const struct seal_key *key, struct ring_entries *out,
                   struct ring_stamp *stamp) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory for the key ring");
    str text;
    out->n = 0;
    bool there = ring_file_stamp(dir, stamp);
    err e = there ? read_text(arena, dir, &text) : FAIL(not_found, "there is no key ring yet");
    if (!failed(e))
        e = read_rows(arena, key, text, out);
    if (failed(e))
        ring_entries_drop(out);
    arena_free(arena);
    return e;
}

static err put_row(struct json_put *j, struct arena *arena, const struct seal_key *key,
                   const struct ring_entry *entry) {
    str plain, sealed;
    TRY(jwk_private_json(entry->jwk, arena, &plain));
    TRY(seal(key, aad, plain, arena, &sealed));
    json_put_open(j, '{');
    json_put_str(j, "kid", jwk_kid(entry->jwk));
    json_put_str(j, "alg",
                 entry->alg != JOSE_NONE ? jose_alg_name(entry->alg)
                                         : jwe_alg_name(entry->decrypts));
    json_put_str(j, "state", key_state_name(entry->state));
    json_put_int(j, "created_ms", entry->created_ms);
    json_put_int(j, "active_ms", entry->active_ms);
    json_put_int(j, "retiring_ms", entry->retiring_ms);
    json_put_str(j, "sealed", sealed);
    json_put_close(j, '}');
    return OK;
}

static err compose(struct arena *arena, const struct seal_key *key,
                   const struct ring_entries *entries, str *out) {
    struct json_put j = json_put_begin(arena, MAX_FILE);
    json_put_open(&j, '{');
    json_put_open_at(&j, "keys", '[');
    for (size_t i = 0; i < entries->n; i++)
        TRY(put_row(&j, arena, key, &entries->list[i]));
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err replace(const char *dir, str text) {
    char path[PATH_BYTES], temporary[PATH_BYTES];
    path_of(dir, "ring.json", path);
    path_of(dir, "ring.json.new", temporary);
    AUTO(fd_ref) folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO(fd_ref) file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = folder >= 0 && file >= 0 && give_to_owner(dir, file) &&
                write(file, text.p, text.n) == (ssize_t)text.n && fsync(file) == 0 &&
                rename(temporary, path) == 0 && fsync(folder) == 0;
    REQUIRE(done, io, "the key ring cannot be written: is the keys folder writable and not full?");
    return OK;
}

err ring_file_write(const char *dir, const struct seal_key *key,
                    const struct ring_entries *entries) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory for the key ring");
    str text;
    err e = compose(arena, key, entries, &text);
    if (!failed(e))
        e = replace(dir, text);
    arena_free(arena);
    return e;
}
