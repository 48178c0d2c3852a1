// A plugin's template builder as the template commands see it.
#include "host/plugin/template_builder.hpp"

#include <utility>

#include "host/plugin/adapt.hpp"
#include "host/plugin/adapt/objects.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport {
namespace adapt {
namespace {

using BuilderObject = InstanceObject<sp_template_builder>;

class AbiTemplateBuilder final : public TemplateBuilder {
 public:
  AbiTemplateBuilder(std::shared_ptr<BuilderObject> object, std::string name)
      : object_(std::move(object)), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }

  Task<std::string> plan(std::string source) override {
    return call("plan", &sp_template_builder::plan, SP_HAS(sp_template_builder, abi(), plan),
                std::move(source));
  }
  Task<std::string> build(std::string source, BuildListener listener) override {
    return watched("build", &sp_template_builder::build, SP_HAS(sp_template_builder, abi(), build),
                   std::move(source), std::move(listener));
  }
  Task<std::string> follow(std::string build, BuildListener listener) override {
    return watched("follow", &sp_template_builder::follow,
                   SP_HAS(sp_template_builder, abi(), follow), std::move(build),
                   std::move(listener));
  }
  Task<std::string> status(std::string build) override {
    return call("status", &sp_template_builder::status, SP_HAS(sp_template_builder, abi(), status),
                std::move(build));
  }
  Task<std::string> list() override {
    if (!SP_HAS(sp_template_builder, abi(), list)) throw_lacking(*object_, "list");
    return run_for_text(object_, "list",
                        [self = abi()](sp_sink* sink, sp_op** op, sp_error* error) {
                          return self->list(self, sink, op, error);
                        });
  }
  Task<std::string> exists(std::string template_name) override {
    return call("exists", &sp_template_builder::exists, SP_HAS(sp_template_builder, abi(), exists),
                std::move(template_name));
  }
  Task<void> tag(std::string request) override {
    co_await call("tag", &sp_template_builder::tag, SP_HAS(sp_template_builder, abi(), tag),
                  std::move(request));
  }
  Task<void> remove(std::string template_name) override {
    co_await call("remove", &sp_template_builder::remove,
                  SP_HAS(sp_template_builder, abi(), remove), std::move(template_name));
  }

 private:
  using Function = sp_code (*sp_template_builder::*)(sp_template_builder*, sp_str, sp_sink*,
                                                     sp_op**, sp_error*);

  sp_template_builder* abi() const { return object_->abi(); }

  Task<std::string> call(std::string function, Function member, bool present, std::string text) {
    return watched(std::move(function), member, present, std::move(text), {});
  }

  Task<std::string> watched(std::string function, Function member, bool present, std::string text,
                            BuildListener listener) {
    if (!present) throw_lacking(*object_, function);
    OperationOptions options;
    options.name = std::move(function);
    const auto operation =
        co_await start(object_, std::move(options),
                       [self = abi(), member, &text](sp_sink* sink, sp_op** op, sp_error* error) {
                         return (self->*member)(self, to_abi(text), sink, op, error);
                       });
    while (auto event = co_await operation->next(OnCancel::kCancel)) {
      if (event->channel == SP_CHANNEL_LOG && listener.on_log) listener.on_log(event->bytes());
      if (event->channel == SP_CHANNEL_PROGRESS && listener.on_progress) {
        listener.on_progress(event->bytes());
      }
    }
    auto result = co_await operation->finish(OnCancel::kCancel);
    co_return std::get<std::string>(std::move(result));
  }

  std::shared_ptr<BuilderObject> object_;
  std::string name_;
};

}  // namespace
}  // namespace adapt

std::unique_ptr<TemplateBuilder> adapt_template_builder(sp_template_builder* builder,
                                                        std::string name,
                                                        std::shared_ptr<PluginMonitor> monitor,
                                                        std::shared_ptr<const void> keep) {
  auto object =
      std::make_shared<adapt::BuilderObject>(builder, std::move(monitor), std::move(keep));
  if (!SP_HAS(sp_template_builder, builder, build)) adapt::throw_incomplete(*object, "build");
  return std::make_unique<adapt::AbiTemplateBuilder>(std::move(object), std::move(name));
}

}  // namespace sandport
