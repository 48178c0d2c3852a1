// A plugin's tools as core sees them.
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_text.hpp"
#include "host/plugin/adapt.hpp"
#include "host/plugin/adapt/lent_sandbox.hpp"
#include "host/plugin/adapt/lent_state.hpp"
#include "host/plugin/adapt/objects.hpp"
#include "host/plugin/adapt/shielded.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport {
namespace adapt {
namespace {

using Json = nlohmann::json;
using ToolsetObject = InstanceObject<sp_toolset>;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool hint(const Json& tool, const char* key) {
  const auto annotations = tool.find("annotations");
  if (annotations == tool.end() || !annotations->is_object()) return false;
  const auto found = annotations->find(key);
  return found != annotations->end() && found->is_boolean() && found->get<bool>();
}

std::vector<ToolDefinition> parse_tools(std::string_view text, const std::string& plugin) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_array()) {
    throw Error(Code::kInternal, plugin + ": its list of tools is not a JSON array");
  }
  std::vector<ToolDefinition> tools;
  for (const auto& item : json) {
    const bool whole = item.is_object() && !text_of(item, "name").empty() &&
                       item.contains("inputSchema") && item["inputSchema"].is_object();
    if (!whole) {
      throw Error(Code::kInternal, plugin + ": a tool has no name or no inputSchema");
    }
    ToolDefinition tool;
    tool.name = text_of(item, "name");
    tool.description = text_of(item, "description");
    tool.json = json_text(item);
    tool.input_schema = json_text(item["inputSchema"]);
    if (hint(item, "readOnlyHint")) tool.effect = ToolEffect::kReadOnly;
    tools.push_back(std::move(tool));
  }
  return tools;
}

// What one call lends to the plugin.
class Loan {
 public:
  Loan(const ToolCallContext& context, const boost::asio::any_io_executor& executor) {
    if (context.sandbox != nullptr) {
      sandbox_ = std::make_shared<LentSandbox>(*context.sandbox, context.work_dir, executor);
    }
    if (context.state != nullptr) state_ = std::make_shared<LentState>(*context.state);
  }

  [[nodiscard]] sp_sandbox* sandbox() const { return sandbox_ ? sandbox_->abi() : nullptr; }
  [[nodiscard]] sp_session_state* state() const { return state_ ? state_->abi() : nullptr; }

  Task<void> finish(PluginMonitor& monitor) {
    if (state_) {
      state_->finish();
      monitor.quarantine(state_);
    }
    if (sandbox_) {
      co_await sandbox_->finish();
      monitor.quarantine(sandbox_);
    }
  }

 private:
  std::shared_ptr<LentSandbox> sandbox_;
  std::shared_ptr<LentState> state_;
};

// The plugin may look at it until done.
struct CallArguments {
  ToolCallContext context;
  sp_call abi{};

  CallArguments(const ToolCallContext& from, const Loan& loan) : context(from) {
    abi.struct_size = sizeof abi;
    abi.session_id = to_abi(context.session_id);
    abi.call_id = to_abi(context.call_id);
    abi.work_dir = to_abi(context.work_dir);
    abi.timeout_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, context.timeout.count()));
    abi.sandbox = loan.sandbox();
    abi.state = loan.state();
  }
  CallArguments(const CallArguments&) = delete;
  CallArguments& operator=(const CallArguments&) = delete;
};

class AbiToolset final : public Toolset {
 public:
  AbiToolset(std::shared_ptr<ToolsetObject> object, std::string name,
             std::vector<ToolDefinition> tools)
      : object_(std::move(object)), name_(std::move(name)), tools_(std::move(tools)) {}

  const std::string& name() const override { return name_; }
  const std::vector<ToolDefinition>& tools() const override { return tools_; }

  Task<ToolResult> invoke(std::string tool, std::string arguments, ToolCallContext context,
                          std::function<void(std::string_view)> progress) override {
    const auto executor = co_await boost::asio::this_coro::executor;
    Loan loan{context, executor};
    std::optional<ToolResult> result;
    std::exception_ptr failure;
    try {
      result = co_await call(tool, arguments, context, loan, progress);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await shielded(loan.finish(*object_->monitor()));
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*result);
  }

  void forget_session(std::string_view session_id) override {
    sp_toolset* const self = object_->abi();
    if (SP_HAS(sp_toolset, self, forget_session)) self->forget_session(self, to_abi(session_id));
  }

 private:
  Task<ToolResult> call(const std::string& tool, const std::string& arguments,
                        const ToolCallContext& context, const Loan& loan,
                        const std::function<void(std::string_view)>& progress) {
    const auto lent = std::make_shared<const CallArguments>(context, loan);
    OperationOptions options;
    options.name = "tool " + tool;
    options.borrowed = lent;
    const auto operation = co_await start(
        object_, std::move(options), [&](sp_sink* sink, sp_op** op, sp_error* error) {
          sp_toolset* const self = object_->abi();
          return self->invoke(self, to_abi(tool), to_abi(arguments), &lent->abi, sink, op, error);
        });
    while (auto event = co_await operation->next(OnCancel::kCancel)) {
      if (event->channel == SP_CHANNEL_PROGRESS && progress) progress(event->bytes());
    }
    const auto result = co_await operation->finish(OnCancel::kCancel);
    co_return parse_result(std::get<std::string>(result), tool);
  }

  ToolResult parse_result(const std::string& text, const std::string& tool) const {
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("content") || !json["content"].is_array()) {
      throw Error(Code::kInternal, object_->monitor()->plugin() + ": the result of the tool " +
                                       tool + " has no array `content`");
    }
    ToolResult result;
    result.content = json_text(json["content"]);
    if (const auto structured = json.find("structuredContent");
        structured != json.end() && structured->is_object()) {
      result.structured = json_text(*structured);
    }
    const auto failed = json.find("isError");
    if (failed != json.end() && failed->is_boolean() && failed->get<bool>()) {
      result.outcome = ToolOutcome::kFailed;
    }
    return result;
  }

  std::shared_ptr<ToolsetObject> object_;
  std::string name_;
  std::vector<ToolDefinition> tools_;
};

}  // namespace
}  // namespace adapt

std::unique_ptr<Toolset> adapt_toolset(sp_toolset* toolset, std::string name,
                                       std::shared_ptr<PluginMonitor> monitor,
                                       std::shared_ptr<const void> keep) {
  auto object =
      std::make_shared<adapt::ToolsetObject>(toolset, std::move(monitor), std::move(keep));
  if (!SP_HAS(sp_toolset, toolset, list)) adapt::throw_incomplete(*object, "list");
  if (!SP_HAS(sp_toolset, toolset, invoke)) adapt::throw_incomplete(*object, "invoke");
  auto tools = adapt::parse_tools(adapt::view(toolset->list(toolset)), object->monitor()->plugin());
  return std::make_unique<adapt::AbiToolset>(std::move(object), std::move(name), std::move(tools));
}

}  // namespace sandport
