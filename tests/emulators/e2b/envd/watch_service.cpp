#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/envd/directory_watch.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/rpc.hpp"
#include "tests/emulators/e2b/envd/watcher.hpp"

namespace sandport::e2b_emulator {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

// In the background, until it fails or the watcher that holds the signal goes.
void follow_in_background(Call& call, std::shared_ptr<OpenedWatch> opened, WatchListener listener,
                          std::shared_ptr<asio::cancellation_signal> cancel) {
  const auto ended = [cancel](std::exception_ptr) {};
  asio::co_spawn(call.world.executor,
                 follow_watch(call.sandbox, std::move(opened), std::move(listener)),
                 asio::bind_cancellation_slot(cancel->slot(), ended));
}

Task<void> watch_directory(Call& call, const json& request, EventStream& stream) {
  const auto inbox = call.sandbox->open_stream();
  WatchSettings settings = co_await watch_settings(call, request);
  const auto opened = std::make_shared<OpenedWatch>();
  *opened = co_await open_watch(*call.sandbox, std::move(settings));
  inbox->push(R"({"start":{}})");
  const std::weak_ptr<Inbox> weak = inbox;
  WatchListener listener;
  listener.event = [weak](const json& event) {
    json message;
    message["filesystem"] = event;
    if (const auto open = weak.lock()) open->push(message.dump());
  };
  listener.failed = [weak](const ConnectFailure& failure) {
    if (const auto open = weak.lock()) open->fail(failure);
  };
  const Watcher ends_with_us;
  follow_in_background(call, opened, std::move(listener), ends_with_us.cancel);
  const bool ended = co_await stream.serve(inbox, R"({"keepalive":{}})");
  if (!ended) throw ConnectFailure(Code::kDeadlineExceeded, "context deadline exceeded");
}

Task<json> create_watcher(Call& call, const json& request) {
  WatchSettings settings = co_await watch_settings(call, request);
  const auto opened = std::make_shared<OpenedWatch>();
  *opened = co_await open_watch(*call.sandbox, std::move(settings));
  const auto watcher = std::make_shared<Watcher>();
  const std::weak_ptr<Watcher> weak = watcher;
  WatchListener listener;
  listener.event = [weak](const json& event) {
    if (const auto open = weak.lock()) open->events.push_back(event.dump());
  };
  listener.failed = [weak](const ConnectFailure& failure) {
    if (const auto open = weak.lock()) open->failure = failure;
  };
  follow_in_background(call, opened, std::move(listener), watcher->cancel);
  const std::string id = "w" + random_id(20);
  call.sandbox->watchers[id] = watcher;
  json answer;
  answer["watcherId"] = id;
  co_return answer;
}

std::shared_ptr<Watcher> need_watcher(Call& call, const std::string& id) {
  const auto found = call.sandbox->watchers.find(id);
  if (found != call.sandbox->watchers.end()) return found->second;
  throw ConnectFailure(Code::kNotFound, "watcher with id " + id + " not found");
}

Task<json> poll_watcher(Call& call, const json& request) {
  const auto watcher = need_watcher(call, string_member(request, "watcherId"));
  if (watcher->failure) throw ConnectFailure(*watcher->failure);
  json answer = json::object();
  for (const std::string& event : std::exchange(watcher->events, {})) {
    answer["events"].push_back(json::parse(event));
  }
  co_return answer;
}

Task<json> remove_watcher(Call& call, const json& request) {
  const std::string id = string_member(request, "watcherId");
  static_cast<void>(need_watcher(call, id));
  call.sandbox->watchers.erase(id);
  co_return json::object();
}

}  // namespace

void add_watch_routes(Routes& routes) {
  add_server_stream(routes, "/filesystem.Filesystem/WatchDir", watch_directory);
  add_unary(routes, "/filesystem.Filesystem/CreateWatcher", create_watcher);
  add_unary(routes, "/filesystem.Filesystem/GetWatcherEvents", poll_watcher);
  add_unary(routes, "/filesystem.Filesystem/RemoveWatcher", remove_watcher);
}

}  // namespace sandport::e2b_emulator
