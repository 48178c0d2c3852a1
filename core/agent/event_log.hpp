// Where the loop writes what it is about to do.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/session/event.hpp"
#include "core/session/store.hpp"
#include "core/task.hpp"

namespace sandport {

// The log of one session.
class EventLog {
 public:
  virtual ~EventLog() = default;
  [[nodiscard]] virtual const std::string& session_id() const = 0;
  // Returns when the events are durable, in this order and together. Throws Error; the turn then
  // ends with it, since nothing may be done that is not recorded.
  [[nodiscard]] virtual Task<std::uint64_t> append(std::vector<Event> events) = 0;
};

// The log of a leased session. The store must outlive it.
class StoreEventLog final : public EventLog {
 public:
  StoreEventLog(SessionStore& store, SessionLease lease)
      : store_(store), lease_(std::move(lease)) {}

  [[nodiscard]] const std::string& session_id() const override { return lease_.session_id(); }
  [[nodiscard]] Task<std::uint64_t> append(std::vector<Event> events) override {
    return store_.append(lease_, std::move(events));
  }

 private:
  SessionStore& store_;
  SessionLease lease_;
};

}  // namespace sandport
