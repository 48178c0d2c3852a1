#include "core/session/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace sandport {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int index, std::int64_t value) {
  if (const int result = sqlite3_bind_int64(statement_.get(), index, value); result != SQLITE_OK) {
    database_->fail(result);
  }
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  const int result = sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
  if (result != SQLITE_OK) {
    database_->fail(result);
  }
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view value) {
  const int result =
      sqlite3_bind_blob64(statement_.get(), index, value.data(), value.size(), SQLITE_STATIC);
  if (result != SQLITE_OK) {
    database_->fail(result);
  }
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) {
    return true;
  }
  if (result != SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    database_->fail(result);
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr
             ? std::string_view{}
             : std::string_view{static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Database::Database(std::filesystem::path file, Access access,
                   std::chrono::milliseconds busy_timeout)
    : file_(std::move(file)) {
  // One connection is used by one thread at a time, so SQLite's own mutexes are only cost.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int result = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr);
  try {
    if (result != SQLITE_OK) {
      fail(result);
    }
    sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout.count()));
    // The log is folded into the file every thousand pages, on the writer's thread. Doing it at the
    // end as well would make every command wait for the disk.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (access == Access::kRead) {
      run("PRAGMA query_only = 1");
    }
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::run(const char* sql) {
  if (const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
      result != SQLITE_OK) {
    fail(result);
  }
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) {
    fail(result);
  }
  return {*this, statement};
}

std::int64_t Database::integer(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(handle_); }

void Database::fail(int result) const {
  const int system_error = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  const std::string why =
      handle_ == nullptr ? sqlite3_errstr(result) : std::string{sqlite3_errmsg(handle_)};
  const std::string file = file_.string();
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(
          Code::kDataLoss,
          fmt::format("the session store {} is damaged ({}); run `sandport doctor`, or move "
                      "the file away to start with an empty store",
                      file, why));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Code::kUnavailable,
                  fmt::format("the session store {} is locked by another program; try again when "
                              "it is done",
                              file),
                  Retry::kYes);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      throw Error(Code::kPermissionDenied,
                  fmt::format("cannot write the session store {} ({}); make it writable, or set "
                              "SANDPORT_HOME to another directory",
                              file, why));
    default:
      break;
  }
  // A quota or a file size limit reaches us as a failed write; to the user it is a full disk too.
  if ((result & 0xff) == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT ||
      system_error == EFBIG) {
    throw Error(Code::kResourceExhausted,
                fmt::format("no space left to write the session store {}; free some, or set "
                            "SANDPORT_HOME to another disk",
                            file));
  }
  const std::string cause =
      system_error == 0 ? "" : ": " + std::generic_category().message(system_error);
  throw Error(
      Code::kInternal,
      fmt::format("the session store {} failed ({}{}); run `sandport doctor`", file, why, cause));
}

Transaction::Transaction(Database& database, Database::Access access) : database_(&database) {
  database.run(access == Database::Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (database_ != nullptr) {
    try {
      database_->run("ROLLBACK");
    } catch (const Error&) {
      // SQLite has already rolled back by itself, as it does when the disk is full.
    }
  }
}

void Transaction::commit() {
  database_->run("COMMIT");
  database_ = nullptr;
}

}  // namespace sandport
