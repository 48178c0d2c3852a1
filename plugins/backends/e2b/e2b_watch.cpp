#include "e2b_watch.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "error_table.hpp"
#include "json_access.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::Task;
using sandport::WatchEvent;
using sandport::WatchType;

constexpr std::array<std::pair<std::string_view, WatchType>, 5> kTypes{{
    {"EVENT_TYPE_CREATE", WatchType::kCreate},
    {"EVENT_TYPE_WRITE", WatchType::kWrite},
    {"EVENT_TYPE_REMOVE", WatchType::kRemove},
    {"EVENT_TYPE_RENAME", WatchType::kRename},
    {"EVENT_TYPE_CHMOD", WatchType::kChmod},
}};

}  // namespace

Task<void> E2bWatch::watch(std::string path, sandport::WatchDepth depth,
                           sandport::WatchOutput& output) {
  if (depth == sandport::WatchDepth::kRecursive) {
    require(envd_.version(), since::kRecursiveWatch, "watching a whole tree");
  }
  co_await life_.extend();
  Progress progress;
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    progress.seen = false;
    try {
      co_await watch_once(path, depth, &progress, output);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(as_file_error(error, path));
    }
    if (!failure) {
      // envd ends a watch when its directory is gone.
      throw Error(SP_NOT_FOUND, "E2B: the watch on '" + path + "' ended", "ENOENT");
    }
    if (progress.seen) attempt = 0;
    const bool again = is_stream_lost(*failure) || failure->retryable();
    if (!again || attempt >= envd_.options().retries) throw Error(*failure);
    if (progress.ready) co_await output.write(WatchEvent(WatchType::kOverflow, path));
    co_await back_off(envd_.host(), *failure, attempt);
    co_await life_.extend();
  }
}

Task<void> E2bWatch::watch_once(const std::string& path, sandport::WatchDepth depth,
                                Progress* progress, sandport::WatchOutput& output) {
  nlohmann::json body{{"path", path}};
  if (depth == sandport::WatchDepth::kRecursive) body["recursive"] = true;
  if (envd_.version() >= since::kWatchNetworkMounts) body["allowNetworkMounts"] = true;
  RpcCall call("filesystem.Filesystem/WatchDir", dump_strict(body, "the path"),
               "watching a directory");
  call.user = envd_.user_for("");
  auto stream = co_await envd_.stream(std::move(call));
  for (;;) {
    const auto text = co_await stream.next();
    if (!text) co_return;
    const auto message = parse_reply(*text, "watching a directory");
    co_await take(path, message, progress, output);
    co_await life_.extend();
  }
}

Task<void> E2bWatch::take(const std::string& path, const nlohmann::json& message,
                          Progress* progress, sandport::WatchOutput& output) {
  progress->seen = true;
  if (member(message, "start") != nullptr && !std::exchange(progress->ready, true)) {
    co_await output.write(WatchEvent(WatchType::kReady, path));
  }
  const auto* event = member(message, "filesystem");
  if (event == nullptr) co_return;
  const std::string name = text_of(*event, "name");
  const std::string type = text_of(*event, "type");
  for (const auto& [word, meaning] : kTypes) {
    if (type != word) continue;
    std::string where = name.starts_with('/') ? name : path + (path == "/" ? "" : "/") + name;
    co_await output.write(WatchEvent(meaning, std::move(where)));
  }
}

}  // namespace sandport_e2b
