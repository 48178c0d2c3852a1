// What a SessionStore is made of.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/session/database.hpp"
#include "core/session/lease.hpp"
#include "core/session/store.hpp"
#include "core/session/writer.hpp"

namespace sandport {

struct SessionStore::State {
  explicit State(StoreOptions given);

  // A reader's connection, given back when it is no longer used.
  class Reader {
   public:
    explicit Reader(State& state);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    [[nodiscard]] Database& operator*() const { return *database_; }
    [[nodiscard]] Database* operator->() const { return database_.get(); }

   private:
    State& state_;
    std::unique_ptr<Database> database_;
  };

  [[nodiscard]] std::string redact(std::string text) const;
  void prepare(std::vector<Event>& events) const;  // redacts, and gives each its time
  [[nodiscard]] std::int64_t key_of(std::string_view id);

  StoreOptions options;
  std::filesystem::path file;
  std::shared_ptr<LeaseTable> leases;
  std::mutex readers_mutex;
  std::vector<std::unique_ptr<Database>> idle_readers;
  std::unique_ptr<Writer> writer;
};

// Since the Unix epoch.
[[nodiscard]] std::int64_t now_ms();

}  // namespace sandport
