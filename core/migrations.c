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

/* A second address on its way to an account that is there: the code mailed to it. */
static const char email_codes[] =
    "CREATE TABLE email_codes ("
    "  email_id TEXT PRIMARY KEY REFERENCES emails(id) ON DELETE CASCADE,"
    "  code_hash BLOB," /* NULL: used up */
    "  sent_ms INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX email_codes_by_expiry ON email_codes(expires_ms);";

static const char projects[] =
    "CREATE TABLE projects ("
    "  id TEXT PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  slug TEXT NOT NULL UNIQUE," /* made from the name, never changed */
    "  description TEXT,"
    "  is_public INTEGER NOT NULL,"
    "  owner_id TEXT NOT NULL REFERENCES users(id)," /* is also the member of role owner */
    "  created_ms INTEGER NOT NULL,"
    "  updated_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX projects_by_owner ON projects(owner_id);"
    "CREATE TABLE project_members ("
    "  id TEXT PRIMARY KEY,"
    "  project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),"
    "  created_ms INTEGER NOT NULL,"
    "  UNIQUE (project_id, user_id)"
    ") WITHOUT ROWID;"
    "CREATE INDEX project_members_by_user ON project_members(user_id, created_ms);"
    "CREATE INDEX project_members_by_time ON project_members(project_id, created_ms);"
    "CREATE UNIQUE INDEX project_owner ON project_members(project_id) WHERE role = 'owner';"
    "CREATE TABLE project_permissions (" /* what a project lets its members do, in its own words */
    "  id TEXT PRIMARY KEY,"
    "  project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
    "  key TEXT NOT NULL,"
    "  display_name TEXT NOT NULL,"
    "  description TEXT,"
    "  is_default INTEGER NOT NULL," /* given to new members */
    "  created_ms INTEGER NOT NULL,"
    "  UNIQUE (project_id, key)"
    ") WITHOUT ROWID;"
    "CREATE TABLE member_permissions ("
    "  member_id TEXT NOT NULL REFERENCES project_members(id) ON DELETE CASCADE,"
    "  permission_id TEXT NOT NULL REFERENCES project_permissions(id) ON DELETE CASCADE,"
    "  PRIMARY KEY (member_id, permission_id)"
    ") WITHOUT ROWID;"
    "CREATE INDEX member_permissions_by_permission ON member_permissions(permission_id);"
    "CREATE TABLE invites ("
    "  id TEXT PRIMARY KEY,"
    "  token_hash BLOB NOT NULL UNIQUE,"
    "  project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
    "  address TEXT NOT NULL," /* lower case */
    "  role TEXT NOT NULL CHECK (role IN ('admin', 'member')),"
    "  redirect_url TEXT,"
    "  invited_by TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  created_ms INTEGER NOT NULL,"
    "  valid_until_ms INTEGER NOT NULL," /* an expired one is still told of as expired, */
    "  expires_ms INTEGER NOT NULL,"     /* until it is removed */
    "  UNIQUE (project_id, address)"
    ") WITHOUT ROWID;"
    "CREATE INDEX invites_by_expiry ON invites(expires_ms);";

/* Of the accounts: an address is on a person's list once; sign-ins of the API are shown. */
static const char people[] =
    "CREATE UNIQUE INDEX emails_of_user ON emails(user_id, address);"
    "DROP INDEX emails_by_user;"
    "CREATE TABLE api_sign_ins ("
    "  id TEXT PRIMARY KEY," /* the family of its tokens */
    "  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    "  created_ms INTEGER NOT NULL,"
    "  used_ms INTEGER NOT NULL," /* the last time, to ten minutes */
    "  user_agent TEXT,"          /* as it was when tokens were last given out */
    "  remote TEXT,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX api_sign_ins_by_user ON api_sign_ins(user_id, used_ms);"
    "CREATE INDEX api_sign_ins_by_expiry ON api_sign_ins(expires_ms);"
    "INSERT INTO api_sign_ins(id, user_id, created_ms, used_ms, expires_ms)"
    " SELECT family, user_id, min(signed_in_ms), min(signed_in_ms), max(expires_ms)"
    " FROM api_refresh_tokens GROUP BY family, user_id;";

/* What people are found by: the display name, folded (core/fold.h), which SQL cannot: '' stands for
 * a name that gets its key at the next start (core/store/name_keys.h). */
static const char names[] =
    "ALTER TABLE users ADD COLUMN name_key TEXT;"
    "UPDATE users SET name_key = '' WHERE profile ->> '$.displayName' IS NOT NULL;"
    "CREATE INDEX users_by_name ON users(name_key) WHERE name_key IS NOT NULL;";

/* Which mails were put into the outbox, without a word of them: one for a cause, so many to a
 * recipient. */
static const char mail_log[] =
    "CREATE TABLE mail_log ("
    "  id INTEGER PRIMARY KEY,"
    "  recipient BLOB NOT NULL," /* keyed hashes */
    "  cause BLOB,"              /* NULL: another mail of that cause may go */
    "  cause_until_ms INTEGER NOT NULL,"
    "  put_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ");"
    "CREATE UNIQUE INDEX mail_log_by_cause ON mail_log(cause) WHERE cause IS NOT NULL;"
    "CREATE INDEX mail_log_by_recipient ON mail_log(recipient, put_ms);"
    "CREATE INDEX mail_log_by_expiry ON mail_log(expires_ms);"
    "ALTER TABLE outbox ADD COLUMN put_ms INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX outbox_by_expiry ON outbox(expires_ms);";

const struct db_migration core_migrations[] = {{1, accounts},    {2, tokens},   {3, signed_out},
                                               {4, email_codes}, {5, projects}, {6, people},
                                               {7, names},       {8, mail_log}};
const size_t core_migration_count = sizeof core_migrations / sizeof core_migrations[0];
