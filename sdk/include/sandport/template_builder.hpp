// Writing a template builder: makes the images that sandboxes start from.
#pragma once

#include <sandport/abi.h>
#include <sandport/error.hpp>
#include <sandport/operation.hpp>
#include <sandport/task.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

// Where build() and follow() send what happens.
class BuildSink {
 public:
  explicit BuildSink(Emitter& emitter) noexcept : emitter_(emitter) {}
  // `json` is a LOG event of abi/template_builder.h. Borrowed until the Task ends.
  [[nodiscard]] Task<void> log(std::string_view json) {
    return emitter_.emit(SP_CHANNEL_LOG, json);
  }
  // One line for a person.
  [[nodiscard]] Task<void> progress(std::string_view line) {
    return emitter_.emit(SP_CHANNEL_PROGRESS, line);
  }
  [[nodiscard]] Emitter& emitter() noexcept { return emitter_; }

 private:
  Emitter& emitter_;
};

// All text is JSON as abi/template_builder.h has it.
class TemplateBuilder {
 public:
  TemplateBuilder() = default;
  TemplateBuilder(const TemplateBuilder&) = delete;
  TemplateBuilder& operator=(const TemplateBuilder&) = delete;
  virtual ~TemplateBuilder() = default;

  [[nodiscard]] virtual Task<std::string> plan(std::string source) = 0;
  [[nodiscard]] virtual Task<std::string> build(std::string source, BuildSink& sink) = 0;
  [[nodiscard]] virtual Task<std::string> follow(std::string build, BuildSink& sink) = 0;
  [[nodiscard]] virtual Task<std::string> status(std::string build) = 0;
  [[nodiscard]] virtual Task<std::string> list() = 0;
  [[nodiscard]] virtual Task<std::string> exists(std::string name) = 0;
  [[nodiscard]] virtual Task<std::string> tag(std::string request) = 0;
  [[nodiscard]] virtual Task<void> remove(std::string name) = 0;
};

namespace detail {

class TemplateBuilderObject : public sp_template_builder {
 public:
  explicit TemplateBuilderObject(std::unique_ptr<TemplateBuilder> builder) noexcept
      : sp_template_builder{kStructSize<sp_template_builder>,
                            &plan,
                            &build,
                            &follow,
                            &status,
                            &list,
                            &exists,
                            &tag,
                            &remove,
                            &destroy},
        builder_(std::move(builder)) {}

 private:
  using At = sp_template_builder*;
  static TemplateBuilder& self(At at) noexcept {
    return *static_cast<TemplateBuilderObject*>(at)->builder_;
  }

  static sp_code plan(At at, sp_str source, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).plan(to_string(source)); });
  }
  static sp_code build(At at, sp_str source, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return watched(&TemplateBuilder::build, self(at), to_string(source), emitter);
    });
  }
  static sp_code follow(At at, sp_str build, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter& emitter) {
      return watched(&TemplateBuilder::follow, self(at), to_string(build), emitter);
    });
  }
  static sp_code status(At at, sp_str build, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).status(to_string(build)); });
  }
  static sp_code list(At at, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).list(); });
  }
  static sp_code exists(At at, sp_str name, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).exists(to_string(name)); });
  }
  static sp_code tag(At at, sp_str request, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).tag(to_string(request)); });
  }
  static sp_code remove(At at, sp_str name, sp_sink* sink, sp_op** op, sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).remove(to_string(name)); });
  }
  static void destroy(At at) noexcept { delete static_cast<TemplateBuilderObject*>(at); }

  using Watched = Task<std::string> (TemplateBuilder::*)(std::string, BuildSink&);
  static Task<std::string> watched(Watched method, TemplateBuilder& builder, std::string text,
                                   Emitter& emitter) {
    BuildSink sink{emitter};
    co_return co_await (builder.*method)(std::move(text), sink);
  }

  std::unique_ptr<TemplateBuilder> builder_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
