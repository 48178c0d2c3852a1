// Everything to write a plugin with, and what exports it.
//
//   SANDPORT_PLUGIN("com.example.cloud", "1.0.0", "MIT", "Example cloud sandboxes",
//                   sandport::backend_kind<make_backend>("cloud", "Example cloud", kSchema))
#pragma once

#include <sandport/abi.h>
#include <sandport/backend.hpp>
#include <sandport/bytes_reader.hpp>
#include <sandport/entry.hpp>
#include <sandport/errno_error.hpp>
#include <sandport/error.hpp>
#include <sandport/exec.hpp>
#include <sandport/host.hpp>
#include <sandport/http.hpp>
#include <sandport/json_text.hpp>
#include <sandport/mailbox.hpp>
#include <sandport/model.hpp>
#include <sandport/operation.hpp>
#include <sandport/sandbox_view.hpp>
#include <sandport/stream.hpp>
#include <sandport/task.hpp>
#include <sandport/template_builder.hpp>
#include <sandport/toolset.hpp>
#include <sandport/websocket.hpp>
#include <sandport/when_all.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sandport {
inline namespace v1 {

// One thing a plugin offers, with the function that makes it.
struct Kind : sp_kind {
  using Make = void* (*)(Host host, std::string_view config);
  Make make;

  constexpr Kind(const sp_kind& description, Make maker) : sp_kind(description), make(maker) {}
};

namespace detail {

[[nodiscard]] constexpr sp_kind describe_kind(std::string_view kind, std::string_view name,
                                              std::string_view summary, std::string_view schema,
                                              std::string_view capabilities) {
  return {kStructSize<sp_kind>, to_str(kind),   to_str(name),
          to_str(summary),      to_str(schema), to_str(capabilities)};
}

// std::vector<Tool> is a toolset too.
inline std::unique_ptr<Toolset> to_toolset(std::vector<Tool> tools) {
  return std::make_unique<Toolset>(std::move(tools));
}
inline std::unique_ptr<Toolset> to_toolset(std::unique_ptr<Toolset> toolset) { return toolset; }

template <auto Make>
void* make_backend(Host host, std::string_view config) {
  return static_cast<sp_backend*>(std::make_unique<BackendObject>(Make(host, config)).release());
}
template <auto Make>
void* make_toolset(Host host, std::string_view config) {
  return static_cast<sp_toolset*>(
      std::make_unique<ToolsetObject>(host, to_toolset(Make(host, config))).release());
}
template <auto Make>
void* make_model(Host host, std::string_view config) {
  return static_cast<sp_model*>(std::make_unique<ModelObject>(Make(host, config)).release());
}
template <auto Make>
void* make_template_builder(Host host, std::string_view config) {
  return static_cast<sp_template_builder*>(
      std::make_unique<TemplateBuilderObject>(Make(host, config)).release());
}

}  // namespace detail

// `Make(Host, std::string_view config)` makes an instance; config is JSON checked against `schema`,
// borrowed for the call. `name` is what `uses:` says in a manifest. Texts are literals.
//
// Make returns std::unique_ptr<Backend>.
template <auto Make>
[[nodiscard]] constexpr Kind backend_kind(std::string_view name, std::string_view summary,
                                          std::string_view schema,
                                          std::string_view capabilities = {}) {
  return {detail::describe_kind(SP_KIND_BACKEND, name, summary, schema, capabilities),
          &detail::make_backend<Make>};
}
// Make returns std::vector<Tool> or std::unique_ptr<Toolset>.
template <auto Make>
[[nodiscard]] constexpr Kind toolset_kind(std::string_view name, std::string_view summary,
                                          std::string_view schema,
                                          std::string_view capabilities = {}) {
  return {detail::describe_kind(SP_KIND_TOOLSET, name, summary, schema, capabilities),
          &detail::make_toolset<Make>};
}
// Make returns std::unique_ptr<Model>.
template <auto Make>
[[nodiscard]] constexpr Kind model_kind(std::string_view name, std::string_view summary,
                                        std::string_view schema,
                                        std::string_view capabilities = {}) {
  return {detail::describe_kind(SP_KIND_MODEL, name, summary, schema, capabilities),
          &detail::make_model<Make>};
}
// Make returns std::unique_ptr<TemplateBuilder>.
template <auto Make>
[[nodiscard]] constexpr Kind template_builder_kind(std::string_view name, std::string_view summary,
                                                   std::string_view schema,
                                                   std::string_view capabilities = {}) {
  return {detail::describe_kind(SP_KIND_TEMPLATE_BUILDER, name, summary, schema, capabilities),
          &detail::make_template_builder<Make>};
}

namespace detail {

template <const auto& Kinds>
inline constexpr auto kKindPointers = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<const sp_kind*, sizeof...(I)>{&Kinds[I]...};
}
(std::make_index_sequence<std::size(Kinds)>{});

template <const auto& Kinds>
sp_code create(const sp_host* host, sp_str kind, sp_str name, sp_str config, void** out,
               sp_error* error) noexcept {
  return guarded(error, [&] {
    for (const Kind& candidate : Kinds) {
      if (to_view(candidate.kind) == to_view(kind) && to_view(candidate.name) == to_view(name)) {
        *out = candidate.make(Host{host}, to_view(config));
        return;
      }
    }
    throw Error(SP_UNIMPLEMENTED,
                "this plugin has no " + to_string(kind) + " named " + to_string(name));
  });
}

// "dice" of "com.example.dice".
[[nodiscard]] constexpr std::string_view last_label(std::string_view id) noexcept {
  const auto dot = id.rfind('.');
  return dot == std::string_view::npos ? id : id.substr(dot + 1);
}

}  // namespace detail

// The export without a macro; `Kinds` is a constexpr array of Kind at namespace scope:
//
//   constexpr sandport::Kind kKinds[] = {sandport::model_kind<make>("mine", "…", kSchema)};
//   constinit const sp_plugin sandport_v1 =
//       sandport::describe<kKinds>("com.example.mine", "1.0.0", "MIT", "…");
template <const auto& Kinds>
[[nodiscard]] constexpr sp_plugin describe(std::string_view id, std::string_view version,
                                           std::string_view license, std::string_view description,
                                           std::string_view homepage = {}) {
  return {kStructSize<sp_plugin>,
          SP_ABI_MINOR,
          SANDPORT_TARGET_MINOR,
          0,
          to_str(id),
          to_str(version),
          to_str(license),
          to_str(homepage),
          to_str(description),
          detail::kKindPointers<Kinds>.data(),
          detail::kKindPointers<Kinds>.size(),
          &detail::create<Kinds>};
}

}  // namespace v1
}  // namespace sandport

// Exports a plugin; after the description come its kinds.
#define SANDPORT_PLUGIN(id, version, license, description, ...) \
  namespace {                                                   \
  constexpr ::sandport::Kind sp_detail_kinds[] = {__VA_ARGS__}; \
  }                                                             \
  constinit const sp_plugin sandport_v1 =                       \
      ::sandport::describe<sp_detail_kinds>(id, version, license, description);

// Exports a plugin with one toolset, named after the last part of the id.
#define SANDPORT_TOOLSET(id, version, license, schema, make_tools)                         \
  SANDPORT_PLUGIN(id, version, license, "Tools of " id,                                    \
                  ::sandport::toolset_kind<make_tools>(::sandport::detail::last_label(id), \
                                                       "Tools of " id, schema))
