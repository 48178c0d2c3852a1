// A plugin's end of an operation, driven by a test: it remembers its sink, and what the host did.
#pragma once

#include <sandport/abi.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace sandport::testing {

class FakeOperation {
 public:
  FakeOperation() : handle_{{sizeof(sp_op), &cancel, &resume, &release}, this} {}

  // What a [submit] function does.
  sp_code submit(sp_sink* sink, sp_op** out_op) {
    sink_ = sink;
    *out_op = &handle_.abi;
    return SP_OK;
  }

  bool event(std::uint32_t channel, std::string_view payload) {
    return sink_->event(sink_, channel, {payload.data(), payload.size()});
  }
  void object(void* object) { sink_->object(sink_, object); }
  void done(sp_code code = SP_OK, std::string_view result = {}, std::string_view message = {}) {
    sp_status status{};
    status.struct_size = sizeof status;
    status.code = code;
    status.message = {message.data(), message.size()};
    sink_->done(sink_, &status, {result.data(), result.size()});
  }
  sp_sink* sink() const { return sink_; }

  std::function<void()> on_cancel;
  std::function<void()> on_resume;
  std::atomic<int> cancels = 0;
  std::atomic<int> resumes = 0;
  std::atomic<int> releases = 0;

 private:
  struct Handle {
    sp_op abi;
    FakeOperation* owner;
  };
  static FakeOperation& of(sp_op* self) { return *reinterpret_cast<Handle*>(self)->owner; }
  static void cancel(sp_op* self) {
    ++of(self).cancels;
    if (of(self).on_cancel) of(self).on_cancel();
  }
  static void resume(sp_op* self) {
    ++of(self).resumes;
    if (of(self).on_resume) of(self).on_resume();
  }
  static void release(sp_op* self) { ++of(self).releases; }

  Handle handle_;
  sp_sink* sink_ = nullptr;
};

}  // namespace sandport::testing
