#include "host/plugin/adapt/value.hpp"

#include <cstddef>

#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

FileType to_file_type(std::uint32_t type) {
  switch (type) {
    case SP_FILE_REGULAR:
      return FileType::kRegular;
    case SP_FILE_DIRECTORY:
      return FileType::kDirectory;
    case SP_FILE_SYMLINK:
      return FileType::kSymlink;
    default:
      return FileType::kOther;
  }
}

std::uint32_t to_abi(FileType type) {
  switch (type) {
    case FileType::kRegular:
      return SP_FILE_REGULAR;
    case FileType::kDirectory:
      return SP_FILE_DIRECTORY;
    case FileType::kSymlink:
      return SP_FILE_SYMLINK;
    case FileType::kOther:
      break;
  }
  return SP_FILE_OTHER;
}

std::optional<FileEntry> read_entry(sp_bytes payload) {
  const auto entry = read_struct<sp_entry>(payload, offsetof(sp_entry, symlink_target));
  if (!entry) return std::nullopt;
  return FileEntry{to_file_type(entry->type),
                   entry->mode,
                   entry->links,
                   entry->size,
                   entry->modified_ns,
                   entry->inode,
                   entry->uid,
                   entry->gid,
                   copy(entry->name),
                   copy(entry->path),
                   copy(entry->symlink_target)};
}

std::optional<WatchEvent> read_watch_event(sp_bytes payload) {
  const auto event = read_struct<sp_watch_event>(payload, sizeof(sp_watch_event));
  if (!event) return std::nullopt;
  switch (event->type) {
    case SP_WATCH_CREATE:
      return WatchEvent{WatchEventType::kCreate, copy(event->path)};
    case SP_WATCH_WRITE:
      return WatchEvent{WatchEventType::kWrite, copy(event->path)};
    case SP_WATCH_REMOVE:
      return WatchEvent{WatchEventType::kRemove, copy(event->path)};
    case SP_WATCH_RENAME:
      return WatchEvent{WatchEventType::kRename, copy(event->path)};
    case SP_WATCH_CHMOD:
      return WatchEvent{WatchEventType::kChmod, copy(event->path)};
    case SP_WATCH_READY:
      return WatchEvent{WatchEventType::kReady, copy(event->path)};
    default:
      // An event that this host does not know, or one that was lost: either way, look again.
      return WatchEvent{WatchEventType::kOverflow, copy(event->path)};
  }
}

std::optional<GrepMatch> read_match(sp_bytes payload) {
  const auto match = read_struct<sp_match>(payload, sizeof(sp_match));
  if (!match) return std::nullopt;
  return GrepMatch{copy(match->path), match->number, copy(match->line),
                   match->context != 0 ? GrepMatch::Kind::kContext : GrepMatch::Kind::kMatch};
}

ExitReason to_exit_reason(std::uint32_t reason) {
  switch (reason) {
    case SP_EXIT_EXITED:
      return ExitReason::kExited;
    case SP_EXIT_KILLED:
      return ExitReason::kKilled;
    case SP_EXIT_TIMEOUT:
      return ExitReason::kTimeout;
    default:
      return ExitReason::kLost;
  }
}

template <typename To, typename From>
std::optional<To> widen(std::optional<From> value) {
  if (!value) return std::nullopt;
  return To{std::move(*value)};
}

}  // namespace

std::optional<EventValue> read_event(std::uint32_t channel, sp_bytes payload) {
  switch (channel) {
    case SP_CHANNEL_ENTRY:
      return widen<EventValue>(read_entry(payload));
    case SP_CHANNEL_WATCH:
      return widen<EventValue>(read_watch_event(payload));
    case SP_CHANNEL_MATCH:
      return widen<EventValue>(read_match(payload));
    default:
      return EventValue{std::string{view(payload)}};
  }
}

std::optional<ResultValue> read_result(ResultType type, sp_bytes payload) {
  if (type == ResultType::kEntry) return widen<ResultValue>(read_entry(payload));
  if (type == ResultType::kBytes) return ResultValue{std::string{view(payload)}};
  const auto exit = read_struct<sp_exit>(payload, sizeof(sp_exit));
  if (!exit) return std::nullopt;
  return ResultValue{ExitStatus{to_exit_reason(exit->reason), exit->exit_code, exit->signal}};
}

std::size_t memory_of(const EventValue& value) {
  struct Size {
    std::size_t operator()(const std::string& bytes) const { return bytes.size(); }
    std::size_t operator()(const FileEntry& entry) const {
      return entry.name.size() + entry.path.size() + entry.symlink_target.size();
    }
    std::size_t operator()(const WatchEvent& event) const { return event.path.size(); }
    std::size_t operator()(const GrepMatch& match) const {
      return match.path.size() + match.line.size();
    }
  };
  return sizeof(OperationEvent) + std::visit(Size{}, value);
}

sp_entry to_abi(const FileEntry& entry) {
  return {sizeof(sp_entry),
          to_abi(entry.type),
          entry.mode,
          entry.links,
          entry.size,
          entry.modified_ns,
          entry.inode,
          entry.uid,
          entry.gid,
          to_abi(std::string_view{entry.name}),
          to_abi(std::string_view{entry.path}),
          to_abi(std::string_view{entry.symlink_target})};
}

sp_watch_event to_abi(const WatchEvent& event) {
  std::uint32_t type = SP_WATCH_OVERFLOW;
  switch (event.type) {
    case WatchEventType::kCreate:
      type = SP_WATCH_CREATE;
      break;
    case WatchEventType::kWrite:
      type = SP_WATCH_WRITE;
      break;
    case WatchEventType::kRemove:
      type = SP_WATCH_REMOVE;
      break;
    case WatchEventType::kRename:
      type = SP_WATCH_RENAME;
      break;
    case WatchEventType::kChmod:
      type = SP_WATCH_CHMOD;
      break;
    case WatchEventType::kReady:
      type = SP_WATCH_READY;
      break;
    case WatchEventType::kOverflow:
      break;
  }
  return {sizeof(sp_watch_event), type, to_abi(std::string_view{event.path})};
}

sp_match to_abi(const GrepMatch& match) {
  return {sizeof(sp_match), match.kind == GrepMatch::Kind::kContext ? 1u : 0u, match.number,
          to_abi(std::string_view{match.path}), to_abi(std::string_view{match.line})};
}

sp_exit to_abi(const ExitStatus& status) {
  std::uint32_t reason = SP_EXIT_LOST;
  if (status.reason == ExitReason::kExited) reason = SP_EXIT_EXITED;
  if (status.reason == ExitReason::kKilled) reason = SP_EXIT_KILLED;
  if (status.reason == ExitReason::kTimeout) reason = SP_EXIT_TIMEOUT;
  return {sizeof(sp_exit), reason, status.exit_code, status.signal};
}

}  // namespace sandport::adapt
