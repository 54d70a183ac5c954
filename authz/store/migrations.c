/* The schema of authz.db. A landed migration never changes: add the next number.
 * Times are Unix milliseconds. Hashes are SHA-256 (or HMAC with the server's pepper) as blobs. */
#include "authz/store/migrations.h"

static const char clients_and_grants[] =
    "CREATE TABLE clients ("
    "  client_id TEXT PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE," /* UUID of the HitKey API */
    "  owner_id TEXT,"           /* the user who made it */
    "  dialect TEXT NOT NULL,"   /* 'hitkey' (POST /oauth/clients) or 'standard' */
    "  metadata TEXT NOT NULL,"  /* RFC 7591 metadata, JSON, defaults filled in */
    "  created_ms INTEGER NOT NULL,"
    "  updated_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX clients_by_owner ON clients(owner_id, created_ms);"
    "CREATE TABLE client_secrets (" /* two live ones at most */
    "  client_id TEXT NOT NULL REFERENCES clients(client_id) ON DELETE CASCADE,"
    "  hash BLOB NOT NULL," /* HMAC with the pepper */
    "  created_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (client_id, hash)"
    ") WITHOUT ROWID;"
    "CREATE TABLE grants ("
    "  id TEXT PRIMARY KEY,"
    "  code_hash BLOB UNIQUE," /* the code it was made from: the second insert loses */
    "  client_id TEXT NOT NULL,"
    "  user_id TEXT NOT NULL,"
    "  sid TEXT,"
    "  scope TEXT NOT NULL,"
    "  auth_time INTEGER NOT NULL," /* seconds */
    "  acr TEXT,"
    "  amr TEXT," /* words separated by spaces */
    "  created_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL," /* the absolute cap */
    "  revoked_ms INTEGER"
    ") WITHOUT ROWID;"
    "CREATE INDEX grants_by_client ON grants(client_id);"
    "CREATE INDEX grants_by_user ON grants(user_id, client_id);"
    "CREATE INDEX grants_by_expiry ON grants(expires_ms);"
    "CREATE TABLE refresh_tokens ("
    "  hash BLOB PRIMARY KEY,"
    "  grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,"
    "  created_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL," /* slides with use */
    "  rotated_ms INTEGER"           /* public clients: when its successor was made */
    ") WITHOUT ROWID;"
    "CREATE INDEX refresh_tokens_by_grant ON refresh_tokens(grant_id);"
    "CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens(expires_ms);";

static const char sessions_and_consents[] =
    "CREATE TABLE sessions (" /* one browser */
    "  id_hash BLOB PRIMARY KEY,"
    "  created_ms INTEGER NOT NULL,"
    "  used_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX sessions_by_expiry ON sessions(expires_ms);"
    "CREATE TABLE session_accounts (" /* who is signed in there */
    "  sid TEXT PRIMARY KEY,"
    "  session_hash BLOB NOT NULL REFERENCES sessions(id_hash)"
    "      ON UPDATE CASCADE ON DELETE CASCADE,"
    "  user_id TEXT NOT NULL,"
    "  auth_time INTEGER NOT NULL,"
    "  acr TEXT NOT NULL,"
    "  amr TEXT NOT NULL,"
    "  used_ms INTEGER NOT NULL,"
    "  UNIQUE (session_hash, user_id)"
    ") WITHOUT ROWID;"
    "CREATE TABLE session_clients (" /* which clients a session signed into, for logout */
    "  sid TEXT NOT NULL REFERENCES session_accounts(sid) ON DELETE CASCADE,"
    "  client_id TEXT NOT NULL,"
    "  first_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (sid, client_id)"
    ") WITHOUT ROWID;"
    "CREATE TABLE consents ("
    "  user_id TEXT NOT NULL,"
    "  client_id TEXT NOT NULL,"
    "  scope TEXT NOT NULL," /* all that was ever allowed, words */
    "  updated_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (user_id, client_id)"
    ") WITHOUT ROWID;"
    "CREATE TABLE stored_requests (" /* authorizations too large for a self-contained code */
    "  id TEXT PRIMARY KEY,"
    "  sealed TEXT NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX stored_requests_by_expiry ON stored_requests(expires_ms);"
    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY,"
    "  time_ms INTEGER NOT NULL,"
    "  event TEXT NOT NULL,"
    "  user_id TEXT,"
    "  client_id TEXT,"
    "  grant_id TEXT,"
    "  remote TEXT,"
    "  request_id TEXT"
    ");"
    "CREATE INDEX audit_by_time ON audit(time_ms);"
    "CREATE INDEX audit_by_user ON audit(user_id, time_ms);";

