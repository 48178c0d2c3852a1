#include "core/session/schema.hpp"

#include <fmt/format.h>

#include <array>

#include "core/error.hpp"
#include "core/session/database.hpp"

namespace sandport {
namespace {

// "SPRT": tells our file from any other SQLite database.
constexpr std::int64_t kApplicationId = 0x53505254;

// Events are clustered by session: `position` is the session's key << 32 | seq. Keys are never
// reused, so a deleted session's events cannot come back in another.
constexpr std::array<const char*, kStoreSchemaVersion> kMigrations = {R"sql(
  CREATE TABLE sessions (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    manifest_name TEXT NOT NULL DEFAULT '',
    manifest_hash TEXT NOT NULL DEFAULT '',
    parent TEXT NOT NULL DEFAULT '',
    fork_seq INTEGER NOT NULL DEFAULT 0,
    sandbox_backend TEXT NOT NULL DEFAULT '',
    sandbox_id TEXT NOT NULL DEFAULT '',
    work_dir TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'idle',
    outcome TEXT NOT NULL DEFAULT ''
  );
  CREATE INDEX sessions_by_update ON sessions (updated, key);
  CREATE TABLE manifests (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL
  );
  CREATE TABLE blobs (position INTEGER PRIMARY KEY, data BLOB NOT NULL);
)sql"};

std::int64_t checked_version(Database& database) {
  const std::int64_t version = database.integer("PRAGMA user_version");
  const std::int64_t application = database.integer("PRAGMA application_id");
  const bool empty = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (application != kApplicationId && !(empty && version == 0)) {
    throw Error(Code::kDataLoss,
                fmt::format("{} is not a session store of sandport; move the file away, or set "
                            "SANDPORT_HOME to another directory",
                            database.file().string()));
  }
  if (version > kStoreSchemaVersion) {
    throw Error(Code::kFailedPrecondition,
                fmt::format("the session store {} was written by a newer sandport (schema {}, this "
                            "one knows {}); update sandport, or set SANDPORT_HOME to another "
                            "directory",
                            database.file().string(), version, kStoreSchemaVersion));
  }
  return version;
}

bool in_write_ahead_mode(Database& database) {
  Statement mode = database.prepare("PRAGMA journal_mode");
  return mode.step() && mode.text(0) == "wal";
}

}  // namespace

bool schema_is_current(Database& database) {
  return checked_version(database) == kStoreSchemaVersion && in_write_ahead_mode(database);
}

void migrate_schema(Database& database) {
  if (checked_version(database) == 0) {
    // Nothing is lost if a power cut takes an empty store, so the first run need not wait for it.
    database.run("PRAGMA synchronous = OFF");
  }
  if (!in_write_ahead_mode(database)) {
    database.run("PRAGMA journal_mode = WAL");
  }
  Transaction transaction(database, Database::Access::kWrite);
  for (std::int64_t version = checked_version(database); version < kStoreSchemaVersion; ++version) {
    database.run(kMigrations.at(static_cast<std::size_t>(version)));
    database.run(fmt::format("PRAGMA user_version = {}", version + 1).c_str());
  }
  database.run(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
  transaction.commit();
}

}  // namespace sandport
