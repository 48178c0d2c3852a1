#include "tests/emulators/e2b/envd/directory_watch.hpp"

#include <nlohmann/json.hpp>

#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/envd/entry_info.hpp"
#include "tests/emulators/e2b/envd/guest_user.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

const char* event_name(WatchEventType type) {
  switch (type) {
    case WatchEventType::kCreate:
      return "EVENT_TYPE_CREATE";
    case WatchEventType::kWrite:
      return "EVENT_TYPE_WRITE";
    case WatchEventType::kRemove:
      return "EVENT_TYPE_REMOVE";
    case WatchEventType::kRename:
      return "EVENT_TYPE_RENAME";
    case WatchEventType::kChmod:
      return "EVENT_TYPE_CHMOD";
    default:
      return nullptr;
  }
}

bool still_there(WatchEventType type) {
  return type == WatchEventType::kCreate || type == WatchEventType::kWrite ||
         type == WatchEventType::kChmod;
}

// One change may be several events. A file that the local backend writes appears when it is
// complete, so that its creation is the writing too.
Task<std::vector<json>> events_of(EmulatedSandbox& sandbox, const OpenedWatch& watch,
                                  const WatchEvent& change) {
  std::vector<json> events;
  const char* name = event_name(change.type);
  if (name == nullptr) co_return events;
  const std::string below(path_below(change.path, watch.real));
  json event;
  event["name"] = below;
  event["type"] = name;
  bool filled = false;
  if (still_there(change.type)) {
    GuestFiles guest(sandbox);
    try {
      FileEntry entry = co_await guest.files().stat(change.path, Symlinks::kNoFollow);
      filled = entry.type == FileType::kRegular && entry.size > 0;
      if (watch.settings.include_entry) {
        const std::string shown = join_path(watch.settings.path, below);
        event["entry"] = co_await entry_info(guest, shown, std::move(entry));
      }
    } catch (const Error& error) {
      if (error.code() == Code::kCancelled) throw;
      // Gone again; then the event goes without it.
    }
  }
  events.push_back(event);
  if (change.type == WatchEventType::kCreate && filled) {
    event["type"] = "EVENT_TYPE_WRITE";
    events.push_back(std::move(event));
  }
  co_return events;
}

}  // namespace

Task<WatchSettings> watch_settings(Call& call, const json& request) {
  GuestFiles guest(*call.sandbox);
  WatchSettings settings;
  settings.path = resolve_guest_path(string_member(request, "path"), rpc_user(call));
  if (bool_member(request, "recursive", false)) settings.depth = WatchDepth::kRecursive;
  settings.include_entry =
      bool_member(request, "includeEntry", false) && call.world.at_least("0.6.3");
  bool missing = false;
  try {
    const FileEntry entry = co_await guest.stat(settings.path, Symlinks::kFollow);
    if (entry.type == FileType::kDirectory) co_return settings;
  } catch (const Error& error) {
    if (error.code() != Code::kNotFound) throw;
    missing = true;
  }
  if (missing) {
    throw ConnectFailure(Code::kNotFound, "path " + settings.path + " not found: stat " +
                                              settings.path + ": no such file or directory");
  }
  throw ConnectFailure(Code::kInvalidArgument, "path " + settings.path + " not a directory");
}

Task<OpenedWatch> open_watch(EmulatedSandbox& sandbox, WatchSettings settings) {
  GuestFiles guest(sandbox);
  OpenedWatch opened;
  opened.settings = std::move(settings);
  opened.real = guest.outside(co_await guest.resolve(opened.settings.path, Symlinks::kFollow));
  opened.watch = co_await sandbox.sandbox->watch(opened.real, opened.settings.depth);
  static_cast<void>(co_await opened.watch->next());  // kReady
  co_return opened;
}

Task<void> follow_watch(std::shared_ptr<EmulatedSandbox> sandbox,
                        std::shared_ptr<OpenedWatch> watch, WatchListener listener) {
  std::string problem = "watcher event channel closed";
  try {
    for (;;) {
      const std::optional<WatchEvent> change = co_await watch->watch->next();
      if (!change) break;
      const std::vector<json> events = co_await events_of(*sandbox, *watch, *change);
      for (const json& event : events) listener.event(event);
    }
  } catch (const Error& error) {
    if (error.code() == Code::kCancelled) throw;
    problem = error.what();
  }
  listener.failed(ConnectFailure(Code::kInternal, problem));
}

}  // namespace sandport::e2b_emulator
