/* The schema of core.db. A landed migration never changes: add the next number.
 * Times are Unix milliseconds; hashes are SHA-256, or HMAC with the store's pepper, as blobs. */
#include "core/migrations.h"

static const char accounts[] =
    "CREATE TABLE users ("
    "  id TEXT PRIMARY KEY,"
    "  password TEXT NOT NULL,"   /* argon2id, encoded with its parameters */
    "  profile TEXT NOT NULL,"    /* JSON: the fields of PATCH /auth/profile that are set */
    "  username_key TEXT UNIQUE," /* the user name in lower case */
    "  totp_secret TEXT,"         /* sealed; NULL: no second factor */
    "  totp_pending TEXT,"        /* sealed; set up, not enabled yet */
    "  totp_step INTEGER NOT NULL DEFAULT 0," /* the last time step used: a code works once */
    "  created_ms INTEGER NOT NULL,"
    "  updated_ms INTEGER NOT NULL"
    ");"
    "CREATE TABLE emails ("
    "  id TEXT PRIMARY KEY,"
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  address TEXT NOT NULL," /* lower case */
    "  is_default INTEGER NOT NULL,"
    "  is_verified INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    /* Several may claim an address, one proves it: a claim must not keep its owner out. */
    "CREATE INDEX emails_by_address ON emails(address);"
    "CREATE UNIQUE INDEX emails_verified ON emails(address) WHERE is_verified = 1;"
    "CREATE INDEX emails_by_user ON emails(user_id);"
    "CREATE UNIQUE INDEX emails_default ON emails(user_id) WHERE is_default = 1;"
    "CREATE TABLE registrations (" /* an address on its way to an account */
    "  address TEXT PRIMARY KEY,"
    "  code_hash BLOB," /* NULL: used, or used up */
    "  sent_ms INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  verified_ms INTEGER,"
    "  verified_from BLOB," /* whose password may follow: a keyed hash of the address */
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX registrations_by_expiry ON registrations(expires_ms);";

static const char tokens[] =
    "CREATE TABLE api_tokens ("
    "  hash BLOB PRIMARY KEY,"
    "  family TEXT NOT NULL," /* one sign-in and what was refreshed from it */
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  signed_in_ms INTEGER NOT NULL,"
    "  amr TEXT NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX api_tokens_by_family ON api_tokens(family);"
    "CREATE INDEX api_tokens_by_user ON api_tokens(user_id);"
    "CREATE INDEX api_tokens_by_expiry ON api_tokens(expires_ms);"
    "CREATE TABLE api_refresh_tokens ("
    "  hash BLOB PRIMARY KEY,"
    "  family TEXT NOT NULL,"
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  signed_in_ms INTEGER NOT NULL,"
    "  amr TEXT NOT NULL,"
    "  used_ms INTEGER," /* kept after use: a second use ends the family */
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX api_refresh_tokens_by_family ON api_refresh_tokens(family);"
    "CREATE INDEX api_refresh_tokens_by_user ON api_refresh_tokens(user_id);"
    "CREATE INDEX api_refresh_tokens_by_expiry ON api_refresh_tokens(expires_ms);"
    "CREATE TABLE password_resets ("
    "  hash BLOB PRIMARY KEY,"
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX password_resets_by_user ON password_resets(user_id);"
    "CREATE INDEX password_resets_by_expiry ON password_resets(expires_ms);"
    "CREATE TABLE challenges (" /* a right password that waits for the second factor */
    "  hash BLOB PRIMARY KEY,"
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  attempts INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX challenges_by_expiry ON challenges(expires_ms);"
    "CREATE TABLE recovery_codes ("
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  hash BLOB NOT NULL,"
    "  PRIMARY KEY (user_id, hash)"
    ") WITHOUT ROWID;"
    "CREATE TABLE throttles (" /* failed attempts and mails, by account and by address */
    "  key BLOB PRIMARY KEY,"
    "  times INTEGER NOT NULL,"
    "  blocked_until_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX throttles_by_expiry ON throttles(expires_ms);"
    "CREATE TABLE outbox (" /* mails that wait to be delivered */
    "  id INTEGER PRIMARY KEY,"
    "  sealed TEXT NOT NULL," /* they hold codes and links */
    "  attempts INTEGER NOT NULL,"
    "  next_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ");"
    "CREATE INDEX outbox_by_time ON outbox(next_ms);";

/* When the person was signed out everywhere: sign-ins before do not count. */
static const char signed_out[] =
    "ALTER TABLE users ADD COLUMN signed_out_ms INTEGER NOT NULL DEFAULT 0;";

const struct db_migration core_migrations[] = {{1, accounts}, {2, tokens}, {3, signed_out}};
const size_t core_migration_count = sizeof core_migrations / sizeof core_migrations[0];
