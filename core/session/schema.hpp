// The session store's tables, and how an older file becomes a current one.
#pragma once

#include <cstdint>

namespace sandport {

class Database;

inline constexpr std::int64_t kStoreSchemaVersion = 1;

// True when the file is already at this version, in write-ahead mode. Throws kDataLoss when the
// file is damaged or not a session store, kFailedPrecondition when a newer Sandport wrote it.
[[nodiscard]] bool schema_is_current(Database& database);

// Makes the file current. Only one process may be in here at a time.
void migrate_schema(Database& database);

}  // namespace sandport
