#include "keys/master.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd_ref.h"
#include "common/base/hex.h"
#include "common/base/random.h"
#include "keys/digest.h"

enum { ARENA = 4096, HEX = 64 };

static err from_hex(struct arena *arena, str text, struct master_key *out) {
    str bytes;
    text = str_trim(text);
    while (str_ends(text, S("\n")))
        text.n--;
    REQUIRE(text.n == HEX && !failed(hex_decode(arena, text, &bytes)), config,
            "the master key must be 64 hex digits (32 bytes)");
    memcpy(out->bytes, bytes.p, sizeof out->bytes);
    return OK;
}

/* Who else may read it: nobody, but for systemd's credentials, whose group bits stand for an access
 * list. */
enum { OTHERS = 077, OTHERS_OF_CREDENTIAL = 037 };

static err read_key(struct arena *arena, int file, mode_t refused, struct master_key *out) {
    struct stat status;
    char text[HEX + 8];
    REQUIRE(fstat(file, &status) == 0 && S_ISREG(status.st_mode), config,
            "the master key is not a file");
    REQUIRE((status.st_mode & refused) == 0, config,
            "the master key can be read by others: chmod 600 it");
    ssize_t n = read(file, text, sizeof text);
    REQUIRE(n >= 0, io, "the master key cannot be read");
    err e = from_hex(arena, str_of(text, (size_t)n), out);
    secret_wipe(text, sizeof text);
    return e;
}

static err sync_folder(const char *dir) {
    AUTO(fd_ref) folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(folder >= 0 && fsync(folder) == 0, io, "the data folder cannot be synced");
    return OK;
}

/* Whole or not at all: written beside, then linked to its name. */
static err make_key(struct arena *arena, const char *dir, str path, struct master_key *out) {
    str temporary, text;
    TRY(random_bytes(out->bytes, sizeof out->bytes));
    TRY(hex_encode(arena, str_of((const char *)out->bytes, sizeof out->bytes), &text));
    TRY(random_hex(arena, S(".master-"), 8, &temporary));
    TRY(STR_JOIN(arena, &temporary, str_from(dir), S("/"), temporary));
    AUTO(fd_ref) file = open(temporary.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    REQUIRE(file >= 0, io, "the master key cannot be written: is the data folder writable?");
    bool written = write(file, text.p, text.n) == (ssize_t)text.n && fsync(file) == 0;
    int linked = written ? link(temporary.p, path.p) : -1;
    bool lost_race = linked != 0 && errno == EEXIST;
    unlink(temporary.p);
    REQUIRE(linked == 0 || lost_race, io, "the master key cannot be written");
    TRY(sync_folder(dir));
    return lost_race ? FAIL(conflict, "another process made the master key") : OK;
}

static err load_file(struct arena *arena, const char *dir, str path, bool create,
                     struct master_key *out) {
    AUTO(fd_ref) file = open(path.p, O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        return read_key(arena, file, OTHERS, out);
    REQUIRE(create && errno == ENOENT, config, "the master key cannot be read");
    err e = make_key(arena, dir, path, out);
    return err_is(e, E_conflict) ? load_file(arena, dir, path, false, out) : e;
}

/* E_not_found: systemd has no such credential for us. */
static err load_credential(struct arena *arena, struct master_key *out) {
    str path;
    const char *folder = secure_getenv("CREDENTIALS_DIRECTORY");
    REQUIRE(folder, not_found, "there are no credentials");
    TRY(STR_JOIN(arena, &path, str_from(folder), S("/master.key")));
    AUTO(fd_ref) file = open(path.p, O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0, not_found, "there is no such credential");
    return read_key(arena, file, OTHERS_OF_CREDENTIAL, out);
}

/* Where the key is: the named file, HITKEY_MASTER_KEY, systemd's credentials, DIR/master.key. */
static err load(struct arena *arena, const char *dir, const char *file, bool create,
                struct master_key *out) {
    str path;
    if (file)
        return load_file(arena, dir, str_from(file), false, out);
    const char *text = secure_getenv("HITKEY_MASTER_KEY");
    if (text)
        return from_hex(arena, str_from(text), out);
    err e = load_credential(arena, out);
    if (!err_is(e, E_not_found))
        return e;
    TRY(STR_JOIN(arena, &path, str_from(dir), S("/master.key")));
    return load_file(arena, dir, path, create, out);
}

err master_key_load(const char *dir, const char *file, bool create, struct master_key *out) {
    struct arena *arena = arena_new(ARENA);
    REQUIRE(arena, no_memory, "there is no memory for the master key");
    err e = load(arena, dir, file, create, out);
    arena_free(arena);
    return e;
}

void master_key_derive(const struct master_key *master, str purpose, uint8_t out[32]) {
    struct sha256 key = hkdf_sha256((secret){master->bytes, sizeof master->bytes}, purpose);
    memcpy(out, key.bytes, sizeof key.bytes);
    secret_wipe(&key, sizeof key);
}
