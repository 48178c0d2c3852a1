// A thin owner of SQLite handles that turns every failure into a `sandport::Error`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sandport {

class Database;

// One prepared statement. Bound text is borrowed until the next reset(); columns are views that
// end with the next step(). Used by one thread at a time, and never outlives its Database.
class Statement {
 public:
  Statement() = default;

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view value);  // as TEXT
  Statement& bind_blob(int index, std::string_view value);
  // True while there is a row.
  bool step();
  // Runs a statement that yields no rows, and makes it ready for the next use.
  void run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // empty for NULL; bytes of a BLOB too
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  Database* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection. Not movable: statements point at it. Used by one thread at a time.
class Database {
 public:
  enum class Access { kRead, kWrite };

  // Opens `file`, which must exist. A lock held by another process is waited for up to
  // `busy_timeout`. The errors of every member are those of `fail`.
  Database(std::filesystem::path file, Access access, std::chrono::milliseconds busy_timeout);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql);
  [[nodiscard]] Statement prepare(std::string_view sql);
  // The first column of the first row.
  [[nodiscard]] std::int64_t integer(std::string_view sql);
  [[nodiscard]] std::int64_t last_row_id() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  // Throws what an SQLite result code means: kDataLoss (damaged), kUnavailable (locked),
  // kResourceExhausted (disk full), kPermissionDenied (read-only) or kInternal.
  [[noreturn]] void fail(int result) const;

 private:
  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
};

// Rolls back unless committed. A write transaction takes its lock at once, so that it can wait for
// another process instead of failing half way.
class Transaction {
 public:
  Transaction(Database& database, Database::Access access);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database* database_;
};

}  // namespace sandport
