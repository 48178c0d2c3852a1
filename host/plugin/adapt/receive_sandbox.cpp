// How a sandbox comes out of a plugin, also when nobody waits for it any more.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace asio = boost::asio;

namespace {

Task<void> dispose_of(std::shared_ptr<SandboxObject> object) {
  sp_sandbox* const sandbox = object->abi();
  if (!SP_HAS(sp_sandbox, sandbox, dispose)) co_return;
  try {
    co_await run_for_text(std::move(object), "dispose",
                          [sandbox](sp_sink* sink, sp_op** op, sp_error* error) {
                            return sandbox->dispose(sandbox, sink, op, error);
                          });
  } catch (const Error&) {
    // Nobody is left to tell; the operation itself was reported when the plugin broke a rule.
    co_return;
  }
}

SandboxState to_state(const std::string& state) {
  if (state == "paused") return SandboxState::kPaused;
  if (state == "ended") return SandboxState::kEnded;
  return SandboxState::kRunning;
}

std::function<void(void*)> take_orphan(std::shared_ptr<PluginObject> parent, Latecomer latecomer,
                                       asio::any_io_executor executor) {
  return [parent = std::move(parent), latecomer, executor = std::move(executor)](void* arrived) {
    auto object = std::make_shared<SandboxObject>(static_cast<sp_sandbox*>(arrived), parent);
    if (latecomer == Latecomer::kClose) return;
    asio::co_spawn(executor, dispose_of(std::move(object)), asio::detached);
  };
}

}  // namespace

SandboxInfo parse_sandbox_info(const std::string& json, const std::string& plugin) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("id") || !parsed["id"].is_string()) {
    throw Error(Code::kInternal, plugin + ": the sandbox info is not a JSON object with an id");
  }
  const auto text = [&](const char* key) {
    const auto found = parsed.find(key);
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  SandboxInfo info;
  info.id = text("id");
  info.state = to_state(text("state"));
  info.home = text("home");
  info.work_dir = text("work_dir");
  if (const auto labels = parsed.find("labels"); labels != parsed.end() && labels->is_object()) {
    for (const auto& [name, value] : labels->items()) {
      if (value.is_string()) info.labels.emplace(name, value.get<std::string>());
    }
  }
  info.json = json;
  return info;
}

Task<std::unique_ptr<Sandbox>> receive_sandbox(std::shared_ptr<PluginObject> parent,
                                               std::string name, Latecomer latecomer,
                                               Operation::Submit submit) {
  OperationOptions options;
  options.name = name;
  const auto executor = co_await asio::this_coro::executor;
  options.orphan = take_orphan(parent, latecomer, executor);
  const auto operation = co_await start(parent, std::move(options), std::move(submit));
  const auto result = co_await operation->finish(OnCancel::kCancel);
  // The operation may have won the race with the cancel; its sandbox is not ours to keep then.
  if (operation->cancel_requested()) throw Error(Code::kCancelled, "cancelled");
  auto info = parse_sandbox_info(std::get<std::string>(result), parent->monitor()->plugin());
  auto* const arrived = static_cast<sp_sandbox*>(operation->take_object());
  if (arrived == nullptr) {
    parent->monitor()->report(rule::kNoObject, name + " ended well without a sandbox");
    throw Error(Code::kInternal, parent->monitor()->plugin() + ": " + name + " brought no sandbox");
  }
  co_return adapt_sandbox(std::make_shared<SandboxObject>(arrived, std::move(parent)),
                          std::move(info));
}

}  // namespace sandport::adapt