static const char claims_of_grants[] =
    "ALTER TABLE grants ADD COLUMN userinfo_claims TEXT;" /* asked for by name, words */
    "ALTER TABLE grants ADD COLUMN id_token_claims TEXT;";

/* When somebody signed in, to the millisecond: a password reset ends what came before it. */
static const char signed_in_ms[] =
    "ALTER TABLE grants RENAME COLUMN auth_time TO signed_in_ms;"
    "ALTER TABLE session_accounts RENAME COLUMN auth_time TO signed_in_ms;"
    "UPDATE grants SET signed_in_ms = signed_in_ms * 1000;"
    "UPDATE session_accounts SET signed_in_ms = signed_in_ms * 1000;";

static const char registered_clients[] =
    "ALTER TABLE clients ADD COLUMN registration_hash BLOB;" /* of its registration access token,
                                                                HMAC with the pepper */
    "ALTER TABLE client_secrets ADD COLUMN sealed TEXT;"; /* where an algorithm is keyed with it */

static const char used_jtis[] =
    "CREATE TABLE used_jtis (" /* JWTs of clients that may be used once */
    "  hash BLOB PRIMARY KEY,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX used_jtis_by_expiry ON used_jtis(expires_ms);";

static const char logout_notices[] =
    "CREATE TABLE logout_notices (" /* Back-Channel Logout: what clients are still to be told */
    "  id INTEGER PRIMARY KEY,"
    "  client_id TEXT NOT NULL,"
    "  user_id TEXT NOT NULL,"
    "  sid TEXT NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  next_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ");"
    "CREATE INDEX logout_notices_by_time ON logout_notices(next_ms, id);"
    "CREATE INDEX logout_notices_by_sid ON logout_notices(sid);"
    "CREATE INDEX logout_notices_by_expiry ON logout_notices(expires_ms);"
    "CREATE INDEX session_accounts_by_use ON session_accounts(used_ms);"
    "CREATE INDEX session_accounts_by_user ON session_accounts(user_id);";

/* Where somebody is signed in, for that person to recognise: as of the last sign-in there. */
static const char sessions_told_apart[] = "ALTER TABLE sessions ADD COLUMN user_agent TEXT;"
                                          "ALTER TABLE sessions ADD COLUMN address TEXT;";

static const char clients_of_projects[] =
    "ALTER TABLE clients ADD COLUMN project_id TEXT;" /* of the core store */
    "CREATE INDEX clients_by_project ON clients(project_id, created_ms) WHERE project_id IS NOT "
    "NULL;"
    "CREATE TABLE client_failures (" /* the last refused requests of a client, for its owner */
    "  id INTEGER PRIMARY KEY,"
    "  client_id TEXT NOT NULL REFERENCES clients(client_id) ON DELETE CASCADE,"
    "  time_ms INTEGER NOT NULL,"
    "  endpoint TEXT NOT NULL,"
    "  error TEXT NOT NULL,"  /* the code on the wire */
    "  rule TEXT NOT NULL,"   /* what was broken: a sentence of ours, never of the request */
    "  remote TEXT NOT NULL," /* a shortened address */
    "  expires_ms INTEGER NOT NULL"
    ");"
    "CREATE INDEX client_failures_by_client ON client_failures(client_id, id);"
    "CREATE INDEX client_failures_by_expiry ON client_failures(expires_ms);";

const struct db_migration authz_migrations[] = {
    {1, clients_and_grants}, {2, sessions_and_consents}, {3, claims_of_grants},
    {4, signed_in_ms},       {5, registered_clients},    {6, used_jtis},
    {7, logout_notices},     {8, sessions_told_apart},   {9, clients_of_projects},
};
const size_t authz_migration_count = sizeof authz_migrations / sizeof authz_migrations[0];
