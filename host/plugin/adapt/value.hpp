// What events and results of operations carry, copied out of the ABI's structs.
#pragma once

#include <sandport/abi.h>

#include <optional>
#include <string>
#include <variant>

#include "core/sandbox/extensions.hpp"
#include "core/sandbox/file_system.hpp"
#include "core/sandbox/process.hpp"
#include "core/sandbox/search.hpp"

namespace sandport::adapt {

using EventValue = std::variant<std::string, FileEntry, WatchEvent, GrepMatch>;

struct OperationEvent {
  std::uint32_t channel = 0;
  EventValue value;

  // For the channels that carry bytes.
  [[nodiscard]] std::string& bytes() { return std::get<std::string>(value); }
};

enum class ResultType { kBytes, kEntry, kExit };
using ResultValue = std::variant<std::string, FileEntry, ExitStatus>;

// Each nullopt when the payload is too short for what the channel carries.
[[nodiscard]] std::optional<EventValue> read_event(std::uint32_t channel, sp_bytes payload);
[[nodiscard]] std::optional<ResultValue> read_result(ResultType type, sp_bytes payload);

// Roughly what an event takes in memory.
[[nodiscard]] std::size_t memory_of(const EventValue& value);

// Borrow from their argument.
[[nodiscard]] sp_entry to_abi(const FileEntry& entry);
[[nodiscard]] sp_watch_event to_abi(const WatchEvent& event);
[[nodiscard]] sp_match to_abi(const GrepMatch& match);
[[nodiscard]] sp_exit to_abi(const ExitStatus& status);

}  // namespace sandport::adapt
